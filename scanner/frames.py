"""The printed frame of a box as the last witness of its place: is each side where it should be?

Landmarks place a box by all that is printed round it, and its neighbours vouch for it. Beside a
crease that slid, or a torn edge, neighbours are no witnesses. There the four sides of the frame are
looked at themselves: a printed line runs along a whole side, a pen crosses it here and there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from forms.layout import Box
from forms.printed import PrintedForm
from scanner import windows
from scanner.align import Alignment
from scanner.blank import PageCache, render_blank
from scanner.boxes import centres_mm, field_boxes, field_boxes_of, halves_mm
from scanner.geometry import Points
from scanner.landmarks import Landmarks
from scanner.paper import WorkImage
from scanner.placed import PlacedBoxes
from scanner.reading import Reason
from scanner.windows import Grey

Numbers = NDArray[np.float64]

PROFILE_PX_PER_MM = 10.0
"""Steps across a side: 0.1 mm, between which a parabola finds the line to 0.02 mm."""

REACH_MM = 0.8
"""How far a side is looked for: creases of the simulator slide by up to 1 mm in all, and the box
is placed between."""

SHAPE_MM = 0.8
"""What of the blank is looked for: this far to either side of the frame's outer edge."""

ALONG = 12
"""Points along a side, half of them in each part of it. A pen's stroke covers one or two."""

PARTS = 2
"""A side is seen in two parts, so that a frame that is bent shows."""

CORNER_MM = 0.5
"""Left out at either end of a side: there other sides begin."""

