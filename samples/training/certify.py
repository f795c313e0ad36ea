"""The fixed-sequence test that turns calibration sheets into certificates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scanner.bounds import upper_bound
from scanner.certificate import Certificate

RISKS = (1e-4, 1e-3)
"""Promises tried, the stricter first: the target, and ten times it, which a capture that keeps
too little of the ink may still reach."""

CONFIDENCE = 0.95

THRESHOLDS = (1.0, 0.9999, 0.999, 0.99, 0.98, 0.95, 0.9, 0.8)
"""Beliefs walked from strict to lax; fixed before any calibration sheet was made. Only boxes
without any ink are believed in as far as 1 (`classify.MOST_BELIEVED`). Below 0.8 the net is not
sure by its own account: of the boxes kept from training 7 of 200 claims there were wrong."""


@dataclass(frozen=True, eq=False)
class Claims:
    """Claims of one state that the ink made on clear boxes: the net's belief in each, whether
    it was wrong, and the sheet it stands on."""

    belief: NDArray[np.float64]
    wrong: NDArray[np.bool_]
    sheet: NDArray[np.intp]

    @classmethod
    def joined(cls, parts: Sequence[Claims]) -> Claims:
        return cls(
            np.concatenate([part.belief for part in parts]),
            np.concatenate([part.wrong for part in parts]),
            np.concatenate([part.sheet for part in parts]),
        )


def certify(
    claims: Claims,
    risks: Iterable[float] = RISKS,
    thresholds: Sequence[float] = THRESHOLDS,
) -> Certificate | None:
    """The certificate of the strictest risk that can be promised, at the laxest threshold that
    passes for it; None when no threshold passes for any.

    Thresholds that too few claims reach for any promise are passed over: their number says
    nothing of right or wrong, so the test stays valid.
    """
    walked = (_walk(claims, risk, thresholds) for risk in risks)
    return next((found for found in walked if found is not None), None)


def _walk(claims: Claims, risk: float, thresholds: Sequence[float]) -> Certificate | None:
    passed = None
    for threshold in thresholds:
        tried = _at(claims, threshold, risk)
        if upper_bound(0, tried.claims, CONFIDENCE) > risk:
            continue
        if upper_bound(tried.errors, tried.claims, CONFIDENCE) > risk:
            break
        passed = tried
    return passed


def _at(claims: Claims, threshold: float, risk: float) -> Certificate:
    accepted = claims.belief >= threshold
    return Certificate(
        least_belief=threshold,
        risk=risk,
        confidence=CONFIDENCE,
        claims=int(accepted.sum()),
        errors=int(claims.wrong[accepted].sum()),
        sheets=len(np.unique(claims.sheet[accepted])),
    )
