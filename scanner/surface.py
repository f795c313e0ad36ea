"""One smooth surface of small shifts over a whole page."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scanner.geometry import Points

UNIT_MM = 100.0
"""Places are divided by this, so that a page reaches from -1.5 to 1.5."""

SCATTER_MM = 0.03
"""Scale of the Cauchy weights: three times what a good landmark is off."""

NOISE_MM = 0.01
"""What a good landmark is off."""

BEND_MM = 0.1
"""Expected size of each term: it holds the surface where a page has no landmarks."""

ROUNDS = 3
"""Re-weighted fits."""


@dataclass(frozen=True)
class Surface:
    """Shift in mm at every place, a polynomial of the third degree in x and y."""

    middle_mm: NDArray[np.float64]
    """(2,)"""
    terms: NDArray[np.float64]
    """(10, 2): factors of `_powers` for the shift in x and y."""

    def at(self, points_mm: Points) -> Points:
        """Shifts (n, 2) at points (n, 2)."""
        return np.asarray(_powers((points_mm - self.middle_mm) / UNIT_MM) @ self.terms)

    def bends(self, points_mm: Points) -> NDArray[np.float64]:
        """Slopes (n, 2, 2) of the shift, mm per mm; rows x and y of the shift."""
        x, y = ((points_mm - self.middle_mm) / UNIT_MM).T
        one, none = np.ones_like(x), np.zeros_like(x)
        right = [none, one, none, 2 * x, y, none, 3 * x * x, 2 * x * y, y * y, none]
        down = [none, none, one, none, x, 2 * y, none, x * x, 2 * x * y, 3 * y * y]
        slopes = [np.column_stack(powers) @ self.terms / UNIT_MM for powers in (right, down)]
        return np.stack(slopes, axis=2)


def _powers(points: Points) -> NDArray[np.float64]:
    x, y = points.T
    xx, xy, yy = x * x, x * y, y * y
    return np.column_stack([np.ones_like(x), x, y, xx, xy, yy, xx * x, xx * y, x * yy, yy * y])


def fit_surface(points_mm: Points, shifts_mm: Points, weights: NDArray[np.float64]) -> Surface:
    """The surface through shifts (n, 2) at points (n, 2), robustly; weight 0 leaves one out."""
    middle = points_mm.mean(axis=0)
    powers = _powers((points_mm - middle) / UNIT_MM)
    ridge = (NOISE_MM / BEND_MM) ** 2 * np.eye(powers.shape[1])
    terms: NDArray[np.float64] = np.zeros((powers.shape[1], 2))
    counted = weights > 0
    off = shifts_mm - (np.median(shifts_mm[counted], axis=0) if counted.any() else 0.0)
    for _ in range(ROUNDS):
        square = off[:, 0] ** 2 + off[:, 1] ** 2
        weighted = powers * (weights / (1 + square / SCATTER_MM**2))[:, None]
        terms = np.asarray(
            np.linalg.solve(weighted.T @ powers + ridge, weighted.T @ shifts_mm), dtype=np.float64
        )
        off = shifts_mm - powers @ terms
    return Surface(middle, terms)
