"""A cell's own ink as the nets see it: 28 x 28, as MNIST is normalised."""

from __future__ import annotations

import cv2
import numpy as np

from scanner.handwriting.owners import SPECK_MM, Owned
from scanner.handwriting.strips import STRIP_PX_PER_MM, StripPlan
from scanner.windows import Grey

NET_PX, INK_PX = 28, 20

SMALL_MM = 2.0
"""Ink shorter than this is not enlarged beyond what ink of this length would be: a dash, a dot and
an apostrophe stay smaller than an I or an O. The shortest digit is 2 mm."""

DARK_QUANTILE = 0.75
"""This quantile of a character's ink becomes black: pale pens look like dark ones."""

PALER = 0.35
"""Ink below this share of the darkness of the cell's darkest tenth is a stain beside the
character. Estimate."""


def glyphs(plan: StripPlan, strips: Grey, whose: Owned) -> Grey:
    """(n, 28, 28): what each cell that is not empty holds; nothing for others."""
    seen = np.zeros((len(plan.boxes), NET_PX, NET_PX), dtype=np.uint8)
    width = plan.cell_px[0]
    for cell in np.flatnonzero(whose.longest_mm > SPECK_MM).tolist():
        strip, start = plan.strip[cell], (plan.place[cell] - 1) * width
        part = slice(start, start + 3 * width)
        own = (whose.cell[strip, :, part] == cell + 1).view(np.uint8)
        seen[cell] = _normalised(strips[strip, :, part], own)
    return seen


def _normalised(dark: Grey, own: Grey) -> Grey:
    """The ink of ``own`` (and its pale rim), scaled and centred."""
    own = _one_pen(dark, own)
    left, top, width, height = cv2.boundingRect(own)
    box = slice(max(top - 1, 0), top + height + 1), slice(max(left - 1, 0), left + width + 1)
    mask = cv2.dilate(own[box], np.ones((3, 3), np.uint8))
    ink = dark[box] * mask
    inner = dark[box][own[box] > 0]
    full = max(
        int(np.partition(inner, int(len(inner) * DARK_QUANTILE))[int(len(inner) * DARK_QUANTILE)]),
        1,
    )
    black = np.asarray(cv2.convertScaleAbs(ink, alpha=255 / full), dtype=np.uint8)
    scale = INK_PX / max(width, height, SMALL_MM * STRIP_PX_PER_MM)
    size = max(round(black.shape[1] * scale), 1), max(round(black.shape[0] * scale), 1)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(black, size, interpolation=how)
    return _centred(np.asarray(small, dtype=np.uint8))


def _one_pen(dark: Grey, own: Grey) -> Grey:
    """The ink of ``own`` without what is far paler than the rest; rims of strokes stay."""
    inner = dark[own > 0]
    rank = int(len(inner) * 0.9)
    level = PALER * float(np.partition(inner, rank)[rank])
    core = (own & (dark >= level)).astype(np.uint8)
    near = np.asarray(cv2.dilate(core, np.ones((3, 3), np.uint8)), dtype=np.uint8)
    return own & near


def _centred(small: Grey) -> Grey:
    moments = cv2.moments(small)
    mass = max(moments["m00"], 1.0)
    whole = np.zeros((NET_PX, NET_PX), dtype=np.uint8)
    height, width = small.shape
    x = min(max(round(NET_PX / 2 - 0.5 - moments["m10"] / mass), 0), NET_PX - width)
    y = min(max(round(NET_PX / 2 - 0.5 - moments["m01"] / mass), 0), NET_PX - height)
    whole[y : y + height, x : x + width] = small
    return whole
