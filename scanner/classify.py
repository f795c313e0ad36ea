"""Mark boxes, second layer: from ink to ``empty``, ``marked`` or ``doubtful``.

Tick, cross, one stroke, a circle in or round the box are marks. What is filled, scribbled,
faint, small or comes from elsewhere is doubtful and goes to a person.
"""

from __future__ import annotations

from dataclasses import dataclass

from scanner.marks import InkMeasure
from scanner.reading import MarkState, Reason
from scanner.settings import MarkSettings


@dataclass(frozen=True)
class Verdict:
    """What one box is taken for. ``confidence`` says how far the ink is from the limits (0.5 at
    a limit, 1 far from all); it is not a probability. Doubtful boxes have less than 0.5."""

    state: MarkState
    confidence: float
    reason: Reason | None = None


def classify(ink: InkMeasure, limits: MarkSettings) -> Verdict:
    """Judge one box by its own ink alone: nothing here depends on other boxes or the page."""
    if ink.length_mm <= limits.speck_mm:
        return _without_stroke(ink, limits)
    if reason := _doubt(ink, limits):
        return Verdict(MarkState.DOUBTFUL, 0.25, reason)
    return Verdict(MarkState.MARKED, _marked_confidence(ink, limits))


def _without_stroke(ink: InkMeasure, limits: MarkSettings) -> Verdict:
    """Nothing but specks inside: empty, unless a circle runs round the box."""
    if ink.round_share >= limits.circle_share:
        return Verdict(MarkState.MARKED, 0.5 + 0.5 * _part(ink.round_share, limits.circle_share, 1))
    if ink.round_share >= limits.partly_circle_share:
        return Verdict(MarkState.DOUBTFUL, 0.25, Reason.INK_FROM_OUTSIDE)
    if ink.pale_mm >= limits.pale_mm:
        return Verdict(MarkState.DOUBTFUL, 0.25, Reason.FAINT_MARK)
    room = min(
        1 - ink.length_mm / limits.speck_mm, 1 - ink.round_share / limits.partly_circle_share
    )
    return Verdict(MarkState.EMPTY, 0.5 + 0.5 * max(room, 0.0))


def _doubt(ink: InkMeasure, limits: MarkSettings) -> Reason | None:
    """Why a box with a stroke in it is no clear mark, if it is none."""
    if _heavy(ink, limits):
        return Reason.HEAVY_OR_CANCELLED
    if ink.through or ink.own_share < limits.own_share:
        return Reason.INK_FROM_OUTSIDE
    if (
        ink.length_mm < limits.inside_mm
        or ink.stroke_mm < limits.stroke_mm
        or ink.darkness < limits.faint
    ):
        return Reason.FAINT_MARK
    return None


def _heavy(ink: InkMeasure, limits: MarkSettings) -> bool:
    """Filled, scribbled, or struck through. Bars beside the box count only with something
    in it that they strike: a single long stroke is a mark."""
    more = ink.crowded >= limits.struck_crowded or ink.line_mm >= limits.struck_line_mm
    return (
        ink.cover >= limits.heavy_cover
        or ink.crowded >= limits.crowded
        or ink.line_mm >= limits.heavy_line_mm
        or (ink.struck and more)
    )


def _marked_confidence(ink: InkMeasure, limits: MarkSettings) -> float:
    """The least of the distances to the limits of `_doubt`."""
    room = min(
        _part(ink.length_mm, limits.inside_mm, 2 * limits.inside_mm),
        _part(ink.stroke_mm, limits.stroke_mm, 2 * limits.stroke_mm),
        _part(ink.darkness, limits.faint, 2 * limits.faint),
        _part(ink.own_share, limits.own_share, 2 * limits.own_share),
        _part(-ink.cover, -limits.heavy_cover, -limits.heavy_cover / 2),
    )
    return 0.5 + 0.5 * room


def _part(value: float, start: float, end: float) -> float:
    """How far ``value`` has come from ``start`` to ``end``, 0-1."""
    return min(max((value - start) / (end - start), 0.0), 1.0)
