"""Where each millimetre of the layout lies on the scan.

Markers (or QR codes) give a first map; landmarks of the known blank then undo what no
homography can: up to 2 mm of smooth paper warp, feeder stretch, a stretched photocopy.
Landmarks are matched near where they are foretold; those that agree with their neighbours
are trusted and foretell the next ones, until none is left that can be.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scanner import geometry
from scanner.fields import local_planes
from scanner.geometry import Matrix, Points
from scanner.grow import MIN_TRUSTED, Found, Scene, grow, on_image, refit, shifts_mm
from scanner.landmarks import Landmarks, blurred
from scanner.paper import WorkImage, reduce_area, work_image
from scanner.quick import quick
from scanner.seeds import Seeds
from scanner.surface import Surface
from scanner.windows import Grey

MIN_PX_PER_MM, MAX_PX_PER_MM = 2.5, 60.0
"""64 and 1,500 dpi: beyond, there is nothing to see or the first map is nonsense."""

LEAST_QUICK_PX_PER_MM = 3.5
"""The quick way sees as well on a picture of this resolution as on one twice as fine, and blurs
its windows only: landmarks are matched at 4 px/mm."""

MIN_TRUSTED_SHARE = 0.25
"""A page with fewer trusted landmarks (of those on the image) is not aligned: another form,
the wrong side, a crumpled page. Usable pages have 0.8-1.0, a foreign page 0.0-0.1."""


@dataclass(frozen=True)
class Alignment:
    """The map from millimetres on paper to raw pixels (edge coordinates), and its quality."""

    homography: Matrix
    """3 x 3, mm to raw px: the page as a whole."""
    points_mm: Points
    """Trusted landmarks, (n, 2)."""
    shifts_mm: Points
    """Where they were found, minus where the homography has them, in mm on paper (n, 2)."""
    landmark_error_mm: NDArray[np.float64]
    """Per landmark: distance between where it matched and where its neighbours have it."""
    landmark_score: NDArray[np.float64]
    """Per landmark: correlation with the blank, 0 where it was never looked for."""
    landmark_trusted: NDArray[np.bool_]
    """Per landmark: whether it is one of `points_mm`."""
    trusted_share: float
    """Trusted landmarks among those that lie on the image."""
    residual_mm: float
    """Root mean square of the trusted landmarks' errors."""
    image_size: tuple[int, int]
    """Width and height of the raw image."""
    surface: Surface | None = None
    """The shifts of a page that proved to be flat; others are interpolated place by place."""

    def places(self, points_mm: Points) -> tuple[Points, NDArray[np.float64]]:
        """Raw pixel positions (n, 2) of points on paper and the slopes (n, 2, 2), px per mm."""
        if self.surface is not None:
            shifts, bends = self.surface.at(points_mm), self.surface.bends(points_mm)
        else:
            shifts, bends = _interpolate(self.points_mm, self.shifts_mm, points_mm)
        moved = points_mm + shifts
        slopes = geometry.jacobians(self.homography, moved) @ (np.eye(2) + bends)
        return geometry.apply(self.homography, moved), slopes

    @cached_property
    def px_per_mm(self) -> float:
        """Mean scale at the middle of the known points."""
        middle = self.points_mm.mean(axis=0, keepdims=True)
        slope = geometry.jacobians(self.homography, middle)[0]
        return float(np.sqrt(abs(np.linalg.det(slope))))

    @property
    def rotation(self) -> int:
        """Degrees (0, 90, 180, 270) the image must be turned clockwise to stand upright."""
        middle = self.points_mm.mean(axis=0, keepdims=True)
        right = geometry.jacobians(self.homography, middle)[0][:, 0]
        turned = round(float(np.degrees(np.arctan2(right[1], right[0]))) / 90)
        return -turned * 90 % 360


@dataclass(frozen=True)
class Aligned:
    """An aligned page and the picture it is measured on."""

    work: WorkImage
    alignment: Alignment


