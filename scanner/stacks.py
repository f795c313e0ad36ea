"""Stacks: all mark boxes of one size on a page, seen as windows of one array.

A stack knows, for each box, where the form itself prints: there ink cannot be told from the
form and is not looked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.layout import Box, BoxKind, Layout
from forms.printed import PrintedForm
from scanner import windows
from scanner.blank import Blank, PageCache, render_blank
from scanner.boxes import centres_mm
from scanner.geometry import Points
from scanner.mosaic import Mask
from scanner.paper import WorkImage
from scanner.placed import WIDE_MM, PlacedBoxes
from scanner.windows import Grey

MEASURE_PX_PER_MM = 6.0
"""Resolution of measuring: that of a 150 dpi scan and of the working picture of a 300 dpi one."""

MARGIN_MM = 3.25
"""Seen round each mark box: a circle round a 4.5 mm box lies 0.5-3 mm outside the frame."""

PRINT_DARK = 24
"""Grey levels below paper from which the blank counts as printed."""

PRINT_SPREAD_MM = 0.25
"""Printed lines are widened by this: toner spread, blur of the scan, alignment (0.05 mm)."""

RING_FROM_MM = 0.25
"""A circle round the box is looked for from this far outside its frame."""

CLEAR_SHARE = 0.25
"""Share of a direction that must be free of print for a circle to be seen there."""

DIRECTIONS = 24
"""Directions round a box in which a circle must be met."""


@dataclass(frozen=True)
class BoxStack:
    """Boxes of one size on one page; windows are ``h`` x ``w`` pixels, the box in the middle."""

    boxes: tuple[Box, ...]
    size_px: tuple[int, int]
    """Width and height of a window."""
    blank_dark: Grey
    """(n, h, w): darkness of the blank."""
    printed: Mask
    """(n, h, w): where the form itself prints."""
    inside: Mask
    """(h, w): within the frame and clear of it."""
    within: Mask
    """(h, w): within the frame's outer edge."""
    frame: Mask
    """(h, w): the frame's lines, where ink is not seen but may cross."""
    inner: tuple[slice, slice, slice]
    """Cuts stacks of windows down to the rectangle round ``inside``."""
    direction: NDArray[np.intp]
    """(h, w): in which of the `DIRECTIONS` a pixel outside the frame lies; that number inside."""
    seen: Mask
    """(n, DIRECTIONS): directions that are not mostly covered by print."""


def px(mm: float) -> int:
    """Whole pixels of a length at measuring resolution."""
    return round(mm * MEASURE_PX_PER_MM)


def by_size(layout: Layout, page: int, kind: BoxKind) -> Iterator[tuple[Box, ...]]:
    """The boxes of one kind on a page, those of the same size together."""
    sizes: dict[tuple[int, int], list[Box]] = {}
    for box in layout.on_page(page):
        if box.kind == kind:
            sizes.setdefault((px(box.w_mm), px(box.h_mm)), []).append(box)
    return (tuple(boxes) for boxes in sizes.values())


def _mark_stacks(printed: PrintedForm, page: int) -> tuple[BoxStack, ...]:
    blank = render_blank(printed, page)
    return tuple(_stack(blank, boxes) for boxes in by_size(printed.layout, page, "mark"))


mark_stacks = PageCache(_mark_stacks).get
"""The mark boxes of a page by size (0.1 s for a new page, then kept)."""


def blank_windows(blank: Blank, boxes: Sequence[Box], size_px: tuple[int, int]) -> Grey:
    """The blank round each box, (n, h, w)."""
    slopes = np.broadcast_to(np.diag(blank.px_per_mm), (len(boxes), 2, 2))
    middles = centres_mm(boxes) * blank.px_per_mm
    return windows.cut(blank.grey, middles, slopes, size_px, MEASURE_PX_PER_MM)


def scan_windows(
    work: WorkImage, placed: PlacedBoxes, boxes: Sequence[Box], size_px: tuple[int, int]
) -> Grey:
    """Darkness round each box on the scan (0 paper, 255 black), upright, (n, h, w)."""
    rows = placed.rows(boxes)
    middles, slopes = placed.middles_px[rows], placed.slopes[rows]
    seen = windows.cut(
        work.grey, middles / work.reduction, slopes / work.reduction, size_px, MEASURE_PX_PER_MM
    )
    return np.asarray(255 - seen, dtype=np.uint8)


@dataclass(frozen=True)
class Tiles:
    """What windows of boxes so wide that the page is not affine within them are put together of:
    tiles of at most `WIDE_MM`, each cut where the page has its own middle."""

    middles_mm: Points
    """(n * down * across, 2): box after box, row after row."""
    across: int
    down: int
    size_px: tuple[int, int]
    """Width and height of a tile."""


