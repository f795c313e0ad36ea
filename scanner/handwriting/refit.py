"""How sure the nets may be of an office's own hands: one temperature a net, from its own cells.

Cells that people confirmed or corrected are the evidence. A temperature is fitted on half of the
sheets and judged on the other half. It is never below 1: what is promised of numbers called sure
was measured at 1, and holds the better the less sure the nets are.

C. Guo et al.: On calibration of modern neural networks. ICML 2017.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scanner.handwriting.nets import ALPHABETS, Kind, logits
from scanner.marknet import softmax
from scanner.windows import Grey

TRIED = 1.0 * 1.02 ** np.arange(60)
"""Temperatures, 1 to 3.2 in steps of 2 %."""

BINS = 15
"""Of belief, for the calibration error."""

LEAST_CELLS = 500
"""In each half: with fewer, a calibration error of half a point cannot be told from none."""


@dataclass(frozen=True)
class LabelledCells:
    """Cells of one net: what it sees (n, 28, 28), the column of the character that a person
    said (n,), and the sheet each stands on (n,)."""

    kind: Kind
    seen: Grey
    truth: NDArray[np.intp]
    sheet: NDArray[np.intp]


@dataclass(frozen=True)
class Judged:
    """Of cells at one temperature: how many, the share right, the calibration error (mean gap
    between belief and share right) and the mean surprise (negative log of the truth's chance)."""

    cells: int
    right: float
    calibration_error: float
    surprise: float


@dataclass(frozen=True)
class Refit:
    """``before`` and ``after`` are of the half that was not fitted on."""

    kind: Kind
    temperature: float
    fitted_on: int
    before: Judged
    after: Judged

    @property
    def is_enough(self) -> bool:
        return min(self.fitted_on, self.before.cells) >= LEAST_CELLS

    @property
    def helps(self) -> bool:
        """Whether the truth is less of a surprise than before, on cells never fitted on."""
        return self.after.surprise < self.before.surprise


def refit(cells: LabelledCells) -> Refit:
    """From cells."""
    return refit_answers(cells.kind, logits(cells.seen, cells.kind), cells.truth, cells.sheet)


def refit_answers(
    kind: Kind, told: NDArray[np.float32], truth: NDArray[np.intp], sheet: NDArray[np.intp]
) -> Refit:
    """From a net's answers (n, classes): fit on the sheets of even number, judge on the odd."""
    fitting, chosen = sheet % 2 == 0, 1.0
    if fitting.any():
        fitted = [_surprise(softmax(told[fitting] / t), truth[fitting]) for t in TRIED]
        chosen = round(float(TRIED[int(np.argmin(fitted))]), 3)
    kept, kept_truth = told[~fitting], truth[~fitting]
    return Refit(
        kind,
        chosen,
        int(fitting.sum()),
        judge(softmax(kept), kept_truth),
        judge(softmax(kept / np.float32(chosen)), kept_truth),
    )


def judge(chances: NDArray[Any], truth: NDArray[np.intp]) -> Judged:
    """``chances`` (n, classes)."""
    if not len(truth):
        return Judged(0, 0.0, 0.0, 0.0)
    best = chances.argmax(axis=1)
    belief, right = chances[np.arange(len(best)), best], best == truth
    gap = calibration_error(belief, right)
    return Judged(len(truth), float(right.mean()), gap, _surprise(chances, truth))


def calibration_error(belief: NDArray[Any], right: NDArray[np.bool_]) -> float:
    """Expected calibration error: mean distance of belief and share right over `BINS` of belief,
    weighted by their counts."""
    place = np.minimum((belief * BINS).astype(int), BINS - 1)
    away = np.bincount(place, belief.astype(np.float64) - right, BINS)
    return float(np.abs(away).sum() / len(right))


def _surprise(chances: NDArray[Any], truth: NDArray[np.intp]) -> float:
    told = chances[np.arange(len(truth)), truth].astype(np.float64)
    return float(-np.log(np.maximum(told, 1e-12)).mean())


def columns_of(kind: Kind, text: str) -> NDArray[np.intp] | None:
    """The columns of these characters in a net's answers; None where it does not know one."""
    alphabet = ALPHABETS[kind]
    if any(char not in alphabet for char in text):
        return None
    return np.array([alphabet.index(char) for char in text], dtype=np.intp)
