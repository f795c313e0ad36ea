"""Mark boxes, first layer: how much ink, and of what kind, lies in and round each box.

All boxes of one size are measured together, as one stack of windows, and only those with any
ink beyond the first count. Strokes are told apart on one mosaic of all windows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.layout import Box
from forms.printed import PrintedForm
from scanner import windows
from scanner.capture import CaptureClass
from scanner.marknet import CLASSES, MarkClass, chances, in_view, net_input
from scanner.mosaic import Mask, labelled, nth_darkest, pieces, tiled, untiled
from scanner.paper import WorkImage
from scanner.placed import PlacedBoxes
from scanner.stacks import (
    DIRECTIONS,
    MARGIN_MM,
    MEASURE_PX_PER_MM,
    BoxStack,
    mark_stacks,
    px,
    scan_windows,
)
from scanner.windows import Grey

INK_DARK = 38
"""Grey levels (of 255) below local paper from which a pixel is ink: 0.15. Paper grain and JPEG
noise of office scans stay below 0.08; pencil and thin ballpoint at 300 dpi reach 0.2-0.5."""

PALE_DARK = 16
"""Grey levels from which a *smoothed* pixel is pale ink: 0.06, twice what shows through from
the back of a sheet. Pale ink never makes a mark; a line of it makes an empty box doubtful."""

BRIDGE_MM = 1.3
"""Ink on both sides of a frame line at most this far apart is one stroke crossing it: the line
and what the blank widens it by (0.3 + 2 x 0.4 mm)."""

CLOSE_PX_PER_MM = 12.0
"""Resolution of the close look at lines (raw pixels of a 300 dpi scan): the strokes of a
scribble lie 0.2-0.3 mm apart."""

CORE = 0.5
"""A line is where it has at least this share of its own full darkness: its width then is that
of the pen, whatever the blur and however pale the ink."""

PASSING_MM = 2.0
NARROW_MM = 2.5
"""A stroke this narrow that reaches this far beyond the frame on both sides was not meant for
the box: a streak of the scanner, a line ruled across the page."""

CROWD = 3
"""Strokes met by one line across the box from which the line is crowded: tick, cross and
circle have at most two."""


@dataclass(frozen=True)
class InkMeasure:
    """Ink of one mark box. Lengths in mm, darkness and shares 0-1."""

    share: float
    """Darkness-weighted share of the box's clear inside that is ink."""
    length_mm: float
    """Diagonal of the largest connected piece of ink inside."""
    pale_mm: float
    """The same, counting pale ink too."""
    darkness: float
    """How dark the ink inside is: 0.9 quantile; 0 without ink."""
    cover: float
    """Share of the inside that lines cover (`CORE`)."""
    line_mm: float
    """Length of all lines inside, unrolled: their area over their width."""
    crowded: float
    """Share of the lines across the box, or of those down it, that meet `CROWD` strokes."""
    stroke_mm: float
    """Diagonal of the largest stroke that enters the box, with what of it lies outside."""
    own_share: float
    """Of the strokes that enter the box, the share of ink that lies within its frame."""
    through: bool
    """A stroke that enters the box only passes through it (`PASSING_MM`)."""
    round_share: float
    """Share of directions round the box in which ink is met outside the frame."""

    @property
    def score(self) -> float:
        """Ink as one number, 0-1, growing with ink: darkness times area in the box, as a share
        of its inside; or half the closed share of a circle drawn round it."""
        return max(self.share, self.round_share / 2 if self.round_share > 0.5 else 0.0)


NO_INK = InkMeasure(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, False, 0.0)

Numbers = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True)
class SeenStack:
    """The boxes of one stack, and more of those with anything that may be ink."""

    boxes: tuple[Box, ...]
    inked: tuple[Box, ...]
    ink: tuple[InkMeasure, ...]
    """One for each of ``inked``."""
    net_input: Grey
    """(len(inked), 2, 48, 48): see `marknet.net_input`."""


def see_marks(
    raw: Grey, work: WorkImage, placed: PlacedBoxes, printed: PrintedForm, page: int
) -> Iterator[SeenStack]:
    """Look at every mark box of the page (beyond the image's edge there is no ink)."""
    for stack in mark_stacks(printed, page):
        dark = scan_windows(work, placed, stack.boxes, stack.size_px)
        rows = np.flatnonzero(_has_ink(stack, dark))
        boxes = tuple(stack.boxes[row] for row in rows)
        close = _close_windows(raw, placed, boxes, stack, dark[rows])
        ink = tuple(_measure(stack, rows, dark[rows], close))
        yield SeenStack(stack.boxes, boxes, ink, net_input(dark[rows], stack.blank_dark[rows]))


