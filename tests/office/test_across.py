"""The same field of many sheets, asked of the database at once, is what each sheet says of it."""

from __future__ import annotations

from office.review.current import current_fields
from office.review.decisions import record_decision, take_back
from office.review.grid.across import HEAD, fields_across
from office.rounds.models import Sheet
from tests.office.conftest import INK, SmallOffice


def _read_again(sheet: Sheet, floor: str) -> None:
    page = sheet.scan_pages.get(page_no=1)
    later = page.readings.get().json
    later["fields"]["lantai"]["value"] = floor
    later["facts"] = {"capture": "phone"}
    page.readings.create(reader_version="later", json=later)


def _some(office: SmallOffice) -> list[Sheet]:
    """As read; decided and taken back; read again; of which one page is missing."""
    marks = {"lantai": "tanah", "nama.1": INK, "nama.2": f"{INK}ADUL"}
    whole = [office.scanned(marks) for _ in range(3)]
    taken_back = record_decision(whole[1], "lantai", "semen", office.reviewer)
    record_decision(whole[1], "nama.1", "BASRI", office.reviewer)
    take_back(taken_back, office.reviewer)
    _read_again(whole[2], "papan")
    half = office.sheet()
    office.take(office.reading(half, 2, marks))
    return [*whole, half]


def test_every_field_is_what_its_sheet_says(office: SmallOffice) -> None:
    sheets = _some(office)
    each = {
        (sheet.pk, name): one for sheet in sheets for name, one in current_fields(sheet).items()
    }
    names = office.forms["keluarga"].spec.names()
    found = fields_across([(sheet, name) for name in names for sheet in sheets])
    assert {place: one.field for place, one in found.items()} == each
    assert found[sheets[2].pk, "lantai"].field.value == "papan", "the newest reading"
    assert found[sheets[1].pk, "nama.1"].field.value == "BASRI"


def test_of_each_page_just_what_is_wanted_of_it(office: SmallOffice) -> None:
    first, second, again, half = _some(office)
    wanted = [(first, "nama.2"), (second, "nama.1"), (again, "lantai"), (half, "lantai")]
    found = fields_across([*wanted, (first, "no_such_field")])
    read = {(pk, *one.page_reading["fields"]) for (pk, _), one in found.items()}
    assert read == {(first.pk, "nama.2"), (second.pk, "nama.1"), (again.pk, "lantai")}
    whole = again.scan_pages.get(page_no=1).readings.latest("id").json
    head = {name: found[again.pk, "lantai"].page_reading[name] for name in HEAD}
    assert head == {name: whole[name] for name in HEAD}
    assert fields_across([]) == {}
