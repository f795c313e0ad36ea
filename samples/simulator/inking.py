"""How the ink of each kind of mark is laid: the pen, how strongly, and what rubbing leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import cv2
import numpy as np

from samples.simulator.canvas import PX_PER_MM, Canvas, Cover
from samples.simulator.geometry import Points
from samples.simulator.marks import Habit, Kind
from samples.simulator.pens import PENS, Pen, Rng, draw, inked, outline_mask
from samples.simulator.shapes import strokes

STRENGTH: Mapping[Kind, tuple[float, float]] = {
    Kind.FAINT: (0.10, 0.24),
    Kind.PENCIL: (0.80, 1.0),
    Kind.PENCIL_PALE: (0.28, 0.45),
}
"""Cover of ink. Faint: a ball that hardly writes, at the edge of what a scan keeps. A pencil of
0.8 and more darkens its line by a third, as a soft one does; at 0.45 by a sixth."""

WIDTH_MM: Mapping[Kind, tuple[float, float]] = {
    Kind.THICK: (0.8, 1.3),
    Kind.THICK_FILLED: (1.7, 2.4),
}
"""Bullet-tip markers draw 0.8-1.3 mm, whiteboard markers 2 mm (makers' common figures)."""

ERASED_DARKNESS = (0.03, 0.12)
"""Of the darkest part of what a rubber leaves."""


def lay_mark(
    canvas: Canvas,
    corner: Points,
    size: Points,
    kind: Kind,
    pen: Pen,
    habit: Habit,
    rng: Rng,
    flow: float = 1.0,
) -> None:
    """Draw one mark in the box at ``corner`` (2,) of ``size`` (2,), mm. ``flow``: how well the
    writer's own pen writes."""
    strength = float(rng.uniform(*STRENGTH[kind])) if kind in STRENGTH else flow
    if kind in WIDTH_MM:
        pen = replace(PENS["marker"], width_mm=float(rng.uniform(*WIDTH_MM[kind])))
    elif kind in (Kind.PENCIL, Kind.PENCIL_PALE, Kind.ERASED):
        pen = PENS["pencil"]
    lines = strokes(kind, corner, size, habit, rng)
    if kind is Kind.ERASED:
        _lay_erased(canvas, lines, pen, rng)
    else:
        draw(canvas, lines, pen, rng, strength)


def _lay_erased(canvas: Canvas, lines: list[Points], pen: Pen, rng: Rng) -> None:
    """A ghost, dragged along by the rubber, in a patch of smeared lead."""
    margin_mm = 2.5
    mask, left, top = outline_mask(canvas, lines, pen, rng, margin_mm)
    ghost = _dragged(inked(mask, pen, rng, 1.0), rng)
    smear = _dragged(_dragged(ghost, rng), rng)
    darkest = max(float(np.percentile(ghost[mask > 0], 95)), 1e-3)
    cover = ghost / darkest + rng.uniform(0.1, 0.6) * smear / darkest
    darkness = rng.uniform(*ERASED_DARKNESS) / (1 - pen.bgr[1])
    canvas.lay(np.asarray(cover * darkness, dtype=np.float32), left, top, pen.bgr)


def _dragged(cover: Cover, rng: Rng) -> Cover:
    """Smeared by 0.4-1.6 mm in one direction."""
    reach = round(rng.uniform(0.2, 0.8) * PX_PER_MM)
    angle = rng.uniform(0, np.pi)
    end = np.round(reach * np.array([np.cos(angle), np.sin(angle)])).astype(int)
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), dtype=np.float32)
    middle = np.array([reach, reach])
    cv2.line(kernel, (middle - end).tolist(), (middle + end).tolist(), 1.0)
    return np.asarray(cv2.filter2D(cover, -1, kernel / kernel.sum()), dtype=np.float32)
