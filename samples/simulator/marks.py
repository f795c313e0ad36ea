"""Marks in boxes: how people tick, cross, circle, fill, cancel, and what each of it means."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from samples.simulator.pens import Rng


class Truth(StrEnum):
    """What a careful person says of one box. ``unclear``: only the writer could tell."""

    EMPTY = "empty"
    MARKED = "marked"
    UNCLEAR = "unclear"


class Kind(StrEnum):
    TICK = "tick"
    CROSS = "cross"
    STROKE = "stroke"
    CIRCLE = "circle"
    AROUND = "circle_around"
    DOT = "dot"
    FILLED = "filled"
    SCRIBBLE = "scribble"
    CANCELLED = "cancelled"
    FAINT = "faint"
    AROUND_WIDE = "circle_wide"
    DOUBLE = "double_tick"
    HALF = "half_stroke"
    CORNER = "corner_tick"
    CROSSED = "crossed_tick"
    PENCIL = "pencil"
    PENCIL_PALE = "pencil_pale"
    ERASED = "erased"
    THICK = "thick"
    THICK_FILLED = "thick_filled"


TRUTH: dict[Kind, Truth] = {
    Kind.TICK: Truth.MARKED,
    Kind.CROSS: Truth.MARKED,
    Kind.STROKE: Truth.MARKED,
    Kind.CIRCLE: Truth.MARKED,
    Kind.AROUND: Truth.MARKED,
    Kind.DOT: Truth.UNCLEAR,
    Kind.FILLED: Truth.UNCLEAR,
    Kind.SCRIBBLE: Truth.UNCLEAR,
    Kind.CANCELLED: Truth.UNCLEAR,
    Kind.FAINT: Truth.UNCLEAR,
    Kind.AROUND_WIDE: Truth.UNCLEAR,
    Kind.DOUBLE: Truth.MARKED,
    Kind.HALF: Truth.UNCLEAR,
    Kind.CORNER: Truth.UNCLEAR,
    Kind.CROSSED: Truth.UNCLEAR,
    Kind.PENCIL: Truth.MARKED,
    Kind.PENCIL_PALE: Truth.UNCLEAR,
    Kind.ERASED: Truth.UNCLEAR,
    Kind.THICK: Truth.MARKED,
    Kind.THICK_FILLED: Truth.UNCLEAR,
}
"""A filled box is a choice to some and a cancelled one to others: a person must decide. A circle
round one box alone chooses it; one that reaches its neighbours leaves open which it means."""

CANCELLED_KINDS = frozenset({Kind.SCRIBBLE, Kind.CANCELLED, Kind.CROSSED})


class TrainingClass(StrEnum):
    """What a classifier of marks learns to tell apart; ``cancelled`` is an unclear box that
    looks taken back."""

    EMPTY = "empty"
    MARKED = "marked"
    CANCELLED = "cancelled"
    UNCLEAR = "unclear"


TRAINING_CLASS: dict[Kind, TrainingClass] = {
    kind: TrainingClass.CANCELLED if kind in CANCELLED_KINDS else TrainingClass(truth.value)
    for kind, truth in TRUTH.items()
}

AROUND_WIDE_RADIUS = (1.0, 1.5)
"""Of a circle that reaches the neighbours, in box sizes from the middle of its box."""


@dataclass(frozen=True)
class Habit:
    """How one writer marks: size relative to the box, slant, unsteadiness, and how far the tail
    of a tick flies beyond the box (in box sizes)."""

    size: float
    slant: float
    wobble_mm: float
    tail: float
    places: float
    """How far marks lie from the middle of their box, in box sizes (standard deviation)."""


def some_habit(rng: Rng) -> Habit:
    """One of the writers whom this seed holds."""
    return Habit(
        size=float(rng.uniform(0.72, 1.12)),
        slant=float(rng.normal(0, 0.08)),
        wobble_mm=float(rng.uniform(0.02, 0.09)),
        tail=float(np.clip(rng.gamma(1.6, 0.14), 0, 0.9)),
        places=float(rng.uniform(0.02, 0.07)),
    )
