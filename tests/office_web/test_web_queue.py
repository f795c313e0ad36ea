"""The queue: what waits, why, for whom, and which sheet comes next."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from office.review import views
from office.review.claims import claim, release
from office.review.current import open_fields
from office.review.decisions import record_decision
from office.review.grid.stacks import take
from office.review.models import Claim, Item
from office.review.queue import Waiting, by_reason, narrowed, next_sheet, waiting
from office.review.resume import next_step
from office.rounds.models import Sheet

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from tests.office_web.conftest import WebOffice

INK = "~"
"""In a cell field: handwriting that nobody has read."""

TWO_REASONS = {"nama_kepala": INK, "lantai": ("?", "tanah"), "nik.1": INK}


def _all_waiting() -> list[Waiting]:
    return waiting(narrowed(None, "", ""))


def _get(office: WebOffice, address: str) -> str:
    return str(office.client("peninjau").get(address).content.decode())


def test_open_fields_are_counted_by_reason(office: WebOffice) -> None:
    for _ in range(2):
        office.scanned(TWO_REASONS)
    items = _all_waiting()
    assert [set(item.open_fields) for item in items] == [set(TWO_REASONS)] * 2
    counts = {row.code: (row.n_fields, row.n_sheets) for row in by_reason()}
    assert counts == {"not_read": (4, 2), "faint_mark": (2, 2)}


def test_a_decided_field_no_longer_waits(office: WebOffice) -> None:
    sheet = office.scanned(TWO_REASONS)
    record_decision(sheet, "lantai", "papan", office.users["peninjau"])
    assert set(_all_waiting()[0].open_fields) == set(open_fields(sheet)) == {"nama_kepala", "nik.1"}


def test_a_decision_on_a_page_that_lost_waits_again(office: WebOffice) -> None:
    sheet = office.scanned({**TWO_REASONS, "asuransi": ["pbi_jk"]})
    record_decision(sheet, "nama_kepala", "RUSDI", office.users["peninjau"])
    other = office.scan(sheet, 1, {**TWO_REASONS, "asuransi": ["lainnya"]})
    sent = {"page": str(other.pk), "keep": "new"}
    office.client("peninjau").post(f"/periksa/{sheet.code}/gambar/", sent)
    assert set(_all_waiting()[0].open_fields) == set(open_fields(sheet))
    assert "nama_kepala" in _all_waiting()[0].open_fields


def test_a_sheet_with_two_images_is_not_ready(office: WebOffice) -> None:
    sheet = office.scanned({})
    record_decision(sheet, "nama_kepala", "RUSDI", office.users["peninjau"])
    assert _all_waiting()[0].is_ready
    other = office.scan(sheet, 1, {"asuransi": ["lainnya"]})
    assert not _all_waiting()[0].open_fields
    assert not _all_waiting()[0].is_ready
    assert "pilih gambar" in _get(office, "/periksa/")
    sent = {"page": str(other.pk), "keep": "old"}
    office.client("peninjau").post(f"/periksa/{sheet.code}/gambar/", sent)
    assert _all_waiting()[0].is_ready


def test_the_queue_costs_the_same_for_one_sheet_and_for_many(
    office: WebOffice, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(5):
        office.scanned(TWO_REASONS)
    _all_waiting()
    with django_assert_max_num_queries(6):
        _all_waiting()


def test_the_next_sheet_goes_on_behind_the_last_one(office: WebOffice) -> None:
    first, second, third = (office.scanned(TWO_REASONS) for _ in range(3))
    user = office.users["peninjau"]
    assert next_sheet(user) == first
    assert next_sheet(user, after=first) == second
    assert next_sheet(user, after=third) == first
    assert claim(second, office.users["penyelia"]) is None
    assert next_sheet(user, after=first) == third
    release(second, office.users["penyelia"])
    assert next_sheet(user, after=first) == second


def test_a_desk_is_told_which_one_comes_next(office: WebOffice) -> None:
    first, second = office.scanned(TWO_REASONS), office.scanned(TWO_REASONS)
    client, address = office.client("peninjau"), f"/periksa/{first.code}/berikut/"
    assert address in client.get(f"/periksa/{first.code}/").content.decode()
    assert client.get(address).json() == {"desk": f"/periksa/{second.code}/"}
    claim(second, office.users["penyelia"])
    assert client.get(address).json() == {"desk": ""}


def test_a_sheet_that_is_wholly_on_anothers_grid_is_not_offered(office: WebOffice) -> None:
    first, second = office.scanned(TWO_REASONS), office.scanned({"nama_kepala": INK})
    user, other = office.users["peninjau"], office.users["penyelia"]
    take(other, "keluarga.nama_kepala", Item.Purpose.DOUBT, 2)
    assert next_sheet(user) == first, "it has other fields"
    assert next_sheet(user, after=first) is None
    assert next_sheet(other, after=first) == second, "it is on the own grid"
    take(other, "keluarga.lantai", Item.Purpose.DOUBT, 1)
    take(other, "keluarga.nik", Item.Purpose.DOUBT, 1)
    assert next_sheet(user) is None
    words = "Lembar yang tersisa sedang dikerjakan per pertanyaan oleh penyelia (2 lembar)."
    for address in ("/periksa/lanjut/", "/lanjutkan/"):
        answer = office.client("peninjau").get(address, follow=True)
        assert words in answer.content.decode()
    Item.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert next_sheet(user) == first


def test_two_images_are_to_be_chosen_whoever_has_the_fields(office: WebOffice) -> None:
    sheet = office.scanned({"nama_kepala": INK})
    office.scan(sheet, 1, {"nama_kepala": INK, "asuransi": ["lainnya"]})
    take(office.users["penyelia"], "keluarga.nama_kepala", Item.Purpose.DOUBT, 1)
    assert next_sheet(office.users["peninjau"]) == sheet


def test_an_incomplete_sheet_is_not_offered(office: WebOffice) -> None:
    sheet = office.sheet()
    office.scan(sheet, 1, TWO_REASONS)
    assert next_sheet(office.users["peninjau"]) is None
    answer = office.client("peninjau").get("/periksa/lanjut/", follow=True)
    assert answer.redirect_chain == [("/periksa/", 302)]
    assert "Tidak ada lembar lengkap" in answer.content.decode()
    assert "halaman kurang" in answer.content.decode()


def test_a_claim_runs_out(office: WebOffice) -> None:
    sheet = office.scanned(TWO_REASONS)
    mine, other = office.users["peninjau"], office.users["penyelia"]
    assert claim(sheet, mine) is None
    held = claim(sheet, other)
    assert held is not None
    assert held.by == mine
    Claim.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert claim(sheet, other) is None
    assert Claim.objects.get().by == other


def _screen(office: WebOffice, sheet: Sheet, by: str = "peninjau") -> str:
    page = office.client(by).get(f"/periksa/{sheet.code}/").content.decode()
    return str(page.split('data-screen="')[1].split('"')[0])


def _leave(office: WebOffice, sheet: Sheet, screen: str, by: str = "peninjau") -> None:
    address = f"/periksa/{sheet.code}/lepas/"
    assert office.client(by).post(address, {"screen": screen}).status_code == 204


def _save(office: WebOffice, sheet: Sheet) -> None:
    sent = office.answer(sheet, "lantai", '"semen"')
    answer = office.client("peninjau").post(f"/periksa/{sheet.code}/simpan/", sent)
    assert answer.status_code == 200


def test_who_leaves_a_desk_gives_the_sheet_to_the_next_and_finds_it_again(
    office: WebOffice,
) -> None:
    sheet = office.scanned(TWO_REASONS)
    other = office.users["penyelia"]
    screen = _screen(office, sheet)
    assert next_sheet(other) is None
    _leave(office, sheet, screen)
    assert next_sheet(other) == sheet
    step = next_step(office.users["peninjau"])
    assert step is not None and step.url == f"/periksa/{sheet.code}/"
    assert claim(sheet, other) is None, "and it is the other's now"


def test_what_is_said_of_an_earlier_opening_takes_nothing_away(office: WebOffice) -> None:
    """A page that is loaded anew is left after the new one has come."""
    sheet = office.scanned(TWO_REASONS)
    earlier, later = _screen(office, sheet), _screen(office, sheet)
    for screen in (earlier, "", "x" * 500):
        _leave(office, sheet, screen)
    _leave(office, sheet, later, by="penyelia")
    assert next_sheet(office.users["penyelia"]) is None
    _leave(office, sheet, later)
    assert next_sheet(office.users["penyelia"]) == sheet


def test_an_answer_behind_the_leaving_takes_the_sheet_no_more(office: WebOffice) -> None:
    sheet = office.scanned(TWO_REASONS)
    _leave(office, sheet, _screen(office, sheet))
    _save(office, sheet)
    assert next_sheet(office.users["penyelia"]) == sheet


def test_an_answer_keeps_the_sheet(office: WebOffice) -> None:
    sheet = office.scanned(TWO_REASONS)
    _screen(office, sheet)
    Claim.objects.update(until=timezone.now() - timedelta(seconds=1))
    _save(office, sheet)
    assert next_sheet(office.users["penyelia"]) is None


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", True),
        ("?alasan=faint_mark", True),
        ("?alasan=two_marks_in_single_choice", False),
        ("?kunjungan=liyu-20261201-uji0", True),
        ("?kunjungan=tidak-ada", True),
        ("?hanya=lengkap", True),
        ("?hanya=sebagian", False),
        ("?hanya=apa", True),
        ("?alasan=%3Cscript%3E", False),
    ],
)
def test_filters(office: WebOffice, query: str, shown: bool) -> None:
    sheet = office.scanned(TWO_REASONS)
    page = _get(office, f"/periksa/{query}")
    assert (f"/periksa/{sheet.code}/" in page) == shown
    assert "<script>" not in page


def test_an_empty_queue_says_what_to_do(office: WebOffice) -> None:
    assert "Lembar muncul di sini setelah dipindai" in _get(office, "/periksa/")


def test_a_typed_code_opens_its_sheet(office: WebOffice) -> None:
    sheet = office.scanned(TWO_REASONS)
    grouped = "-".join((sheet.code[:3], sheet.code[3:6], sheet.code[6:])).lower()
    for typed in (sheet.code, grouped, f" {grouped} "):
        answer = office.client("peninjau").get("/periksa/cari/", {"kode": typed})
        assert answer["Location"] == f"/periksa/{sheet.code}/"
    for typed in ("", "XXX", "../../"):
        answer = office.client("peninjau").get("/periksa/cari/", {"kode": typed}, follow=True)
        assert answer.redirect_chain == [("/periksa/", 302)]
        assert "ode" in answer.content.decode()


def test_filters_of_the_queue(office: WebOffice) -> None:
    open_sheet, ready, partly = office.scanned(TWO_REASONS), office.scanned({}), office.sheet()
    record_decision(ready, "nama_kepala", "RUSDI", office.users["peninjau"])
    office.scan(partly, 2, {})
    every = {open_sheet.code, ready.code, partly.code}
    for asked, shown in {
        "": every,
        "hanya=lengkap": {open_sheet.code, ready.code},
        "hanya=sebagian": {partly.code},
        "hanya=siap": {ready.code},
        "hanya=pilih": set(),
        "alasan=faint_mark": {open_sheet.code},
        "alasan=outside_image": set(),
        "hanya=tidak-dikenal": every,
    }.items():
        page = _get(office, f"/periksa/?{asked}")
        assert {code for code in every if f"/periksa/{code}/" in page} == shown, asked
    assert "Terima 1 yang siap" in _get(office, "/periksa/")


def test_a_long_queue_is_turned_over(office: WebOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "SHEETS_A_SCREEN", 2)
    sheets = [office.scanned(TWO_REASONS) for _ in range(3)]
    first = _get(office, "/periksa/?hanya=lengkap")
    assert "?hanya=lengkap&amp;hal=2" in first and sheets[2].code not in first
    second = _get(office, "/periksa/?hanya=lengkap&hal=2")
    assert sheets[2].code in second and sheets[0].code not in second
