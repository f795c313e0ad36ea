"""Which decoder reads which comb, by what the layout says that it means."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from forms.layout import Box
from scanner.handwriting.alphabet import DIGITS
from scanner.handwriting.comb import Comb, WrittenComb
from scanner.handwriting.dates import decode_date
from scanner.handwriting.evidence import cellwise
from scanner.handwriting.kk import decode_kk
from scanner.handwriting.names import decode_name, decode_place
from scanner.handwriting.nik import decode_person
from scanner.handwriting.plain import (
    decode_code,
    decode_count,
    decode_phone,
    decode_rt_rw,
    decode_time,
)
from scanner.handwriting.suggestion import Suggestion
from scanner.reading import FieldReading, MarkState

NIK_CELLS, DATE_CELLS, TIME_CELLS, RT_RW_CELLS = 16, 8, 4, 6

WHOLE = {"nik": NIK_CELLS, "kk": NIK_CELLS, "birth_date": DATE_CELLS, "date": DATE_CELLS}
"""Cells of a number that is decoded whole."""

TIME_PREFIX = "jam_"
"""Fields of hours and minutes are called so; the layout has no word for what they mean."""


def decode(
    written: Mapping[str, WrittenComb], readings: Mapping[str, FieldReading]
) -> Iterator[tuple[str, Suggestion]]:
    """A suggestion for every comb. NIK and birth date of one row are read together, with what is
    ticked as the sex."""
    first = {name: one.boxes[0] for name, one in written.items()}
    combs = {name: one.comb for name, one in written.items()}
    people = {
        (box.row, box.means): name
        for name, box in first.items()
        if box.means in ("nik", "birth_date") and len(combs[name].empty) == WHOLE[box.means]
    }
    for row in dict.fromkeys(row for row, _ in people):
        nik, birth = people.get((row, "nik")), people.get((row, "birth_date"))
        yield from _person(row, nik, birth, combs, readings)
    for name in combs.keys() - set(people.values()):
        yield name, _decoder(first[name], len(combs[name].empty))(combs[name])


def _person(
    row: int | None,
    nik: str | None,
    birth: str | None,
    combs: Mapping[str, Comb],
    readings: Mapping[str, FieldReading],
) -> Iterator[tuple[str, Suggestion]]:
    suffix = "" if row is None else f".{row}"
    read = decode_person(
        combs[nik] if nik else _unwritten(NIK_CELLS),
        combs[birth] if birth else _unwritten(DATE_CELLS),
        _sex(readings.get(f"jenis_kelamin{suffix}")),
        estimated=_ticked(readings.get(f"tanggal_perkiraan{suffix}"), "ya"),
    )
    if nik:
        yield nik, read.nik
    if birth:
        yield birth, read.birth


def _unwritten(cells: int) -> Comb:
    return Comb(DIGITS, np.zeros((cells, len(DIGITS))), np.ones(cells, dtype=np.bool_))


def _sex(reading: FieldReading | None) -> tuple[float, float] | None:
    """Beliefs that L and that P is ticked."""
    if reading is None or reading.options is None or not {"L", "P"} <= reading.options.keys():
        return None
    man, woman = (reading.options[option].belief for option in "LP")
    return None if man is None or woman is None else (man, woman)


def _ticked(reading: FieldReading | None, option: str) -> bool:
    """Whether the option is marked for certain."""
    options = reading.options if reading and reading.options else {}
    return option in options and options[option].state is MarkState.MARKED


def _decoder(box: Box, cells: int) -> Callable[[Comb], Suggestion]:
    of_digits = box.chars == "digits"
    if box.means == "place" and of_digits:
        return decode_rt_rw if cells == RT_RW_CELLS else cellwise
    if of_digits and box.field.startswith(TIME_PREFIX) and cells == TIME_CELLS:
        return decode_time
    if cells != WHOLE.get(box.means, cells):
        return cellwise
    return _DECODERS.get((box.means, box.chars or ""), cellwise)


_DECODERS: Mapping[tuple[str, str], Callable[[Comb], Suggestion]] = {
    ("kk", "digits"): decode_kk,
    ("name", "capitals"): decode_name,
    ("place", "capitals"): decode_place,
    ("phone", "digits"): decode_phone,
    ("count", "digits"): decode_count,
    ("date", "digits"): decode_date,
    ("code", "code"): decode_code,
}
