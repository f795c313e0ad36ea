"""Comb cells, cut for the nets: printed lines taken away, strokes with the cell they belong to.

Whole combs are looked at as strips (`strips`), so that a stroke across a divider stays one piece;
a piece goes to the cell where most of its ink lies. What a net sees of a cell is normalised as
MNIST is: the ink's box 20 pixels long, its centre of mass in the middle of 28 x 28.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forms.layout import Box
from forms.printed import PrintedForm
from scanner import windows
from scanner.handwriting.glyphs import NET_PX, glyphs
from scanner.handwriting.lines import without_print
from scanner.handwriting.owners import SPECK_MM, owned
from scanner.handwriting.strips import (
    STRIP_PX_PER_MM,
    StripPlan,
    mosaic,
    strip_plans,
    tile_places,
)
from scanner.paper import WorkImage
from scanner.placed import PlacedBoxes
from scanner.windows import Grey


@dataclass(frozen=True)
class CellFlags:
    """What is odd about a cell's ink."""

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
    whose = owned(plan, strips)
    seen = glyphs(plan, strips, whose)
    empty = whose.longest_mm <= SPECK_MM
    columns = whose.struck_out, whose.reaches_out
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
