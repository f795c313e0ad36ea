"""Combs as strips: neighbouring cells cut together, so that strokes across dividers stay whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.layout import Box, Layout
from forms.printed import PrintedForm
from scanner import windows
from scanner.blank import PageCache, render_blank
from scanner.boxes import centres_mm
from scanner.geometry import Points
from scanner.mosaic import Mask
from scanner.windows import Grey

STRIP_PX_PER_MM = 8.0
"""Resolution of cutting, that of a 200 dpi scan: a character of 4 mm has 32 px, more than the 20
that are left of it in the end."""

REACH_MM = 1.25
"""Seen beyond the outer frame of a comb: feet of letters, tails of 7 and 9."""

NEXT_MM = 0.3
"""Cells whose edges lie this near share their divider."""

PRINT_DARK = 24
"""Grey levels below paper from which the blank counts as printed (as `stacks.PRINT_DARK`)."""

SPREAD_PX = 1
"""Printed lines are widened by this on each side: blur of the scan, alignment (0.05 mm)."""

Rows = NDArray[np.intp]


@dataclass(frozen=True)
class StripPlan:
    """All comb cells of one size on a page, in tiles of one cell (``tile_px`` wide and high).

    A strip is a row of tiles: a margin, its cells, a margin. Margins are as wide as cells, and
    nothing beyond `REACH_MM` is seen there.
    """

    boxes: tuple[Box, ...]
    tile_px: tuple[int, int]
    cell_px: tuple[int, int]
    """Width and height of a cell."""
    strip: Rows
    """(n,): the strip of each cell."""
    place: Rows
    """(n,): its tile in the strip, from 1."""
    shape: tuple[int, int]
    """Strips, tiles of the longest with both margins."""
    owner: Rows
    """(tiles cut,): the cell at whose place a tile is cut."""
    away: NDArray[np.float64]
    """(tiles cut,): how many cells to the right of it, -1 to 1."""
    printed: Grey
    """(strips, h, w): 255 where the form prints, widened by `SPREAD_PX`; else 0."""
    core: Mask
    """(strips, h, w): the middle of printed lines."""


def chained(layout: Layout, page: int) -> Iterator[list[Box]]:
    """The comb cells of a page, those that share dividers together, from left to right."""
    cells = [box for box in layout.on_page(page) if box.kind == "cell"]
    cells.sort(key=lambda box: (box.y_mm, box.x_mm))
    run: list[Box] = []
    for box in cells:
        if run and not _next(run[-1], box):
            yield run
            run = []
        run.append(box)
    if run:
        yield run


def _next(one: Box, two: Box) -> bool:
    apart = two.x_mm - one.x_mm - one.w_mm, two.y_mm - one.y_mm
    same = (one.w_mm, one.h_mm) == (two.w_mm, two.h_mm)
    return same and max(abs(side) for side in apart) <= NEXT_MM


def _plans(printed: PrintedForm, page: int) -> tuple[StripPlan, ...]:
    sizes: dict[tuple[float, float], list[list[Box]]] = {}
    for run in chained(printed.layout, page):
        sizes.setdefault((run[0].w_mm, run[0].h_mm), []).append(run)
    return tuple(_plan(printed, page, runs) for runs in sizes.values())


strip_plans = PageCache(_plans).get
"""How the combs of a page are cut (kept for each page of a form)."""


def _plan(printed: PrintedForm, page: int, runs: Sequence[Sequence[Box]]) -> StripPlan:
    boxes = tuple(box for run in runs for box in run)
    strip = np.repeat(np.arange(len(runs)), [len(run) for run in runs])
    place = np.concatenate([np.arange(1, len(run) + 1) for run in runs])
    first = np.flatnonzero(place == 1)
    last = np.append(first[1:], len(boxes)) - 1
    owner = np.concatenate([np.arange(len(boxes)), first, last])
    away = np.concatenate([np.zeros(len(boxes)), -np.ones(len(first)), np.ones(len(last))])
    w_px, h_px = (round(side * STRIP_PX_PER_MM) for side in (boxes[0].w_mm, boxes[0].h_mm))
    tile = w_px, h_px + 2 * round(REACH_MM * STRIP_PX_PER_MM)
    blank = render_blank(printed, page)
    middles = centres_mm(boxes)[owner] + np.stack([away * boxes[0].w_mm, 0 * away], axis=1)
    slopes = np.broadcast_to(np.diag(blank.px_per_mm), (len(owner), 2, 2))
    seen = windows.cut(blank.grey, middles * blank.px_per_mm, slopes, tile, STRIP_PX_PER_MM)
    shape = len(runs), max(len(run) for run in runs) + 2
    dark = np.asarray(255 - seen, dtype=np.uint8)
    places = strip, place, shape, owner, away
    nothing = np.empty((0, 0, 0), dtype=np.uint8)
    bare = StripPlan(boxes, tile, (w_px, h_px), *places, nothing, nothing > 0)
    lines, core = _print(mosaic(bare, dark))
    return replace(bare, printed=lines, core=core)


def _print(blank: Grey) -> tuple[Grey, Mask]:
    """Where the blank's strips are printed, and the middle of its lines."""
    kernel = np.ones((2 * SPREAD_PX + 1, 2 * SPREAD_PX + 1), dtype=np.uint8)
    grown = np.stack([cv2.dilate(strip, kernel) for strip in blank])
    core = blank >= max(int(blank.max()) // 2, PRINT_DARK)
    return np.where(grown >= PRINT_DARK, 255, 0).astype(np.uint8), np.asarray(core)


def tile_places(
    plan: StripPlan, middles_px: Points, slopes: NDArray[np.float64]
) -> tuple[Points, NDArray[np.float64]]:
    """Middles and slopes of all tiles, from those of the cells."""
    width_mm = plan.cell_px[0] / STRIP_PX_PER_MM
    right = slopes[plan.owner][:, :, 0] * (plan.away * width_mm)[:, None]
    return middles_px[plan.owner] + right, slopes[plan.owner]


def mosaic(plan: StripPlan, tiles: Grey) -> Grey:
    """Tiles (tiles cut, h, w) as strips (strips, h, tiles x w); nothing where none was cut."""
    width, height = plan.tile_px
    whole = np.zeros((plan.shape[0], height, plan.shape[1], width), dtype=np.uint8)
    cells = len(plan.boxes)
    at = plan.strip[plan.owner], plan.place[plan.owner] + plan.away.astype(np.intp)
    whole[at[0], :, at[1]] = tiles
    blind = width - round(REACH_MM * STRIP_PX_PER_MM)
    before, after = plan.away[cells:] < 0, plan.away[cells:] > 0
    whole[at[0][cells:][before], :, at[1][cells:][before], :blind] = 0
    whole[at[0][cells:][after], :, at[1][cells:][after], width - blind :] = 0
    return whole.reshape(plan.shape[0], height, -1)