@dataclass(frozen=True)
class MarkEvidence:
    """All that speaks for or against a mark in one box."""

    ink: InkMeasure
    chances: Mapping[MarkClass, float] | None
    """What the net believes; None where there is no ink to ask it about."""


NOTHING = MarkEvidence(NO_INK, None)


def measure_marks(
    raw: Grey,
    work: WorkImage,
    placed: PlacedBoxes,
    printed: PrintedForm,
    page: int,
    capture: CaptureClass,
) -> dict[str, MarkEvidence]:
    """The evidence for every mark box of the page, by box id."""
    evidence: dict[str, MarkEvidence] = {}
    for seen in see_marks(raw, work, placed, printed, page):
        evidence.update({box.id: NOTHING for box in seen.boxes})
        beliefs = chances(seen.net_input, capture).tolist()
        for box, ink, belief in zip(seen.inked, seen.ink, beliefs, strict=True):
            evidence[box.id] = MarkEvidence(ink, dict(zip(CLASSES, belief, strict=True)))
    return evidence


def _has_ink(stack: BoxStack, dark: Grey) -> Mask:
    """Windows with anything that may be ink: in what the net sees, or pale inside the box."""
    strong = (in_view(dark) >= INK_DARK) & ~in_view(stack.printed)
    pale = (dark[stack.inner] >= PALE_DARK) & stack.inside[stack.inner[1:]]
    return np.asarray(strong.any(axis=(1, 2)) | pale.any(axis=(1, 2)))


def _measure(
    stack: BoxStack, inked: NDArray[np.intp], dark: Grey, close: Grey
) -> Iterator[InkMeasure]:
    """Measure windows (n, h, w) of darkness and their close looks, one for each box."""
    if not len(inked):
        return iter(())
    ink = (dark >= INK_DARK) & ~stack.printed[inked]
    bridged = _bridged(stack, ink)
    columns = (
        *_inside(stack, dark, ink),
        *_lines(close),
        *_strokes(stack, ink, bridged),
        _round_share(stack, untiled(bridged, ink.shape), inked),
    )
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return (InkMeasure(*values) for values in rows)