SIDES = np.array([[0.0, -1.0], [1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])
"""Outward directions of the upper, right, lower and left side."""


@dataclass(frozen=True)
class Shapes:
    """Blank profiles across the sides of all field boxes of one page, in the layout's order."""

    profiles: Numbers
    """(n, 4, PARTS, 2 * SHAPE_MM * PROFILE_PX_PER_MM + 1): darkness, 0-1."""

    @cached_property
    def strength(self) -> Numbers:
        """(n, 4, PARTS): standard deviation of each profile."""
        return np.asarray(self.profiles.std(axis=3))


@dataclass(frozen=True)
class Sides:
    """What was seen of the sides of boxes, each (n, 4, PARTS)."""

    score: Numbers
    """Correlation with the blank at the best place."""
    gain: Numbers
    """Contrast there, as a share of the blank's."""
    shift_mm: Numbers
    """How far outwards it lies from where it should."""
    contrast: Numbers
    """Standard deviation of all that was seen across it, as a share of the blank's."""


def _samples(mm: float) -> int:
    return 2 * round(mm * PROFILE_PX_PER_MM) + 1


def _profiles(
    picture: Grey, middles_px: Points, slopes: Numbers, halves: Points, reach_mm: float
) -> Numbers:
    """Darkness (0-1) across the sides of boxes, (n, 4, PARTS, samples), from within outwards."""
    n, count = len(halves), _samples(reach_mm)
    centres, frames = [], []
    for out in SIDES:
        along = np.array([-out[1], out[0]])
        length = 2 * np.abs(halves @ along) - 2 * CORNER_MM
        offset = out * np.abs(halves @ out)[:, None]
        centres.append(middles_px + np.einsum("nij,nj->ni", slopes, offset))
        stretched = slopes @ along * (length * PROFILE_PX_PER_MM / ALONG)[:, None]
        frames.append(np.stack([stretched, slopes @ out], axis=2))
    at, ways = np.stack(centres, axis=1).reshape(-1, 2), np.stack(frames, axis=1)
    cut = windows.cut(picture, at, ways.reshape(-1, 2, 2), (ALONG, count), PROFILE_PX_PER_MM)
    points = cut.reshape(n, 4, count, PARTS, ALONG // PARTS)
    return np.asarray(1 - np.median(points, axis=4).transpose(0, 1, 3, 2) / 255.0)


def _shapes(printed: PrintedForm, page: int) -> Shapes:
    blank, boxes = render_blank(printed, page), field_boxes(printed.layout, page)
    slopes = np.broadcast_to(np.diag(blank.px_per_mm), (len(boxes), 2, 2))
    middles = centres_mm(boxes) * blank.px_per_mm
    return Shapes(_profiles(blank.grey, middles, slopes, halves_mm(boxes), SHAPE_MM))


shapes_of = PageCache(_shapes).get


def see_sides(
    picture: Grey, middles_px: Points, slopes: Numbers, boxes: Sequence[Box], shapes: Numbers
) -> Sides:
    """Look for the sides of boxes at their places on ``picture`` (px of that picture)."""
    seen = _profiles(picture, middles_px, slopes, halves_mm(boxes), REACH_MM + SHAPE_MM)
    views = np.lib.stride_tricks.sliding_window_view(seen, shapes.shape[3], axis=3)
    shape = shapes - shapes.mean(axis=3, keepdims=True)
    power = np.maximum((shape**2).sum(axis=3), 1e-6)
    product = np.einsum("nspvk,nspk->nspv", views, shape)
    spread = np.maximum(views.var(axis=4) * shapes.shape[3], 1e-6)
    score = product / np.sqrt(spread * power[..., None])
    best = score.argmax(axis=3)
    top = np.take_along_axis(score, best[..., None], axis=3)[..., 0]
    gain = np.take_along_axis(product, best[..., None], axis=3)[..., 0] / power
    shift = (best - (score.shape[3] - 1) / 2) / PROFILE_PX_PER_MM
    contrast = seen.std(axis=3) / np.sqrt(power / shapes.shape[3])
    return Sides(top, gain, shift, contrast)


CLEAR_SCORE, SEEN_SCORE = 0.8, 0.55
"""Correlation from which a part's place is believed, and below which it is not there."""

LEAST_GAIN = 0.15
"""Contrast, as a share of the blank's, below which nothing is printed there. Toner at 35 % leaves
0.26 and more; paper without print has 0.05."""

BLACK_STRENGTH = 0.2
"""Profiles of black lines; the grey dividers of a comb are weaker. They vanish on pale copies, and
writing crosses them: a divider never counts as missing."""

MOVED_MM, BENT_MM = 0.18, 0.3
"""A box this far from its frame, or a frame whose parts lie this far apart, is not certain."""

BARE_CONTRAST = 0.15
"""A whole side with less contrast than this share of the blank's has neither print nor ink on it:
there the paper ends. One such side is enough, where two must be missing under ink."""

GREY_AGREE_MM = 0.15
"""Dividers are believed where all their parts are clear and agree within this."""

NEAR_MM = 8.0
"""A box with an untrusted landmark this near to its frame is looked at on flat pages too."""


WHOLE_SCORE = 0.8
"""A mark box whose own landmark matched worse is looked at on flat pages too: beside the end of
the paper no other landmark need be lost. Where the paper ends in a box it has 0.57 to 0.69."""


@dataclass(frozen=True)
class FrameDoubts:
    """Which of the boxes (n,) have no frame where they are placed, or one that lies aside."""

    missing: NDArray[np.bool_]
    aside: NDArray[np.bool_]


def judge_sides(sides: Sides, black: NDArray[np.bool_]) -> FrameDoubts:
    """Judge boxes by their sides; ``black`` (n, 4, PARTS) tells which are printed in black."""
    printed = sides.gain >= LEAST_GAIN
    lost = ~(printed & (sides.score >= SEEN_SCORE)) & black
    clear = printed & (sides.score >= CLEAR_SCORE)
    outwards = SIDES.sum(axis=1)[None, :, None]
    moved = sides.shift_mm * outwards
    aside = np.zeros(len(moved), dtype=np.bool_)
    for pair in ([0, 2], [1, 3]):
        shape = (len(moved), -1)
        aside |= _aside(
            moved[:, pair].reshape(shape),
            clear[:, pair].reshape(shape),
            black[:, pair].reshape(shape),
        )
    bare = ((sides.contrast < BARE_CONTRAST) & black).sum(axis=2) == PARTS
    cut_off = bare.any(axis=1)
    return FrameDoubts(np.asarray((lost.all(axis=2).sum(axis=1) >= 2) | cut_off), aside)


def _aside(moved: Numbers, clear: NDArray[np.bool_], black: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether the parts (n, k) of two opposite sides lie elsewhere, or apart."""
    spread = np.ptp(moved, axis=1)
    agreed = clear.all(axis=1) & (spread <= GREY_AGREE_MM)
    counted = clear & (black | agreed[:, None])
    number = counted.sum(axis=1)
    mean = np.where(counted, moved, 0.0).sum(axis=1) / np.maximum(number, 1)
    most = np.where(counted, moved, -np.inf).max(axis=1)
    least = np.where(counted, moved, np.inf).min(axis=1)
    return np.asarray((number > 0) & ((np.abs(mean) > MOVED_MM) | (most - least > BENT_MM)))


def doubtful_frames(
    work: WorkImage,
    placed: PlacedBoxes,
    alignment: Alignment,
    marks: Landmarks,
    printed: PrintedForm,
    page: int,
) -> dict[str, Reason]:
    """Boxes, by id, whose frame is not where they are placed. On a page that is proved flat only
    those beside a landmark that was not trusted are looked at, and those whose own landmark was
    seen in part. Writing areas are not: their sides are long, bend with the paper, and some are
    dotted."""
    framed = field_boxes_of(printed, page).framed
    if alignment.surface is not None:
        near = ((marks.beside_mm <= NEAR_MM) & ~alignment.landmark_trusted).any(axis=1)
        half_seen = alignment.landmark_score[marks.own] < WHOLE_SCORE
        framed = framed & (near | ((marks.own >= 0) & half_seen))
    rows = np.flatnonzero(framed)
    if not len(rows):
        return {}
    boxes, shapes = [placed.boxes[row] for row in rows], shapes_of(printed, page)
    middles = placed.middles_px[rows] / work.reduction
    slopes = placed.slopes[rows] / work.reduction
    sides = see_sides(work.grey, middles, slopes, boxes, shapes.profiles[rows])
    doubts = judge_sides(sides, shapes.strength[rows] > BLACK_STRENGTH)
    found = {boxes[k].id: Reason.ALIGNMENT_UNCERTAIN for k in np.flatnonzero(doubts.aside)}
    return {**found, **{boxes[k].id: Reason.BOX_NOT_FOUND for k in np.flatnonzero(doubts.missing)}}
