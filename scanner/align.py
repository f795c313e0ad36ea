"""Where each millimetre of the layout lies on the scan.

Markers (or QR codes) give a first map; landmarks of the known blank then undo what no
homography can: up to 2 mm of smooth paper warp, feeder stretch, a stretched photocopy.
Landmarks are matched near where they are foretold; those that agree with their neighbours
are trusted and foretell the next ones, until none is left that can be.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner import geometry, windows
from scanner.fields import local_planes, page_curve
from scanner.geometry import Matrix, Points
from scanner.landmarks import MATCH_PX_PER_MM, Landmarks, blurred
from scanner.paper import WorkImage, work_image
from scanner.seeds import Seeds
from scanner.windows import Grey

SEARCH_MM = 1.25
"""How far from its foretold place a landmark is looked for. Foretelling from neighbours errs
by 0.1 mm under a 2 mm warp; the page's own homography by up to 2 mm, in a page's middle only."""

MIN_PX_PER_MM, MAX_PX_PER_MM = 2.5, 60.0
"""64 and 1,500 dpi: beyond, there is nothing to see or the first map is nonsense."""

MIN_SCORE = 0.45
"""Least normalised correlation of a landmark that may be trusted. Good ones under heavy
ballpoint marks have 0.5-0.9, wrong places mostly below 0.4; agreement decides the rest."""

AGREE_MM = 0.3
"""A landmark is trusted when it lies this near to what its neighbours foretell."""

MAX_ROUNDS = 8
"""Rounds of matching: a flat page needs one, a 2 mm warp two or three, one QR code five."""

MIN_TRUSTED = 8
MIN_TRUSTED_SHARE = 0.25
"""A page with fewer trusted landmarks (of those on the image) is not aligned: another form,
the wrong side, a crumpled page. Usable pages have 0.8-1.0, a foreign page 0.0-0.1."""

ENOUGH_NEIGHBOURS = 3
"""Trusted neighbours that carry a plane; with fewer, the page's curve foretells."""


@dataclass(frozen=True)
class Alignment:
    """The map from millimetres on paper to raw pixels (edge coordinates), and its quality."""

    homography: Matrix
    """3 x 3, mm to raw px: the page as a whole."""
    points_mm: Points
    """Trusted landmarks (and markers), (n, 2)."""
    shifts_mm: Points
    """Where they were found, minus where the homography has them, in mm on paper (n, 2)."""
    landmark_error_mm: NDArray[np.float64]
    """Per landmark: distance between where it matched and where its neighbours have it."""
    landmark_score: NDArray[np.float64]
    """Per landmark: correlation with the blank, 0 where it was never looked for."""
    trusted_share: float
    """Trusted landmarks among those that lie on the image."""
    residual_mm: float
    """Root mean square of the trusted landmarks' errors."""
    image_size: tuple[int, int]
    """Width and height of the raw image."""

    def places(self, points_mm: Points) -> tuple[Points, NDArray[np.float64]]:
        """Raw pixel positions (n, 2) of points on paper and the slopes (n, 2, 2), px per mm."""
        shifts, bends = _interpolate(self.points_mm, self.shifts_mm, points_mm)
        moved = points_mm + shifts
        slopes = geometry.jacobians(self.homography, moved) @ (np.eye(2) + bends)
        return geometry.apply(self.homography, moved), slopes

    @property
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
class _Found:
    """What is known of each landmark so far (arrays over all landmarks)."""

    px: Points
    score: NDArray[np.float64]
    error_mm: NDArray[np.float64]
    trusted: NDArray[np.bool_]


@dataclass(frozen=True)
class Aligned:
    """An aligned page and the picture it is measured on."""

    work: WorkImage
    alignment: Alignment


def align(grey: Grey, seeds: Seeds, marks: Landmarks) -> Aligned | None:
    """Align one page: a raw image (h x w, 8 bit) and the points known on it.

    None when too few landmarks are where the form has them: not this form, or unreadable.
    """
    homography = _first_map(seeds)
    if homography is None:
        return None
    scale = float(np.sqrt(abs(np.linalg.det(geometry.jacobians(homography, seeds.mm[:1])[0]))))
    if not MIN_PX_PER_MM <= scale <= MAX_PX_PER_MM:
        return None
    work = work_image(grey, scale)
    picture = blurred(work.grey, scale / work.reduction)
    size = (grey.shape[1], grey.shape[0])
    alignment = _grow(picture, work.reduction, size, homography, seeds, marks)
    return None if alignment is None else Aligned(work, alignment)


