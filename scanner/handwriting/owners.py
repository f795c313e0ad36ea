"""To which cell of a comb each piece of ink belongs."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner.handwriting.strips import STRIP_PX_PER_MM, Rows, StripPlan
from scanner.marks import INK_DARK
from scanner.mosaic import MOST_SHORT_LABELS, Mask
from scanner.windows import Grey

SPECK_MM = 1.05
"""A cell is empty without a piece of ink longer than this. Above `CombSettings.cell_speck_mm`
(0.9), since finer pixels see more of a speck's rim: a comb that is claimed empty must hold no
character here. The shortest digit is 2 mm."""

CRUMB_MM = 0.35
"""Pieces shorter than this are no part of a character: grain, specks of a copy."""

SPECK_SHARE = 0.08
"""Nor are those below `SPECK_MM` with less than this share of the ink of the cell's largest
piece: on twice-copied sheets specks beside a character make it look smaller than it is."""

TOUCHING_WIDTH = 1.25
TOUCHING_SHARE = 0.3
"""A piece wider than so many cells, with this share of its ink in a second one, is two characters
that touch: cut at the divider. Estimates."""

STRUCK_WIDTH = 2.2
"""A piece wider than so many cells is a line through them, whatever else hangs on it."""

OUT_SHARE = 0.1
"""Share of a cell's ink that lies in its neighbours or beyond the frame, or in a line through
several cells, from which it is told. Estimate."""

OWN_HEIGHT_SHARE = 0.3
"""A piece with less of its ink than this between the frame's lines belongs to what stands above
or below the comb."""

LEVEL_MM, LEVEL_HIGH_MM, LEVEL_NEAR_MM = 1.5, 0.5, 0.8
"""A piece this long, no higher, and this near the frame's upper or lower line is that line, moved
by a fold: three of 169 empty cells of a folded sheet held one."""

UPRIGHT_MM, UPRIGHT_WIDE_MM, UPRIGHT_NEAR_MM = 6.3, 0.4, 0.5
"""The same for dividers (7.4 mm high); a written 1 is hardly ever as high."""


@dataclass(frozen=True)
class Owned:
    """Arrays over the cells of a plan, but for ``cell``."""

    cell: NDArray[np.int16]
    """(strips, h, w): the cell (from 1) to which a pixel of ink belongs; 0 none."""
    longest_mm: NDArray[np.float64]
    """The longest piece of ink of each cell; 0 without any."""
    struck_out: Mask
    reaches_out: Mask


@dataclass(frozen=True)
class _Pieces:
    """Connected pieces of ink, arrays over pieces (the first is the background)."""

    stats: Rows
    """(pieces, 5): left, top in its strip, width, height, area; px."""
    strip: Rows
    tiles: Rows
    """(pieces, tiles): pixels in each tile."""
    level: Rows
    """(pieces, tiles): those of them between the frame's lines."""
    pixels: tuple[NDArray[np.int32], NDArray[np.int32]]
    """Where the ink is in the flattened strips, and its row in the flattened ``tiles``."""

    @property
    def long(self) -> NDArray[np.float64]:
        return np.asarray(np.hypot(self.stats[:, 2], self.stats[:, 3]))


def owned(plan: StripPlan, strips: Grey) -> Owned:
    """Give each piece of ink to a cell, or cut it at the dividers."""
    found = _pieces(plan, strips)
    total = np.maximum(found.tiles.sum(axis=1), 1)
    wide = found.stats[:, 2] / plan.cell_px[0]
    second = np.partition(found.tiles, -2, axis=1)[:, -2]
    struck = wide > STRUCK_WIDTH
    split = struck | ((wide > TOUCHING_WIDTH) & (second >= TOUCHING_SHARE * total))
    keep = (found.long >= CRUMB_MM * STRIP_PX_PER_MM) & ~_printed(plan, found)
    keep &= found.level.sum(axis=1) >= OWN_HEIGHT_SHARE * total
    keep[0] = False
    piece, tile = np.nonzero((found.tiles > 0) & keep[:, None])
    home = np.where(split[piece], tile, found.tiles.argmax(axis=1)[piece])
    cell = _cells(plan)[found.strip[piece], home]
    cell[_specks(found, piece, tile, cell)] = 0
    table = np.zeros(found.tiles.shape, dtype=np.int16)
    table[piece, tile] = cell
    owner = np.zeros(strips.shape, dtype=np.int16)
    owner.reshape(-1)[found.pixels[0]] = table.reshape(-1)[found.pixels[1]]
    told = _told(plan, found, (piece, tile, cell), struck[piece], split[piece])
    return Owned(owner, *told)


