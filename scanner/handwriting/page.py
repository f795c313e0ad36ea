"""What is written by hand on a page: the cells of its combs, read and put together.

A suggestion, whatever its state: it stands beside its picture until a person has confirmed it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from forms.layout import Box
from scanner.capture import CaptureClass
from scanner.certificate import WritingCertificates
from scanner.handwriting.cells import CellCrops
from scanner.handwriting.comb import Comb, WrittenComb
from scanner.handwriting.decoding import decode
from scanner.handwriting.nets import ALPHABETS, Kind, chances
from scanner.handwriting.suggestion import Suggestion
from scanner.reading import CellReading, FieldReading, FieldState, Reason
from scanner.settings import WritingSettings

KINDS: Mapping[str, tuple[Kind, ...]] = {
    "digits": ("digits",),
    "capitals": ("capitals",),
    "code": ("digits", "capitals"),
}
"""The nets that look at a cell, by what the layout lets it hold."""

STRUCK_UNREAD = 0.02
"""Where a line seems to run through several cells, the net need only be so sure that one of them
holds no character. Alone the line says little: 2.8 % of good digits touch their neighbours so."""

UNREADABLE = frozenset({Reason.OUTSIDE_IMAGE, Reason.NOT_CERTIFIED})
"""A comb of which cells are missing is not read, nor one that is only not sure to be blank: what a
net makes of nothing would be put before a person."""


def written_combs(
    crops: CellCrops,
    fields: Mapping[str, Sequence[Box]],
    readings: Mapping[str, FieldReading],
    settings: WritingSettings,
) -> dict[str, WrittenComb]:
    """The combs of a page in which something is written, by field name."""
    names = [name for name, boxes in fields.items() if _is_read(boxes, readings[name])]
    row_of = {box.id: row for row, box in enumerate(crops.boxes)}
    ordered = {name: tuple(sorted(fields[name], key=lambda box: box.index or 0)) for name in names}
    rows = {
        name: np.array([row_of[box.id] for box in boxes], dtype=np.intp)
        for name, boxes in ordered.items()
    }
    seen = _seen(crops, ordered, rows, settings)
    combs = {}
    for name, boxes in ordered.items():
        at, kinds = rows[name], KINDS[boxes[0].chars or "capitals"]
        told = np.concatenate([seen[kind][at] for kind in kinds], axis=1) / len(kinds)
        alphabet = "".join(ALPHABETS[kind] for kind in kinds)
        comb = Comb(alphabet, told, crops.empty[at])
        lined = np.array([crops.flags[row].struck_out for row in at])
        struck = bool((lined & (comb.unread >= STRUCK_UNREAD)).any())
        combs[name] = WrittenComb(boxes, comb, struck)
    return combs


def _is_read(boxes: Sequence[Box], reading: FieldReading) -> bool:
    doubtful = reading.state is FieldState.DOUBTFUL
    return boxes[0].kind == "cell" and doubtful and not UNREADABLE.intersection(reading.reasons)


def _seen(
    crops: CellCrops,
    ordered: Mapping[str, Sequence[Box]],
    rows: Mapping[str, NDArray[np.intp]],
    settings: WritingSettings,
) -> dict[Kind, NDArray[np.float64]]:
    """Chances (cells, characters) by each net, of the cells that it is asked about: one batch a
    net and page."""
    seen: dict[Kind, NDArray[np.float64]] = {}
    for kind, alphabet in ALPHABETS.items():
        asked = [
            rows[name]
            for name, boxes in ordered.items()
            if kind in KINDS[boxes[0].chars or "capitals"]
        ]
        told = np.zeros((len(crops.boxes), len(alphabet)))
        every = np.concatenate(asked) if asked else np.empty(0, dtype=np.intp)
        every = every[~crops.empty[every]]
        temperature = getattr(settings, f"{kind}_temperature")
        told[every] = chances(crops.seen[every], kind, temperature=temperature)[:, :-1]
        seen[kind] = told
    return seen


def with_suggestions(
    readings: Mapping[str, FieldReading],
    written: Mapping[str, WrittenComb],
    capture: CaptureClass,
    held: WritingCertificates,
) -> dict[str, FieldReading]:
    """The page's fields with what is written in them; all other fields as they were."""
    said = dict(decode(written, readings))
    return {
        name: reading
        if name not in said or not said[name].value
        else _suggested(reading, said[name], written[name], _limit(written[name], capture, held))
        for name, reading in readings.items()
    }


def _limit(written: WrittenComb, capture: CaptureClass, held: WritingCertificates) -> float | None:
    certificate = held.get(written.boxes[0].means, {}).get(capture)
    return None if certificate is None else certificate.least_belief


def _suggested(
    reading: FieldReading, said: Suggestion, written: WrittenComb, limit: float | None
) -> FieldReading:
    """``limit``: the least confidence that may be called sure, None where nothing may."""
    cells = tuple(
        CellReading(choice.char, choice.certainty, old.box_px, choice.top)
        for choice, old in zip(said.cells, reading.cells or (), strict=True)
    )
    value = "".join(choice.char for choice in said.cells).rstrip()
    reasons = tuple(dict.fromkeys(_reasons(reading, said, written)))
    if not reasons and limit is not None and said.confidence >= limit:
        return replace(
            reading,
            value=value,
            state=FieldState.SURE,
            confidence=said.confidence,
            reasons=(),
            cells=cells,
        )
    return replace(
        reading,
        value=value,
        confidence=said.confidence,
        reasons=reasons or (Reason.UNSURE_WRITING,),
        cells=cells,
    )


def _reasons(reading: FieldReading, said: Suggestion, written: WrittenComb) -> Iterator[Reason]:
    yield from (reason for reason in reading.reasons if reason is not Reason.NOT_READ)
    yield from said.reasons
    if written.struck_out:
        yield Reason.OVERWRITTEN_CELL
