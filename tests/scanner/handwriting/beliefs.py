"""Beliefs of a reader of which everything is known: honest ones, with confusions.

Every character is seen as a point with Gaussian noise; look-alikes lie closer together. What is
believed is Bayes' rule on the point, so that a cell's chances are exactly right on average, and
whether a decoder's are can be told.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scanner.handwriting.alphabet import CAPITALS, DIGITS
from scanner.handwriting.comb import Comb

LOOK_ALIKE = {
    DIGITS: ("17", "49", "35", "38", "56", "06", "79", "27"),
    CAPITALS: ("VU", "OD", "GY", "TJ", "NM", "IJ", "AQ", "SJ", "RK", "UN", "FP", "EF"),
}
CLOSER = 0.45
"""Cosine of the angle between look-alikes; others stand at right angles."""


def _points(alphabet: str) -> NDArray[np.float64]:
    near = np.eye(len(alphabet))
    for pair in LOOK_ALIKE[alphabet]:
        a, b = alphabet.index(pair[0]), alphabet.index(pair[1])
        near[a, b] = near[b, a] = CLOSER
    values, vectors = np.linalg.eigh(near)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.02)))


POINTS = {alphabet: _points(alphabet) for alphabet in LOOK_ALIKE}


def written(
    text: str, rng: np.random.Generator, alphabet: str = DIGITS, cells: int | None = None
) -> Comb:
    """A comb with this text, blanks for empty cells; a "#" is no character at all."""
    text = text.ljust(cells or len(text))
    chances = np.zeros((len(text), len(alphabet)))
    points = POINTS[alphabet]
    for row, char in enumerate(text):
        noise = float(rng.choice([0.13, 0.19, 0.26], p=[0.6, 0.3, 0.1]))
        if char in alphabet:
            seen = points[alphabet.index(char)] + rng.normal(0, noise, len(alphabet))
            power = -((points - seen) ** 2).sum(axis=1) / (2 * noise**2)
            chance = np.exp(power - power.max())
            chances[row] = chance / chance.sum()
        elif char == "#":
            chances[row] = 0.1 / len(alphabet)
    return Comb(alphabet, chances, np.array([char == " " for char in text]))


def whole(text: str, alphabet: str = DIGITS) -> Comb:
    """The same, perfectly clear."""
    chances = np.array([[float(char == one) for one in alphabet] for char in text])
    return Comb(alphabet, chances, np.array([char == " " for char in text]))
