"""People who are in the register already are offered for what is written by hand, and only they."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest

from office.intake.models import ScanPage
from office.register.services import accept_sheet, reopen_sheet
from office.review.current import CurrentField, current_values
from office.review.known import Known, Villager, known_people, people_of
from office.review.passes import Said
from office.rounds.models import Desa
from tests.fieldspecs import cells
from tests.office.conftest import INK, SmallOffice

SPECS = (
    cells("nama", 2, 20, "person.name", rows=3, chars="capitals", means="name"),
    cells("tanggal_lahir", 2, 8, "person.birth_date", rows=3, means="birth_date"),
    cells("nik", 2, 16, "person.nik", rows=3, means="nik"),
)


def person(name: str, nik: str | None, born: date | None) -> Villager:
    return Villager(name, nik, born, "day" if born else "unknown")


JUMBERI = person("JUMBERI", "6311021203859001", date(1985, 3, 12))
INANG = person("INANG", "6311025503889001", date(1988, 3, 15))
TWIN = person("JUMBERA", "6311021203859002", date(1985, 3, 12))
UTUH = person("UTUH", None, None)
VILLAGE = [
    JUMBERI,
    INANG,
    UTUH,
    *(
        person(f"{name} RIAM", f"631102010{n}9{n}000{n}", date(1990 + n, n, 1))
        for n, name in enumerate(("ADUL", "BASRI", "DARMAN", "ENYUT", "GALUH"), start=1)
    ),
]


def _cell(char: str, doubt: str) -> dict[str, Any]:
    """A cell that is read as ``char``, and might as well be ``doubt``."""
    if char == " ":
        return {"char": " ", "confidence": 1.0, "top": []}
    top = [[char, 0.5], [doubt, 0.49]] if doubt else [[char, 0.99], ["X", 0.005]]
    return {"char": char, "confidence": top[0][1], "top": top}


def row(
    texts: Mapping[str, str], doubts: Mapping[tuple[str, int], str] | None = None
) -> Iterator[CurrentField]:
    """Row 1 of a sheet as it was read; ``doubts`` by field and cell."""
    for spec in SPECS:
        text = texts.get(spec.id, "")
        some = [
            _cell(char, (doubts or {}).get((spec.id, n), ""))
            for n, char in enumerate(text.ljust(spec.length or 0))
        ]
        state = "doubtful" if text else "empty"
        reading = {"value": text, "state": state, "reasons": [], "cells": some if text else []}
        yield CurrentField(f"{spec.id}.1", spec, ScanPage(), reading, Said())


def offered(found: Iterator[Known]) -> list[Villager]:
    return [one.person for one in found]


READ = {"nama": "JUMBERI", "tanggal_lahir": "12031985", "nik": "6311021203859001"}


def test_a_person_of_the_village_is_offered_with_what_the_register_has() -> None:
    misread = {**READ, "nik": "6311021203859007"}
    (known,) = known_people(row(misread, {("nik", 15): "1"}), VILLAGE)
    assert known.person == JUMBERI
    assert known.texts == {f"{name}.1": text for name, text in READ.items()}


@pytest.mark.parametrize(
    "texts",
    [
        {"nama": "SAHRUDIN", "tanggal_lahir": "04071990", "nik": "6311020407909001"},
        {"nama": "JUMBERI"},
        {"nama": "UTUR"},
        {"tanggal_lahir": "12031985"},
        {},
    ],
    ids=["nobody's", "a name alone", "nearly a name", "a birth date alone", "an empty row"],
)
def test_others_are_not(texts: dict[str, str]) -> None:
    assert not offered(known_people(row(texts), VILLAGE))


def test_between_twins_nobody_is_chosen() -> None:
    texts = {**READ, "nama": "JUMBERI"}
    doubts = {("nama", 6): "A", ("nik", 15): "2"}
    assert not offered(known_people(row(texts, doubts), [*VILLAGE, TWIN]))
    assert offered(known_people(row(texts), [*VILLAGE, TWIN])) == [JUMBERI], "clearly read"


def test_an_empty_register_offers_nobody() -> None:
    assert not offered(known_people(row(READ), []))


def test_only_people_who_live_there_and_count(office: SmallOffice) -> None:
    sheet = office.scanned({"nama.1": INK, "nik.1": INK, "nama_kepala": INK})
    values = {"nama.1": "JUMBERI", "nik.1": "6311021203859001", "nama_kepala": "JUMBERI"}
    office.decide(sheet, values)
    accept_sheet(sheet, current_values(sheet), office.reviewer)
    assert [one.name for one in people_of(office.visit.desa)] == ["JUMBERI"]
    assert not people_of(Desa.objects.exclude(pk=office.visit.desa.pk)[0])
    reopen_sheet(sheet, office.supervisor, "salah")
    assert not people_of(office.visit.desa)