def _first_map(seeds: Seeds) -> Matrix | None:
    try:
        homography = geometry.fit_homography(seeds.mm, seeds.px, seeds.sigma_px)
    except np.linalg.LinAlgError:
        return None
    return homography if np.isfinite(homography).all() else None


def _grow(
    picture: Grey,
    reduction: int,
    raw_size: tuple[int, int],
    homography: Matrix,
    seeds: Seeds,
    marks: Landmarks,
) -> Alignment | None:
    """Rounds of matching and judging, from the seeds outwards."""
    n = len(marks.centres_mm)
    found = _Found(np.zeros((n, 2)), np.zeros(n), np.full(n, np.inf), np.zeros(n, dtype=bool))
    away = _distance_to_seeds(marks, seeds)
    reach, before = seeds.reach_mm, -1
    for _round in range(MAX_ROUNDS):
        inside = _inside(homography, marks.centres_mm, raw_size)
        todo = inside & ~found.trusted & (away <= reach)
        if todo.any():
            found = _look(picture, reduction, homography, marks, found, todo)
        grown = int(found.trusted.sum())
        if (away[inside] <= reach).all() and grown == before:
            break
        if np.isfinite(seeds.reach_mm):
            homography = _refit(homography, marks, found, seeds)
        reach, before = reach * 2, grown
    return _conclude(homography, marks, found, raw_size, seeds)


def _distance_to_seeds(marks: Landmarks, seeds: Seeds) -> NDArray[np.float64]:
    away = np.linalg.norm(marks.centres_mm[:, None] - seeds.mm[None], axis=2)
    return np.asarray(away.min(axis=1))


def _inside(homography: Matrix, centres: Points, raw_size: tuple[int, int]) -> NDArray[np.bool_]:
    """Landmarks whose middle lies on the image, with a little room."""
    px = geometry.apply(homography, centres)
    return np.asarray(((px > 0) & (px < np.array(raw_size))).all(axis=1))


def _look(
    picture: Grey,
    reduction: int,
    homography: Matrix,
    marks: Landmarks,
    found: _Found,
    todo: NDArray[np.bool_],
) -> _Found:
    """Match the landmarks of ``todo`` where they are foretold, then judge all anew."""
    foretold = _foretell(homography, marks, found, todo)
    chosen = np.flatnonzero(todo)
    at = marks.centres_mm[chosen] + foretold
    slopes = geometry.jacobians(homography, at)
    centres = geometry.apply(homography, at)
    offset_mm, score = match(
        picture, centres / reduction, slopes / reduction, marks.templates[chosen]
    )
    px, scores = found.px.copy(), found.score.copy()
    px[chosen] = centres + np.einsum("nij,nj->ni", slopes, offset_mm)
    scores[chosen] = score
    return _judge(homography, marks, replace(found, px=px, score=scores))


def _foretell(
    homography: Matrix,
    marks: Landmarks,
    found: _Found,
    todo: NDArray[np.bool_],
) -> Points:
    """Shift (mm) at which each landmark of ``todo`` is expected."""
    at = marks.centres_mm[todo]
    if int(found.trusted.sum()) < 2 * MIN_TRUSTED:
        return np.zeros_like(at)
    shifts = _shifts(homography, marks.centres_mm, found.px)
    known = found.trusted
    curve = page_curve(marks.centres_mm[known], shifts[known], at)
    beside = marks.neighbours[todo]
    weights = known[beside].astype(np.float64)
    plane, _ = local_planes(marks.centres_mm[beside] - at[:, None], shifts[beside], weights)
    carried = weights.sum(axis=1) >= ENOUGH_NEIGHBOURS
    return np.asarray(np.where(carried[:, None], plane, curve), dtype=np.float64)


def _shifts(homography: Matrix, mm: Points, px: Points) -> Points:
    """How far on paper each found point lies from where the homography has it."""
    return geometry.apply(np.asarray(np.linalg.inv(homography)), px) - mm


def _judge(homography: Matrix, marks: Landmarks, found: _Found) -> _Found:
    """Trust whoever matched well and agrees with well-matched neighbours."""
    shifts = _shifts(homography, marks.centres_mm, found.px)
    beside = marks.neighbours
    weights = np.where(found.score[beside] >= MIN_SCORE, found.score[beside], 0.0)
    plane, _ = local_planes(
        marks.centres_mm[beside] - marks.centres_mm[:, None], shifts[beside], weights
    )
    carried = (weights > 0).sum(axis=1) >= ENOUGH_NEIGHBOURS
    looked = found.score > 0
    error = np.where(carried & looked, np.linalg.norm(shifts - plane, axis=1), np.inf)
    trusted = (found.score >= MIN_SCORE) & (error <= AGREE_MM)
    return replace(found, error_mm=error, trusted=np.asarray(trusted))


