"""Taking the printed lines out of strips of comb cells, and bridging strokes across them."""

from __future__ import annotations

import cv2
import numpy as np

from scanner.handwriting.strips import STRIP_PX_PER_MM, StripPlan
from scanner.windows import Grey

BRIDGE_MM = 0.9
"""Ink on both sides of a line this far apart is one stroke: the line (0.25 mm), what it is widened
by (0.25) and a slant."""

DARKER = 48
"""Grey levels by which ink on a printed line must be darker than the page's lines are. Estimate."""


def without_print(plan: StripPlan, dark: Grey) -> Grey:
    """Strips (strips, h, w) of darkness without what the form prints. On a printed line ink is
    believed where it goes on to both sides, or is clearly darker than the line."""
    line = int(np.median(dark[plan.core])) if plan.core.any() else 0
    paper = dark & ~plan.printed
    flat = dark.reshape(-1, dark.shape[2])
    _, darker = cv2.threshold(flat, line + DARKER - 1, 255, cv2.THRESH_TOZERO)
    bridge = cv2.min(_bridges(paper.reshape(flat.shape)), flat)
    believed = np.asarray(cv2.max(bridge, darker), dtype=np.uint8).reshape(dark.shape)
    return np.asarray(paper | (believed & plan.printed), dtype=np.uint8)


def _bridges(paper: Grey) -> Grey:
    """Darkness closed along short lines across, down, and leaning both ways."""
    closed = paper
    for kernel in _kernels(2 * round(BRIDGE_MM * STRIP_PX_PER_MM / 2) + 1):
        along = cv2.morphologyEx(paper, cv2.MORPH_CLOSE, kernel)
        closed = np.asarray(cv2.max(closed, along), dtype=np.uint8)
    return closed


def _kernels(reach: int) -> list[Grey]:
    level = np.ones((1, reach), dtype=np.uint8)
    lean = np.eye(reach, dtype=np.uint8)
    return [level, np.ascontiguousarray(level.T), lean, np.ascontiguousarray(lean[::-1])]
