"""Plane geometry of a page: the map from millimetres on paper to pixels, fitted to points.

Pixel coordinates are *edge* coordinates throughout the scanner: pixel ``i`` covers
``[i, i + 1)``, its centre is ``i + 0.5``. Libraries that count pixel centres as integers
(OpenCV) get ``- 0.5`` where they are called, and only there.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""Shape (n, 2): x, y."""

Matrix = NDArray[np.float64]

UNIT_MM = 100.0
"""Millimetres are divided by this inside the fit, so that all eight numbers are near 1."""

WIDE_SPREAD_MM = 15.0
"""Least standard deviation of the given points across their thinnest direction from which
perspective can be told from noise: two QR codes in opposite corners give 40-60, four markers
90, one QR code 8, two markers on one edge 4."""

PERSPECTIVE_SIGMA = (0.002, 0.2)
"""Expected perspective per 100 mm for thinly and widely spread points. A flat-bed scan has
none; a telephone held at 12 % tilt has 0.06. Thinly spread points (0.5 px of noise on a 20 mm
QR code reads as 0.02) must not invent any: it would be 10 mm at the far end of the page."""

AFFINE_SIGMA = 0.05
"""Expected relative shear and difference of the two scales: 5 %, four times what feeders do."""

LEAST_SCALE_PX = 1.0
"""Pixels per `UNIT_MM` at least: anything smaller is no picture of a page."""

HUBER_PX = 3.0
"""Residuals beyond three times a point's own sigma count linearly: one wrong marker out of
four must not bend the page."""

ITERATIONS = 12


def apply(homography: Matrix, points: Points) -> Points:
    """Map (n, 2) points through a 3 x 3 homography."""
    mapped = points @ homography[:, :2].T + homography[:, 2]
    return np.asarray(mapped[:, :2] / mapped[:, 2:], dtype=np.float64)


def jacobians(homography: Matrix, points: Points) -> NDArray[np.float64]:
    """Derivative (n, 2, 2) of `apply` at each point: px per mm, rows x and y."""
    mapped = points @ homography[:, :2].T + homography[:, 2]
    ratio = mapped[:, :2] / mapped[:, 2:]
    slope = homography[None, :2, :2] - ratio[:, :, None] * homography[None, 2:, :2]
    return np.asarray(slope / mapped[:, 2:, None], dtype=np.float64)


def spread_mm(points: Points) -> float:
    """Standard deviation across the thinnest direction of a cloud of points."""
    if len(points) < 3:
        return 0.0
    return float(np.linalg.svd(points - points.mean(axis=0), compute_uv=False)[-1]) / float(
        np.sqrt(len(points))
    )


def fit_homography(mm: Points, px: Points, sigma_px: NDArray[np.float64]) -> Matrix:
    """The homography that maps ``mm`` to ``px`` best, with the least distortion.

    Levenberg-free Gauss-Newton with Huber weights on ``(px error) / sigma_px``, and a prior:
    equal scales, no shear, no perspective (see the constants). With four markers the prior
    changes nothing measurable; with two markers or one QR code it is what keeps the far end
    of the page within reach. Needs two points or more. Raises LinAlgError when the points
    fall together.
    """
    centre = mm.mean(axis=0)
    unit = (mm - centre) / UNIT_MM
    homogeneous = np.column_stack([unit, np.ones(len(unit))])
    numbers = _start(unit, px)
    if not np.hypot(numbers[0], numbers[3]) > LEAST_SCALE_PX:
        raise np.linalg.LinAlgError("the points fall together")
    wide = spread_mm(mm) >= WIDE_SPREAD_MM
    prior = _prior(numbers, PERSPECTIVE_SIGMA[int(wide)])
    for _ in range(ITERATIONS):
        step = _step(numbers, homogeneous, px, sigma_px, prior)
        numbers = numbers + step
        if float(np.abs(step).max()) < 1e-9 * float(np.abs(numbers).max()):
            break
    if not np.isfinite(numbers).all():
        raise np.linalg.LinAlgError("the points span nothing")
    shift = np.array(
        [[1 / UNIT_MM, 0, -centre[0] / UNIT_MM], [0, 1 / UNIT_MM, -centre[1] / UNIT_MM], [0, 0, 1]]
    )
    return np.asarray(np.append(numbers, 1.0).reshape(3, 3) @ shift, dtype=np.float64)


def _start(unit: Points, px: Points) -> NDArray[np.float64]:
    """The best similarity: scale, turn and place, by least squares."""
    source = (unit - unit.mean(axis=0)) @ np.array([1, 1j])
    target = (px - px.mean(axis=0)) @ np.array([1, 1j])
    spread = np.vdot(source, source).real
    turn = np.vdot(source, target) / spread if spread > 0 else 0j
    linear = np.array([[turn.real, -turn.imag], [turn.imag, turn.real]])
    place = px.mean(axis=0) - linear @ unit.mean(axis=0)
    return np.array([*linear[0], place[0], *linear[1], place[1], 0.0, 0.0])


def _prior(numbers: NDArray[np.float64], perspective: float) -> NDArray[np.float64]:
    """Rows of ``prior @ numbers ~ 0``, each divided by its sigma (4 x 8)."""
    scale = float(np.hypot(numbers[0], numbers[3])) * AFFINE_SIGMA
    rows = np.zeros((4, 8))
    rows[0, [0, 4]] = 1 / scale, -1 / scale
    rows[1, [1, 3]] = 1 / scale, 1 / scale
    rows[2, 6] = rows[3, 7] = 1 / perspective
    return rows


def _step(
    numbers: NDArray[np.float64],
    homogeneous: NDArray[np.float64],
    px: Points,
    sigma_px: NDArray[np.float64],
    prior: NDArray[np.float64],
) -> NDArray[np.float64]:
    """One Gauss-Newton step of the weighted, regularised problem, by its normal equations: what
    they round away the next step sees."""
    mapped = homogeneous @ np.append(numbers, 1.0).reshape(3, 3).T
    depth, seen = mapped[:, 2], mapped[:, :2] / mapped[:, 2:]
    error = px - seen
    size = np.maximum(np.hypot(error[:, 0], error[:, 1]) / sigma_px, 1e-12)
    weight = np.sqrt(np.minimum(1.0, HUBER_PX / size)) / sigma_px
    rows = np.zeros((2, len(px), 8))
    rows[0, :, 0:3] = rows[1, :, 3:6] = homogeneous
    rows[:, :, 6:8] = -seen.T[:, :, None] * homogeneous[:, :2]
    rows *= (weight / depth)[:, None]
    design = rows.reshape(-1, 8)
    normal = design.T @ design + prior.T @ prior
    wanted = design.T @ (error * weight[:, None]).T.ravel() - prior.T @ (prior @ numbers)
    return np.asarray(np.linalg.solve(normal, wanted))