def align(grey: Grey, seeds: Seeds, marks: Landmarks, halved: Grey | None = None) -> Aligned | None:
    """Align one page: a raw image (h x w, 8 bit; ``halved``: see `paper.reduce_area`) and the
    points known on it.

    None when too few landmarks are where the form has them: not this form, or unreadable.
    """
    homography = _first_map(seeds)
    if homography is None:
        return None
    scale = float(np.sqrt(abs(np.linalg.det(geometry.jacobians(homography, seeds.mm[:1])[0]))))
    if not MIN_PX_PER_MM <= scale <= MAX_PX_PER_MM:
        return None
    work = work_image(grey, scale, halved)
    alignment = _flat(work, scale, grey, seeds, marks, homography)
    if alignment is None:
        picture = blurred(work.grey, scale / work.reduction)
        scene = Scene(picture, work.reduction, (grey.shape[1], grey.shape[0]), seeds, marks)
        alignment = _conclude(scene, *grow(scene, homography))
    return None if alignment is None else Aligned(work, alignment)


def _flat(
    work: WorkImage,
    scale: float,
    grey: Grey,
    seeds: Seeds,
    marks: Landmarks,
    homography: Matrix,
) -> Alignment | None:
    """The alignment of a page that proves to be flat."""
    halved = 2 if scale / work.reduction >= 2 * LEAST_QUICK_PX_PER_MM else 1
    picture, reduction = reduce_area(work.grey, halved), work.reduction * halved
    scene = Scene(picture, reduction, (grey.shape[1], grey.shape[0]), seeds, marks)
    flat = quick(scene, homography)
    return None if flat is None else _alignment(scene, homography, flat.found, flat.surface)


def _first_map(seeds: Seeds) -> Matrix | None:
    try:
        homography = geometry.fit_homography(seeds.mm, seeds.px, seeds.sigma_px)
    except np.linalg.LinAlgError:
        return None
    return homography if np.isfinite(homography).all() else None


def _conclude(scene: Scene, homography: Matrix, found: Found) -> Alignment | None:
    trusted = int(found.trusted.sum())
    share = trusted / max(int(on_image(homography, scene).sum()), 1)
    if trusted < MIN_TRUSTED or share < MIN_TRUSTED_SHARE:
        return None
    return _alignment(scene, refit(scene, homography, found), found, None)


def _alignment(
    scene: Scene, homography: Matrix, found: Found, surface: Surface | None
) -> Alignment:
    points = scene.marks.centres_mm[found.trusted]
    inside = max(int(on_image(homography, scene).sum()), 1)
    return Alignment(
        homography=homography,
        points_mm=points,
        shifts_mm=shifts_mm(homography, points, found.px[found.trusted]),
        landmark_error_mm=found.error_mm,
        landmark_score=found.score,
        landmark_trusted=found.trusted,
        trusted_share=int(found.trusted.sum()) / inside,
        residual_mm=float(np.sqrt(np.mean(found.error_mm[found.trusted] ** 2))),
        image_size=scene.raw_size,
        surface=surface,
    )


INTERPOLATE_FROM = 8
"""Trusted landmarks from which a point between them takes its shift."""

INTERPOLATE_MM = 8.0
"""Their weights fall as a Gaussian of this sigma: a box's own landmark counts most and its
ring damps the noise of one match."""


def _interpolate(
    known_mm: Points, shifts_mm: Points, at_mm: Points
) -> tuple[Points, NDArray[np.float64]]:
    """Shifts (n, 2) and their slopes (n, 2, 2) at any points on paper."""
    known, at = known_mm.astype(np.float32), at_mm.astype(np.float32)
    squares = (known**2).sum(axis=1) - 2 * at @ known.T
    near = np.argpartition(squares, min(INTERPOLATE_FROM, len(known_mm)) - 1, axis=1)
    near = near[:, :INTERPOLATE_FROM]
    away = known_mm[near] - at_mm[:, None]
    distance = (away**2).sum(axis=2)
    least = distance.min(axis=1, keepdims=True)
    weights = np.exp((least - distance) / (2 * INTERPOLATE_MM**2)) + 1e-6
    first = near[np.arange(len(near)), distance.argmin(axis=1)]
    return local_planes(away, shifts_mm[near], weights, shifts_mm[first])
