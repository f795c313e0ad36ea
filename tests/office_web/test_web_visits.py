"""Start page, visits, packs, and scans sent through the browser."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from office.intake.models import ScanFile, ScanPage
from office.intake.uploads import NAME_CHARS, take_uploads
from office.rounds.models import Sheet, Visit
from office.rounds.states import SheetState
from scanner.reading import PageReading, PageStatus, Reason

if TYPE_CHECKING:
    from tests.office_web.conftest import WebOffice

INK = "~"
"""In a cell field: handwriting that nobody has read."""


def test_the_start_page_counts_every_sheet(office: WebOffice) -> None:
    office.scanned({"nama_kepala": INK})
    office.sheet()
    page = office.client("peninjau").get("/").content.decode()
    for words in (
        "<b>2</b>dicetak",
        "<b>1</b>sedang dikerjakan",
        "<b>1</b>di luar",
        "<b>0</b>hilang",
    ):
        assert words in page
    assert "/lanjutkan/" in page
    assert "?alasan=not_read" in page


def test_the_start_page_gives_each_role_its_own_next_step(office: WebOffice) -> None:
    office.scanned({"nama_kepala": INK})
    reader = office.client("pembaca").get("/").content.decode()
    assert "/lanjutkan/" not in reader
    assert "/periksa/" not in reader
    clerk = office.client("petugas").get("/").content.decode()
    assert "Masukkan pindaian" in clerk
    assert "/periksa/" not in clerk


def test_an_office_without_visits_says_how_to_begin(office: WebOffice) -> None:
    Visit.objects.all().delete()
    clerk = office.client("petugas").get("/").content.decode()
    assert "Rencanakan kunjungan" in clerk
    assert "Petugas merencanakan kunjungan" in office.client("pembaca").get("/").content.decode()


def test_the_bar_adds_up(office: WebOffice) -> None:
    for _ in range(3):
        office.scanned({})
    page = office.client("peninjau").get("/").content.decode()
    assert '<rect class="in_work" x="0.00" width="100.00"' in page


def test_a_visit_shows_its_sheets(office: WebOffice) -> None:
    sheet = office.scanned({})
    address = f"/kunjungan/{office.visit.public_id}/"
    assert f"/periksa/{sheet.code}/" in office.client("peninjau").get(address).content.decode()
    reader = office.client("pembaca").get(address).content.decode()
    assert f"/periksa/{sheet.code}/" not in reader
    assert office.client("pembaca").get("/kunjungan/tidak-ada/").status_code == 404


def _plan(office: WebOffice, **sent: object) -> Any:
    day = timezone.localdate() + timedelta(days=3)
    form = {"desa": "63.11.02.2014", "date": day.isoformat(), "paper": "a4", **sent}
    answer = office.client("petugas").post("/kunjungan/baru/", form)
    return answer


def test_a_visit_leads_to_its_own_sheets_while_some_are_in_work(office: WebOffice) -> None:
    sheet = office.sheet()
    address = f"/kunjungan/{office.visit.public_id}/"
    way = f'href="/periksa/?kunjungan={office.visit.public_id}"'
    assert way not in office.client("penyelia").get(address).content.decode()
    office.scan(sheet, 1, {"lantai": "tanah"})
    assert way in office.client("penyelia").get(address).content.decode()
    assert way not in office.client("petugas").get(address).content.decode(), "may not go there"


def test_a_visit_is_planned_on_the_page(office: WebOffice) -> None:
    answer = _plan(office, lembar_registrasi="3")
    visit = Visit.objects.exclude(pk=office.visit.pk).get()
    assert answer["Location"] == f"/kunjungan/{visit.public_id}/"
    assert list(visit.sheets.values_list("form", "state")) == [("registrasi", "planned")] * 3


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "sedikitnya satu lembar dari satu jenis"),
        ({"lembar_registrasi": "3", "date": "2020-01-01"}, "sudah lewat"),
        ({"lembar_registrasi": "3", "date": "besok"}, "errorlist"),
        ({"lembar_registrasi": "3", "desa": "63.11.02.2006"}, "errorlist"),
        ({"lembar_registrasi": "-1"}, "errorlist"),
        ({"lembar_registrasi": "99999"}, "errorlist"),
        ({"lembar_registrasi": "1", "round_name": "x" * 41}, "errorlist"),
    ],
)
def test_a_plan_that_cannot_be_is_told(
    office: WebOffice, sent: dict[str, object], said: str
) -> None:
    answer = _plan(office, **sent)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert Visit.objects.count() == 1


def test_a_count_that_cannot_be_is_told_at_its_place_alone(office: WebOffice) -> None:
    page = _plan(office, lembar_registrasi="-1").content.decode()
    assert page.count("errorlist") == 1 and "sedikitnya satu lembar" not in page


def test_the_pack_counts_its_sheets_as_printed(office: WebOffice) -> None:
    planned = Sheet.objects.create(
        code="0123456789"[:9], visit=office.visit, form="keluarga", seq=1
    )
    office.sheet()
    address = f"/kunjungan/{office.visit.public_id}/cetak/"
    answer = office.client("petugas").post(address)
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert office.visit.public_id in answer["Content-Disposition"]
    planned.refresh_from_db()
    assert planned.state == SheetState.PRINTED


def test_nothing_to_print_is_one_sentence(office: WebOffice) -> None:
    answer = office.client("petugas").post(f"/kunjungan/{office.visit.public_id}/cetak/")
    assert answer.status_code == 409
    assert "sudah batal" in answer.content.decode()


def test_closing_asks_twice_and_makes_missing(office: WebOffice) -> None:
    sheet = office.sheet()
    address = f"/kunjungan/{office.visit.public_id}/tutup/"
    client = office.client("penyelia")
    refused = client.post(address)
    assert refused.status_code == 409
    assert "Beri centang" in refused.content.decode()
    assert client.post(address, {"sure": "on"}).status_code == 302
    sheet.refresh_from_db()
    assert sheet.state == SheetState.MISSING
    assert client.post(address, {"sure": "on"}).status_code == 409


def _send(office: WebOffice, *files: SimpleUploadedFile) -> str:
    sent = {"scans": list(files)}
    answer = office.client("petugas").post("/pindai/", sent)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_without_a_file_the_page_asks_for_one(office: WebOffice) -> None:
    assert "Pilih dahulu berkas" in office.client("petugas").post("/pindai/").content.decode()


def test_files_are_taken_in_and_every_one_is_answered(office: WebOffice) -> None:
    page = _send(
        office,
        SimpleUploadedFile("surat.pdf", b"bukan pdf"),
        SimpleUploadedFile("kosong.jpg", b""),
        SimpleUploadedFile("<b>.png", b"bukan gambar"),
    )
    for name in ("surat.pdf", "kosong.jpg", "&lt;b&gt;.png"):
        assert name in page
    assert page.count("tidak bisa dibaca") >= 3
    assert ScanFile.objects.count() == 3


def test_what_was_handed_in_is_summed_up_and_leads_on(office: WebOffice) -> None:
    sent = {"scans": [SimpleUploadedFile("surat.pdf", b"bukan pdf")]}
    page = office.client("penyelia").post("/pindai/", sent).content.decode()
    assert "Tidak ada halaman yang masuk ke lembarnya. <b>1</b> halaman atau berkas perlu" in page
    assert "Ke Halaman lepas" in page
    assert "Lanjutkan periksa" not in page, "nothing of this can be reviewed"


def test_the_same_file_twice_is_known(office: WebOffice) -> None:
    for _ in range(2):
        page = _send(office, SimpleUploadedFile("surat.pdf", b"bukan pdf"))
    assert "sudah pernah masuk" in page
    assert ScanFile.objects.count() == 1


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "C:\\scan\\a.pdf", ".tersembunyi", "ä" * 300 + ".pdf", "a\x00b"]
)
def test_no_name_leads_out_of_the_folder(office: WebOffice, name: str) -> None:
    file = SimpleUploadedFile("x", b"isi")
    vars(file)["_name"] = name
    taken = take_uploads([file]).taken
    assert len(taken) == 1
    kept = taken[0].file.name
    assert "/" not in kept
    assert "\\" not in kept
    assert not kept.startswith(".")
    assert 0 < len(kept) <= NAME_CHARS
    assert ScanFile.objects.count() == 1


def _loose(office: WebOffice, name: str, reason: Reason) -> ScanPage:
    status = PageStatus.UNIDENTIFIED
    page: ScanPage = office.file(name, PageReading(name, 0, status, reasons=(reason,)))
    return page


def test_the_tray_shows_loose_pages_with_reasons(office: WebOffice) -> None:
    loose = _loose(office, "<i>surat</i>.jpg", Reason.NO_CODE_FOUND)
    _loose(office, "kosong.jpg", Reason.BLANK_PAGE)
    ScanFile.objects.create(
        sha256="f" * 64, name="rusak.pdf", size=1, status="refused", reasons=["encrypted_file"]
    )
    page = office.client("petugas").get("/halaman-lepas/").content.decode()
    assert f"/gambar/{loose.pk}/kecil/" in page
    assert "Kode tidak ditemukan." in page
    assert "&lt;i&gt;surat&lt;/i&gt;.jpg" in page
    assert "kosong.jpg" not in page
    assert "Berkas berkata sandi." in page


def test_an_empty_tray_says_so(office: WebOffice) -> None:
    assert (
        "Tidak ada halaman lepas"
        in office.client("petugas").get("/halaman-lepas/").content.decode()
    )
