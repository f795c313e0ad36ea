"""Comb cells, cut for the nets: printed lines taken away, strokes with the cell they belong to.

Whole combs are looked at as strips (`strips`), so that a stroke across a divider stays one piece;
a piece goes to the cell where most of its ink lies. What a net sees of a cell is normalised as
MNIST is: the ink's box 20 pixels long, its centre of mass in the middle of 28 x 28.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.layout import Box
from forms.printed import PrintedForm
from scanner import windows
from scanner.handwriting.glyphs import NET_PX, glyphs, overwritten
from scanner.handwriting.lines import without_print
from scanner.handwriting.strips import (
    STRIP_PX_PER_MM,
    StripPlan,
    mosaic,
    strip_plans,
    tile_places,
)
from scanner.marks import INK_DARK
from scanner.paper import WorkImage
from scanner.placed import PlacedBoxes
from scanner.windows import Grey

SPECK_MM = 0.9
"""A cell is empty without a piece of ink longer than this (`settings.CombSettings`)."""

CRUMB_MM = 0.35
"""Pieces shorter than this are no part of a character: grain, specks of a copy."""

TOUCHING_WIDTH = 1.25
TOUCHING_SHARE = 0.3
"""A piece wider than so many cells, with this share of its ink in a second one, is two characters
that touch: cut at the divider. Estimates."""

STRUCK_WIDTH = 2.2
"""A piece wider than so many cells is a line through them, whatever else hangs on it."""

OUT_SHARE = 0.15
"""Share of a cell's ink that lies in its neighbours or beyond the frame, from which it is told."""

OWN_HEIGHT_SHARE = 0.3
"""A piece with less of its ink than this between the frame's lines belongs to what stands above
or below the comb."""


@dataclass(frozen=True)
class CellFlags:
    """What is odd about a cell's ink: candidates, to be asked about."""

    overwritten: bool = False
    struck_out: bool = False
    reaches_out: bool = False


@dataclass(frozen=True)
class CellCrops:
    """All comb cells of a page, arrays over cells."""

    boxes: tuple[Box, ...]
    seen: Grey
    """(n, 28, 28): darkness, 255 the darkest of the cell's own ink; zeros where it is empty."""
    empty: NDArray[np.bool_]
    """(n,): no ink longer than `SPECK_MM` belongs to the cell."""
    flags: tuple[CellFlags, ...]


def cut_cells(
    raw: Grey, work: WorkImage, placed: PlacedBoxes, printed: PrintedForm, page: int
) -> CellCrops:
    """Every comb cell of the page, in the order of `strips.strip_plans`."""
    parts = [_cut(raw, work, placed, plan) for plan in strip_plans(printed, page)]
    if not parts:
        nothing = np.empty((0, NET_PX, NET_PX), dtype=np.uint8)
        return CellCrops((), nothing, np.empty(0, dtype=np.bool_), ())
    return CellCrops(
        tuple(box for part in parts for box in part.boxes),
        np.concatenate([part.seen for part in parts]),
        np.concatenate([part.empty for part in parts]),
        tuple(flags for part in parts for flags in part.flags),
    )


def _cut(raw: Grey, work: WorkImage, placed: PlacedBoxes, plan: StripPlan) -> CellCrops:
    tiles = _tiles(raw, work, placed, plan)
    strips = without_print(plan, mosaic(plan, tiles))
    owned = _owned(plan, strips)
    seen, empty = glyphs(plan, strips, owned.cell, owned.longest_mm > SPECK_MM)
    columns = overwritten(seen), owned.struck, owned.out
    rows = zip(*((column & ~empty).tolist() for column in columns), strict=True)
    return CellCrops(plan.boxes, seen, empty, tuple(CellFlags(*values) for values in rows))


