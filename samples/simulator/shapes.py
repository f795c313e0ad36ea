"""The lines of a mark: what a hand draws for each kind, in units of the box."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from samples.simulator.geometry import Points
from samples.simulator.marks import AROUND_WIDE_RADIUS, Habit, Kind
from samples.simulator.pens import Rng, smooth, wobbled

_STILL = (
    Kind.CORNER,
    Kind.FILLED,
    Kind.SCRIBBLE,
    Kind.CANCELLED,
    Kind.AROUND,
    Kind.CROSSED,
    Kind.AROUND_WIDE,
)
"""Kinds that aim at the whole box and lie half as far off its middle."""


def strokes(kind: Kind, corner: Points, size: Points, habit: Habit, rng: Rng) -> list[Points]:
    """The strokes of one mark, each (n, 2) mm, in the box at ``corner`` (2,) of ``size`` (2,)."""
    unit = _SHAPES[kind](habit, rng)
    shift = np.clip(rng.normal(0, habit.places, 2), -0.16, 0.16)
    if kind in _STILL:
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
    """Round this box alone: at most 1.6 mm beyond its frame, where boxes lie 2.7 mm apart."""
    return [_loop(rng.uniform(0.62, 0.72), rng.uniform(0.92, 1.2), rng)]


def _around_wide(habit: Habit, rng: Rng) -> list[Points]:
    return [_loop(rng.uniform(*AROUND_WIDE_RADIUS), rng.uniform(0.95, 1.15), rng)]


def _dot(habit: Habit, rng: Rng) -> list[Points]:
    at = rng.uniform(0.3, 0.7, 2)
    return [at + rng.normal(0, 0.025, (5, 2))]


def _half(habit: Habit, rng: Rng) -> list[Points]:
    """The pen went down and thought better of it: a line of 0.18-0.36 of the box."""
    angle = rng.uniform(0, np.pi)
    half = rng.uniform(0.09, 0.18) * np.array([np.cos(angle), np.sin(angle)])
    at = rng.uniform(0.32, 0.68, 2)
    return [smooth(np.array([at - half, at + rng.normal(0, 0.01, 2), at + half]))]


def _corner(habit: Habit, rng: Rng) -> list[Points]:
    """A tick that missed the box: it crosses a corner of the frame by a quarter box."""
    tick = _scaled(_tick(habit, rng)[0], 0.55)
    if rng.random() < 0.5:
        return [tick - tick[-1] + [0.0, 1.0] + rng.uniform(0.12, 0.28) * np.array([1.0, -1.0])]
    away = np.array([1.0, 0.0]) + rng.uniform(0.12, 0.26) * np.array([-1.0, 1.0])
    return [tick - tick[0] + away]


def _double(habit: Habit, rng: Rng) -> list[Points]:
    second = _tick(habit, rng)[0] + [rng.uniform(0.08, 0.22), rng.uniform(-0.08, 0.08)]
    return [*_tick(habit, rng), second]


def _crossed(habit: Habit, rng: Rng) -> list[Points]:
    """A tick, and a large cross over it: taken back."""
    lines = [_jitter(line, 0.05, rng) for line in (_DOWN, _UP)]
    return [*_tick(habit, rng), *(smooth(_scaled(line, rng.uniform(1.1, 1.45))) for line in lines)]


def _plain(habit: Habit, rng: Rng) -> list[Points]:
    """Whatever shape: most are ticks."""
    shapes = (_tick, _cross, _stroke)
    return shapes[int(rng.choice(3, p=[0.6, 0.25, 0.15]))](habit, rng)


def _blob(habit: Habit, rng: Rng) -> list[Points]:
    """A cross, gone over until hardly any white is left."""
    return [*_cross(habit, rng), smooth(_zigzag(3, rng.uniform(0.28, 0.4), rng))]


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


_DOWN = [(0.05, 0.05), (0.5, 0.5), (0.95, 0.95)]
_UP = [(0.95, 0.05), (0.5, 0.5), (0.05, 0.95)]

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
    Kind.AROUND_WIDE: _around_wide,
    Kind.DOUBLE: _double,
    Kind.HALF: _half,
    Kind.CORNER: _corner,
    Kind.CROSSED: _crossed,
    Kind.PENCIL: _plain,
    Kind.PENCIL_PALE: _plain,
    Kind.ERASED: _plain,
    Kind.THICK: _plain,
    Kind.THICK_FILLED: _blob,
}
