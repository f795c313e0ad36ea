"""Comb cells and ink areas, first layer: is there ink beside what the form prints?

What the ink says is not read here. Presence only has to be right on the safe side: a comb is
claimed empty only without any stroke, an ink area filled only with strokes that nobody can
take for a stain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forms.layout import Box, BoxKind
from forms.printed import PrintedForm
from scanner.blank import PageCache, render_blank
from scanner.marks import INK_DARK
from scanner.mosaic import Mask, pieces, tiled
from scanner.paper import WorkImage
from scanner.placed import PlacedBoxes
from scanner.stacks import (
    MEASURE_PX_PER_MM,
    blank_windows,
    by_size,
    print_mask,
    px,
    scan_windows,
)
from scanner.windows import Grey

DARK_QUANTILE = 0.75
"""How dark a stroke is: this quantile of its pixels, since those at its rim are paler."""


@dataclass(frozen=True)
class AreaInk:
    """Ink in one cell or area: strokes of at least half a millimetre; darkness 0-1."""

    length_mm: float
    """Diagonal of the largest connected piece of ink."""
    darkness: float
    """Of its darker part (`DARK_QUANTILE`); 0 without ink."""


@dataclass(frozen=True)
class _AreaStack:
    boxes: tuple[Box, ...]
    size_px: tuple[int, int]
    printed: Mask


def _stacks(printed: PrintedForm, page: int, kind: BoxKind) -> tuple[_AreaStack, ...]:
    blank, stacks = render_blank(printed, page), []
    for boxes in by_size(printed.layout, page, kind):
        size = (px(boxes[0].w_mm), px(boxes[0].h_mm))
        stacks.append(_AreaStack(boxes, size, print_mask(blank_windows(blank, boxes, size))))
    return tuple(stacks)


def _area_stacks(printed: PrintedForm, page: int) -> tuple[_AreaStack, ...]:
    return _stacks(printed, page, "cell") + _stacks(printed, page, "ink")


_area_stacks_of = PageCache(_area_stacks).get


def measure_areas(
    work: WorkImage, placed: PlacedBoxes, printed: PrintedForm, page: int
) -> Mapping[str, AreaInk]:
    """The ink of every cell and ink area of the page, by box id."""
    measures: dict[str, AreaInk] = {}
    for stack in _area_stacks_of(printed, page):
        dark = scan_windows(work, placed, stack.boxes, stack.size_px)
        found = _measure(dark, stack.printed)
        measures.update({box.id: ink for box, ink in zip(stack.boxes, found, strict=True)})
    return measures


def _measure(dark: Grey, printed: Mask) -> list[AreaInk]:
    ink = (dark >= INK_DARK) & ~printed
    longest = pieces(tiled(ink), ink.shape).longest(len(ink)) / MEASURE_PX_PER_MM
    darkness = _darkness(dark, ink)
    columns = zip(longest.tolist(), darkness.tolist(), strict=True)
    return [AreaInk(*values) for values in columns]


def _darkness(dark: Grey, ink: Mask) -> NDArray[np.float64]:
    """`DARK_QUANTILE` of the darkness of each window's ink, 0-1."""
    darkness = np.zeros(len(dark))
    for window in np.flatnonzero(ink.any(axis=(1, 2))):
        darkness[window] = np.quantile(dark[window][ink[window]], DARK_QUANTILE) / 255
    return darkness
