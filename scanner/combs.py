"""Comb cells and ink areas, first layer: is there ink beside what the form prints?

What the ink says is not read here. Presence only has to be right on the safe side: a comb is
claimed empty only without any stroke, an ink area filled only with strokes that nobody can
take for a stain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from forms.layout import Box, BoxKind
from forms.printed import PrintedForm
from scanner.align import Alignment
from scanner.blank import PageCache, render_blank
from scanner.marks import INK_DARK
from scanner.mosaic import Mask, Pieces, nth_darkest, pieces, tiled
from scanner.paper import WorkImage
from scanner.placed import WIDE_MM, PlacedBoxes
from scanner.stacks import (
    MEASURE_PX_PER_MM,
    Tiles,
    blank_windows,
    by_size,
    print_mask,
    px,
    scan_windows,
    tiles_of,
    wide_windows,
)
from scanner.windows import Grey

DARK_QUANTILE = 0.75
"""How dark a stroke is: this quantile of its pixels, since those at its rim are paler."""

PALE_DARK = 20
"""Grey levels from which a smoothed pixel is pale ink: writing that rain has washed out, or of
which a copy leaves a shadow."""

MOST_INK_MM = 1.5
"""Up to this length of ink a cell or area may yet pass for empty, so that pale ink matters."""

MOST_AT_ONCE_PX = 200_000
"""Windows measured together: more would need labels of 32 bits (`mosaic.MOST_SHORT_LABELS`)."""

STREAK_MM = 3.0
STREAK_SLIM = 15.0
"""A piece this long along one side of the page and this many times as long as wide is taken for
a streak: dust on the scanner's glass (often broken up where it is faint), a fold. A page 3 degrees
askew makes a line 19 times as long as wide; a limit of 8 takes written strokes for streaks too
(378 of 3,364 cells and areas were asked about instead of 108). A stroke that straight only asks."""


@dataclass(frozen=True)
class AreaInk:
    """Ink in one cell or area: lengths in mm, darkness 0-1."""

    length_mm: float
    """Diagonal of the largest connected piece of ink that is no streak."""
    darkness: float
    """Of its darker part (`DARK_QUANTILE`); 0 without ink."""
    streaked: bool
    """A straight line lies in it, along or across the page."""
    pale_mm: float = 0.0
    """Diagonal of the largest piece of pale ink that touches no print: shore lines of water and
    rims of stains run into the frame. 0 where there is more than a speck of ink."""


NO_INK = AreaInk(0.0, 0.0, False)


@dataclass(frozen=True)
class _AreaStack:
    boxes: tuple[Box, ...]
    size_px: tuple[int, int]
    printed: Mask
    tiles: Tiles | None
    """Of windows that are too wide to be cut as they are."""


def _stacks(printed: PrintedForm, page: int, kind: BoxKind) -> tuple[_AreaStack, ...]:
    blank, stacks = render_blank(printed, page), []
    for boxes in by_size(printed.layout, page, kind):
        size = (px(boxes[0].w_mm), px(boxes[0].h_mm))
        mask = print_mask(blank_windows(blank, boxes, size))
        tiles = tiles_of(boxes, size) if max(size) > px(WIDE_MM) else None
        stacks.append(_AreaStack(boxes, size, mask, tiles))
    return tuple(stacks)


def _area_stacks(printed: PrintedForm, page: int) -> tuple[_AreaStack, ...]:
    return _stacks(printed, page, "cell") + _stacks(printed, page, "ink")


_area_stacks_of = PageCache(_area_stacks).get


def measure_areas(
    work: WorkImage, placed: PlacedBoxes, alignment: Alignment, printed: PrintedForm, page: int
) -> Mapping[str, AreaInk]:
    """The ink of every cell and ink area of the page, by box id."""
    measures: dict[str, AreaInk] = {}
    for stack, dark in _windows(work, placed, alignment, _area_stacks_of(printed, page)):
        ink = (dark >= INK_DARK) & ~stack.printed
        inked = np.flatnonzero(ink.any(axis=(1, 2)))
        found = dict(zip(inked.tolist(), _measure(dark[inked], ink[inked]), strict=True))
        rows = range(len(stack.boxes))
        bare = [row for row in rows if row not in found or found[row].length_mm <= MOST_INK_MM]
        for row, pale_mm in zip(bare, _pale_mm(dark[bare], stack.printed[bare]), strict=True):
            if pale_mm > 0:
                found[row] = replace(found.get(row, NO_INK), pale_mm=pale_mm)
        measures.update({stack.boxes[row].id: found.get(row, NO_INK) for row in rows})
    return measures


def _windows(
    work: WorkImage, placed: PlacedBoxes, alignment: Alignment, stacks: Sequence[_AreaStack]
) -> Iterator[tuple[_AreaStack, Grey]]:
    """Darkness in the windows of each stack, (n, h, w)."""
    tiled_mm = [stack.tiles.middles_mm for stack in stacks if stack.tiles is not None]
    middles, slopes = alignment.places(np.concatenate([np.empty((0, 2)), *tiled_mm]))
    done = 0
    for stack in stacks:
        if stack.tiles is None:
            yield stack, scan_windows(work, placed, stack.boxes, stack.size_px)
            continue
        own = slice(done, done + len(stack.tiles.middles_mm))
        done = own.stop
        yield stack, wide_windows(work, stack.tiles, (middles[own], slopes[own]), stack.size_px)


def _pale_mm(dark: Grey, printed: Mask) -> list[float]:
    """Length of the largest pale piece in each window (n, h, w) that touches no print."""
    if not len(dark):
        return []
    smooth = cv2.blur(tiled(dark), (3, 3)).reshape(len(dark), dark.shape[1] + 1, -1)[:, :-1, :-1]
    pale = (smooth >= PALE_DARK) & ~printed
    longest, rows = np.zeros(len(dark)), np.flatnonzero(pale.any(axis=(1, 2)))
    if len(rows):
        joined = pale[rows] | printed[rows]
        found = pieces(tiled(joined), joined.shape)
        apart = (found.left > 0) & (found.left + found.width < joined.shape[2])
        apart &= (found.top > 0) & (found.top + found.height < joined.shape[1])
        np.maximum.at(longest, rows[found.window[apart]], found.diagonal[apart])
    return [float(length) for length in longest / MEASURE_PX_PER_MM]


def _measure(dark: Grey, ink: Mask) -> list[AreaInk]:
    """Windows with ink (n, h, w), one measure each."""
    if not len(ink):
        return []
    if ink.size > MOST_AT_ONCE_PX and len(ink) > 1:
        half = len(ink) // 2
        return [*_measure(dark[:half], ink[:half]), *_measure(dark[half:], ink[half:])]
    found = pieces(tiled(ink), ink.shape)
    streaks = _streaks(found)
    strokes = np.zeros(len(ink))
    np.maximum.at(strokes, found.window[~streaks], found.diagonal[~streaks])
    streaked = np.bincount(found.window[streaks], minlength=len(ink)) > 0
    area = np.bincount(found.window, found.area, len(ink))
    darker = (area * (1 - DARK_QUANTILE)).astype(np.intp)
    darkness = nth_darkest(dark, ink, darker) / 255
    lengths = strokes / MEASURE_PX_PER_MM
    columns = zip(lengths.tolist(), darkness.tolist(), streaked.tolist(), strict=True)
    return [AreaInk(*values) for values in columns]


def _streaks(found: Pieces) -> Mask:
    """Which pieces are narrow straight lines along or across the page."""
    long = np.maximum(found.height, found.width)
    slim = long >= STREAK_SLIM * np.minimum(found.height, found.width)
    return np.asarray(slim & (long >= px(STREAK_MM)) & (found.diagonal > 0))
