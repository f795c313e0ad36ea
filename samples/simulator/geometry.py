"""Where each millimetre of a form lies in a simulated picture: the ground truth of position.

Three steps: print (form mm -> paper mm, an affine map: print scale and offset), warp (the
sheet is not flat: paper mm -> seen mm), capture (seen mm -> picture px, a homography), and
at last a turn by quarter circles. Pixels are *edge coordinates*: 0 is the left edge of the
first pixel, so the middle of pixel i lies at i + 0.5.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""(n, 2) x, y."""
Matrix = NDArray[np.float64]
"""(3, 3) homography."""
Raster = NDArray[Any]
"""One coordinate at many places, float32 or float64."""

GRID_PX, FINE_GRID_PX = 16, 3
"""The map is computed at every 16th pixel and interpolated between: over 16 px the strongest
perspective of the profiles departs from a straight line by less than 0.01 px. Across a sheared
crease it bends within a millimetre: every third pixel keeps it within 0.012 mm at 300 dpi."""

BAND_PX = 96
"""Rows that are resampled at a time."""

INVERSE_STEPS = 12
"""Fixed-point steps to undo the warp. Its slope stays below 0.25, so 12 leave 0.25**12 of it."""


@dataclass(frozen=True)
class Ripple:
    """One slow wave of displacement: ``amplitude_mm`` (x, y) along ``wave`` (radians per mm)."""

    amplitude_mm: tuple[float, float]
    wave: tuple[float, float]
    phase: float


@dataclass(frozen=True)
class Crease:
    """A fold: across the line through ``at_mm`` with unit normal ``normal`` the paper jumps by
    ``gap_mm`` within about ``width_mm``, and slides by ``shear_mm`` along the line. Four fifths
    of the jump lie within 2.2 times ``width_mm``, the crushed zone."""

    at_mm: tuple[float, float]
    normal: tuple[float, float]
    gap_mm: float
    width_mm: float
    shear_mm: float = 0.0


@dataclass(frozen=True)
class Warp:
    """How a sheet that is not flat is displaced: seen = paper - d(seen)."""

    ripples: tuple[Ripple, ...] = ()
    creases: tuple[Crease, ...] = ()

    def displacement(self, seen: Points) -> Points:
        """d at seen points (n, 2), mm."""
        return np.stack(self.shift(seen[:, 0], seen[:, 1]), axis=1)

    def shift(self, x: Raster, y: Raster) -> tuple[Raster, Raster]:
        """d in x and in y at seen ``x``, ``y`` (any shape, alike), mm; as exact as they are."""
        dx, dy = np.zeros_like(x), np.zeros_like(x)
        for ripple in self.ripples:
            wave = np.sin(x * ripple.wave[0] + y * ripple.wave[1] + ripple.phase)
            dx += ripple.amplitude_mm[0] * wave
            dy += ripple.amplitude_mm[1] * wave
        for crease in self.creases:
            (x0, y0), (nx, ny), width = crease.at_mm, crease.normal, crease.width_mm
            step = 0.5 * np.tanh(x * (nx / width) + y * (ny / width) - (x0 * nx + y0 * ny) / width)
            dx += (crease.gap_mm * nx - crease.shear_mm * ny) * step
            dy += (crease.gap_mm * ny + crease.shear_mm * nx) * step
        return dx, dy

    @property
    def sheared(self) -> bool:
        return any(crease.shear_mm for crease in self.creases)

    def to_paper(self, seen: Points) -> Points:
        return seen + self.displacement(seen)

    def to_seen(self, paper: Points) -> Points:
        """Inverse of `to_paper` by fixed-point steps."""
        seen = paper.copy()
        for _ in range(INVERSE_STEPS):
            seen = paper - self.displacement(seen)
        return seen


