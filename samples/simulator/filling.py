"""What stands on one page in ink, who wrote it, and what of it is true."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from forms.layout import Box, Layout
from samples.simulator.canvas import Canvas
from samples.simulator.geometry import Points
from samples.simulator.inking import lay_mark
from samples.simulator.marks import (
    TRAINING_CLASS,
    TRUTH,
    Habit,
    Kind,
    TrainingClass,
    Truth,
    some_habit,
)
from samples.simulator.pens import PENS, Rng
from samples.simulator.strays import Stray, StrayKind, lay_stray
from samples.simulator.writing import (
    Hand,
    put_in_cell,
    sign,
    some_hand,
    thumbprint,
    write_lines,
)

Value = str | list[str] | bool | None
SIGNATURE, THUMBPRINT = "\x01signature", "\x01thumbprint"
"""Contents of an ink area that are drawn; any other text is written in words."""

PEN_SHARES = {
    "blue_ballpoint": 0.42,
    "black_ballpoint": 0.33,
    "blue_gel": 0.12,
    "black_gel": 0.10,
    "marker": 0.03,
}
"""How often which pen lies on the table; pencils are told to stay at home."""


@dataclass(frozen=True)
class Writer:
    """One person with one pen; ``flow`` below 1: it is nearly empty, or hardly pressed."""

    pen: str
    habit: Habit
    hand: Hand
    kind: Kind = Kind.TICK
    flow: float = 1.0


def some_writer(rng: Rng, pen: str | None = None) -> Writer:
    drawn = pen or str(rng.choice(list(PEN_SHARES), p=list(PEN_SHARES.values())))
    kinds = (Kind.TICK, Kind.CROSS, Kind.STROKE, Kind.CIRCLE)
    kind = kinds[int(rng.choice(4, p=[0.62, 0.28, 0.06, 0.04]))]
    return Writer(drawn, some_habit(rng), some_hand(rng), kind)


@dataclass(frozen=True)
class Mark:
    """One marked box; ``meant``: what its writer wanted, whatever it looks like."""

    kind: Kind
    meant: bool = True


class CellSource(Protocol):
    """Writes one character of a text into its cell."""

    def lay(self, canvas: Canvas, box: Box, char: str, writer: Writer, rng: Rng) -> None: ...


class FontCells:
    """Characters of handwriting fonts (`writing`)."""

    def lay(self, canvas: Canvas, box: Box, char: str, writer: Writer, rng: Rng) -> None:
        put_in_cell(canvas, char, *place(box), writer.hand, PENS[writer.pen], rng)


@dataclass(frozen=True)
class Filling:
    """Ink by box id (marks, and strays: ink that belongs elsewhere) and by field name (texts in
    cells, contents of ink areas)."""

    writer: Writer
    marks: Mapping[str, Mark] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    inks: Mapping[str, str] = field(default_factory=dict)
    strays: Mapping[str, Stray] = field(default_factory=dict)
    cells: CellSource = field(default_factory=FontCells)

    def label(self, box_id: str) -> str:
        """What is in a mark box, for tables: the kind of its mark, else of its stray ink, else
        ``empty``."""
        if box_id in self.marks:
            return self.marks[box_id].kind.value
        return self.strays[box_id].kind.value if box_id in self.strays else "empty"

    def look(self, box_id: str) -> Truth:
        """What a careful person says of a mark box."""
        if box_id in self.strays and self.strays[box_id].kind is StrayKind.REACHED:
            return Truth.UNCLEAR
        return TRUTH[self.marks[box_id].kind] if box_id in self.marks else Truth.EMPTY

    def training_class(self, box_id: str) -> TrainingClass | None:
        """The class of a mark box for training; None for boxes that a neighbour's circle may or
        may not touch: they teach nothing."""
        if box_id in self.strays and self.strays[box_id].kind is StrayKind.REACHED:
            return None
        kind = self.marks[box_id].kind if box_id in self.marks else None
        return TrainingClass.EMPTY if kind is None else TRAINING_CLASS[kind]


@dataclass(frozen=True)
class FieldTruth:
    """The right final value of a field; ``unclear``: only a person can tell it. ``options``:
    what each box of a mark field looks like."""

    value: Value
    unclear: bool = False
    options: Mapping[str, Truth] | None = None


class MarkSource(Protocol):
    """Lays the ink of one mark."""

    def lay(self, canvas: Canvas, box: Box, kind: Kind, writer: Writer, rng: Rng) -> None: ...


class DrawnMarks:
    """Marks drawn stroke by stroke (`marks`)."""

    def lay(self, canvas: Canvas, box: Box, kind: Kind, writer: Writer, rng: Rng) -> None:
        lay_mark(canvas, *place(box), kind, PENS[writer.pen], writer.habit, rng, writer.flow)


def place(box: Box) -> tuple[Points, Points]:
    """Corner (2,) and size (2,) of a box, mm."""
    return np.array([box.x_mm, box.y_mm]), np.array([box.w_mm, box.h_mm])


def write(
    canvas: Canvas, layout: Layout, page: int, filling: Filling, source: MarkSource, seed: int
) -> None:
    """Lay all ink of one page. Each box has its own stream of chance, so that one mark more
    leaves all others as they are."""
    for boxes in layout.fields_on_page(page).values():
        for box in boxes:
            if _inked(box, filling):
                rng = np.random.default_rng([seed, zlib.crc32(box.id.encode())])
                _write_box(canvas, box, filling, source, rng)
            if box.id in filling.strays:
                own = np.random.default_rng([seed, zlib.crc32(b"stray " + box.id.encode())])
                writer = filling.writer
                pen = PENS[writer.pen]
                lay_stray(canvas, *place(box), filling.strays[box.id], pen, writer.hand, own)


def _inked(box: Box, filling: Filling) -> bool:
    if box.kind == "cell":
        return _char(box, filling).strip() != ""
    return box.id in filling.marks or box.name in filling.inks


def _char(box: Box, filling: Filling) -> str:
    """What stands in a cell; nothing beyond its text's end."""
    text = filling.texts.get(box.name, "")
    return text[box.index - 1 : box.index] if box.index else ""


