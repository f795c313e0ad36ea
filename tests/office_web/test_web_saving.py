"""Answers are saved as they are given: rows of decisions, never over one another's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from office.intake.models import ScanPage
from office.review.current import current_values, open_fields
from office.review.models import Decision
from office.review.versions import version_of
from office.rounds.models import Sheet
from office.rounds.states import SheetState

if TYPE_CHECKING:
    from tests.office_web.conftest import WebOffice

INK = "~"
"""In a cell field: handwriting that nobody has read."""

FILLED = {"nama_kepala": INK, "lantai": ("?", "tanah"), "asuransi": ["pbi_jk"], "nik.1": INK}


def _save(office: WebOffice, sheet: Sheet, sent: dict[str, Any], by: str = "peninjau") -> Any:
    response = office.client(by).post(f"/periksa/{sheet.code}/simpan/", sent)
    return response.status_code, json.loads(response.content)


def test_an_answer_becomes_a_row_with_who_from_to_and_how_long(office: WebOffice) -> None:
    sheet = office.scanned(FILLED)
    status, told = _save(
        office, sheet, office.answer(sheet, "lantai", '"papan"', ms=2100, keys=2), "peninjau"
    )
    assert status == 200
    row = Decision.objects.get()
    assert (row.from_value, row.to_value, row.ms, row.keystrokes) == (None, "papan", 2100, 2)
    assert (row.by, row.mode) == (office.users["peninjau"], Decision.Mode.SHEET)
    assert told["open"] == len(open_fields(sheet))
    assert told["version"] == str(version_of(sheet))
    assert told["flag"] == "Sudah diperiksa"
    sheet.refresh_from_db()
    assert sheet.state == SheetState.UNDER_REVIEW


@pytest.mark.parametrize(
    ("field", "sent", "kept"),
    [
        ("nama_kepala", '"jumberi "', "JUMBERI"),
        ("nama_kepala", "null", None),
        ("nama_kepala", '""', ""),
        ("tanggal_lahir.1", '"    1985"', "    1985"),
        ("asuransi", "[]", []),
        ("asuransi", '["lainnya", "pbi_jk"]', ["pbi_jk", "lainnya"]),
        ("lantai", "null", None),
        ("ttd", "true", True),
    ],
)
def test_every_shape_of_value_arrives(
    office: WebOffice, field: str, sent: str, kept: object
) -> None:
    sheet = office.scanned(FILLED)
    assert _save(office, sheet, office.answer(sheet, field, sent))[0] == 200
    assert current_values(sheet)[field] == kept


@pytest.mark.parametrize("value", ["3", '{"a": 1}', '["a", 1]', "bukan json", '[["a"]]'])
def test_other_shapes_are_refused(office: WebOffice, value: str) -> None:
    sheet = office.scanned(FILLED)
    status, told = _save(office, sheet, office.answer(sheet, "lantai", value))
    assert (status, Decision.objects.count()) == (400, 0)
    assert "tidak dimengerti" in told["error"]


def test_a_value_that_does_not_fit_is_told_at_the_field_and_not_saved(office: WebOffice) -> None:
    sheet = office.scanned(FILLED)
    status, told = _save(office, sheet, office.answer(sheet, "nik.1", '"63110A"'))
    assert (status, Decision.objects.count()) == (422, 0)
    assert "hanya boleh angka" in told["problem"]
    assert "63110A" not in told["problem"]


def test_a_field_that_is_not_there(office: WebOffice) -> None:
    sheet = office.scanned(FILLED)
    assert _save(office, sheet, office.answer(sheet, "nik.9", '"1"'))[0] == 400
    assert _save(office, sheet, office.answer(sheet, "../x", '"1"'))[0] == 400


def test_the_same_answer_twice_is_one_row(office: WebOffice) -> None:
    sheet = office.scanned(FILLED)
    sent = office.answer(sheet, "lantai", '"papan"')
    assert [_save(office, sheet, sent)[0] for _ in range(2)] == [200, 200]
    assert Decision.objects.count() == 1


def test_another_persons_answer_stops_the_second_one(office: WebOffice) -> None:
    sheet = office.scanned(FILLED)
    seen = office.answer(sheet, "lantai", '"semen"')
    theirs = office.answer(sheet, "lantai", '"papan"')
    assert _save(office, sheet, theirs, "penyelia")[0] == 200
    status, told = _save(office, sheet, seen)
    assert status == 409
    assert "sudah diputuskan oleh penyelia pukul" in told["error"]
    assert Decision.objects.count() == 1


def test_another_persons_answer_to_another_question_stops_only_accepting(
    office: WebOffice,
) -> None:
    sheet = office.scanned(FILLED)
    seen = office.answer(sheet, "lantai", '"semen"')
    assert _save(office, sheet, office.answer(sheet, "nik.1", '"1"'), "penyelia")[0] == 200
    status, told = _save(office, sheet, seen)
    assert status == 200
    sent = {"version": told["version"]}
    answer = office.client("peninjau").post(f"/periksa/{sheet.code}/terima/", sent)
    assert answer.status_code == 409
    assert "sudah diubah oleh penyelia" in answer.content.decode()


def test_ones_own_second_window_does_not_stop_one(office: WebOffice) -> None:
    sheet = office.scanned(FILLED)
    seen = office.answer(sheet, "lantai", '"semen"')
    _save(office, sheet, office.answer(sheet, "nik.1", '"1"'))
    assert _save(office, sheet, seen)[0] == 200


def test_a_new_image_of_a_page_stops_the_answer(office: WebOffice) -> None:
    sheet = office.sheet()
    office.scan(sheet, 1, FILLED)
    seen = office.answer(sheet, "lantai", '"semen"')
    office.scan(sheet, 2, FILLED)
    status, told = _save(office, sheet, seen)
    assert status == 409
    assert "pindaian baru" in told["error"]


def test_an_accepted_sheet_takes_no_answer(office: WebOffice) -> None:
    sheet = office.scanned(FILLED)
    Sheet.objects.filter(pk=sheet.pk).update(state=SheetState.ACCEPTED)
    status, told = _save(office, sheet, office.answer(sheet, "lantai", '"semen"'))
    assert status == 409
    assert "tidak bisa diubah" in told["error"]


def test_the_page_that_was_looked_at_is_noted(office: WebOffice) -> None:
    sheet = office.scanned(FILLED)
    _save(office, sheet, office.answer(sheet, "nik.1", '"6311020101809001"'))
    assert Decision.objects.get().page == ScanPage.objects.get(sheet=sheet, page_no=2)


def test_a_contradiction_is_a_warning_beside_its_field(office: WebOffice) -> None:
    sheet = office.scanned(FILLED)
    _save(office, sheet, office.answer(sheet, "nik.1", '"6311025203859001"'))
    _, told = _save(office, sheet, office.answer(sheet, "tanggal_lahir.1", '"13031985"'))
    assert told["warnings"] == {
        "tanggal_lahir.1": "NIK menyebut lahir 12-03-85, isian ini lain. Cocokkan keduanya."
    }


def test_a_break_is_not_counted_as_work(office: WebOffice) -> None:
    sheet = office.scanned(FILLED)
    _save(office, sheet, office.answer(sheet, "lantai", '"semen"', ms=9 * 3_600_000))
    assert Decision.objects.get().ms == 3_600_000


def test_saving_needs_the_token_of_the_page(office: WebOffice) -> None:
    sheet = office.scanned(FILLED)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(office.users["peninjau"])
    address = f"/periksa/{sheet.code}/simpan/"
    sent = office.answer(sheet, "lantai", '"semen"')
    assert strict.post(address, sent).status_code == 403
    page = strict.get(f"/periksa/{sheet.code}/").content.decode()
    token = page.split('data-token="')[1].split('"')[0]
    done = strict.post(address, sent, headers={"X-CSRFToken": token})
    assert done.status_code == 200
