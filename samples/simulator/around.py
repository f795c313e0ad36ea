"""What lies round a mark box: free paper for a word, neighbours whose marks reach over."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import numpy as np

from forms.layout import Box
from samples.simulator.geometry import Points
from samples.simulator.marks import AROUND_WIDE_RADIUS
from samples.simulator.pens import Rng
from samples.simulator.strays import OVERHANG_MM, Side, Stray, StrayKind

WORDS = ("ya", "ada", "tidak", "sdh", "ok", "2", "rusak", "lupa", "milik adik", "belum", "x3")
SIDES: tuple[Side, ...] = ("left", "right", "above", "below")

MOST_ROOM_MM = 16.0
LEAST_ROOM_MM = 2.0
KEEPS_OFF_MM = 0.6
"""Words stay this far from the next field, so that only the box they stand at is touched."""

PAGE_EDGE_MM = 6.0

TAIL_REACH_MM = 7.0
"""Tails fly over at most this much paper between two boxes."""


def some_stray(
    kind: StrayKind, box: Box, boxes: Sequence[Box], origins: AbstractSet[str], rng: Rng
) -> Stray | None:
    """Stray ink of one kind at ``box``; None where there is no place for it. ``origins``: ids
    of boxes whose marks may have a tail."""
    if kind is StrayKind.WORD:
        return _word(box, boxes, rng)
    if kind is StrayKind.OVERSHOOT:
        return _tail(box, boxes, origins, rng)
    return Stray(kind)


def _word(box: Box, boxes: Sequence[Box], rng: Rng) -> Stray | None:
    rooms = {side: room(box, boxes, side) for side in SIDES}
    sides = [side for side in SIDES if rooms[side] >= LEAST_ROOM_MM]
    if not sides:
        return None
    wide = [side for side in sides if side in ("left", "right") and rooms[side] > 6] or sides
    side = wide[int(rng.integers(len(wide)))]
    longest = 10 if rooms[side] > 10 else 5 if rooms[side] > 6 else 3
    fitting = [word for word in WORDS if len(word) <= longest]
    text = fitting[int(rng.integers(len(fitting)))]
    return Stray(StrayKind.WORD, side, rooms[side], text)


def room(box: Box, boxes: Sequence[Box], side: Side) -> float:
    """Free paper (mm) beyond one edge of a box, to the next field or the edge of the page."""
    sideways = side in ("left", "right")
    sign = 1.0 if side in ("right", "below") else -1.0
    near, far = _span(box, along=sideways)
    low, high = _span(box, along=not sideways)
    edge = far if sign > 0 else near
    free = MOST_ROOM_MM if sign > 0 else min(MOST_ROOM_MM, near - PAGE_EDGE_MM)
    for other in boxes:
        start, end = _span(other, along=not sideways)
        beside = (
            start < high + OVERHANG_MM + KEEPS_OFF_MM and end > low - OVERHANG_MM - KEEPS_OFF_MM
        )
        ahead = (_span(other, along=sideways)[0 if sign > 0 else 1] - edge) * sign
        if other.id != box.id and beside and ahead > -0.5:
            free = min(free, ahead - KEEPS_OFF_MM)
    return free


def _span(box: Box, *, along: bool) -> tuple[float, float]:
    """Left and right (``along``) or top and bottom, mm."""
    if along:
        return box.x_mm, box.x_mm + box.w_mm
    return box.y_mm, box.y_mm + box.h_mm


def _tail(box: Box, boxes: Sequence[Box], origins: AbstractSet[str], rng: Rng) -> Stray | None:
    """From a marked box so near that no third one lies between."""
    from_here = [
        other
        for other in boxes
        if other.kind == "mark" and other.id in origins and _gap(box, other) <= TAIL_REACH_MM
    ]
    free = [other for other in from_here if not _between(box, other, boxes)]
    if not free:
        return None
    other = free[int(rng.integers(len(free)))]
    start = _middle(other) + rng.uniform(-0.2, 0.2, 2) * [other.w_mm, other.h_mm]
    return Stray(StrayKind.OVERSHOOT, start_mm=(float(start[0]), float(start[1])))


def _middle(box: Box) -> Points:
    return np.array([box.x_mm + box.w_mm / 2, box.y_mm + box.h_mm / 2])


def _gap(one: Box, other: Box) -> float:
    """Paper between two boxes, mm."""
    apart = np.abs(_middle(one) - _middle(other))
    return float(np.linalg.norm(np.maximum(apart - (one.w_mm + other.w_mm) / 2, 0)))


def _between(one: Box, other: Box, boxes: Sequence[Box]) -> bool:
    """Whether a straight line between two boxes comes near a third."""
    line = np.linspace(_middle(one), _middle(other), 12)
    return any(
        bool((np.abs(line - _middle(third)) < third.w_mm / 2 + 1).all(axis=1).any())
        for third in boxes
        if third.kind == "mark" and third.id not in (one.id, other.id)
    )


def reached(box: Box, boxes: Sequence[Box]) -> list[str]:
    """Ids of the boxes that a wide circle round ``box`` may touch."""
    radius = (AROUND_WIDE_RADIUS[1] + 0.25) * box.w_mm
    return [
        other.id
        for other in boxes
        if other.kind == "mark" and other.id != box.id and _gap(box, other) < radius - box.w_mm / 2
    ]
