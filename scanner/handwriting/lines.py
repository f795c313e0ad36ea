"""Taking the printed lines out of strips of comb cells, and bridging strokes across them."""

from __future__ import annotations

from collections import OrderedDict

import cv2
import numpy as np

from scanner.handwriting.strips import STRIP_PX_PER_MM, StripPlan, mosaic
from scanner.mosaic import Mask
from scanner.windows import Grey

PRINT_DARK = 24
"""Grey levels below paper from which the blank counts as printed (as `stacks.PRINT_DARK`)."""

SPREAD_PX = 1
"""Printed lines are widened by this on each side: blur of the scan, alignment (0.05 mm)."""

BRIDGE_MM = 0.9
"""Ink on both sides of a line this far apart is one stroke: the line (0.25 mm), what it is widened
by (0.25) and a slant."""

DARKER = 48
"""Grey levels by which ink on a printed line must be darker than the page's lines are."""

_SLANTS = (-1, 0, 1)


def without_print(plan: StripPlan, dark: Grey) -> Grey:
    """Strips (strips, h, w) of darkness without what the form prints. On a printed line ink is
    believed where it goes on to both sides, or is clearly darker than the line."""
    printed = _mask(plan)
    line = int(np.median(dark[_core(plan)])) if _core(plan).any() else 0
    paper = np.where(printed, 0, dark).astype(np.uint8)
    bridge = np.minimum(_bridges(paper), dark)
    darker = np.where(dark >= line + DARKER, dark, 0)
    return np.asarray(np.where(printed, np.maximum(bridge, darker), dark), dtype=np.uint8)


def _bridges(paper: Grey) -> Grey:
    """Darkness closed along short lines across and down."""
    flat = paper.reshape(-1, paper.shape[2])
    reach = 2 * round(BRIDGE_MM * STRIP_PX_PER_MM / 2) + 1
    closed = flat
    for kernel in _kernels(reach):
        closed = np.maximum(closed, cv2.morphologyEx(flat, cv2.MORPH_CLOSE, kernel))
    return np.asarray(closed.reshape(paper.shape), dtype=np.uint8)


def _kernels(reach: int) -> list[Grey]:
    """Line segments: level, upright, and leaning both ways."""
    level = np.ones((1, reach), dtype=np.uint8)
    lean = np.eye(reach, dtype=np.uint8)
    return [level, level.T.copy(), lean, lean[::-1].copy()]


_kept: OrderedDict[int, tuple[StripPlan, Mask, Mask]] = OrderedDict()


def _masks(plan: StripPlan) -> tuple[Mask, Mask]:
    blank = mosaic(plan, plan.blank_dark)
    kernel = np.ones((2 * SPREAD_PX + 1, 2 * SPREAD_PX + 1), dtype=np.uint8)
    grown = [cv2.dilate(strip, kernel) >= PRINT_DARK for strip in blank]
    core = blank >= np.maximum(blank.max() // 2, PRINT_DARK)
    return np.stack(grown), np.asarray(core)


def _both(plan: StripPlan) -> tuple[Mask, Mask]:
    key = id(plan)
    if key not in _kept or _kept[key][0] is not plan:
        _kept[key] = (plan, *_masks(plan))
        if len(_kept) > 32:
            _kept.popitem(last=False)
    return _kept[key][1:]


def _mask(plan: StripPlan) -> Mask:
    return _both(plan)[0]


def _core(plan: StripPlan) -> Mask:
    return _both(plan)[1]
