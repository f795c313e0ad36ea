"""Accepting, reopening and voiding through the page."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from forms.codelist import grouped
from office.register.models import Household, Person
from office.register.services import KEYED_ONCE
from office.review import views
from office.review.decisions import record_decision
from office.review.models import Claim
from office.review.values import Value
from office.review.versions import version_of
from office.rounds.models import Sheet
from office.rounds.states import SheetState

if TYPE_CHECKING:
    from tests.office_web.conftest import WebOffice

INK = "~"
"""In a cell field: handwriting that nobody has read."""

FILLED = {"nama_kepala": INK, "lantai": "tanah", "nama.1": INK, "nik.1": INK}
NIK = "6311025203859001"


def _decide(office: WebOffice, sheet: Sheet, nik: str = NIK) -> None:
    said: dict[str, Value] = {"nama_kepala": "JUMBERI", "nama.1": "JUMBERI", "nik.1": nik}
    for field, value in said.items():
        record_decision(sheet, field, value, office.users["peninjau"])
    sheet.refresh_from_db()


def _post(
    office: WebOffice, sheet: Sheet, what: str, sent: dict[str, str], by: str = "peninjau"
) -> Any:
    answer = office.client(by).post(f"/periksa/{sheet.code}/{what}/", sent)
    sheet.refresh_from_db()
    return answer


def _accept(office: WebOffice, sheet: Sheet, by: str = "peninjau") -> Any:
    return _post(office, sheet, "terima", {"version": str(version_of(sheet))}, by)


def test_accepting_fills_the_register_and_goes_on_to_the_next_sheet(office: WebOffice) -> None:
    first, second = office.scanned(FILLED), office.scanned(FILLED)
    _decide(office, first)
    answer = _accept(office, first)
    assert answer["Location"] == f"/periksa/{second.code}/"
    assert first.state == SheetState.ACCEPTED
    assert Person.objects.get().nik == NIK
    assert not Claim.objects.filter(sheet=first).exists()


def test_an_accepted_sheet_is_one_click_behind(office: WebOffice) -> None:
    sheet = office.scanned(FILLED)
    _decide(office, sheet)
    _accept(office, sheet)
    page = office.client("peninjau").get("/periksa/").content.decode()
    assert f"Lembar {grouped(sheet.code)} diterima dan masuk buku induk." in page
    assert f"<a href='/periksa/{sheet.code}/'>Keliru?" in page


def test_what_brings_no_household_is_not_said_to_be_in_the_register(
    office: WebOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    feedback = SimpleNamespace(fields=[SimpleNamespace(register_as="answer.feedback.sex")])
    monkeypatch.setattr(views, "form_of", lambda _: feedback)
    sheet = office.scanned(FILLED)
    _decide(office, sheet)
    _accept(office, sheet)
    page = office.client("peninjau").get("/periksa/").content.decode()
    assert "diterima." in page and "masuk buku induk." not in page


def test_after_the_last_sheet_comes_the_queue(office: WebOffice) -> None:
    sheet = office.scanned(FILLED)
    _decide(office, sheet)
    assert _accept(office, sheet)["Location"] == "/periksa/"


def test_an_open_field_stops_it_and_is_shown(office: WebOffice) -> None:
    sheet = office.scanned(FILLED)
    answer = _accept(office, sheet)
    assert answer.status_code == 409
    assert "masih punya 3 isian yang belum diputuskan" in answer.content.decode()
    assert sheet.state == SheetState.READ
    assert not Household.objects.exists()


def test_a_missing_page_stops_it_in_words(office: WebOffice) -> None:
    sheet = office.sheet()
    office.scan(sheet, 1, {})
    answer = _accept(office, sheet)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "ada halaman belum terpindai" in page
    assert "Halaman 2 belum dipindai." in page


def test_a_nik_of_somebody_else_is_told_beside_its_field(office: WebOffice) -> None:
    first, second = office.scanned(FILLED), office.scanned(FILLED)
    for sheet in (first, second):
        _decide(office, sheet)
    _accept(office, first)
    answer = _accept(office, second)
    page = answer.content.decode()
    field = page.split('data-field="nik.1"')[1].split('data-field="')[0]
    assert answer.status_code == 409
    assert f"sudah dipakai orang di lembar {first.code}" in field
    assert second.state == SheetState.UNDER_REVIEW
    assert Household.objects.count() == 1


def test_what_changed_since_is_not_accepted_unseen(office: WebOffice) -> None:
    sheet = office.scanned(FILLED)
    _decide(office, sheet)
    seen = {"version": str(version_of(sheet))}
    record_decision(sheet, "lantai", "semen", office.users["penyelia"])
    answer = _post(office, sheet, "terima", seen)
    assert answer.status_code == 409
    assert "sudah diubah oleh penyelia" in answer.content.decode()
    own = {"version": str(version_of(sheet))}
    record_decision(sheet, "lantai", "papan", office.users["peninjau"])
    assert "sudah berubah sejak dibuka" in _post(office, sheet, "terima", own).content.decode()
    assert sheet.state == SheetState.UNDER_REVIEW


def test_a_double_click_accepts_once(office: WebOffice) -> None:
    sheet = office.scanned(FILLED)
    _decide(office, sheet)
    sent = {"version": str(version_of(sheet))}
    assert _post(office, sheet, "terima", sent).status_code == 302
    assert _post(office, sheet, "terima", sent)["Location"] == f"/periksa/{sheet.code}/"
    assert sheet.events.filter(to_state=SheetState.ACCEPTED).count() == 1
    assert Household.objects.count() == 1


@pytest.mark.parametrize("version", ["", "1-2", "1-2-x", "9" * 20 + "-1-1"])
def test_a_broken_version_is_answered_with_the_page(office: WebOffice, version: str) -> None:
    sheet = office.scanned(FILLED)
    _decide(office, sheet)
    assert _post(office, sheet, "terima", {"version": version}).status_code == 409
    assert sheet.state == SheetState.UNDER_REVIEW


def test_reopening_takes_the_rows_out_and_keeps_the_reason(office: WebOffice) -> None:
    sheet = office.scanned(FILLED)
    _decide(office, sheet)
    _accept(office, sheet)
    answer = _post(office, sheet, "buka-kembali", {"reason": "salah ketik"}, "penyelia")
    assert answer.status_code == 302
    assert sheet.state == SheetState.UNDER_REVIEW
    assert not Person.objects.filter(active=True).exists()
    page = office.client("penyelia").get(f"/periksa/{sheet.code}/").content.decode()
    assert "Status lembar: salah ketik" in page
    answer = _accept(office, sheet)
    assert answer.status_code == 409, "two people are at work now: the NIK is to be keyed again"
    assert "1 nomor yang harus diketik ulang oleh orang lain" in answer.content.decode()
    record_decision(sheet, "nik.1", NIK, office.users["penyelia"], pass_no=2)
    assert _accept(office, sheet).status_code == 302


def test_a_supervisor_may_take_a_number_keyed_once(office: WebOffice) -> None:
    sheet = office.scanned(FILLED)
    _decide(office, sheet)
    office.client("penyelia"), office.client("peninjau")
    once = {"version": str(version_of(sheet)), "keyed_once": "on"}
    assert _post(office, sheet, "terima", once).status_code == 409, "not by a reviewer"
    assert _post(office, sheet, "terima", once, "penyelia").status_code == 302
    assert sheet.state == SheetState.ACCEPTED
    assert sheet.events.latest("id").note == KEYED_ONCE
    assert Person.objects.get(active=True).nik == NIK


@pytest.mark.parametrize("what", ["buka-kembali", "batalkan"])
@pytest.mark.parametrize("reason", ["", "   ", "x" * 201])
def test_without_a_reason_nothing_happens(office: WebOffice, what: str, reason: str) -> None:
    sheet = office.scanned(FILLED)
    if what == "buka-kembali":
        _decide(office, sheet)
        _accept(office, sheet)
    before = sheet.state
    answer = _post(office, sheet, what, {"reason": reason}, "penyelia")
    assert answer.status_code == 409
    assert "lasan" in answer.content.decode()
    assert sheet.state == before


def test_voiding_is_final(office: WebOffice) -> None:
    sheet = office.scanned(FILLED)
    assert _post(office, sheet, "batalkan", {"reason": "basah"}, "penyelia").status_code == 302
    assert (sheet.state, sheet.void_reason) == (SheetState.VOID, "basah")
    page = office.client("penyelia").get(f"/periksa/{sheet.code}/").content.decode()
    assert "batal (basah) dan tidak bisa diubah" in page
    assert "data-accept" not in page
    again = _post(office, sheet, "batalkan", {"reason": "lagi"}, "penyelia")
    assert again.status_code == 409


def test_nothing_of_a_void_sheet_asks_to_be_decided(office: WebOffice) -> None:
    sheet = office.scanned({**FILLED, "lantai": ("?", "tanah"), "nik.1": "?6311025203859001"})
    page = office.client("penyelia").get(f"/periksa/{sheet.code}/").content.decode()
    asking = ("is-open", "Ragu", 'class="tag"', "data-ring", 'class="why"', "Ketik sesuai kertas")
    assert all(words in page for words in asking[:5])
    _post(office, sheet, "batalkan", {"reason": "basah"}, "penyelia")
    page = office.client("penyelia").get(f"/periksa/{sheet.code}/").content.decode()
    assert [words for words in asking if words in page] == []
    assert "Tidak diputuskan" in page
    floor = page.split('data-field="lantai"')[1].split('data-field="')[0]
    assert 'value="tanah"' in floor and " checked" not in floor, "not even “Tidak diisi”"


def test_an_accepted_sheet_is_not_voided_directly(office: WebOffice) -> None:
    sheet = office.scanned(FILLED)
    _decide(office, sheet)
    _accept(office, sheet)
    answer = _post(office, sheet, "batalkan", {"reason": "keliru"}, "penyelia")
    assert answer.status_code == 409
    assert sheet.state == SheetState.ACCEPTED


def test_of_two_differing_images_one_is_chosen(office: WebOffice) -> None:
    sheet = office.scanned(FILLED)
    other = office.scan(sheet, 1, {**FILLED, "lantai": "semen"})
    page = office.client("peninjau").get(f"/periksa/{sheet.code}/").content.decode()
    assert "datang lagi dengan tanda yang berbeda" in page
    _decide(office, sheet)
    assert "pilih dahulu" in _accept(office, sheet).content.decode()
    assert _post(office, sheet, "gambar", {"page": str(other.pk)}).status_code == 409
    sent = {"page": str(other.pk), "keep": "new"}
    assert _post(office, sheet, "gambar", sent).status_code == 302
    other.refresh_from_db()
    assert other.active
    assert _post(office, sheet, "gambar", sent).status_code == 409