def match(
    picture: Grey, centres: Points, slopes: NDArray[np.float64], templates: Grey
) -> tuple[Points, NDArray[np.float64]]:
    """Find each template near its centre in ``picture`` (px of that picture, edge coordinates).

    Returns offsets on paper in mm (n, 2) and the correlations (n,), at least 0; a best place at
    the rim of the search has no peak there and scores 0.01 (looked for, not found).
    """
    size = templates.shape[1]
    reach = round(SEARCH_MM * MATCH_PX_PER_MM)
    side = size + 2 * reach
    cut = windows.cut(picture, centres, slopes, (side, side), MATCH_PX_PER_MM)
    surface = np.empty((len(cut), 2 * reach + 1, 2 * reach + 1), dtype=np.float32)
    for index in range(len(cut)):
        cv2.matchTemplate(cut[index], templates[index], cv2.TM_CCOEFF_NORMED, surface[index])
    return _peaks(surface, reach)


def _peaks(surface: NDArray[np.float32], reach: int) -> tuple[Points, NDArray[np.float64]]:
    """Sub-pixel maxima of correlation surfaces (a parabola each way)."""
    count, side = surface.shape[:2]
    best = surface.reshape(count, -1).argmax(axis=1)
    y, x = np.divmod(best, side)
    rows = np.arange(count)
    top = surface[rows, y, x].astype(np.float64)
    rim = (x == 0) | (y == 0) | (x == side - 1) | (y == side - 1)
    x, y = np.clip(x, 1, side - 2), np.clip(y, 1, side - 2)
    across = [surface[rows, y, x + step].astype(np.float64) for step in (-1, 0, 1)]
    down = [surface[rows, y + step, x].astype(np.float64) for step in (-1, 0, 1)]
    fine = np.column_stack([x + _vertex(*across), y + _vertex(*down)])
    return (fine - reach) / MATCH_PX_PER_MM, np.where(rim, 0.01, np.maximum(top, 0.01))


def _vertex(
    before: NDArray[np.float64], at: NDArray[np.float64], after: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Top of the parabola through three neighbouring values, within half a step."""
    bend = before - 2 * at + after
    safe = np.where(bend < -1e-9, bend, -1.0)
    return np.asarray(np.clip((before - after) / (2 * safe), -0.5, 0.5))


def _refit(homography: Matrix, marks: Landmarks, found: _Found, seeds: Seeds) -> Matrix:
    """The homography through seeds and all trusted landmarks."""
    if int(found.trusted.sum()) < MIN_TRUSTED:
        return homography
    known = found.trusted
    mm = np.vstack([seeds.mm, marks.centres_mm[known]])
    px = np.vstack([seeds.px, found.px[known]])
    sigma = np.append(seeds.sigma_px, np.full(int(known.sum()), float(seeds.sigma_px.max())))
    return geometry.fit_homography(mm, px, sigma)


def _conclude(
    homography: Matrix,
    marks: Landmarks,
    found: _Found,
    raw_size: tuple[int, int],
    seeds: Seeds,
) -> Alignment | None:
    inside = _inside(homography, marks.centres_mm, raw_size)
    trusted = int(found.trusted.sum())
    share = trusted / max(int(inside.sum()), 1)
    if trusted < MIN_TRUSTED or share < MIN_TRUSTED_SHARE:
        return None
    homography = _refit(homography, marks, found, seeds)
    points = marks.centres_mm[found.trusted]
    return Alignment(
        homography=homography,
        points_mm=points,
        shifts_mm=_shifts(homography, points, found.px[found.trusted]),
        landmark_error_mm=found.error_mm,
        landmark_score=found.score,
        trusted_share=share,
        residual_mm=float(np.sqrt(np.mean(found.error_mm[found.trusted] ** 2))),
        image_size=raw_size,
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
    away = known_mm[None] - at_mm[:, None]
    distance = np.linalg.norm(away, axis=2)
    near = np.argpartition(distance, min(INTERPOLATE_FROM, len(known_mm)) - 1, axis=1)
    near = near[:, :INTERPOLATE_FROM]
    nearest = np.take_along_axis(distance, near, axis=1)
    least = nearest.min(axis=1, keepdims=True)
    weights = np.exp(-(nearest**2 - least**2) / (2 * INTERPOLATE_MM**2)) + 1e-6
    return local_planes(
        np.take_along_axis(away, near[:, :, None], axis=1), shifts_mm[near], weights
    )