def tiles_of(boxes: Sequence[Box], size_px: tuple[int, int]) -> Tiles:
    """The tiles of windows of this size."""
    across, down = (-(-side // px(WIDE_MM)) for side in size_px)
    width, height = -(-size_px[0] // across), -(-size_px[1] // down)
    x = (np.arange(across) + 0.5) * width - size_px[0] / 2
    y = (np.arange(down) + 0.5) * height - size_px[1] / 2
    away_mm = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2) / MEASURE_PX_PER_MM
    middles_mm = (centres_mm(boxes)[:, None] + away_mm).reshape(-1, 2)
    return Tiles(middles_mm, across, down, (width, height))


def wide_windows(
    work: WorkImage,
    tiles: Tiles,
    places: tuple[Points, NDArray[np.float64]],
    size_px: tuple[int, int],
) -> Grey:
    """As `scan_windows`, put together of tiles, whose ``places`` (raw px, and slopes) are given."""
    middles, slopes = (of / work.reduction for of in places)
    cut = windows.cut(work.grey, middles, slopes, tiles.size_px, MEASURE_PX_PER_MM)
    width, height = tiles.size_px
    rows = cut.reshape(-1, tiles.down, tiles.across, height, width).transpose(0, 1, 3, 2, 4)
    seen = rows.reshape(-1, tiles.down * height, tiles.across * width)
    return np.asarray(255 - seen[:, : size_px[1], : size_px[0]], dtype=np.uint8)


def print_mask(blanks: Grey) -> Mask:
    """Where the form prints in each window (n, h, w), widened by `PRINT_SPREAD_MM`."""
    reach = 2 * px(PRINT_SPREAD_MM) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    dark = (255 - blanks >= PRINT_DARK).astype(np.uint8)
    return np.stack([cv2.dilate(window, kernel) > 0 for window in dark])


def _stack(blank: Blank, boxes: tuple[Box, ...]) -> BoxStack:
    w_mm, h_mm = boxes[0].w_mm, boxes[0].h_mm
    size = (px(w_mm + 2 * MARGIN_MM), px(h_mm + 2 * MARGIN_MM))
    blanks = blank_windows(blank, boxes, size)
    printed = print_mask(blanks)
    x = windows.offsets(size[0], MEASURE_PX_PER_MM)[None, :]
    y = windows.offsets(size[1], MEASURE_PX_PER_MM)[:, None]
    within = (np.abs(x) <= w_mm / 2) & (np.abs(y) <= h_mm / 2)
    inside = _middle_piece(within & ~printed.all(axis=0))
    edge = 2 * PRINT_SPREAD_MM
    around = (np.abs(x) <= w_mm / 2 + edge) & (np.abs(y) <= h_mm / 2 + edge)
    outside = (np.abs(x) > w_mm / 2 + RING_FROM_MM) | (np.abs(y) > h_mm / 2 + RING_FROM_MM)
    turn = np.floor(np.arctan2(y / h_mm, x / w_mm) / (2 * np.pi) * DIRECTIONS) % DIRECTIONS
    direction = np.where(outside, turn, DIRECTIONS).astype(np.intp)
    return BoxStack(
        boxes=boxes,
        size_px=size,
        blank_dark=np.asarray(255 - blanks, dtype=np.uint8),
        printed=printed,
        inside=inside,
        within=within,
        frame=around & ~inside,
        inner=(slice(None), _extent(inside, 1), _extent(inside, 0)),
        direction=direction,
        seen=_seen(printed, direction),
    )


def _seen(printed: Mask, direction: NDArray[np.intp]) -> Mask:
    """(n, DIRECTIONS): whether a quarter of the direction, or more, is free of print."""
    clear = [
        (~printed[:, direction == turn]).mean(axis=1) >= CLEAR_SHARE for turn in range(DIRECTIONS)
    ]
    return np.stack(clear, axis=1)


def _extent(mask: Mask, across: int) -> slice:
    """From the first to the last row (``across`` 1) or column (0) that holds any of ``mask``."""
    places = np.flatnonzero(mask.any(axis=across))
    return slice(int(places[0]), int(places[-1]) + 1)


def _middle_piece(clear: Mask) -> Mask:
    """The piece of ``clear`` round the middle of the window: not the strip beside the frame."""
    _, labels = cv2.connectedComponents(clear.astype(np.uint8), connectivity=4)
    return np.asarray(clear & (labels == labels[labels.shape[0] // 2, labels.shape[1] // 2]))