def _tiles(raw: Grey, work: WorkImage, placed: PlacedBoxes, plan: StripPlan) -> Grey:
    """Darkness of all tiles; from the raw picture where the working one is coarser."""
    rows = placed.rows(plan.boxes)
    middles, slopes = tile_places(plan, placed.middles_px[rows], placed.slopes[rows])
    by = work.reduction
    if by == 1:
        seen = windows.cut(work.grey, middles, slopes, plan.tile_px, STRIP_PX_PER_MM)
        return np.asarray(255 - seen, dtype=np.uint8)
    fine = windows.cut(raw, middles, slopes, plan.tile_px, STRIP_PX_PER_MM)
    small = plan.tile_px[0] // 4, plan.tile_px[1] // 4
    coarse = windows.cut(work.grey, middles / by, slopes / by, small, STRIP_PX_PER_MM / 4)
    white = np.maximum(fine.mean(axis=(1, 2)) / np.maximum(coarse.mean(axis=(1, 2)), 1), 0.01)
    level = np.minimum(fine * (1 / white).astype(np.float32)[:, None, None], 255)
    return np.asarray(255 - level, dtype=np.uint8)


@dataclass(frozen=True)
class _Owned:
    cell: NDArray[np.int32]
    """(strips, h, w): the cell (from 1) to which a pixel of ink belongs; 0 none."""
    longest_mm: NDArray[np.float64]
    struck: NDArray[np.bool_]
    out: NDArray[np.bool_]


def _owned(plan: StripPlan, strips: Grey) -> _Owned:
    """Give each piece of ink to a cell, or cut it at the dividers."""
    apart = cv2.copyMakeBorder(
        (strips >= INK_DARK).astype(np.uint8).reshape(-1, strips.shape[2]),
        0,
        0,
        0,
        1,
        cv2.BORDER_CONSTANT,
        value=0,
    )
    apart.reshape(len(strips), strips.shape[1], -1)[:, -1] = 0
    count, labels, stats, _ = cv2.connectedComponentsWithStats(apart, connectivity=8)
    numbers = stats.astype(np.intp)
    width, tiles = plan.cell_px[0], plan.shape[1]
    y, x = np.nonzero(apart)
    piece, strip, row = labels[y, x], y // strips.shape[1], y % strips.shape[1]
    tile = x // width
    share = np.bincount(piece * tiles + tile, minlength=count * tiles).reshape(count, tiles)
    total = np.maximum(share.sum(axis=1), 1)
    edge = (strips.shape[1] - plan.cell_px[1]) // 2
    level = (row >= edge) & (row < edge + plan.cell_px[1])
    between = np.bincount(piece[level], minlength=count) / total
    order = np.sort(share, axis=1)
    wide = numbers[:, cv2.CC_STAT_WIDTH] / width
    split = (wide > TOUCHING_WIDTH) & (order[:, -2] >= TOUCHING_SHARE * total)
    split |= wide > STRUCK_WIDTH
    long = np.hypot(numbers[:, cv2.CC_STAT_WIDTH], numbers[:, cv2.CC_STAT_HEIGHT])
    keep = (long >= CRUMB_MM * STRIP_PX_PER_MM) & (between >= OWN_HEIGHT_SHARE)
    keep[0] = False
    best = share.argmax(axis=1)
    of_tile = np.zeros((plan.shape[0], tiles), dtype=np.int32)
    of_tile[plan.strip, plan.place] = np.arange(1, len(plan.boxes) + 1)
    cell = np.where(keep[piece], of_tile[strip, np.where(split[piece], tile, best[piece])], 0)
    owner = np.zeros(strips.shape, dtype=np.int32)
    owner[strip, row, x] = cell
    return _Owned(owner, *_told(plan, (piece, tile, cell, level), (split, wide, long)))


def _told(
    plan: StripPlan,
    pixels: tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]],
    pieces: tuple[NDArray[np.bool_], NDArray[np.float64], NDArray[np.float64]],
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Longest piece (mm), struck out, reaching out: of each cell."""
    piece, tile, cell, level = pixels
    split, wide, long = pieces
    count = len(plan.boxes) + 1
    height = float(np.hypot(*plan.cell_px))
    longest = np.zeros(count)
    np.maximum.at(longest, cell, np.minimum(long[piece], height))
    ink = np.maximum(np.bincount(cell, minlength=count), 1)
    struck = np.bincount(cell[wide[piece] > STRUCK_WIDTH], minlength=count) / ink > OUT_SHARE
    home = np.append(0, plan.place)
    away = (home[cell] != tile) | ~level
    out = np.bincount(cell[away], minlength=count) / ink > OUT_SHARE
    out |= np.bincount(cell[split[piece]], minlength=count) / ink > OUT_SHARE
    return longest[1:] / STRIP_PX_PER_MM, struck[1:], out[1:]