def _write_box(canvas: Canvas, box: Box, filling: Filling, source: MarkSource, rng: Rng) -> None:
    writer = filling.writer
    if box.kind == "mark" and box.id in filling.marks:
        source.lay(canvas, box, filling.marks[box.id].kind, writer, rng)
    elif box.kind == "cell":
        filling.cells.lay(canvas, box, _char(box, filling), writer, rng)
    elif box.kind == "ink" and box.name in filling.inks:
        _write_area(canvas, box, filling.inks[box.name], writer, rng)


def _write_area(canvas: Canvas, box: Box, content: str, writer: Writer, rng: Rng) -> None:
    corner, size = place(box)
    if content == THUMBPRINT:
        thumbprint(canvas, corner, size, rng)
    elif content == SIGNATURE:
        sign(canvas, corner, size, PENS[writer.pen], rng)
    else:
        hand = Hand(writer.hand.face, min(2.7, box.h_mm * 0.42), writer.hand.slant, 0.7)
        write_lines(canvas, content, corner, size, hand, PENS[writer.pen], rng)


def truths(layout: Layout, page: int, filling: Filling) -> dict[str, FieldTruth]:
    """The truth of every field of a page."""
    fields = layout.fields_on_page(page)
    return {name: _truth(name, boxes, filling) for name, boxes in fields.items()}


def _truth(name: str, boxes: tuple[Box, ...], filling: Filling) -> FieldTruth:
    kind = boxes[0].kind
    if kind == "cell":
        return FieldTruth(filling.texts.get(name, "").rstrip())
    if kind == "ink":
        return FieldTruth(name in filling.inks)
    looks = {option: filling.look(box.id) for option, box in _by_option(boxes)}
    meant = [
        option
        for option, box in _by_option(boxes)
        if box.id in filling.marks and filling.marks[box.id].meant
    ]
    unclear = Truth.UNCLEAR in looks.values()
    if boxes[0].choice == "multiple":
        return FieldTruth(meant, unclear, looks)
    two = list(looks.values()).count(Truth.MARKED) > 1
    return FieldTruth(meant[0] if len(meant) == 1 else None, unclear or two, looks)


def _by_option(boxes: tuple[Box, ...]) -> Iterator[tuple[str, Box]]:
    for box in boxes:
        if box.option is None:
            raise ValueError(f"mark box without option: {box.id}")
        yield box.option, box