@dataclass(frozen=True, eq=False)
class Geometry:
    """The whole way of one page. ``size_px`` (width, height) is before the turn; a picture that
    is turned back clockwise by ``turn`` degrees stands upright."""

    print_matrix: Matrix
    warp: Warp
    capture: Matrix
    size_px: tuple[int, int]
    turn: int = 0

    def to_px(self, form_mm: Points) -> Points:
        """Picture px (n, 2) of points on the form (n, 2) in mm."""
        return self.paper_to_px(self.to_paper(form_mm))

    def to_paper(self, form_mm: Points) -> Points:
        """Points of the sheet of paper, mm from its own corner, of points on the form."""
        return apply(self.print_matrix, form_mm)

    def paper_to_px(self, paper_mm: Points) -> Points:
        """Picture px of points of the sheet of paper itself, in mm from its own corner."""
        upright = apply(self.capture, self.warp.to_seen(paper_mm))
        return self._turned(upright)

    def unturned_px(self, paper_mm: Points) -> Points:
        """Like `paper_to_px`, before the turn."""
        return apply(self.capture, self.warp.to_seen(paper_mm))

    def _turned(self, px: Points) -> Points:
        width, height = self.size_px
        x, y = px[:, 0], px[:, 1]
        return {
            0: px,
            90: np.stack([y, width - x], axis=1),
            180: np.stack([width - x, height - y], axis=1),
            270: np.stack([height - y, x], axis=1),
        }[self.turn]

    def resample(
        self, raster: NDArray[np.uint8], scale: Points, beyond: int = 255
    ) -> NDArray[np.uint8]:
        """The picture (before the turn) of a raster of the form with ``scale`` (2,) px per mm,
        and of grey ``beyond``. In bands, whose maps stay in the processor's cache."""
        width, height = self.size_px
        picture = np.empty((height, width, *raster.shape[2:]), dtype=np.uint8)
        grid = FINE_GRID_PX if self.warp.sheared else GRID_PX
        coarse = self._sources(scale, grid)
        cells = BAND_PX // grid
        for first in range(0, -(-height // grid), cells):
            top = first * grid
            fine = _fine(coarse[first : first + cells + 2], grid)
            band = picture[top : top + cells * grid]
            maps = fine[: band.shape[0], :width]
            band[...] = _remap(raster, maps, borderValue=(beyond,) * 3)
        return picture

    def _sources(self, scale: Points, grid: int) -> NDArray[np.float32]:
        """(rows, columns, 2) where each corner of a grid of ``grid`` px comes from in a raster of
        the form, in pixel-centre coordinates. The grid starts half a cell before the picture."""
        width, height = self.size_px
        x = np.arange(width // grid + 3, dtype=np.float32)[None, :] * grid - grid / 2
        y = np.arange(height // grid + 3, dtype=np.float32)[:, None] * grid - grid / 2
        seen_x, seen_y = _mapped(_inverse(self.capture), x, y)
        dx, dy = self.warp.shift(seen_x, seen_y)
        to_raster = np.diag([*scale, 1.0]) @ _inverse(self.print_matrix)
        sources = _mapped(to_raster, seen_x + dx, seen_y + dy)
        return np.asarray(np.stack(sources, axis=2) - 0.5, dtype=np.float32)


_remap = partial(
    cv2.remap, map2=None, interpolation=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT
)
"""With one map of x and y together, which the types of OpenCV do not know of."""


def _fine(coarse: NDArray[np.float32], grid: int) -> NDArray[np.float32]:
    """From the grid to every pixel but those of its outer cells. `cv2.resize` puts grid cell i at
    grid * (i + 0.5)."""
    rows, columns = coarse.shape[:2]
    fine = cv2.resize(coarse, (columns * grid, rows * grid), interpolation=cv2.INTER_LINEAR)
    return np.asarray(fine[grid:-grid, grid:-grid], dtype=np.float32)


def apply(matrix: Matrix, points: Points) -> Points:
    """A homography on points (n, 2)."""
    lifted = points @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(lifted[:, :2] / lifted[:, 2:], dtype=np.float64)


def _mapped(matrix: Matrix, x: Raster, y: Raster) -> tuple[Raster, Raster]:
    """A homography on coordinates that broadcast; in single precision a pixel of 5,000 is kept
    to 0.0005."""
    m = matrix.astype(np.float32)
    across, down = (m[i, 0] * x + m[i, 1] * y + m[i, 2] for i in (0, 1))
    if not m[2, :2].any():
        return across / m[2, 2], down / m[2, 2]
    depth = m[2, 0] * x + m[2, 1] * y + m[2, 2]
    return across / depth, down / depth


def _inverse(matrix: Matrix) -> Matrix:
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)


def scaling(factor: float, about: tuple[float, float], offset: tuple[float, float]) -> Matrix:
    """Scale by ``factor`` about a point, then shift; mm."""
    shift = [(1 - factor) * about[axis] + offset[axis] for axis in (0, 1)]
    return np.array([[factor, 0, shift[0]], [0, factor, shift[1]], [0, 0, 1.0]])


def skewed(
    angle_deg: float, about: tuple[float, float], offset: tuple[float, float], px_per_mm: float
) -> Matrix:
    """Turn by ``angle_deg`` about a point (mm), shift (mm), and scale to pixels."""
    angle = np.deg2rad(angle_deg)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    centre = np.array(about)
    matrix = np.eye(3)
    matrix[:2, :2] = px_per_mm * turn
    matrix[:2, 2] = px_per_mm * (centre - turn @ centre + np.array(offset))
    return matrix


def through_corners(corners_mm: Points, corners_px: Points) -> Matrix:
    """The homography that takes four points to four points."""
    matrix = cv2.getPerspectiveTransform(
        corners_mm.astype(np.float32), corners_px.astype(np.float32)
    )
    return np.asarray(matrix, dtype=np.float64)
