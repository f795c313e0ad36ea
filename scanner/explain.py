"""Third layer: fields from their boxes, with the reasons why a person should look.

A field's state speaks of its own ink only; `required_but_empty` adds a reason and changes
no state.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from forms.layout import Box
from forms.spec import FormSpec
from scanner.capture import CaptureClass, CaptureFacts
from scanner.certificate import Certificates
from scanner.classify import DOUBT, Verdict, classify
from scanner.combs import AreaInk
from scanner.marknet import MarkClass
from scanner.marks import MarkEvidence
from scanner.placed import PlacedBoxes
from scanner.reading import (
    CellReading,
    FieldReading,
    FieldState,
    MarkState,
    OptionReading,
    Reason,
)
from scanner.settings import CombSettings, MarkSettings, ReadSettings
from scanner.streaks import Streak

ALL_OF = 3
"""Boxes of a field from which all of them marked is asked about: a stroke drawn down the column,
a form filled in by somebody in a hurry."""


@dataclass(frozen=True)
class Measured:
    """All that was measured on a page."""

    placed: PlacedBoxes
    marks: Mapping[str, MarkEvidence]
    areas: Mapping[str, AreaInk]
    trouble: Mapping[str, Reason]
    """Boxes whose place on the scan is not certain, by box id."""
    capture: CaptureFacts
    streaks: Sequence[Streak]


def explain_fields(
    fields: Mapping[str, Sequence[Box]],
    measured: Measured,
    spec: FormSpec,
    settings: ReadSettings,
    held: Certificates,
) -> dict[str, FieldReading]:
    """One reading for every field of the page, in the order of the layout. ``held``: what may be
    claimed of marks in this kind of capture."""
    readings = {}
    for name, boxes in fields.items():
        if boxes[0].kind == "mark":
            reading = _mark_field(boxes, measured, settings.marks, held)
        else:
            reading = _FIELD_OF_KIND[boxes[0].kind](boxes, measured, settings.combs)
        if reading.state is FieldState.EMPTY and spec.field(boxes[0].field).required:
            reading = replace(reading, reasons=(*reading.reasons, Reason.REQUIRED_BUT_EMPTY))
        readings[name] = reading
    return readings


def _mark_field(
    boxes: Sequence[Box], measured: Measured, limits: MarkSettings, held: Certificates
) -> FieldReading:
    verdicts = [_judged(box, measured, limits, held) for box in boxes]
    judged = zip(boxes, verdicts, strict=True)
    options = {str(box.option): _option(box, verdict, measured) for box, verdict in judged}
    marked = [name for name, option in options.items() if option.state is MarkState.MARKED]
    state, value, reasons = _chosen(boxes, marked, verdicts)
    seen = [v.confidence for v in verdicts if v.reason is not Reason.OUTSIDE_IMAGE]
    if state is FieldState.DOUBTFUL:
        seen = [min(DOUBT, *seen)] if seen else []
    return FieldReading(
        value=value,
        state=state,
        confidence=min(seen, default=None),
        box_px=measured.placed.box_px(boxes),
        reasons=reasons,
        options=options,
    )


def _option(box: Box, verdict: Verdict, measured: Measured) -> OptionReading:
    box_px = measured.placed.rectangles.get(box.id)
    if verdict.reason is Reason.OUTSIDE_IMAGE:
        return OptionReading(verdict.state, None, box_px)
    evidence = measured.marks[box.id]
    marked = 0.0 if evidence.chances is None else evidence.chances[MarkClass.MARKED]
    return OptionReading(verdict.state, evidence.ink.score, box_px, marked)


def _judged(box: Box, measured: Measured, limits: MarkSettings, held: Certificates) -> Verdict:
    """The verdict on one box, in view of where it lies."""
    if box.id not in measured.placed.rectangles:
        return Verdict(MarkState.DOUBTFUL, 0.0, Reason.OUTSIDE_IMAGE)
    if reason := measured.trouble.get(box.id):
        return Verdict(MarkState.DOUBTFUL, DOUBT, reason)
    return classify(measured.marks[box.id], limits, held)


def _chosen(
    boxes: Sequence[Box], marked: list[str], verdicts: Sequence[Verdict]
) -> tuple[FieldState, str | list[str] | None, tuple[Reason, ...]]:
    """State, value and reasons of a mark field from its boxes."""
    own = [v.reason for v in verdicts if v.reason is not None]
    reasons = tuple(dict.fromkeys([*_group_reasons(boxes, marked, own), *own]))
    doubtful = bool(reasons)
    if boxes[0].choice == "multiple":
        nothing: list[str] | None = None if Reason.OUTSIDE_IMAGE in reasons else marked
        return _state(bool(marked), doubtful), nothing, reasons
    value = marked[0] if len(marked) == 1 and not doubtful else None
    return _state(bool(marked), doubtful), value, reasons


def _group_reasons(
    boxes: Sequence[Box], marked: list[str], own: Sequence[Reason]
) -> Iterator[Reason]:
    """What is odd about the boxes of a field together."""
    if boxes[0].choice == "multiple":
        if len(marked) == len(boxes) >= ALL_OF:
            yield Reason.ALL_MARKED
        return
    if len(marked) > 1:
        yield Reason.TWO_MARKS
    elif marked and Reason.HEAVY_OR_CANCELLED in own:
        yield Reason.MARK_AND_CANCELLED


def _state(marked: bool, doubtful: bool) -> FieldState:
    if doubtful:
        return FieldState.DOUBTFUL
    return FieldState.SURE if marked else FieldState.EMPTY


def _comb_field(boxes: Sequence[Box], measured: Measured, limits: CombSettings) -> FieldReading:
    ordered = sorted(boxes, key=lambda box: box.index or 0)
    placed, reasons = measured.placed, _place_reasons(ordered, measured)
    room = min((_cell_room(measured.areas[box.id], limits) for box in ordered), default=0)
    box_px = placed.box_px(ordered)
    if not reasons and room > 0:
        reasons = _not_blank(ordered, measured, limits)
        if not reasons:
            return FieldReading("", FieldState.EMPTY, 0.5 + 0.5 * room, box_px)
    cells = tuple(_cell(placed.rectangles.get(box.id)) for box in ordered)
    reasons = reasons or (Reason.NOT_READ,)
    confidence = None if box_px is None else 0.0
    return FieldReading(None, FieldState.DOUBTFUL, confidence, box_px, reasons, cells=cells)


def _cell(box_px: tuple[float, float, float, float] | None) -> CellReading:
    return CellReading(None, None if box_px is None else 0.0, box_px)


def _cell_room(ink: AreaInk, limits: CombSettings) -> float:
    """How far a cell is from holding ink: 1 without any, 0 or less with a stroke."""
    return 1 - ink.length_mm / limits.cell_speck_mm


def _not_blank(
    boxes: Sequence[Box], measured: Measured, limits: CombSettings
) -> tuple[Reason, ...]:
    """Why boxes without a stroke are not claimed to be empty all the same."""
    if measured.capture.capture is CaptureClass.ONE_BIT:
        return (Reason.NOT_CERTIFIED,)
    pale = any(measured.areas[box.id].pale_mm >= limits.pale_mm for box in boxes)
    return (Reason.FAINT_MARK,) if pale else ()


def _place_reasons(boxes: Sequence[Box], measured: Measured) -> tuple[Reason, ...]:
    """Why the place of some of these boxes cannot be relied on."""
    outside = any(box.id not in measured.placed.rectangles for box in boxes)
    reasons = [Reason.OUTSIDE_IMAGE] if outside else []
    reasons += [measured.trouble[box.id] for box in boxes if box.id in measured.trouble]
    return tuple(dict.fromkeys(reasons))


def _ink_field(boxes: Sequence[Box], measured: Measured, limits: CombSettings) -> FieldReading:
    box_px, reasons = measured.placed.box_px(boxes), _place_reasons(boxes, measured)
    if reasons:
        confidence = None if box_px is None else DOUBT
        return FieldReading(None, FieldState.DOUBTFUL, confidence, box_px, reasons)
    ink = measured.areas[boxes[0].id]
    if ink.length_mm <= limits.ink_speck_mm and not ink.streaked:
        if reasons := _not_blank(boxes, measured, limits):
            return FieldReading(None, FieldState.DOUBTFUL, DOUBT, box_px, reasons)
        room = 1 - ink.length_mm / limits.ink_speck_mm
        return FieldReading(False, FieldState.EMPTY, 0.5 + 0.5 * room, box_px)
    sure = min(ink.length_mm / limits.ink_length_mm, ink.darkness / limits.ink_darkness)
    if sure >= 1:
        return FieldReading(True, FieldState.SURE, 0.5 + 0.5 * min(sure - 1, 1), box_px)
    reason = Reason.INK_FROM_OUTSIDE if ink.streaked else Reason.FAINT_MARK
    return FieldReading(None, FieldState.DOUBTFUL, DOUBT, box_px, (reason,))


_FIELD_OF_KIND = {"cell": _comb_field, "ink": _ink_field}
