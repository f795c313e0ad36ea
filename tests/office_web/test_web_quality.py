"""The quality page: figures with what they rest on, one's own work, the end of a full review."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from office.register.services import accept_sheet, reopen_sheet
from office.review import items
from office.review.current import current_field, current_values, open_fields
from office.review.decisions import record_decision
from office.review.grid.screens import StackName, next_items
from office.review.models import Decision
from office.review.quality import audits, seeds, work
from office.review.quality import report as quality
from office.review.quality.models import FullReview, KnownAnswer, Seed
from office.review.quality.strata import open_full_review
from office.review.values import Value
from office.rounds.models import Sheet
from tests.office_web.gridtalk import Grid

if TYPE_CHECKING:
    from tests.office_web.conftest import WebOffice

NIK, OTHER = "6311025203859001", "6311025203859007"
SURE = {"nama_kepala": "RUSDI", "lantai": "papan"}


@pytest.fixture
def all_drawn(office: WebOffice, monkeypatch: pytest.MonkeyPatch) -> WebOffice:
    """The lot chooses every mark."""
    monkeypatch.setattr(audits, "RATE", 1.0)
    return office


def _page(office: WebOffice, who: str = "penyelia") -> str:
    answer = office.client(who).get("/mutu/")
    assert answer.status_code == 200
    return str(answer.content.decode())


def _see(office: WebOffice, sheet: Sheet, name: str, value: Value) -> None:
    items.refresh()
    field = current_field(sheet, name)
    assert field is not None
    after = audits.record(sheet, field, value, office.users["peninjau"], 900, 1)
    assert after is not None
    items.follow(sheet, after)


def test_an_empty_office_is_told_what_will_be_measured(office: WebOffice) -> None:
    page = _page(office)
    assert page.count("Belum cukup data") >= 5
    assert "uji petik" in page and "Cara membaca angka" in page


def test_the_page_begins_with_what_it_means_and_what_is_to_do(all_drawn: WebOffice) -> None:
    assert "Belum ada tanda yang diuji petik" in _page(all_drawn)
    assert "Tidak ada yang perlu dikerjakan" in _page(all_drawn)
    sheet = all_drawn.scanned(SURE)
    _see(all_drawn, sheet, "jenis_kelamin.1", None)
    page = _page(all_drawn)
    assert "Sampai hari ini 1 tanda diuji petik: tidak satu pun salah" in page
    assert "tanda menunggu diuji petik" in page
    _see(all_drawn, sheet, "lantai", "semen")
    record_decision(sheet, "lantai", "semen", all_drawn.users["penyelia"])
    assert "2 tanda diuji petik: <b>1 salah dibaca mesin</b>" in _page(all_drawn)


def test_a_stratum_is_told_from_enough_audits_on(
    all_drawn: WebOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = all_drawn.scanned(SURE)
    for number in (1, 2, 3):
        _see(all_drawn, sheet, f"jenis_kelamin.{number}", None)
    _see(all_drawn, sheet, "lantai", "semen")
    (row,) = (one for one in quality.strata_rows(quality.counted(audits.results())) if one.rate.n)
    assert row.words == "Tanda, pilih satu (cara pindai tidak dikenal)"
    assert (row.claims, row.waiting, row.unsettled, row.rate.n) == (4, 0, 1, 3)
    assert "kurang 69 lagi" in _page(all_drawn)
    record_decision(sheet, "lantai", "semen", all_drawn.users["penyelia"])
    monkeypatch.setattr(quality, "LEAST_AUDITED", 4)
    page = _page(all_drawn)
    assert "<b>25 %</b>" in page and "0,63 % sampai 81 %" in page
    assert "mesin salah" in page and "Semen" in page


def test_the_same_is_told_by_device_once_a_file_names_one(all_drawn: WebOffice) -> None:
    unnamed = all_drawn.scanned(SURE)
    items.refresh()
    assert "Menurut pemindai" not in _page(all_drawn)
    named = all_drawn.sheet()
    for page_no in (1, 2):
        all_drawn.scan(named, page_no, SURE, device="<b>Canon</b> LiDE 300")
    _see(all_drawn, named, "lantai", "semen")
    _see(all_drawn, unnamed, "lantai", "papan")
    record_decision(named, "lantai", "semen", all_drawn.users["penyelia"])
    known = [
        (device, row.rate.errors, row.rate.n)
        for device, rows in quality.device_rows(quality.counted(audits.results()))
        for row in rows
        if row.rate.n
    ]
    assert known == [("<b>Canon</b> LiDE 300", 1, 1), ("", 0, 1)]
    page = _page(all_drawn)
    assert "&lt;b&gt;Canon&lt;/b&gt; LiDE 300" in page
    assert "Berkas yang tidak menyebut alatnya" in page
    both = sum(
        row.claims
        for _, rows in quality.device_rows(quality.counted(audits.results()))
        for row in rows
    )
    assert both == sum(row.claims for row in quality.strata_rows(quality.counted(audits.results())))


def test_a_difference_is_not_told_before_it_is_settled(all_drawn: WebOffice) -> None:
    sheet = all_drawn.scanned(SURE)
    record_decision(sheet, "nama_kepala", "RUSDI", all_drawn.users["admin"])
    items.refresh()
    accept_sheet(sheet, current_values(sheet), all_drawn.users["admin"])
    _see(all_drawn, sheet, "lantai", "semen")
    page = _page(all_drawn, "peninjau")
    assert "lembar sudah diterima" in page and f"/periksa/{sheet.code}/#lantai" in page
    assert "Semen" not in page and "Papan" not in page
    reopen_sheet(sheet, all_drawn.users["penyelia"], "uji petik")
    assert "menunggu orang kedua" in _page(all_drawn)


def test_what_settles_a_difference_presets_nothing(all_drawn: WebOffice) -> None:
    sheet = all_drawn.scanned(SURE)
    _see(all_drawn, sheet, "lantai", "semen")
    page = all_drawn.client("penyelia").get(f"/periksa/{sheet.code}/").content.decode()
    assert "Uji petik berbeda" in page
    start = page.index('data-field="lantai"') if 'data-field="lantai"' in page else 0
    assert "checked" not in page[start : page.index("Asuransi".lower(), start)]


def _known(office: WebOffice, who: str, answers: list[tuple[str, str, str]]) -> None:
    """``answers``: truth, preset and what was answered, each of a sheet of its own."""
    for truth, shown, answer in answers:
        sheet = office.scanned(SURE)
        page = sheet.scan_pages.get(page_no=1)
        seed = Seed.objects.create(
            by=office.users[who],
            sheet=sheet,
            page=page,
            field="lantai",
            stack="keluarga.lantai",
            kind="mark",
            truth=truth,
            shown=shown,
            certainty=0.5,
        )
        seeds.record(office.users[who], f"uji-{seed.pk}", answer)


def test_reviewers_see_their_own_work_and_supervisors_all(office: WebOffice) -> None:
    _known(office, "peninjau", [("papan", "semen", "semen"), ("papan", "papan", "papan")])
    _known(office, "admin", [("papan", "semen", "papan")])
    (own,) = quality.known_rows(office.users["peninjau"])
    assert (own.rate.errors, own.rate.n, own.presets.errors, own.presets.n) == (1, 2, 1, 1)
    assert {row.who for row in quality.known_rows()} == {"peninjau", "admin"}
    mine = _page(office, "peninjau")
    assert "Jawaban Anda" in mine and '<th scope="row">admin</th>' not in mine
    assert '<th scope="row">admin</th>' in _page(office, "penyelia")
    assert "jawaban lama pun bisa salah" in mine


def test_an_answer_taken_back_counts_no_more(office: WebOffice) -> None:
    _known(office, "peninjau", [("papan", "semen", "semen")])
    KnownAnswer.objects.create(seed=Seed.objects.get(), is_right=None)
    assert not quality.known_rows()


def test_who_was_right_of_two_who_keyed(office: WebOffice) -> None:
    first, second = office.users["peninjau"], office.users["admin"]
    for keyed in ((NIK, NIK, None), (NIK, OTHER, OTHER), (NIK, OTHER, NIK), (NIK, OTHER, None)):
        sheet = office.scanned({"nik.1": "~"})
        record_decision(sheet, "nik.1", keyed[0], first)
        record_decision(sheet, "nik.1", keyed[1], second, pass_no=2)
        if keyed[2]:
            record_decision(sheet, "nik.1", keyed[2], office.users["penyelia"], pass_no=3)
    (row,) = quality.keying_rows()
    assert (row.words, row.rate.errors, row.rate.n) == ("NIK", 3, 4)
    right = row.first_right, row.second_right, row.neither_right, row.unsettled
    assert right == (1, 1, 0, 1)
    assert "ketikan pertama 1, ketikan kedua 1" in _page(office)


def test_corrected_suggestions_and_medians(office: WebOffice) -> None:
    by = office.users["peninjau"]
    for text, ms in (("RUSDI", 1000), ("RUSDI", 2000), ("RUSLI", 6000)):
        sheet = office.scanned(SURE)
        record_decision(sheet, "nama_kepala", text, by, ms, 2)
    record_decision(sheet, "nama_kepala", "RUSDA", by, 9000, 3, Decision.Mode.GRID)
    latest = work.latest_decisions()
    (row,) = work.suggestion_rows(latest)
    told = row.kind, row.rate.errors, row.rate.n
    assert told == ("Huruf (nama)", 1, 3), "a second thought is no other"
    assert not row.devices, "no file names any"
    rows = {one.mode: (one.n, one.seconds, one.keys) for one in work.speed_rows(latest)}
    assert rows == {"per lembar": (3, "2,0", "2"), "per pertanyaan": (1, "9,0", "3")}
    assert "1 dari 3 dibetulkan" in _page(office)


def test_corrections_of_handwriting_are_told_by_kind_and_scanner(office: WebOffice) -> None:
    device = "<b>Canon</b> LiDE 300"
    for read, said, of in (
        ("RUSDI", "RUSLI", device),
        ("RUSDI", "RUSDI", device),
        ("AB", "AB", ""),
    ):
        sheet = office.sheet()
        office.scan(sheet, 1, {"nama_kepala": read, "no_kk": NIK}, device=of)
        items.refresh()
        record_decision(sheet, "nama_kepala", said, office.users["peninjau"])
        record_decision(sheet, "no_kk", NIK, office.users["peninjau"])
    rows = {row.kind: row for row in work.suggestion_rows(work.latest_decisions())}
    told = {
        kind: [(name, rate.errors, rate.n) for name, rate in row.devices]
        for kind, row in rows.items()
    }
    assert told == {
        "Angka": [(device, 0, 2), ("", 0, 1)],
        "Huruf (nama)": [(device, 1, 2), ("", 0, 1)],
    }
    page = _page(office).split("Usulan bacaan tulisan tangan")[1]
    assert "&lt;b&gt;Canon&lt;/b&gt; LiDE 300: 1 dari 2 dibetulkan" in page
    assert "Berkas yang tidak menyebut alatnya: 0 dari 1 dibetulkan" in page
    assert page.count("belum cukup data") >= 6, "of each, how much is known"


def test_each_full_review_tells_its_own_number_and_leads_to_its_stacks(office: WebOffice) -> None:
    office.scanned(SURE)
    for stratum in ("single/unknown", "multiple/unknown", "ink/phone"):
        open_full_review(stratum)
    page = _page(office)
    parts = (part.split("</section>")[0] for part in page.split("Pemeriksaan penuh: ")[1:])
    notes = dict(part.split("</h2>") for part in parts)
    n = {of: note.split("<b>")[1].split("<")[0] for of, note in notes.items() if "<b>" in note}
    assert n == {
        "Tanda, pilih satu (cara pindai tidak dikenal)": "4",
        "Tanda, boleh beberapa (cara pindai tidak dikenal)": "1",
    }
    assert "Sekarang tidak ada yang menunggu." in notes["Tanda tangan (foto HP)"]
    assert "/periksa/petak/?alasan=full_review" in page


def test_a_full_review_says_what_waits_on_accepted_sheets(office: WebOffice) -> None:
    sheet = office.scanned(SURE)
    record_decision(sheet, "nama_kepala", "RUSDI", office.users["peninjau"])
    items.refresh()
    accept_sheet(sheet, current_values(sheet), office.users["peninjau"])
    open_full_review("single/unknown")
    note = _page(office).split("Pemeriksaan penuh: ")[1].split("</section>")[0]
    assert "diuji petik ulang: <b>4</b> tanda menunggu" in note
    assert "/periksa/petak/?alasan=audit" in note and "Sekarang tidak ada yang menunggu." in note
    assert Grid(office, "peninjau", "semua-tanda/uji").open().tiles[0]["preset"] == "null", "blind"


def test_a_full_review_is_announced_and_ended_with_a_note(office: WebOffice) -> None:
    sheet = office.scanned(SURE)
    open_full_review("single/unknown")
    assert "lantai" in open_fields(sheet)
    page = _page(office, "peninjau")
    assert "Pemeriksaan penuh: Tanda, pilih satu" in page and "Akhiri" not in page
    assert "<b>4</b> tanda" in page
    assert "Pemeriksaan penuh:" in office.client("pembaca").get("/").content.decode()
    desk = office.client("peninjau").get(f"/periksa/{sheet.code}/").content.decode()
    assert "Semua tanda jenis ini dengan cara pindai ini diperiksa dahulu" in desk
    address = f"/mutu/akhiri/{FullReview.objects.get().pk}/"
    answer = office.client("penyelia").post(address, {"note": "  "}, follow=True)
    assert "Tuliskan dahulu" in answer.content.decode()
    note = {"note": "<b>kaca</b> dibersihkan"}
    answer = office.client("penyelia").post(address, note, follow=True)
    assert "&lt;b&gt;kaca&lt;/b&gt; dibersihkan" in answer.content.decode()
    assert open_fields(sheet) == ["nama_kepala"]
    assert "Pemeriksaan penuh:" not in office.client("peninjau").get("/").content.decode()
    answer = office.client("penyelia").post(address, note, follow=True)
    assert "sudah diakhiri" in answer.content.decode()


def test_the_page_costs_the_same_for_few_and_for_many(
    all_drawn: WebOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one_more() -> None:
        sheet = all_drawn.scanned(SURE)
        _see(all_drawn, sheet, "lantai", "semen")
        _see(all_drawn, sheet, "asuransi", [])

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            _page(all_drawn)
        return len(seen)

    one_more()
    _page(all_drawn)
    before = cost()
    for _ in range(4):
        one_more()
    assert cost() <= before + 1, "readings are parsed once each"


def test_a_blind_grid_gives_nothing_away(all_drawn: WebOffice) -> None:
    """No preset, no ring, no order: the tile is the same whatever the machine read."""
    name, user = StackName("keluarga", "lantai", "audit"), all_drawn.users["peninjau"]
    for floor in ("papan", "semen", None):
        all_drawn.scanned({**SURE, "lantai": floor})
    shown = next_items(user, name, 12)
    assert len(shown) == 3 and {one.field for one in shown} == {"lantai"}
    own = {"key", "sheet", "page", "shot"}
    plain = [{what: value for what, value in vars(one).items() if what not in own} for one in shown]
    assert plain[0] == plain[1] == plain[2]
    shots = {str(one.shot).replace(f"/gambar/{one.page}/", "") for one in shown}
    assert len(shots) == 1 and not any(one.has_preset for one in shown)


def test_what_an_audit_saw_otherwise_comes_first_on_the_desk(all_drawn: WebOffice) -> None:
    sheet = all_drawn.scanned(SURE)
    _see(all_drawn, sheet, "lantai", "semen")
    desk = all_drawn.client("admin").get(f"/periksa/{sheet.code}/").content.decode()
    assert 'data-jump="lantai"' in desk
