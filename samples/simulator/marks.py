"""Marks in boxes: how people tick, cross, circle, fill, cancel, and what each of it means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from samples.simulator.geometry import Points
from samples.simulator.pens import Rng, smooth, wobbled


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


TRUTH: dict[Kind, Truth] = {
    Kind.TICK: Truth.MARKED,
    Kind.CROSS: Truth.MARKED,
    Kind.STROKE: Truth.MARKED,
    Kind.CIRCLE: Truth.MARKED,
    Kind.AROUND: Truth.UNCLEAR,
    Kind.DOT: Truth.UNCLEAR,
    Kind.FILLED: Truth.UNCLEAR,
    Kind.SCRIBBLE: Truth.UNCLEAR,
    Kind.CANCELLED: Truth.UNCLEAR,
    Kind.FAINT: Truth.UNCLEAR,
}
"""A filled box is a choice to some and a cancelled one to others: a person must decide."""


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


def strokes(kind: Kind, corner: Points, size: Points, habit: Habit, rng: Rng) -> list[Points]:
    """The strokes of one mark, each (n, 2) mm, in the box at ``corner`` (2,) of ``size`` (2,)."""
    unit = _SHAPES[kind](habit, rng)
    shift = np.clip(rng.normal(0, habit.places, 2), -0.16, 0.16)
    if kind in (Kind.FILLED, Kind.SCRIBBLE, Kind.CANCELLED, Kind.AROUND):
        shift *= 0.5
    shear = np.array([[1.0, 0.0], [habit.slant, 1.0]])
    drawn = []
    for control in unit:
        placed = (control - 0.5) @ shear + 0.5 + shift
        drawn.append(wobbled(corner + placed * size, habit.wobble_mm, rng))
    return drawn


def _jitter(points: list[tuple[float, float]], amount: float, rng: Rng) -> Points:
    return np.array(points) + rng.normal(0, amount, (len(points), 2))


def _scaled(points: Points, size: float) -> Points:
    return np.asarray((points - 0.5) * size + 0.5, dtype=np.float64)


def _tick(habit: Habit, rng: Rng) -> list[Points]:
    control = _jitter([(0.14, 0.50), (0.26, 0.66), (0.40, 0.86), (0.64, 0.48)], 0.04, rng)
    end = np.array([[0.90 + 0.75 * habit.tail, 0.12 - 0.85 * habit.tail]])
    end += rng.normal(0, 0.06, (1, 2))
    return [smooth(_scaled(np.vstack([control, end]), habit.size))]


def _cross(habit: Habit, rng: Rng) -> list[Points]:
    size = habit.size * rng.uniform(0.85, 1.1)
    down = _jitter([(0.12, 0.12), (0.5, 0.48), (0.88, 0.88)], 0.05, rng)
    up = _jitter([(0.86, 0.12), (0.5, 0.52), (0.14, 0.88)], 0.05, rng)
    return [smooth(_scaled(down, size)), smooth(_scaled(up, size))]


def _stroke(habit: Habit, rng: Rng) -> list[Points]:
    lines = [
        [(0.15, 0.88), (0.5, 0.5), (0.88, 0.10)],
        [(0.5, 0.05), (0.5, 0.5), (0.48, 0.95)],
        [(0.08, 0.5), (0.5, 0.52), (0.92, 0.47)],
        [(0.12, 0.12), (0.5, 0.5), (0.88, 0.88)],
    ]
    chosen = lines[int(rng.choice(4, p=[0.55, 0.2, 0.15, 0.1]))]
    return [smooth(_scaled(_jitter(chosen, 0.05, rng), habit.size * rng.uniform(0.85, 1.15)))]


def _loop(radius: float, turns: float, rng: Rng) -> Points:
    n = int(10 * turns) + 2
    start = rng.uniform(0, 2 * np.pi)
    angles = start + np.linspace(0, 2 * np.pi * turns, n)
    radii = radius * (1 + rng.normal(0, 0.05, n))
    squash = rng.uniform(0.8, 1.1)
    loop = np.stack([np.cos(angles) * radii, np.sin(angles) * radii * squash], axis=1)
    return smooth(loop + 0.5)


def _circle(habit: Habit, rng: Rng) -> list[Points]:
    return [_loop(0.33 * habit.size, rng.uniform(0.95, 1.25), rng)]


def _around(habit: Habit, rng: Rng) -> list[Points]:
    return [_loop(0.85 * habit.size, rng.uniform(1.0, 1.2), rng)]


def _dot(habit: Habit, rng: Rng) -> list[Points]:
    at = rng.uniform(0.3, 0.7, 2)
    return [at + rng.normal(0, 0.025, (5, 2))]


def _zigzag(rows: int, reach: float, rng: Rng) -> Points:
    y = np.linspace(0.5 - reach, 0.5 + reach, 2 * rows)
    x = np.where(np.arange(2 * rows) % 2 == 0, 0.5 - reach, 0.5 + reach)
    return np.stack([x, y], axis=1) + rng.normal(0, 0.035, (2 * rows, 2))


def _filled(habit: Habit, rng: Rng) -> list[Points]:
    turned = _zigzag(int(rng.integers(7, 10)), 0.44, rng)
    angle = rng.choice([0.0, 0.6, 1.2])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return [smooth((turned - 0.5) @ turn.T + 0.5)]


def _scribble(habit: Habit, rng: Rng) -> list[Points]:
    return [smooth(_zigzag(int(rng.integers(3, 6)), rng.uniform(0.4, 0.62), rng))]


def _cancelled(habit: Habit, rng: Rng) -> list[Points]:
    """A tick or cross, and then taken back: scribbled over or struck through."""
    first = _tick(habit, rng) if rng.random() < 0.6 else _cross(habit, rng)
    if rng.random() < 0.55:
        return [*first, smooth(_zigzag(int(rng.integers(3, 6)), rng.uniform(0.5, 0.75), rng))]
    bars = [_jitter([(-0.15, y), (0.5, y), (1.15, y - 0.05)], 0.05, rng) for y in (0.4, 0.62)]
    return [*first, *(smooth(bar) for bar in bars)]


_SHAPES: dict[Kind, Callable[[Habit, Rng], list[Points]]] = {
    Kind.TICK: _tick,
    Kind.CROSS: _cross,
    Kind.STROKE: _stroke,
    Kind.CIRCLE: _circle,
    Kind.AROUND: _around,
    Kind.DOT: _dot,
    Kind.FILLED: _filled,
    Kind.SCRIBBLE: _scribble,
    Kind.CANCELLED: _cancelled,
    Kind.FAINT: _tick,
}

FAINT_STRENGTH = (0.10, 0.24)
"""Cover of ink in a faint mark: a ball that hardly writes, at the edge of what a scan keeps."""
