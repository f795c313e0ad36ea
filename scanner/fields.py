"""Local plane fits: a smooth field of small shifts, foretold from its neighbours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scanner.geometry import Points

OUTLIER_MM = 0.05
"""Scale of the Cauchy weights: ordinary neighbours differ from the plane through them by
0.01-0.05 mm, also under a 2 mm warp; mislocked ones by 0.5 mm and more."""

SLOPE_SIGMA = 0.02
"""Expected slope of the field (mm shift per mm): 2 mm of warp over a quarter page. Holds the
plane where neighbours lie on one line, as along a comb."""

NOISE_MM = 0.02
"""Expected error of one neighbour, against which the slope's prior is weighed."""

ROUNDS = 3
"""Re-weighted fits: three settle whom to believe; more changes nothing measurable."""


def local_planes(
    away_mm: NDArray[np.float64],
    shifts_mm: NDArray[np.float64],
    weights: NDArray[np.float64],
    start_mm: Points | None = None,
) -> tuple[Points, NDArray[np.float64]]:
    """Fit a plane to each row of neighbours, robustly.

    ``away_mm`` (n, k, 2): where the neighbours lie, seen from the point; ``shifts_mm`` (n, k, 2)
    their shifts; ``weights`` (n, k), 0 leaves a neighbour out. Returns the shift at the points
    (n, 2) and its slopes (n, 2, 2), rows x and y. Without any weight both are 0.

    ``start_mm`` (n, 2) is what the shift is first taken for: beside a fold neighbours lie on two
    planes, and the fit keeps to the one that it begins near. The median of the neighbours else.
    """
    design = np.concatenate([np.ones((*away_mm.shape[:2], 1)), away_mm], axis=2)
    start = _medians(shifts_mm, weights) if start_mm is None else start_mm
    error = np.linalg.norm(shifts_mm - start[:, None], axis=2)
    ridge = np.diag([1e-9, (NOISE_MM / SLOPE_SIGMA) ** 2, (NOISE_MM / SLOPE_SIGMA) ** 2])
    planes = np.zeros((len(away_mm), 3, 2))
    for _ in range(ROUNDS):
        weighted = design * (weights / (1 + (error / OUTLIER_MM) ** 2))[:, :, None]
        normal = weighted.transpose(0, 2, 1) @ design + ridge
        planes = np.linalg.solve(normal, weighted.transpose(0, 2, 1) @ shifts_mm)
        error = np.linalg.norm(shifts_mm - design @ planes, axis=2)
    return planes[:, 0], planes[:, 1:].transpose(0, 2, 1)


def _medians(shifts_mm: NDArray[np.float64], weights: NDArray[np.float64]) -> Points:
    """Median shift of the neighbours that count (0 where none does): where to start, so that
    a minority of mislocked neighbours cannot pull the first plane to its side."""
    counts = (weights > 0).sum(axis=1)
    ordered = np.sort(np.where(weights[:, :, None] > 0, shifts_mm, np.inf), axis=1)
    middle = np.maximum(counts - 1, 0) // 2
    rows = np.arange(len(weights))
    medians = (
        ordered[rows, middle] + ordered[rows, np.minimum(counts // 2, len(ordered[0]) - 1)]
    ) / 2
    return np.where(counts[:, None] > 0, medians, 0.0)


def page_curve(points_mm: Points, shifts_mm: Points, at_mm: Points) -> Points:
    """A second-degree surface through scattered shifts, for places with no neighbour yet."""
    centre = points_mm.mean(axis=0)
    solved = np.linalg.lstsq(_terms(points_mm - centre), shifts_mm, rcond=None)[0]
    return np.asarray(_terms(at_mm - centre) @ solved)


def _terms(points: Points) -> NDArray[np.float64]:
    x, y = points[:, 0] / 100, points[:, 1] / 100
    return np.column_stack([np.ones(len(x)), x, y, x * x, x * y, y * y])
