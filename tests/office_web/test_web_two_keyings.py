"""Two people for one number, at the desk: what the second must not see, two values side by side,
answers given meanwhile, and taking back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from office.accounts.models import AccessEvent
from office.review.blind import SEEN_BEFORE
from office.review.current import current_fields
from office.review.decisions import NotDecidableError, record_decision, take_back
from office.review.models import Decision
from office.review.passes import Keying, two_at_work
from tests.office_web.gridtalk import Grid

if TYPE_CHECKING:
    from office.rounds.models import Sheet
    from tests.office_web.conftest import WebOffice

INK = "~"
"""In a cell field: handwriting that nobody has read."""

NIK, OTHER = "6311025203859001", "6311025203859007"


@pytest.fixture
def sheet(office: WebOffice) -> Sheet:
    """A NIK that the reviewer keyed; two people are at work."""
    for name in ("peninjau", "penyelia", "admin"):
        office.client(name)
    made: Sheet = office.scanned({"nama_kepala": INK, "lantai": "tanah", "nik.1": INK})
    record_decision(made, "nik.1", NIK, office.users["peninjau"])
    return made


def _page(office: WebOffice, sheet: Sheet, by: str, more: str = "") -> str:
    return str(office.client(by).get(f"/periksa/{sheet.code}/{more}").content.decode())


def _card(page: str, name: str) -> str:
    return page.split(f'data-field="{name}"')[1].split('class="field ')[0]


def _post(office: WebOffice, sheet: Sheet, what: str, by: str, **sent: Any) -> tuple[int, Any]:
    page = _page(office, sheet, by)
    version = page.split('data-version="')[1].split('"')[0]
    answer = office.client(by).post(f"/periksa/{sheet.code}/{what}/", {"version": version, **sent})
    return answer.status_code, json.loads(answer.content)


def _save(office: WebOffice, sheet: Sheet, by: str, value: str, shown: int) -> tuple[int, Any]:
    said = json.dumps(value)
    return _post(office, sheet, "simpan", by, field="nik.1", value=said, shown=shown)


def test_the_first_keyer_sees_that_it_waits(office: WebOffice, sheet: Sheet) -> None:
    page = _page(office, sheet, "peninjau")
    card = _card(page, "nik.1")
    assert f'value="{NIK}"' in card
    assert "sekali ketik" in card
    assert '<p class="awaits">Menunggu diketik ulang oleh orang lain.' in card
    assert "Lembar berikutnya" in page


def test_the_second_keyer_sees_no_value_anywhere(office: WebOffice, sheet: Sheet) -> None:
    page = _page(office, sheet, "penyelia")
    assert NIK not in page
    assert "Diketik rekan; ketik ulang tanpa melihat." in page
    assert "/periksa/petak/keluarga/nik/ulang/" in page
    answer = office.client("penyelia").get(f"/periksa/{sheet.code}/isian/nik.1/")
    assert NIK not in answer.content.decode()


def test_a_supervisor_may_ask_for_it_and_that_is_written_down(
    office: WebOffice, sheet: Sheet
) -> None:
    assert NIK in _page(office, sheet, "penyelia", "?nomor=tampil")
    looks = AccessEvent.objects.filter(action=AccessEvent.Action.NIK, subject=sheet.code)
    assert looks.get().by == office.users["penyelia"]
    record_decision(sheet, "nik.1", OTHER, office.users["penyelia"])
    assert OTHER not in _page(office, sheet, "peninjau", "?nomor=tampil")


def test_who_asked_to_see_it_is_no_second_keyer(office: WebOffice, sheet: Sheet) -> None:
    grid = Grid(office, "penyelia", "nik/ulang").open()
    page = _page(office, sheet, "penyelia", "?nomor=tampil")
    assert "Anda sudah melihat ketikan pertamanya" in _card(page, "nik.1")
    assert "ketik ulang tanpa melihat" not in page
    told = grid.accept({0: NIK})
    assert not told["saved"]
    assert told["refused"][0]["text"] == SEEN_BEFORE
    assert NIK not in told["refused"][0]["theirs"]
    with pytest.raises(NotDecidableError, match=SEEN_BEFORE):
        record_decision(sheet, "nik.1", NIK, office.users["penyelia"], pass_no=2)
    assert NIK in _page(office, sheet, "penyelia"), "there is nothing left to hide"
    assert not Grid(office, "penyelia", "nik/ulang").open().tiles, "nor is it asked again"
    assert current_fields(sheet)["nik.1"].awaits_second
    record_decision(sheet, "nik.1", NIK, office.users["admin"], pass_no=2)
    assert current_fields(sheet)["nik.1"].said.keying == Keying.TWICE


def test_to_have_seen_an_earlier_typing_does_not_count(office: WebOffice, sheet: Sheet) -> None:
    _page(office, sheet, "penyelia", "?nomor=tampil")
    record_decision(sheet, "nik.1", OTHER, office.users["peninjau"])
    page = _page(office, sheet, "penyelia")
    assert NIK not in page and OTHER not in page
    assert Grid(office, "penyelia", "nik/ulang").open().accept({0: OTHER})["saved"]


def test_who_saw_it_while_nobody_else_was_at_work_is_no_second_keyer(
    office: WebOffice, sheet: Sheet
) -> None:
    office.users["penyelia"].last_login = office.users["admin"].last_login = None
    for name in ("penyelia", "admin"):
        office.users[name].save()
    piece = office.client("penyelia").get(f"/periksa/{sheet.code}/isian/nik.1/")
    assert NIK in piece.content.decode()
    office.users["penyelia"].last_login = timezone.now()
    office.users["penyelia"].save()
    assert two_at_work()
    with pytest.raises(NotDecidableError, match=SEEN_BEFORE):
        record_decision(sheet, "nik.1", NIK, office.users["penyelia"], pass_no=2)


def test_who_saw_both_typings_is_no_second_keyer(office: WebOffice, sheet: Sheet) -> None:
    second = record_decision(sheet, "nik.1", OTHER, office.users["penyelia"], pass_no=2)
    assert OTHER in _page(office, sheet, "admin")
    take_back(second, office.users["penyelia"])
    with pytest.raises(NotDecidableError, match=SEEN_BEFORE):
        record_decision(sheet, "nik.1", NIK, office.users["admin"], pass_no=2)


def test_even_a_supervisor_types_nothing_over_what_is_hidden(
    office: WebOffice, sheet: Sheet
) -> None:
    seen = current_fields(sheet)["nik.1"].seen
    assert _save(office, sheet, "penyelia", OTHER, seen)[0] == 409
    assert NIK in _page(office, sheet, "penyelia", "?nomor=tampil")
    assert _save(office, sheet, "penyelia", OTHER, seen)[0] == 200
    assert OTHER not in _page(office, sheet, "peninjau")


def test_the_second_keyer_cannot_go_over_the_first(office: WebOffice, sheet: Sheet) -> None:
    record_decision(sheet, "nik.1", OTHER, office.users["penyelia"])
    seen = current_fields(sheet)["nik.1"].seen
    status, told = _save(office, sheet, "peninjau", NIK, seen)
    assert status == 409
    assert "sudah diketik rekan Anda" in told["error"]
    assert Decision.objects.count() == 2


def test_two_values_stand_side_by_side_without_names(office: WebOffice, sheet: Sheet) -> None:
    record_decision(sheet, "nik.1", OTHER, office.users["penyelia"], pass_no=2)
    page = _page(office, sheet, "admin")
    card = _card(page, "nik.1")
    for value in (NIK, OTHER):
        assert f'data-rival="{value}"' in card
    assert "<u>1</u>" in card and "<u>7</u>" in card
    assert "peninjau" not in card and "penyelia:" not in card
    assert "Dua ketikan berbeda" in page.split('class="jumps"')[1].split("</nav>")[0]
    history = page.split("Riwayat")[1]
    assert NIK not in history and OTHER not in history


def test_what_is_saved_then_is_the_third_look(office: WebOffice, sheet: Sheet) -> None:
    record_decision(sheet, "nik.1", OTHER, office.users["penyelia"], pass_no=2)
    seen = current_fields(sheet)["nik.1"].seen
    status, told = _save(office, sheet, "admin", OTHER, seen)
    assert status == 200
    field = current_fields(sheet)["nik.1"]
    assert (field.value, field.said.keying) == (OTHER, Keying.THIRD_LOOK)
    assert told["flag"] == "Sudah diperiksa, dibandingkan dengan kertas"
    assert "Anda: " + OTHER in told["was"]


def test_nobody_compares_what_was_not_on_the_screen(office: WebOffice, sheet: Sheet) -> None:
    seen = current_fields(sheet)["nik.1"].seen
    record_decision(sheet, "nik.1", OTHER, office.users["penyelia"], pass_no=2)
    for by in ("peninjau", "penyelia"):
        status, told = _save(office, sheet, by, NIK, seen)
        assert status == 409
        assert told["conflict"]["secret"]
        assert OTHER not in json.dumps(told)


def test_an_answer_given_meanwhile_is_shown_beside_ones_own(
    office: WebOffice, sheet: Sheet
) -> None:
    record_decision(sheet, "lantai", "semen", office.users["penyelia"])
    sent = {"field": "lantai", "value": '"papan"', "shown": "0"}
    status, told = _post(office, sheet, "simpan", "peninjau", **sent)
    assert status == 409
    assert told["conflict"]["by"] == "penyelia"
    assert told["conflict"]["text"] == "Semen"
    sent["shown"] = told["conflict"]["seen"]
    assert _post(office, sheet, "simpan", "peninjau", **sent)[0] == 200
    assert current_fields(sheet)["lantai"].value == "papan"


def test_the_last_own_answer_is_taken_back(office: WebOffice, sheet: Sheet) -> None:
    record_decision(sheet, "lantai", "semen", office.users["penyelia"])
    record_decision(sheet, "lantai", "papan", office.users["peninjau"])
    status, told = _post(office, sheet, "urungkan", "peninjau")
    assert (status, told["field"]) == (200, "lantai")
    assert 'value="semen" checked' in told["html"]
    assert _post(office, sheet, "urungkan", "peninjau")[1]["field"] == "nik.1"
    assert "bisa diurungkan" in _post(office, sheet, "urungkan", "peninjau")[1]["said"]
    history = _page(office, sheet, "peninjau").split("Riwayat")[1]
    assert "Diurungkan: " in history
    assert "(diurungkan)" in history


def test_going_on_gives_the_sheet_back(office: WebOffice, sheet: Sheet) -> None:
    record_decision(sheet, "nama_kepala", "ADUL", office.users["peninjau"])
    _page(office, sheet, "peninjau")
    answer = office.client("peninjau").get(f"/periksa/lanjut/?setelah={sheet.code}", follow=True)
    assert answer.redirect_chain == [("/periksa/", 302)], "it only waits for somebody else"
    assert "sedang dibuka" not in _page(office, sheet, "penyelia")
