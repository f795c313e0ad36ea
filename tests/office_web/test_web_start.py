"""The start page of the day: what waits and why, and one button that goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from office.register.services import accept_sheet
from office.reports.start import CARDS
from office.reports.today import visits_at_work, work_by_visit
from office.review.claims import release
from office.review.current import current_values
from office.review.decisions import record_decision
from office.review.grid.stacks import ALL_MARKS, Stack, named, stacks, take
from office.review.models import Item
from office.review.quality import audits
from office.review.resume import next_step
from office.rounds.models import Sheet, Visit
from office.rounds.sheets import void

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from tests.office_web.conftest import WebOffice

INK = "~"
"""In a cell field: handwriting that nobody has read."""

FILLED = {"nama_kepala": INK, "lantai": ("?", "tanah"), "nama.1": INK, "nik.1": INK}
N_QUERIES = 34
"""Of the start page, whatever waits: 33, and a little."""

NIK = "6311025203859001"


def _start(office: WebOffice, by: str = "peninjau") -> str:
    return str(office.client(by).get("/").content.decode())


def _goes_to(office: WebOffice, by: str = "peninjau") -> str:
    return str(office.client(by).get("/lanjutkan/")["Location"])


def test_each_reason_has_its_number_and_leads_to_its_questions(office: WebOffice) -> None:
    for _ in range(2):
        office.scanned(FILLED)
    page = _start(office)
    faint = page.split("Tanda tipis</a>")[1].split("</tr>")[0]
    assert '<td class="num">2</td>' in faint
    assert "/periksa/petak/keluarga/lantai/ragu/" in faint
    assert f"/periksa/petak/keluarga/lantai/ragu/?kunjungan={office.visit.public_id}" in page


def test_what_is_missing_is_said(office: WebOffice) -> None:
    office.sheet()
    office.scan(office.sheet(), 1, FILLED)
    page = _start(office)
    assert "1 lembar masih di luar." in page
    assert "1 halaman belum dipindai." in page


def test_an_image_to_choose_waits_as_well(office: WebOffice) -> None:
    sheet = office.scanned({"lantai": "tanah"})
    office.scan(sheet, 1, {"lantai": "semen"})
    assert "Lembar ganda, gambarnya berbeda" in _start(office)
    queue = office.client("peninjau").get("/periksa/?hanya=pilih").content.decode()
    assert f"/periksa/{sheet.code}/" in queue


def test_the_start_page_costs_the_same_for_one_sheet_and_for_many(
    office: WebOffice, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(5):
        office.scanned(FILLED)
    _start(office)
    with django_assert_max_num_queries(N_QUERIES):
        _start(office)


def _visits(office: WebOffice, n: int) -> list[Visit]:
    """More visits, each later than the one before."""
    of = office.visit
    return [
        Visit.objects.create(
            public_id=f"liyu-{day}", round=of.round, desa=of.desa, date=of.date + timedelta(day)
        )
        for day in range(1, n + 1)
    ]


def test_an_old_visit_at_work_is_shown_however_many_came_after_it(office: WebOffice) -> None:
    sheet = office.scanned(FILLED)
    old = f"/periksa/?kunjungan={office.visit.public_id}"
    first, later = office.visit.public_id, _visits(office, CARDS)
    for visit in later:
        office.visit = visit
        office.sheet()
    cards, further = _start(office).split("Kunjungan lain yang masih berjalan")
    assert f"/kunjungan/{first}/" in cards and "liyu-1/" in further, (
        "what waits comes before paper that is out"
    )
    for visit in later:
        office.visit = visit
        office.scanned(FILLED)
    further = _start(office).split("Kunjungan lain yang masih berjalan")[1]
    assert f'<a href="{old}">{sheet.items.count()}</a>' in further
    assert "kunjungan sudah selesai" not in further
    reader = office.client("pembaca").get("/").content.decode()
    assert old not in reader and "Kunjungan lain yang masih berjalan" in reader


def test_finished_visits_are_folded_away_with_their_sums(office: WebOffice) -> None:
    void(office.sheet(), "basah", by=office.users["penyelia"])
    office.visit = _visits(office, 1)[0]
    office.sheet()
    cards, finished = _start(office).split("1 kunjungan sudah selesai</summary>")
    assert "liyu-1/" in cards and "liyu-20261201-uji0" not in cards
    assert "0 dari 1 lembar diterima, 1 batal." in finished


@pytest.mark.parametrize("what", ["audit", "second image"])
def test_a_visit_whose_sheets_are_accepted_waits_for_what_is_left(
    office: WebOffice, what: str
) -> None:
    sheet = office.scanned({"lantai": "tanah"})
    sheet.items.all().delete()
    Sheet.objects.filter(pk=sheet.pk).update(state="accepted")
    page = sheet.scan_pages.get(page_no=1)
    if what == "audit":
        audit = {"purpose": "audit", "stack": "keluarga.lantai", "kind": "mark", "certainty": 0}
        Item.objects.create(sheet=sheet, page=page, visit=office.visit, field="lantai", **audit)
    else:
        office.scan(sheet, 1, {"lantai": "semen"})
    assert list(visits_at_work()) == [office.visit]


def test_audits_of_accepted_sheets_are_told_where_no_sheet_waits(
    office: WebOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audits, "RATE", 1.0)
    sheet, by = office.scanned({"nama_kepala": INK, "lantai": "tanah"}), office.users["peninjau"]
    record_decision(sheet, "nama_kepala", "JUMBERI", by)
    accept_sheet(sheet, current_values(sheet), by)
    told = _start(office).split("Yang masih menunggu orang:")[1]
    assert "?alasan=audit" in told.split("Halaman lepas")[0]


def test_the_start_page_costs_the_same_for_one_visit_and_for_many(
    office: WebOffice, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    office.scanned(FILLED)
    for visit in _visits(office, 2 * CARDS):
        office.visit = visit
        office.scanned(FILLED)
    _start(office)
    with django_assert_max_num_queries(N_QUERIES):
        _start(office)


def test_it_goes_on_where_one_left_off(office: WebOffice) -> None:
    sheet = office.scanned(FILLED)
    office.scanned(FILLED)
    office.client("peninjau").get(f"/periksa/{sheet.code}/")
    assert _goes_to(office) == f"/periksa/{sheet.code}/"
    release(sheet, office.users["peninjau"])
    assert take(office.users["peninjau"], "keluarga.nik", Item.Purpose.DOUBT, 1)
    assert _goes_to(office) == "/periksa/petak/keluarga/nik/ragu/"


def test_a_difference_comes_before_doubts_and_a_second_keying_after(office: WebOffice) -> None:
    sheet = office.scanned(FILLED)
    for name in ("peninjau", "penyelia"):
        office.client(name)
    record_decision(sheet, "nik.1", NIK, office.users["peninjau"])
    assert "/ragu/" in _goes_to(office, "penyelia")
    record_decision(sheet, "nik.1", NIK[:-1] + "7", office.users["penyelia"], pass_no=2)
    assert _goes_to(office) == "/periksa/petak/keluarga/nik/banding/"


def test_at_last_sheets_are_accepted_one_after_the_other(office: WebOffice) -> None:
    first, second = (office.scanned({"nama_kepala": INK}) for _ in range(2))
    for sheet in (first, second):
        record_decision(sheet, "nama_kepala", "ADUL", office.users["peninjau"])
    assert _goes_to(office) == f"/periksa/{first.code}/?jalur=siap"
    page = office.client("peninjau").get(f"/periksa/{first.code}/?jalur=siap").content.decode()
    version = page.split('name="version" value="')[1].split('"')[0]
    sent = {"version": version, "jalur": "siap"}
    answer = office.client("peninjau").post(f"/periksa/{first.code}/terima/", sent)
    assert answer["Location"] == f"/periksa/{second.code}/?jalur=siap"


def test_when_nothing_waits_it_says_so(office: WebOffice) -> None:
    assert next_step(office.users["peninjau"]) is None
    answer = office.client("peninjau").get("/lanjutkan/", follow=True)
    assert "Tidak ada yang menunggu" in answer.content.decode()
    assert "Lanjutkan</a>" not in _start(office)


def test_an_old_lease_is_no_work_left_open(office: WebOffice) -> None:
    sheet = office.scanned(FILLED)
    take(office.users["peninjau"], "keluarga.nik", Item.Purpose.DOUBT, 1)
    Item.objects.filter(sheet=sheet).update(claimed_until=timezone.now() - timedelta(minutes=1))
    step = next_step(office.users["peninjau"])
    assert step is not None
    assert "belum selesai" not in step.words


def test_a_reason_of_many_questions_leads_to_their_stacks_alone(office: WebOffice) -> None:
    unread = {"no_kk": INK, **{f"{name}.1": INK for name in ("nik", "nama", "tanggal_lahir")}}
    office.scanned({"nama_kepala": INK, **unread, "lantai": ("?", "tanah")})
    page = _start(office)
    assert 'href="/periksa/petak/?alasan=not_read">1 pertanyaan lagi' in page
    assert f"?alasan=not_read&amp;kunjungan={office.visit.public_id}" in page


def test_two_questions_of_one_name_are_told_apart_by_the_form() -> None:
    """Two forms ask for a name."""
    one = Stack("keluarga", "nama", "doubt", "capitals", "Nama", 3, 3, "Pendataan Keluarga")
    other = replace(one, form="hadir", title="Daftar Hadir")
    nik = replace(one, field="nik", label="NIK")
    assert named([one, other, nik]) == {
        ("doubt", "keluarga.nama"): "Nama (Pendataan Keluarga)",
        ("doubt", "hadir.nama"): "Nama (Daftar Hadir)",
        ("doubt", "keluarga.nik"): "NIK",
    }


def test_marks_of_doubt_and_of_audit_are_counted_apart(office: WebOffice) -> None:
    """Marks that wait for two reasons are on two stacks: each chip says its own."""
    user = office.users["peninjau"]
    office.scanned({"lantai": ("?", "tanah"), "asuransi": ("?", "pbi_jk"), "jenis_kelamin.1": "L"})
    few = [one for one in stacks(user) if one.field == ALL_MARKS]
    doubt = replace(few[0], label="Tanda pada 2 pertanyaan")
    audit = replace(few[0], purpose="audit", label="Tanda pada 9 pertanyaan")
    (row,) = [one for one in work_by_visit(user, [], [doubt, audit])[0].reasons if one.n == 2]
    assert [link[:2] for link in row.links] == [("Tanda pada 2 pertanyaan", 2)]
