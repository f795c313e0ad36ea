"""Which characters the nets are trained, calibrated and measured on, and how they are scanned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from samples.simulator.handdata import CAPITALS, DIGITS, Characters, Part, mnist, sd19, unipen
from samples.training.writing.sheets import PENS, PROFILES, THIN_PENS
from scanner.handwriting import alphabet

ALPHABETS = {DIGITS: alphabet.DIGITS, CAPITALS: alphabet.CAPITALS}

FOREIGN = "AEHKMNRWXF"
"""Capitals that no hand makes like a digit: to the net of digits they are not a character."""
FOREIGN_SHARE = 0.08
"""Of the capitals of `FOREIGN`, about 1 % of all cells."""

AT_200_DPI: Mapping[str, float] = {"office200": 1.0}


@dataclass(frozen=True)
class Pages:
    """A set of pages. ``sources``: which characters, and how often each is written anew."""

    kind: str
    part: Part
    sources: Mapping[str, int]
    seed: int
    profiles: Mapping[str, float] = field(default_factory=lambda: AT_200_DPI)
    spoilt: float = 0.0
    punctuation: float = 0.0
    pens: Mapping[str, float] = field(default_factory=lambda: THIN_PENS)


SETS: Mapping[str, Pages] = {
    "digits-training": Pages(
        DIGITS,
        Part.TRAINING,
        {"mnist": 2, "unipen_digits": 5, "sd19": 2, "foreign": 1},
        20_001,
        PROFILES,
        spoilt=0.06,
        pens=PENS,
    ),
    "digits-calibration": Pages(
        DIGITS, Part.CALIBRATION, {"mnist": 1, "unipen_digits": 2}, 810_001, PROFILES, spoilt=0.02
    ),
    "digits-test-mnist": Pages(DIGITS, Part.TEST, {"mnist": 1}, 921_001),
    "digits-test-unipen": Pages(DIGITS, Part.TEST, {"unipen_digits": 1}, 921_002),
    "digits-test-sd19": Pages(DIGITS, Part.TEST, {"sd19": 1}, 921_003),
    "digits-test-spoilt": Pages(DIGITS, Part.TEST, {"unipen_digits": 1}, 921_004, spoilt=1.0),
    "digits-test-anyhow": Pages(DIGITS, Part.TEST, {"unipen_digits": 2}, 921_005, PROFILES),
    "capitals-training": Pages(
        CAPITALS,
        Part.TRAINING,
        {"unipen_capitals": 7},
        20_002,
        PROFILES,
        spoilt=0.06,
        punctuation=0.05,
        pens=PENS,
    ),
    "capitals-calibration": Pages(
        CAPITALS,
        Part.CALIBRATION,
        {"unipen_capitals": 3},
        810_002,
        PROFILES,
        spoilt=0.02,
        punctuation=0.03,
    ),
    "capitals-test-unipen": Pages(CAPITALS, Part.TEST, {"unipen_capitals": 1}, 921_011),
    "capitals-test-spoilt": Pages(
        CAPITALS, Part.TEST, {"unipen_capitals": 1}, 921_012, spoilt=1.0, punctuation=0.3
    ),
    "capitals-test-anyhow": Pages(CAPITALS, Part.TEST, {"unipen_capitals": 1}, 921_013, PROFILES),
}


def pools(folder: Path, of: Pages) -> Sequence[Characters]:
    """The characters of a set, each source as often as it is to be written."""
    every: list[Characters] = []
    for source, times in of.sources.items():
        every += [_source(folder, source).of(of.part)] * times
    return every


def _source(folder: Path, name: str) -> Characters:
    if name == "mnist":
        return mnist(folder)
    if name == "sd19":
        return sd19(folder)
    if name != "foreign":
        return unipen(folder, name.removeprefix("unipen_"))
    capitals = unipen(folder, CAPITALS)
    chance = np.random.default_rng(1).random(len(capitals))
    return capitals.only(np.isin(capitals.labels, list(FOREIGN)) & (chance < FOREIGN_SHARE))
