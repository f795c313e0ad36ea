"""A blank sheet that was photocopied for several families: each copy becomes a sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from office.accounts.roles import Role, grant
from office.intake.candidates import matching, outstanding
from office.intake.context import office_context
from office.intake.models import ScanPage
from office.intake.photocopies import (
    CopyError,
    copies_lacking,
    file_as_copy,
    may_move_to_copy,
    move_to_copy,
)
from office.intake.release import may_release, release
from office.review.current import current_values
from office.review.decisions import record_decision
from office.rounds.models import Sheet
from office.rounds.states import SheetState
from office.rounds.visits import reconcile

if TYPE_CHECKING:
    from tests.office.conftest import SmallOffice

Status = ScanPage.Status
PARTS = ("accepted", "in_work", "out", "void", "missing")


def _sum(office: SmallOffice) -> tuple[int, int]:
    counts = reconcile(office.visit)
    assert counts["printed"] == sum(counts[part] for part in PARTS)
    for kind in counts["by_kind"].values():
        assert kind["printed"] == sum(kind[part] for part in PARTS)
    return counts["printed"], counts["copies"]


def _conflict(office: SmallOffice, sheet: Sheet, page: int, floor: str) -> ScanPage:
    marks = {"lantai": floor} if page == 1 else {"jenis_kelamin.1": floor}
    (scan,) = office.take(office.reading(sheet, page, marks))
    return scan


def _copied(office: SmallOffice) -> tuple[Sheet, Sheet, ScanPage]:
    """A sheet of which both pages were read, a photocopy of it with page 1, and that page."""
    sheet = office.scanned({"lantai": "papan", "jenis_kelamin.1": "L"})
    page = _conflict(office, sheet, 1, "tanah")
    assert page.status == Status.CONFLICT
    return sheet, file_as_copy(page, None, office.reviewer), page


def test_a_photocopy_is_one_more_sheet(office: SmallOffice) -> None:
    sheet, copy, page = _copied(office)
    page.refresh_from_db()
    copy.refresh_from_db()
    assert (page.status, page.active, page.sheet, page.reasons) == (Status.FILED, True, copy, [])
    assert (copy.copied_from, copy.form, copy.seq, copy.state) == (sheet, sheet.form, 2, "scanned")
    assert copy.code != sheet.code
    assert _sum(office) == (2, 1)
    for one, other in ((sheet, copy), (copy, sheet)):
        assert any(other.code in event.note for event in one.events.all())


def test_further_pages_are_offered_the_copy_that_lacks_them(office: SmallOffice) -> None:
    sheet, copy, _ = _copied(office)
    second = _conflict(office, sheet, 2, "P")
    assert list(copies_lacking(second)) == [copy]
    assert file_as_copy(second, copy, office.reviewer) == copy
    copy.refresh_from_db()
    assert copy.state == SheetState.READ
    assert current_values(copy)["jenis_kelamin.1"] == "P"
    assert current_values(sheet)["jenis_kelamin.1"] == "L"
    third = _conflict(office, sheet, 1, "semen")
    assert not copies_lacking(third).exists()
    with pytest.raises(CopyError, match="sudah punya halaman 1"):
        file_as_copy(third, copy, office.reviewer)
    third.refresh_from_db()
    assert (third.status, third.named_by) == (Status.CONFLICT, None)
    assert _sum(office) == (2, 1)


def test_the_image_that_came_first_may_be_the_copys(office: SmallOffice) -> None:
    """Page 1 of one family and page 2 of another under one code: only a person sees it."""
    sheet = office.scanned({"lantai": "papan", "jenis_kelamin.1": "L"})
    first = sheet.scan_pages.get(page_no=2, active=True)
    extra = _conflict(office, sheet, 2, "L")
    record_decision(sheet, "nama.1", "ADUL", office.reviewer)
    page = _conflict(office, sheet, 2, "P")
    copy = file_as_copy(page, None, office.reviewer, old=True)
    for one in (first, extra, page):
        one.refresh_from_db()
    assert (page.sheet, page.active, page.reasons) == (sheet, True, [])
    assert (first.sheet, first.active, extra.sheet) == (copy, True, copy)
    assert current_values(sheet)["jenis_kelamin.1"] == "P"
    assert current_values(sheet)["nama.1"] == "", "it was read off the other family's paper"
    assert current_values(copy)["jenis_kelamin.1"] == "L"
    assert _sum(office) == (2, 1)


def test_the_same_button_twice_makes_one_copy(office: SmallOffice) -> None:
    _, _, page = _copied(office)
    with pytest.raises(CopyError):
        file_as_copy(page, None, office.reviewer)
    assert _sum(office) == (2, 1)


def test_the_copys_paper_again_finds_the_copy(office: SmallOffice) -> None:
    sheet, copy, page = _copied(office)
    again = _conflict(office, sheet, 1, "tanah")
    assert (again.status, again.sheet, again.superseded_by) == (Status.EXTRA, copy, page)
    origins = _conflict(office, sheet, 1, "papan")
    assert (origins.status, origins.sheet) == (Status.EXTRA, sheet)
    other = _conflict(office, sheet, 1, "semen")
    assert (other.status, other.sheet) == (Status.CONFLICT, sheet)


def test_a_copys_own_code_stands_on_no_paper(office: SmallOffice) -> None:
    sheet, copy, _ = _copied(office)
    assert sheet.code in office_context().printed
    assert copy.code not in office_context().printed
    assert outstanding()[copy.pk, 2].sheet == sheet.code
    found = matching(sheet.code[2:6])
    assert (found[0].sheet, found[0].page_no, found[0].has_image) == (copy, 2, False)


def test_taking_the_only_page_off_a_copy_voids_it(office: SmallOffice) -> None:
    sheet, copy, page = _copied(office)
    page.refresh_from_db()
    grant(office.supervisor, Role.PENYELIA)
    assert may_release(page, office.reviewer)
    record_decision(copy, "lantai", "semen", office.reviewer)
    release(page, office.supervisor)
    page.refresh_from_db()
    copy.refresh_from_db()
    assert (page.status, page.sheet, page.named_by) == (Status.CONFLICT, sheet, None)
    assert copy.state == SheetState.VOID
    assert copy.decisions.count() == 1, "what was decided stays on record"
    assert _sum(office) == (2, 1)


def test_what_was_decided_does_not_follow_the_image(office: SmallOffice) -> None:
    _, copy, page = _copied(office)
    page.refresh_from_db()
    record_decision(copy, "lantai", "semen", office.reviewer)
    assert current_values(copy)["lantai"] == "semen"
    release(page, office.reviewer)
    page.refresh_from_db()
    new = file_as_copy(page, None, office.reviewer)
    assert current_values(new)["lantai"] == "tanah"


def test_a_photocopy_that_came_first_gives_its_place_back_to_the_origin(
    office: SmallOffice,
) -> None:
    """The code on its paper filed it to a sheet that is still in the village."""
    sheet = office.scanned({"lantai": "papan", "jenis_kelamin.1": "L"})
    record_decision(sheet, "lantai", "semen", office.reviewer)
    one, two = sheet.scan_pages.filter(active=True).order_by("page_no")
    copy = move_to_copy(one, None, office.reviewer)
    sheet.refresh_from_db()
    assert (sheet.state, copy.state, copy.copied_from) == ("scanned", "scanned", sheet)
    two.refresh_from_db()
    assert list(copies_lacking(two)) == [copy]
    assert move_to_copy(two, copy, office.reviewer) == copy
    for each in (sheet, copy):
        each.refresh_from_db()
    assert (sheet.state, copy.state) == ("printed", "read")
    assert current_values(copy)["lantai"] == "papan", "decided of another sheet"
    assert sheet.decisions.count() == 1, "what was decided stays on record"
    assert _sum(office) == (2, 1)
    with pytest.raises(CopyError):
        move_to_copy(one, copy, office.reviewer)

    own = _conflict(office, sheet, 1, "tanah")
    assert (own.status, own.sheet, own.active) == (Status.FILED, sheet, True)
    assert any(copy.code in event.note for event in sheet.events.all())


def test_of_two_images_or_an_accepted_sheet_none_is_moved_to_a_copy(office: SmallOffice) -> None:
    sheet = office.scanned({"lantai": "papan"})
    page = sheet.scan_pages.get(page_no=1, active=True)
    waiting = _conflict(office, sheet, 1, "tanah")
    assert not may_move_to_copy(page) and not may_move_to_copy(waiting)
    with pytest.raises(CopyError):
        move_to_copy(page, None, office.reviewer)
    assert may_move_to_copy(sheet.scan_pages.get(page_no=2, active=True))
    Sheet.objects.filter(pk=sheet.pk).update(state="accepted")
    sheet = Sheet.objects.get(pk=sheet.pk)
    assert not may_move_to_copy(sheet.scan_pages.get(page_no=2, active=True))
    assert not Sheet.objects.filter(copied_from=sheet).exists()
