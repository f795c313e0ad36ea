"""What is promised of a claim, for each kind of capture, and from which belief on.

A certificate is the outcome of a fixed-sequence test (learn-then-test): on calibration sheets
that nothing else was chosen on, thresholds were walked from strict to lax as long as the
one-sided Clopper-Pearson bound of the error rate among the claims accepted stayed below the
promised risk. Where no threshold passed there is no certificate, and nothing is claimed.

A. N. Angelopoulos et al.: Learn then test: calibrating predictive algorithms to achieve risk
control. arXiv 2110.01052 (2021).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from scanner.capture import CaptureClass
from scanner.marknet import MODELS, MarkClass


@dataclass(frozen=True)
class Certificate:
    """Claims of one state (``empty`` or ``marked``), or numbers of one meaning, in one kind of
    capture."""

    least_belief: float
    """The net must believe at least this much in what is claimed."""
    risk: float
    """At most this share of the claims is wrong, ..."""
    confidence: float
    """... at this confidence."""
    claims: int
    errors: int
    sheets: int
    """What that rests on: claims accepted at this threshold on so many calibration sheets."""


Certificates = Mapping[MarkClass, Certificate]
"""For ``empty`` and ``marked``, where there is one."""


@cache
def certificates() -> Mapping[CaptureClass, Certificates]:
    """All certificates of the shipped net, by kind of capture; one without any is left out."""
    card = json.loads((MODELS / "marks.json").read_text(encoding="utf-8"))
    return {
        CaptureClass(capture): {MarkClass(state): Certificate(**one) for state, one in of.items()}
        for capture, of in card["certificates"].items()
        if of
    }


WritingCertificates = Mapping[str, Mapping[CaptureClass, Certificate]]
"""From which confidence on a number written by hand is called sure, by what the layout says that
it means and by kind of capture."""


@cache
def writing_certificates() -> WritingCertificates:
    """Those of the shipped nets; nothing is called sure where there is none."""
    path = MODELS / "writing.json"
    if not path.is_file():
        return {}
    card = json.loads(path.read_text(encoding="utf-8"))
    return {
        means: {CaptureClass(capture): Certificate(**one) for capture, one in of.items()}
        for means, of in card["certificates"].items()
    }


def told(held: Certificates) -> Mapping[str, Any] | None:
    """What a reading says of its claims, as plain data; None where nothing is claimed."""
    return {state.value: asdict(one) for state, one in held.items()} if held else None
