"""No scanned page is lost or overwrites another; the same twice changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from office.appendonly import AppendOnlyError
from office.intake.conflicts import ConflictError, choose_image, open_conflicts
from office.intake.filing import file_readings
from office.intake.models import Reading, ScanFile, ScanPage
from office.intake.reasons import IntakeReason
from office.intake.sameness import claims, contradictions
from office.review.current import current_values
from office.review.decisions import record_decision
from office.rounds.models import SheetEvent
from office.rounds.sheets import void
from office.rounds.states import SheetState
from office.rounds.visits import close_visit
from scanner.reading import PageReading, PageStatus, Reason, page_json

if TYPE_CHECKING:
    from tests.office.conftest import SmallOffice

INK = "~"
Status = ScanPage.Status


def test_pages_come_in_any_order_and_complete_the_sheet(office: SmallOffice) -> None:
    sheet = office.sheet()
    office.take(office.reading(sheet, 2))
    sheet.refresh_from_db()
    assert sheet.state == SheetState.SCANNED
    (page,) = office.take(office.reading(sheet, 1))
    sheet.refresh_from_db()
    assert sheet.state == SheetState.READ
    assert (page.status, page.active, page.page_no) == (Status.FILED, True, 1)


def test_a_missing_sheet_that_turns_up_is_scanned(office: SmallOffice) -> None:
    sheet = office.sheet("hadir")
    close_visit(office.visit)
    sheet.refresh_from_db()
    office.take(office.reading(sheet))
    sheet.refresh_from_db()
    assert sheet.state == SheetState.READ


def test_filing_a_file_again_changes_nothing(office: SmallOffice) -> None:
    sheet = office.sheet()
    reading = office.reading(sheet)
    (page,) = office.take(reading)
    events = SheetEvent.objects.count()
    assert not file_readings(page.file, [page_json(reading)])
    assert (ScanPage.objects.count(), Reading.objects.count()) == (1, 1)
    assert SheetEvent.objects.count() == events


def test_same_marks_again_are_an_extra_image(office: SmallOffice) -> None:
    sheet = office.sheet()
    marks = {"lantai": "papan", "nama_kepala": INK}
    (first,) = office.take(office.reading(sheet, 1, marks))
    (again,) = office.take(office.reading(sheet, 1, marks))
    assert (again.status, again.active, again.superseded_by) == (Status.EXTRA, False, first)
    first.refresh_from_db()
    assert first.active


def test_a_clearer_image_with_the_same_marks_takes_over(office: SmallOffice) -> None:
    sheet = office.sheet()
    (first,) = office.take(office.reading(sheet, 1, doubtful={"lantai": ["papan", "tanah"]}))
    record_decision(sheet, "nama_kepala", "ADUL", office.reviewer)
    (clear,) = office.take(office.reading(sheet, 1, {"lantai": "papan"}))
    first.refresh_from_db()
    assert (clear.status, clear.active) == (Status.FILED, True)
    assert (first.status, first.active, first.superseded_by) == (Status.REPLACED, False, clear)
    assert current_values(sheet)["lantai"] == "papan"
    assert current_values(sheet)["nama_kepala"] == "ADUL", "what was decided still counts"


def test_other_marks_never_win_by_coming_last(office: SmallOffice) -> None:
    sheet = office.sheet()
    (first,) = office.take(office.reading(sheet, 1, {"lantai": "papan"}))
    (other,) = office.take(office.reading(sheet, 1, {"lantai": "tanah"}))
    first.refresh_from_db()
    assert first.active and not other.active
    assert (other.status, other.reasons) == (Status.CONFLICT, [IntakeReason.DUPLICATE_SHEET])
    assert list(open_conflicts(sheet)) == [other]
    assert current_values(sheet)["lantai"] == "papan"


def test_written_cells_against_empty_ones_are_other_marks(office: SmallOffice) -> None:
    sheet = office.sheet()
    office.take(office.reading(sheet, 2, {"nama.1": INK}))
    (other,) = office.take(office.reading(sheet, 2, {"nama.1": INK, "nama.2": INK}))
    assert other.status == Status.CONFLICT


def test_choosing_the_new_image_drops_decisions_on_the_old(office: SmallOffice) -> None:
    sheet = office.sheet()
    (first,) = office.take(office.reading(sheet, 1, {"lantai": "papan", "nama_kepala": INK}))
    record_decision(sheet, "nama_kepala", "ADUL", office.reviewer)
    (other,) = office.take(office.reading(sheet, 1, {"lantai": "tanah", "nama_kepala": INK}))
    choose_image(other, keep_new=True, by=office.supervisor)
    first.refresh_from_db()
    other.refresh_from_db()
    assert (first.status, other.active) == (Status.REJECTED, True)
    assert current_values(sheet)["lantai"] == "tanah"
    assert current_values(sheet)["nama_kepala"] is None, "another paper, another name"
    with pytest.raises(ConflictError):
        choose_image(other, keep_new=True, by=office.supervisor)


def test_keeping_the_old_image_keeps_its_decisions(office: SmallOffice) -> None:
    sheet = office.sheet()
    office.take(office.reading(sheet, 1, {"lantai": "papan", "nama_kepala": INK}))
    record_decision(sheet, "nama_kepala", "ADUL", office.reviewer)
    (other,) = office.take(office.reading(sheet, 1, {"lantai": "tanah"}))
    choose_image(other, keep_new=False, by=office.supervisor)
    assert not open_conflicts(sheet).exists()
    assert current_values(sheet)["nama_kepala"] == "ADUL"


def test_a_page_of_a_void_sheet_raises_an_alarm(office: SmallOffice) -> None:
    sheet = office.sheet()
    void(sheet, "rusak", by=office.supervisor)
    (page,) = office.take(office.reading(sheet))
    sheet.refresh_from_db()
    assert (page.status, page.reasons) == (Status.VOID_SHEET, [IntakeReason.SHEET_VOID])
    assert (sheet.state, page.active, page.sheet) == (SheetState.VOID, False, sheet)


def test_a_sheet_that_is_not_in_the_database_is_kept_apart(office: SmallOffice) -> None:
    sheet = office.sheet()
    reading = office.reading(sheet)
    unknown = PageReading(**{**reading.__dict__, "sheet": "ZZZZZZZZZ"})
    (page,) = office.take(unknown)
    assert (page.status, page.sheet) == (Status.UNKNOWN_SHEET, None)
    assert page.reasons == [IntakeReason.UNKNOWN_SHEET]
    assert page.readings.get().json["sheet"] == "ZZZZZZZZZ"


def test_another_layout_than_the_printed_one_is_not_filed(office: SmallOffice) -> None:
    sheet = office.sheet()
    reading = PageReading(**{**office.reading(sheet).__dict__, "layout": "f" * 64})
    (page,) = office.take(reading)
    assert page.reasons == [IntakeReason.LAYOUT_DIFFERS]


@pytest.mark.parametrize(
    ("status", "reason", "filed"),
    [
        (PageStatus.UNIDENTIFIED, Reason.NO_CODE_FOUND, Status.ORPHAN),
        (PageStatus.UNIDENTIFIED, Reason.BLANK_PAGE, Status.BLANK),
        (PageStatus.REFUSED, Reason.OTHER_OFFICE, Status.REFUSED),
        (PageStatus.REFUSED, Reason.SPECIMEN_SHEET, Status.REFUSED),
    ],
)
def test_pages_without_a_sheet_are_kept_with_their_reason(
    office: SmallOffice, status: PageStatus, reason: Reason, filed: str
) -> None:
    sheet = office.sheet()
    foreign = PageReading("uji.pdf", 0, status, reasons=(reason,))
    pages = office.take(foreign, office.reading(sheet))
    assert [page.status for page in pages] == [filed, Status.FILED]
    assert (pages[0].reasons, pages[0].sheet) == ([reason], None)
    assert pages[0].file.status == ScanFile.Status.READ


def test_a_file_without_pages_is_refused_and_kept(office: SmallOffice) -> None:
    gone = PageReading("uji.pdf", 0, PageStatus.REFUSED, reasons=(Reason.EMPTY_FILE,))
    assert office.take(gone) == []
    file = ScanFile.objects.get()
    assert (file.status, file.reasons) == (ScanFile.Status.REFUSED, [Reason.EMPTY_FILE])


def test_readings_are_never_changed(office: SmallOffice) -> None:
    (page,) = office.take(office.reading(office.sheet()))
    reading = page.readings.get()
    reading.json = {}
    with pytest.raises(AppendOnlyError):
        reading.save()
    with pytest.raises(AppendOnlyError):
        reading.delete()
    with pytest.raises(AppendOnlyError):
        Reading.objects.update(json={})


def test_what_contradicts_and_what_does_not(office: SmallOffice) -> None:
    sheet = office.sheet()

    def of(**marks: object) -> dict[tuple[str, str], bool]:
        return claims(page_json(office.reading(sheet, 1, marks)))

    unclear = claims(page_json(office.reading(sheet, 1, doubtful={"lantai": ["papan"]})))
    assert contradictions(of(), of(lantai="papan")) == [("lantai", "papan")]
    assert contradictions(of(lantai="papan"), unclear) == []
    assert contradictions(of(ttd=True), of()) == [("ttd", "")]
    assert contradictions(of(no_kk=INK), of()) == [("no_kk", "")]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(order=st.permutations([(sheet, page) for sheet in range(3) for page in (1, 2)]))
def test_the_order_of_scanning_changes_nothing(
    office: SmallOffice, order: list[tuple[int, int]]
) -> None:
    marks: list[dict[str, Any]] = [
        {"lantai": "papan", "nama.1": INK},
        {"asuransi": ["pbi_jk"]},
        {},
    ]
    sheets = [office.sheet() for _ in range(3)]
    office.take(*(office.reading(sheets[index], page, marks[index]) for index, page in order))
    for index, sheet in enumerate(sheets):
        sheet.refresh_from_db()
        assert sheet.state == SheetState.READ
        values = current_values(sheet)
        assert values["lantai"] == marks[index].get("lantai")
        assert values["asuransi"] == marks[index].get("asuransi", [])
        assert values["nama.1"] == (None if index == 0 else "")