def _pieces(plan: StripPlan, strips: Grey) -> _Pieces:
    count, high = strips.shape[:2]
    ink = strips >= INK_DARK
    ink[:, -1] = False  # strips lie below one another: nothing may join them
    labels, numbers, strip = _labelled(ink)
    number = len(numbers)
    at = np.flatnonzero(ink).astype(np.int32)
    tiles = np.int32(plan.shape[1])
    row = at // np.int32(plan.cell_px[0])
    place = labels[at] * tiles + row % tiles
    edge = (high - plan.cell_px[1]) // 2
    rows = np.arange(count * high) % high
    between = ((rows >= edge) & (rows < edge + plan.cell_px[1]))[row // tiles]
    size, shape = number * int(tiles), (number, int(tiles))
    return _Pieces(
        numbers,
        strip,
        np.bincount(place, minlength=size).reshape(shape),
        np.bincount(place[between], minlength=size).reshape(shape),
        (at, place),
    )


def _labelled(ink: Mask) -> tuple[NDArray[np.int32], Rows, Rows]:
    """The piece of each pixel, flattened, from 1; of each piece left, top, width, height and area;
    its strip. A few strips at a time, so that OpenCV counts in 16 bits (`MOST_SHORT_LABELS`)."""
    count, high, whole = ink.shape
    step = max(MOST_SHORT_LABELS * 4 // ((high + 1) * (whole + 1)), 1)
    parts, stats, strips, before = [], [np.zeros((1, 5), dtype=np.intp)], [np.zeros(1, np.intp)], 0
    for start in range(0, count, step):
        part = ink[start : start + step].view(np.uint8).reshape(-1, whole)
        found = cv2.connectedComponentsWithStats(part, None, None, None, 8, cv2.CV_16U)
        labels, numbers = np.asarray(found[1]), np.asarray(found[2])[1:].astype(np.intp)
        parts.append((labels.astype(np.int32) + before).reshape(-1))
        strips.append(start + numbers[:, 1] // high)
        numbers[:, 1] %= high
        stats.append(numbers)
        before += len(numbers)
    return np.concatenate(parts), np.concatenate(stats), np.concatenate(strips)


def _cells(plan: StripPlan) -> NDArray[np.int16]:
    """(strips, tiles): the cell at each tile, from 1; 0 for margins."""
    of_tile = np.zeros(plan.shape, dtype=np.int16)
    of_tile[plan.strip, plan.place] = np.arange(1, len(plan.boxes) + 1)
    return of_tile


def _printed(plan: StripPlan, found: _Pieces) -> Mask:
    """Pieces that are lines of the form, where a fold or the alignment moved them."""
    left, top, width, height = (found.stats[:, column] / STRIP_PX_PER_MM for column in range(4))
    cell_w, cell_h = (side / STRIP_PX_PER_MM for side in plan.cell_px)
    edge = (plan.tile_px[1] - plan.cell_px[1]) / 2 / STRIP_PX_PER_MM
    y, x = top + height / 2 - edge, left + width / 2
    level = np.minimum(np.abs(y), np.abs(y - cell_h)) <= LEVEL_NEAR_MM
    level &= (width >= LEVEL_MM) & (height <= LEVEL_HIGH_MM)
    upright = np.abs((x + cell_w / 2) % cell_w - cell_w / 2) <= UPRIGHT_NEAR_MM
    upright &= (height >= UPRIGHT_MM) & (width <= UPRIGHT_WIDE_MM)
    return np.asarray(level | upright)


def _specks(found: _Pieces, piece: Rows, tile: Rows, cell: NDArray[np.int16]) -> Mask:
    """Which parts of pieces are specks beside their cell's character."""
    ink = found.tiles[piece, tile]
    most = np.zeros(int(cell.max(initial=0)) + 1)
    np.maximum.at(most, cell, ink)
    short = found.long[piece] <= SPECK_MM * STRIP_PX_PER_MM
    return np.asarray(short & (ink < SPECK_SHARE * most[cell]))


def _told(
    plan: StripPlan,
    found: _Pieces,
    parts: tuple[Rows, Rows, NDArray[np.int16]],
    struck: Mask,
    split: Mask,
) -> tuple[NDArray[np.float64], Mask, Mask]:
    """Longest piece (mm), struck out, reaching out: of each cell, from the parts of pieces."""
    piece, tile, cell = parts
    count = len(plan.boxes) + 1
    ink = found.tiles[piece, tile]
    total = np.maximum(np.bincount(cell, ink, count), 1)
    high = min(plan.tile_px)
    longest = np.zeros(count)
    np.maximum.at(longest, cell, np.where(split, np.minimum(ink, high), found.long[piece]))
    home = np.append(0, plan.place)
    away = np.where((home[cell] != tile) | split, ink, ink - found.level[piece, tile])
    out = np.bincount(cell, away, count) / total > OUT_SHARE
    lined = np.bincount(cell, ink * struck, count) / total > OUT_SHARE
    return longest[1:] / STRIP_PX_PER_MM, lined[1:], out[1:]
