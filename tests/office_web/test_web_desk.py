"""What the review page shows: fields, states in words, blank rows, and nothing runnable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from office.accounts.models import AccessEvent
from office.intake.models import ScanPage
from office.review.decisions import record_decision
from office.review.desk.content import Desk, open_desk
from office.review.models import Claim
from office.review.versions import version_of
from office.rounds.models import Sheet
from office.rounds.sheets import void
from tests.office_web.gridtalk import Grid

if TYPE_CHECKING:
    from tests.office_web.conftest import WebOffice

INK = "~"
"""In a cell field: handwriting that nobody has read."""

FILLED = {"nama_kepala": INK, "lantai": ("?", "tanah"), "asuransi": ["pbi_jk"], "nama.2": INK}


def _page(office: WebOffice, sheet: Sheet, by: str = "peninjau") -> str:
    return str(office.client(by).get(f"/periksa/{sheet.code}/").content.decode())


def _card(page: str, name: str) -> str:
    return page.split(f'data-field="{name}"')[1].split('class="field ')[0]


def _titles(desk: Desk, page: int) -> list[tuple[str, bool]]:
    return [(block.title, block.is_blank) for block in desk.pages[page - 1].blocks]


def test_states_are_words(office: WebOffice) -> None:
    page = _page(office, office.scanned(FILLED))
    assert "Perlu diketik" in _card(page, "nama_kepala")
    doubtful = _card(page, "lantai")
    assert "Ragu" in doubtful
    assert "Tanda tipis." in doubtful
    assert 'class="choice doubtful"' in doubtful
    assert "Yakin" in _card(page, "asuransi")
    assert 'value="pbi_jk" checked' in _card(page, "asuransi")
    assert "Kosong" in _card(page, "no_kk")


def test_a_faint_mark_is_preset_and_still_open(office: WebOffice) -> None:
    card = _card(_page(office, office.scanned({"lantai": ("?", "tanah")})), "lantai")
    assert 'value="tanah" checked' in card
    assert "Ragu" in card


def test_without_a_guess_nothing_is_preset(office: WebOffice) -> None:
    sheet = office.scanned({"lantai": ("?", "tanah")})
    scan = sheet.scan_pages.get(page_no=1)
    read = scan.readings.get().json
    read["fields"]["lantai"]["options"]["tanah"]["belief"] = None
    scan.readings.create(reader_version="later", json=read)
    assert "checked" not in _card(_page(office, sheet), "lantai")


def test_a_required_empty_field_asks_for_a_look(office: WebOffice) -> None:
    page = _page(office, office.scanned({}))
    assert "Wajib, kosong" in _card(page, "nama_kepala")


def test_rows_of_paper_become_rows_of_people_and_blank_ones_are_folded(office: WebOffice) -> None:
    desk = open_desk(office.scanned({"nama.2": INK}))
    assert _titles(desk, 2) == [("Anggota 1", True), ("Anggota 2", False), ("Anggota 3", True)]
    two = open_desk(office.scanned({"nama.1": INK}))
    assert _titles(two, 2) == [("Anggota 1", False), ("Anggota 2 sampai 3", True)]
    names = [view.name for view in two.pages[1].blocks[0].fields]
    assert names == ["nama.1", "nik.1", "jenis_kelamin.1", "tanggal_lahir.1"]


def test_a_decided_value_shows_who_and_what_the_machine_said(office: WebOffice) -> None:
    sheet = office.scanned({"lantai": "tanah"})
    record_decision(sheet, "lantai", "semen", office.users["penyelia"])
    card = _card(_page(office, sheet), "lantai")
    assert "Bacaan mesin: Tanah → penyelia: Semen · " in card
    assert "Bacaan mesin: Tanah → Anda: Semen · " in _card(
        _page(office, sheet, "penyelia"), "lantai"
    )
    assert 'value="semen" checked' in card


def test_the_history_has_old_and_new(office: WebOffice) -> None:
    sheet = office.scanned({"lantai": "tanah"})
    record_decision(sheet, "lantai", "semen", office.users["penyelia"])
    record_decision(sheet, "lantai", "papan", office.users["peninjau"])
    history = _page(office, sheet).split("Riwayat")[1]
    assert "<td>Tanah</td><td>Semen</td>" in history
    assert "<td>Semen</td><td>Papan</td>" in history


HOSTILE = "<script>alert(1)</script>"


def test_nothing_that_was_typed_runs(office: WebOffice) -> None:
    sheet = office.scanned({"nama_kepala": INK})
    void(sheet, f"{HOSTILE}\"'", by=office.users["penyelia"])
    page = _page(office, sheet, "penyelia")
    assert HOSTILE not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_hostile_user_name_is_shown_as_text(office: WebOffice) -> None:
    office.users["penyelia"].username = "<b>x</b>"
    office.users["penyelia"].save()
    sheet = office.scanned({"lantai": "tanah"})
    record_decision(sheet, "lantai", "semen", office.users["penyelia"])
    assert "<b>x</b>" not in _page(office, sheet)


def test_the_second_person_is_told_who_has_the_sheet(office: WebOffice) -> None:
    sheet = office.scanned(FILLED)
    assert "sedang dibuka oleh" not in _page(office, sheet)
    assert "sedang dibuka oleh <b>peninjau</b>" in _page(office, sheet, "penyelia")
    assert Claim.objects.get().by == office.users["peninjau"]


def test_looking_is_written_down_without_names(office: WebOffice) -> None:
    sheet = office.scanned(FILLED)
    _page(office, sheet)
    event = AccessEvent.objects.get()
    assert (event.by, event.action, event.subject) == (
        office.users["peninjau"],
        AccessEvent.Action.SHEET,
        sheet.code,
    )


def test_the_page_is_never_kept_by_the_browser(office: WebOffice) -> None:
    sheet = office.scanned(FILLED)
    answer = office.client("peninjau").get(f"/periksa/{sheet.code}/")
    assert "no-store" in answer["Cache-Control"]


def test_a_page_whose_picture_is_gone_can_still_be_read(office: WebOffice) -> None:
    sheet = office.scanned(FILLED)
    for scan in sheet.scan_pages.all():
        sha256 = scan.file.sha256
        (office.data.scans / sha256[:2] / sha256).unlink()
    page = _page(office, sheet)
    assert "Perlu diketik" in _card(page, "nama_kepala")
    assert 'class="crop"' not in page


def test_a_planned_sheet_has_no_desk(office: WebOffice) -> None:
    sheet = office.sheet()
    planned = Sheet.objects.create(code="PLANNED00", visit=sheet.visit, form="x", seq=1)
    assert office.client("penyelia").get(f"/periksa/{planned.code}/").status_code == 404


@pytest.mark.parametrize("by", ["peninjau", "penyelia"])
def test_only_a_supervisor_sees_the_buttons_to_void(office: WebOffice, by: str) -> None:
    page = _page(office, office.scanned(FILLED), by)
    assert ("Batalkan lembar</button>" in page) == (by == "penyelia")


def test_a_sheet_that_is_still_out_says_why_there_is_nothing_to_do(office: WebOffice) -> None:
    page = _page(office, office.sheet())
    assert "belum ada halamannya yang dipindai" in page and "tidak bisa diubah" not in page


def test_the_screen_carries_the_version_of_what_it_shows(office: WebOffice) -> None:
    sheet = office.scanned({"lantai": "tanah"})
    fresh = str(version_of(sheet))
    assert f'data-version="{fresh}"' in _page(office, sheet)
    record_decision(sheet, "lantai", "semen", office.users["penyelia"])
    scan = sheet.scan_pages.get(page_no=2)
    ScanPage.objects.filter(pk=scan.pk).update(active=False, status=ScanPage.Status.REJECTED)
    changed = str(version_of(sheet))
    assert all(old != new for old, new in zip(fresh.split("-"), changed.split("-"), strict=True))
    assert f'data-version="{changed}"' in _page(office, sheet)


def test_who_has_fields_of_the_sheet_on_a_grid_is_told(office: WebOffice) -> None:
    sheet = office.scanned({"nama_kepala": "RUSDI"})
    says = "1 isian lembar ini sekarang ada di layar <b>penyelia</b>"
    desk = f"/periksa/{sheet.code}/"
    assert says not in office.client("peninjau").get(desk).content.decode()
    Claim.objects.all().delete()
    assert Grid(office, "penyelia", "nama_kepala/ragu").open().tiles
    assert says in office.client("peninjau").get(desk).content.decode()
    assert says not in office.client("penyelia").get(desk).content.decode()
