"""Ink in and at a mark box that is no mark of it: words, tails from next door, the back page."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import cv2
import numpy as np

from samples.simulator.canvas import PX_PER_MM, Canvas, Cover
from samples.simulator.geometry import Points
from samples.simulator.marks import Kind, some_habit
from samples.simulator.pens import PENS, Pen, Rng, draw, inked, outline_mask, smooth, wobbled
from samples.simulator.shapes import strokes
from samples.simulator.writing import Hand, written

Side = Literal["left", "right", "above", "below"]


class StrayKind(StrEnum):
    WORD = "word_beside"
    OVERSHOOT = "overshoot"
    BLEED = "bleed_through"
    SPECKS = "specks"
    REACHED = "reached"


@dataclass(frozen=True)
class Stray:
    """Ink at one box. ``side``, ``room_mm``, ``text``: a word on that side, with so much free
    paper. ``start_mm``: where in the neighbour a tail begins. A box that is ``reached`` by the
    circle round its neighbour gets no ink of its own: it only is unclear; all others are empty
    unless they are marked, too."""

    kind: StrayKind
    side: Side = "right"
    room_mm: float = 0.0
    text: str = ""
    start_mm: tuple[float, float] = (0.0, 0.0)


ENTERS_MM = 0.65
"""The most by which a word beside a box reaches over its frame."""

OVERHANG_MM = 1.0
"""How far a word may hang over the two other edges of its box."""

INK_COVER = 0.15
"""Cover from which ink counts as ink of a word, for placing it."""

_BOLD = np.ones((3, 3), dtype=np.uint8)
"""Small letters of the fonts have strokes of 0.2 mm; an eighth more makes them a pen's."""

SMALLEST_WORD = 0.35
"""Words that would have to shrink below this share of their size are not written."""

OVERSHOOT_MM = (0.3, 2.0)
"""How deep a neighbour's tail comes in, from the frame."""

BLEED_DARKNESS = (0.04, 0.14)
"""Marker ink seen through 80 g paper; estimated, a scanner's white lid shows the least of it."""

SPECK_MM = (0.08, 0.24)


def lay_stray(
    canvas: Canvas, corner: Points, size: Points, stray: Stray, pen: Pen, hand: Hand, rng: Rng
) -> None:
    """Lay the stray ink of the box at ``corner`` (2,) of ``size`` (2,), mm."""
    if stray.kind is StrayKind.WORD:
        _word(canvas, corner, size, stray, pen, hand, rng)
    elif stray.kind is StrayKind.OVERSHOOT:
        _overshoot(canvas, corner, size, stray, pen, rng)
    elif stray.kind is StrayKind.BLEED:
        _bleed(canvas, corner, size, rng)
    elif stray.kind is StrayKind.SPECKS:
        _specks(canvas, corner, size, rng)


def _word(
    canvas: Canvas, corner: Points, size: Points, stray: Stray, pen: Pen, hand: Hand, rng: Rng
) -> None:
    """Written over or beside one edge of the frame, shrunk to the paper that is free there."""
    own = Hand(hand.face, float(rng.uniform(2.0, 3.4)), hand.slant, hand.shake)
    thin = written(canvas, stray.text, corner, own, pen, rng)[0]
    cover = _trimmed(np.asarray(cv2.dilate(thin, _BOLD), dtype=np.float32))
    sideways = stray.side in ("left", "right")
    enters = float(rng.uniform(-min(1.6, 0.4 * stray.room_mm), ENTERS_MM))
    along = stray.room_mm + enters
    across = (float(size[1]) if sideways else float(size[0])) + 2 * OVERHANG_MM
    room = np.array([along, across] if sideways else [across, along])
    shrink = float(min(1.0, *(room * PX_PER_MM / np.array(cover.shape[::-1]))))
    if shrink < SMALLEST_WORD:
        return
    small = cv2.resize(cover, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    word = np.array(small.shape[::-1]) / PX_PER_MM
    slack = rng.uniform(-0.5, 0.5, 2) * np.maximum(room - word, 0)
    at = corner + size / 2 - word / 2 + slack
    axis = 0 if sideways else 1
    far = stray.side in ("right", "below")
    at[axis] = corner[axis] + (size[axis] - enters if far else enters - word[axis])
    left, top = np.round(canvas.px(at[None])[0]).astype(int)
    canvas.lay(np.asarray(small, dtype=np.float32), int(left), int(top), pen.bgr)


def _trimmed(cover: Cover) -> Cover:
    """Without the empty rows and columns round the ink."""
    rows, columns = np.nonzero(cover > INK_COVER)
    return cover[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


def _overshoot(
    canvas: Canvas, corner: Points, size: Points, stray: Stray, pen: Pen, rng: Rng
) -> None:
    """From the neighbour's mark over the nearer edge into this box."""
    start = np.array(stray.start_mm)
    middle = corner + size / 2 + rng.uniform(-0.3, 0.3, 2) * size
    entry = np.clip(start, corner, corner + size)
    inward = (middle - entry) / max(float(np.linalg.norm(middle - entry)), 1e-6)
    end = entry + rng.uniform(*OVERSHOOT_MM) * inward
    bent = (start + end) / 2 + rng.normal(0, 0.2, 2)
    draw(canvas, [wobbled(smooth(np.stack([start, bent, end])), 0.04, rng)], pen, rng)


def _bleed(canvas: Canvas, corner: Points, size: Points, rng: Rng) -> None:
    """A marker's tick, cross or stroke on the back of the sheet: mirrored, soft and faint."""
    kind = (Kind.TICK, Kind.CROSS, Kind.STROKE)[int(rng.integers(3))]
    lines = strokes(kind, np.zeros(2), size, some_habit(rng), rng)
    shift = corner + rng.normal(0, 0.2, 2) * size
    mirrored = [line * [-1.0, 1.0] + [float(size[0]), 0.0] + shift for line in lines]
    pen = PENS["marker"]
    mask, left, top = outline_mask(canvas, mirrored, pen, rng, 2.0)
    soft = cv2.GaussianBlur(inked(mask, pen, rng, 1.0), (0, 0), rng.uniform(0.2, 0.45) * PX_PER_MM)
    darkness = rng.uniform(*BLEED_DARKNESS)
    canvas.lay(np.asarray(soft * darkness, dtype=np.float32), left, top, (0.0, 0.0, 0.0))


def _specks(canvas: Canvas, corner: Points, size: Points, rng: Rng) -> None:
    """One to three grains of dirt or toner."""
    for _ in range(int(rng.integers(1, 4))):
        radius = rng.uniform(*SPECK_MM) / 2 * PX_PER_MM
        half = int(radius) + 3
        spot = np.zeros((2 * half + 1, 2 * half + 1), dtype=np.uint8)
        cv2.circle(spot, (16 * half, 16 * half), round(16 * radius), 255, -1, cv2.LINE_AA, 4)
        at = canvas.px((corner + rng.uniform(0.1, 0.9, 2) * size)[None])[0].astype(int) - half
        cover = spot * np.float32(rng.uniform(0.4, 0.95) / 255)
        canvas.lay(np.asarray(cover, dtype=np.float32), int(at[0]), int(at[1]), (0.1, 0.1, 0.1))