def _inside(stack: BoxStack, dark: Grey, ink: Mask) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Share, length, pale length and darkness of the ink in the boxes' clear inside."""
    part = stack.inner
    inner, mask = dark[part], stack.inside[part[1:]]
    inside = ink[part] & mask
    area = 255.0 * float(mask.sum())
    share = np.where(inside, inner, 0).sum(axis=(1, 2), dtype=np.int64) / area
    smooth = cv2.blur(tiled(inner), (3, 3)).reshape(len(inner), mask.shape[0] + 1, -1)
    pale = (smooth[:, :-1, :-1] >= PALE_DARK) & mask
    darkness = nth_darkest(inner, inside, inside.sum(axis=(1, 2)) // 10) / 255
    return share, _longest_mm(inside), _longest_mm(pale), darkness


def _longest_mm(inside: Mask) -> Numbers:
    return pieces(tiled(inside), inside.shape).longest(len(inside)) / MEASURE_PX_PER_MM


def _close_windows(
    raw: Grey, placed: PlacedBoxes, boxes: Sequence[Box], stack: BoxStack, dark: Grey
) -> Grey:
    """Darkness of the boxes' insides, straight from the raw image. Paper white follows from
    comparing it with the same inside on the working picture."""
    inner = dark[stack.inner]
    size = [round(side * CLOSE_PX_PER_MM / MEASURE_PX_PER_MM) for side in inner.shape[1:]]
    rows = placed.rows(boxes)
    seen = windows.cut(
        raw, placed.middles_px[rows], placed.slopes[rows], (size[1], size[0]), CLOSE_PX_PER_MM
    )
    light = 255 - inner.mean(axis=(1, 2))
    white = np.maximum(seen.mean(axis=(1, 2)) / np.maximum(light, 1) * 255, 1)
    level = seen * (255 / white)[:, None, None]
    return np.asarray(255 - np.minimum(level, 255), dtype=np.uint8)


def _lines(close: Grey) -> tuple[Numbers, Numbers, Numbers]:
    """Cover, unrolled length and crowdedness of the lines in close looks (n, h, w)."""
    rank = int(0.97 * close[0].size)
    full = np.partition(close.reshape(len(close), -1), rank, axis=1)[:, rank]
    level = np.maximum(full * CORE, INK_DARK)
    core = close >= level[:, None, None]
    distance = cv2.distanceTransform(tiled(core), cv2.DIST_L2, 3)
    distance = distance.reshape(len(close), close.shape[1] + 1, -1)[:, :-1, :-1]
    area = core.sum(axis=(1, 2))
    width = np.maximum(4 * distance.sum(axis=(1, 2)) / np.maximum(area, 1) - 2, 1)
    crowded = np.maximum(_crowded(core), _crowded(core.transpose(0, 2, 1)))
    cover = area / float(core[0].size)
    return cover, area / width / CLOSE_PX_PER_MM, crowded


def _crowded(core: Mask) -> Numbers:
    """Share of the rows of each window that meet `CROWD` strokes or more."""
    starts = core[:, :, 0].astype(np.int16)
    starts += (core[:, :, 1:] & ~core[:, :, :-1]).sum(axis=2, dtype=np.int16)
    return np.asarray((starts >= CROWD).mean(axis=1))


def _strokes(stack: BoxStack, ink: Mask, bridged: Grey) -> tuple[Numbers, Numbers, Mask]:
    """Follow the strokes that enter each box: size, own share, whether one goes through. Strokes
    are the connected pieces of the mosaic ``bridged``; what is ink of them counts."""
    count, labels = labelled(bridged, ink.shape)
    window, pixel, (y, x) = _places(ink)
    piece = labels[window, y, x].astype(np.intp)
    enters = np.bincount(piece[stack.inside.ravel()[pixel]], minlength=count) > 0
    whole = np.bincount(piece, minlength=count)
    own = np.bincount(piece[stack.within.ravel()[pixel]], minlength=count)
    of_window = np.zeros(count, dtype=np.intp)
    of_window[piece] = window
    entering = of_window[enters]
    low, high = _extents(piece, (x, y), count)
    longest = np.zeros(len(ink))
    sides = np.maximum(high - low + 1, 0)[:, enters]
    np.maximum.at(longest, entering, np.hypot(*sides) / MEASURE_PX_PER_MM)
    owned = np.bincount(entering, own[enters], len(ink))
    total = np.bincount(entering, whole[enters], len(ink))
    passing = _passing(low[:, enters], high[:, enters], stack)
    through = np.bincount(entering[passing], minlength=len(ink)) > 0
    return longest, owned / np.maximum(total, 1), through


def _passing(low: NDArray[np.intp], high: NDArray[np.intp], stack: BoxStack) -> Mask:
    """Pieces (2, n: x and y extents) that only pass through: from rim to rim of the window, or
    in a narrow band far beyond the frame on two opposite sides."""
    size = np.array(stack.size_px)[:, None]
    rim = (low <= 1) & (high >= size - 2)
    far = px(MARGIN_MM - PASSING_MM)
    beyond = (low <= far) & (high >= size - 1 - far)
    narrow = (high - low <= px(NARROW_MM))[::-1]
    return np.asarray((rim | (beyond & narrow)).any(axis=0))


def _extents(piece: Places, at: tuple[Places, Places], count: int) -> tuple[Places, Places]:
    """First and last column and row (2, count) of each piece, from all its pixels."""
    low = np.full((2, count), 1 << 20, dtype=np.intp)
    high = np.full((2, count), -1, dtype=np.intp)
    for axis, place in enumerate(at):
        np.minimum.at(low[axis], piece, place)
        np.maximum.at(high[axis], piece, place)
    return low, high


def _places(mask: Mask) -> tuple[Places, Places, tuple[Places, Places]]:
    """Of what is set in a stack (n, h, w): window, place in the window, and that as row and
    column. On masks of few pixels a quarter of the time of `np.nonzero`."""
    window, pixel = np.divmod(np.flatnonzero(mask), mask[0].size)
    return window, pixel, np.divmod(pixel, mask.shape[2])


def _bridged(stack: BoxStack, ink: Mask) -> Grey:
    """The mosaic of ink, joined across the lines of the frame."""
    mosaic = tiled(ink)
    reach = 2 * px(BRIDGE_MM / 2) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    frame = tiled(np.broadcast_to(stack.frame, ink.shape))
    return np.asarray(np.maximum(mosaic, np.minimum(cv2.dilate(mosaic, kernel), frame)))


def _round_share(stack: BoxStack, bridged: Mask, inked: NDArray[np.intp]) -> Numbers:
    """Share of the directions round the box with ink, of those that are not all print. A
    circle that hugs the frame hides behind it: the bridges count."""
    window, pixel, _ = _places(bridged)
    place = window * (DIRECTIONS + 1) + stack.direction.ravel()[pixel]
    met = np.bincount(place, minlength=len(bridged) * (DIRECTIONS + 1)) > 0
    seen = stack.seen[inked]
    told = met.reshape(-1, DIRECTIONS + 1)[:, :-1] & seen
    return np.asarray(told.sum(axis=1) / np.maximum(seen.sum(axis=1), 1))
