"""Loose pages: truly ruined paper is named by a person, read, and can be taken off again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from office.intake.assign import AssignError, Target, assign
from office.intake.candidates import best_guesses, matching
from office.intake.models import Reading, ScanPage
from office.rounds.models import Sheet
from office.rounds.printing import prepare_pack
from office.rounds.states import SheetState
from office.rounds.visits import reconcile
from scanner.codecheck import PageName
from scanner.guesses import near_codes
from scanner.reading import PageReading, PageStatus, Reason
from tests.office_web.paper import RUINED, Paper, right

if TYPE_CHECKING:
    from tests.office_web.conftest import WebOffice

Status = ScanPage.Status
PARTS = ("accepted", "in_work", "out", "void", "missing")


@pytest.fixture
def paper(office: WebOffice, tmp_path: Path) -> Paper:
    """Three printed sheets of a real form."""
    made = Paper(office, tmp_path)
    made.print(3)
    return made


def _put(office: WebOffice, page: ScanPage, sheet: Sheet, number: int, **more: Any) -> Any:
    data = {"sheet": sheet.code, "page": number, "way": "read", **more}
    return office.client("petugas").post(f"/halaman-lepas/{page.pk}/tempatkan/", data)


def _balanced(office: WebOffice) -> dict[str, Any]:
    counts = reconcile(office.visit)
    assert counts["printed"] == sum(counts[part] for part in PARTS)
    return counts


@pytest.mark.parametrize("turn", [0, 180])
def test_a_ruined_page_is_guessed_found_by_four_characters_and_read(
    office: WebOffice, paper: Paper, turn: int
) -> None:
    sheet = paper.sheets[1]
    first = paper.scan(sheet, 1)
    ruined = paper.scan(sheet, 2, option=1, ruin=RUINED, turn=turn)
    _, page = paper.take(first, ruined)
    assert (page.status, page.sheet) == (Status.ORPHAN, None)

    best = best_guesses(page)[0]
    assert (best.sheet, best.page_no) == (sheet, 2)
    assert any("sebelum halaman ini" in why for why in best.why)
    assert any("cocok" in why for why in best.why)
    shown = office.client("petugas").get(f"/halaman-lepas/{page.pk}/tebakan/").content.decode()
    assert shown.index(f'data-sheet="{sheet.code}"') > 0
    assert f'data-rotation="{turn}"' in shown

    typed = sheet.code[3:7].lower()
    found = matching(typed)
    assert [(one.page_no, one.has_image) for one in found if one.sheet == sheet] == [
        (2, False),
        (1, True),
    ]
    assert _put(office, page, sheet, 2).status_code == 302
    page.refresh_from_db()
    sheet.refresh_from_db()
    assert (page.status, page.active, page.sheet, page.page_no) == (Status.FILED, True, sheet, 2)
    assert sheet.state == SheetState.READ
    own, named = page.readings.order_by("id")
    assert (own.named_by, own.json["status"]) == (None, "unidentified")
    assert (named.named_by, named.json["identified_by"]) == (office.users["petugas"], "person")
    assert named.json["rotation"] == turn
    desk = office.client("peninjau").get(f"/periksa/{sheet.code}/").content.decode()
    assert f'href="/halaman-lepas/{page.pk}/"' in desk, "the way to take it off again"
    marks = right(named.json, 2, 1)
    assert len(marks) >= 4
    assert all(marks)


def test_the_wrong_page_is_refused_and_can_be_typed(office: WebOffice, paper: Paper) -> None:
    sheet = paper.sheets[0]
    torn = paper.scan(sheet, 1, ruin=(*RUINED, "marker"))
    torn[300:] = 255
    (page,) = paper.take(torn)
    answer = _put(office, page, sheet, 1)
    assert answer.status_code == 409
    assert "Ketik dari gambar" in answer.content.decode()
    page.refresh_from_db()
    assert (page.status, page.readings.count()) == (Status.ORPHAN, 1)

    by_number = matching("no 1")
    assert {(one.sheet, one.page_no) for one in by_number} == {(sheet, 1), (sheet, 2)}

    assert _put(office, page, sheet, 1, way="type", turn=180).status_code == 302
    page.refresh_from_db()
    assert (page.status, page.reasons) == (Status.FILED, [Reason.NOT_ALIGNED])
    reading = page.readings.latest("id").json
    assert reading["rotation"] == 180
    assert {field["state"] for field in reading["fields"].values()} == {"doubtful"}
    desk = office.client("peninjau").get(f"/periksa/{sheet.code}/")
    assert desk.status_code == 200
    assert f"/gambar/{page.pk}/" in desk.content.decode()


def test_a_page_without_markers_is_found_as_a_picture(office: WebOffice, paper: Paper) -> None:
    sheet = paper.sheets[0]
    for turn in (0, 90):
        image = paper.scan(sheet, 2, option=turn // 90, ruin=(*RUINED, "marker"), turn=turn)
        (page,) = paper.take(image, name=f"tanpa-sudut-{turn}")
        assert assign(page, Target(sheet, 2), office.users["petugas"])
        reading = page.readings.latest("id").json
        assert reading["rotation"] == -turn % 360
        assert all(right(reading, 2, turn // 90))
        assert not assign_other(page, paper)


def assign_other(page: ScanPage, paper: Paper) -> bool:
    """Whether the same picture would pass for page 1 of another sheet."""
    ScanPage.objects.filter(pk=page.pk).update(
        status=Status.ORPHAN, sheet=None, active=False, named_by=None, named_at=None
    )
    page.refresh_from_db()
    return assign(page, Target(paper.sheets[1], 1), paper.office.users["petugas"])


def test_a_wrong_place_is_undone_and_nothing_is_lost(office: WebOffice, paper: Paper) -> None:
    right_one, wrong_one = paper.sheets[:2]
    (page,) = paper.take(paper.scan(right_one, 1, ruin=RUINED))
    _put(office, page, wrong_one, 1)
    wrong_one.refresh_from_db()
    assert wrong_one.state == SheetState.SCANNED
    assert _balanced(office)["in_work"] == 1
    address = f"/halaman-lepas/{page.pk}/lepaskan/"
    assert office.client("peninjau").post(address).status_code == 409, "neither theirs nor penyelia"
    assert office.client("petugas").post(address).status_code == 302
    assert office.client("petugas").post(address).status_code == 302, "twice does no harm"
    page.refresh_from_db()
    wrong_one.refresh_from_db()
    assert (page.status, page.sheet, page.named_by) == (Status.ORPHAN, None, None)
    assert wrong_one.state == SheetState.PRINTED
    assert _balanced(office)["out"] == 3
    assert Reading.objects.filter(page=page).count() == 3, "both readings stay, and which counts"
    assert page.readings.latest("id").json["sheet"] is None
    notes = list(wrong_one.events.values_list("note", flat=True))
    assert any("dilepas lagi" in note for note in notes)
    _put(office, page, right_one, 1)
    page.refresh_from_db()
    assert (page.sheet, page.active) == (right_one, True)


def test_two_people_at_once_and_a_button_pressed_twice(office: WebOffice, paper: Paper) -> None:
    (page,) = paper.take(paper.scan(paper.sheets[0], 1, ruin=RUINED))
    stale = ScanPage.objects.get(pk=page.pk)
    _put(office, page, paper.sheets[0], 1)
    assert _put(office, page, paper.sheets[0], 1).status_code == 302
    with pytest.raises(AssignError, match=r"sudah ditempatkan .* oleh petugas"):
        assign(stale, Target(paper.sheets[1], 1), office.users["peninjau"])
    assert page.readings.count() == 2


def test_not_ours_leaves_the_tray_and_comes_back(office: WebOffice) -> None:
    page = _foreign(office)
    client, address = office.client("petugas"), f"/halaman-lepas/{page.pk}/sisihkan/"
    assert f"/halaman-lepas/{page.pk}/" in client.get("/halaman-lepas/").content.decode()
    for _ in range(2):
        assert client.post(address, {"aside": "ya"}).status_code == 302
    tray = client.get("/halaman-lepas/").content.decode()
    assert f"/halaman-lepas/{page.pk}/" not in tray
    kept = client.get("/halaman-lepas/?jenis=disisihkan").content.decode()
    assert f"/halaman-lepas/{page.pk}/" in kept
    client.post(address, {"aside": "tidak"})
    page.refresh_from_db()
    assert (page.status, page.named_by) == (Status.ORPHAN, None)
    assert page.reasons == [Reason.NO_CODE_FOUND]


def _foreign(office: WebOffice) -> ScanPage:
    reading = PageReading("surat.png", 0, PageStatus.UNIDENTIFIED, reasons=(Reason.NO_CODE_FOUND,))
    return office.file("surat.png", reading)


def test_the_picture_turns_and_typing_nonsense_finds_nothing(office: WebOffice) -> None:
    page, client = _foreign(office), office.client("peninjau")
    address = f"/halaman-lepas/{page.pk}/gambar/"
    shapes = {client.get(address, {"putar": turn}).content for turn in (0, 90, 180, 270)}
    assert len(shapes) == 4
    assert client.get(address, {"putar": "17"}).status_code == 200
    for typed in ("?", "<script>", "%00", "A" * 41):
        answer = client.get(f"/halaman-lepas/{page.pk}/tebakan/", {"kode": typed})
        assert answer.status_code == 200
        assert "<script>" not in answer.content.decode()


def test_letters_that_are_like_a_code_are_a_guess() -> None:
    names = [PageName("7KQ2MX94D", "f", 1), PageName("7KQ2MX94D", "f", 2)]
    names.append(PageName("H5V1C6JGY", "f", 1))
    smeared = near_codes(["QQ", "7KQ3MX4D2H"], names)
    assert [near.name for near in smeared] == [names[1], names[0]]
    assert (smeared[0].slips, smeared[0].line) == (3, "7KQ3MX4D2H")
    assert near_codes([], names) == near_codes(["ZZZZ"], names) == []


def test_a_photocopy_in_the_browser(office: WebOffice, paper: Paper) -> None:
    """From the desk of the origin to a sheet of its own, which no pack prints."""
    sheet = paper.sheets[0]
    paper.take(paper.scan(sheet, 1))
    (page,) = paper.take(paper.scan(sheet, 1, option=1), name="fotokopi")
    assert page.status == Status.CONFLICT
    client = office.client("peninjau")
    for address in (f"/periksa/{sheet.code}/", f"/halaman-lepas/{page.pk}/"):
        assert "Ini salinan fotokopi" in client.get(address).content.decode()
    answer = client.post(f"/halaman-lepas/{page.pk}/salinan/", {"copy": ""})
    copy = sheet.copies.get()
    assert answer["Location"] == f"/periksa/{copy.code}/"
    shown = client.get(answer["Location"]).content.decode()
    assert "salinan fotokopi" in shown
    assert f'href="/periksa/{sheet.code}/"' in shown
    again = client.post(f"/halaman-lepas/{page.pk}/salinan/", {"copy": ""})
    assert (again.status_code, sheet.copies.count()) == (409, 1)
    counts = _balanced(office)
    assert (counts["printed"], counts["in_work"], counts["copies"]) == (4, 2, 1)
    assert "termasuk 1 salinan" in client.get(f"/kunjungan/{office.visit}/").content.decode()
    assert {one.code for one in prepare_pack(office.visit).sheets} == {
        one.code for one in paper.sheets
    }


def test_a_ruined_photocopy_is_told_from_its_origin(office: WebOffice, paper: Paper) -> None:
    """An orphan that is named as a page which has an image with other marks."""
    sheet = paper.sheets[0]
    _, page = paper.take(paper.scan(sheet, 1), paper.scan(sheet, 1, option=1, ruin=RUINED))
    assert _put(office, page, sheet, 1).status_code == 302
    page.refresh_from_db()
    assert (page.status, page.sheet) == (Status.CONFLICT, sheet)
    office.client("penyelia").post(f"/halaman-lepas/{page.pk}/salinan/", {"copy": ""})
    page.refresh_from_db()
    assert page.sheet == sheet.copies.get()
    assert _balanced(office)["in_work"] == 2


def _put_as_copy(office: WebOffice, page: ScanPage, origin: Sheet, **more: Any) -> Any:
    data = {"sheet": origin.code, "page": 1, "way": "read", "copy": "ya", **more}
    return office.client("peninjau").post(f"/halaman-lepas/{page.pk}/tempatkan/", data)


def test_a_photocopy_of_a_sheet_that_was_never_scanned_is_a_sheet_of_its_own(
    office: WebOffice, paper: Paper
) -> None:
    origin = paper.sheets[0]
    first, second = paper.take(
        *(paper.scan(origin, number, option=1, ruin=RUINED) for number in (1, 2))
    )
    clerk = _put(office, first, origin, 1, copy="ya")
    assert clerk.status_code == 409 and "dicatat oleh peninjau" in clerk.content.decode()
    assert 'name="copy"' not in clerk.content.decode()
    shown = office.client("peninjau").get(f"/halaman-lepas/{first.pk}/").content.decode()
    assert 'name="copy" value="ya" form="tempatkan"' in shown
    for _ in range(2):
        assert _put_as_copy(office, first, origin).status_code == 302, "pressed twice: once"
    copy = Sheet.objects.get(copied_from=origin)
    first.refresh_from_db()
    origin.refresh_from_db()
    assert (first.sheet, first.active) == (copy, True)
    assert (copy.state, origin.state) == ("scanned", "printed")
    assert all(right(first.readings.latest("id").json, 1, 1))
    counts = _balanced(office)
    assert (counts["printed"], counts["copies"], counts["out"]) == (4, 1, 3)
    assert any(copy.code in event.note for event in origin.events.all())

    best = matching(origin.code[2:6])[0]
    assert (best.sheet, best.page_no) in {(copy, 2), (origin, 1), (origin, 2)}
    assert _put(office, second, copy, 2).status_code == 302
    copy.refresh_from_db()
    assert copy.state == "read"

    (own,) = paper.take(paper.scan(origin, 1), name="aslinya")
    assert (own.status, own.sheet) == (Status.FILED, origin), (
        "no conflict: the origin has its place"
    )
    assert _balanced(office)["out"] == 2


def test_a_photocopy_that_cannot_be_read_is_typed_from_its_image(
    office: WebOffice, paper: Paper
) -> None:
    torn = paper.scan(paper.sheets[0], 1, ruin=(*RUINED, "marker"))
    torn[400:-400] = 235
    (page,) = paper.take(torn)
    asked = _put_as_copy(office, page, paper.sheets[0])
    assert asked.status_code == 409
    assert '<input type="hidden" name="copy" value="ya">' in asked.content.decode()
    assert not Sheet.objects.filter(copied_from__isnull=False).exists()
    sent = {"way": "type", "turn": "0"}
    assert _put_as_copy(office, page, paper.sheets[0], **sent).status_code == 302
    page.refresh_from_db()
    assert page.sheet is not None and page.sheet.copied_from == paper.sheets[0]
    taken = office.client("peninjau").post(f"/halaman-lepas/{page.pk}/lepaskan/")
    assert taken.status_code == 302
    assert Sheet.objects.get(copied_from__isnull=False).state == "void"
    _balanced(office)


def test_a_photocopy_that_its_code_filed_to_the_origin_is_moved_from_the_desk(
    office: WebOffice,
) -> None:
    sheet, client = office.scanned({"lantai": "tanah"}), office.client("peninjau")
    page = sheet.scan_pages.get(page_no=1)
    address = f"/halaman-lepas/{page.pk}/"
    desk = f"/periksa/{sheet.code}/"
    assert f'href="{address}">halaman 1</a>' in client.get(desk).content.decode()
    assert "Ini fotokopi (keluarga lain)" in client.get(address).content.decode()
    assert "Ini fotokopi" not in office.client("petugas").get(address).content.decode()
    assert client.post(f"{address}salinan/", {"copy": ""}).status_code == 302
    copy = Sheet.objects.get(copied_from=sheet)
    assert client.post(f"{address}salinan/", {"copy": ""}).status_code == 409, "pressed twice"
    assert Sheet.objects.filter(copied_from=sheet).count() == 1
    shown = client.get(address).content.decode()
    assert "Ini fotokopi" not in shown and "Lepaskan lagi" in shown
    assert address not in client.get(desk).content.decode()
    other = sheet.scan_pages.get(page_no=2)
    offered = client.get(f"/halaman-lepas/{other.pk}/").content.decode()
    assert f'name="copy" value="{copy.code}"' in offered
    _balanced(office)
