"""Filing a read page to its sheet. No page is thrown away, and none overwrites another.

The same page again with the same marks is an extra image (and takes over when it is the
clearer one); with other marks it waits for a person. Never does the last one simply win.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from office.intake.faults import is_file_fault
from office.intake.models import Reading, ScanFile, ScanPage
from office.intake.reasons import IntakeReason
from office.intake.sameness import Claims, claims, contradictions
from office.rounds.models import Sheet
from office.rounds.sheets import move, remark
from office.rounds.states import SheetState
from scanner.reading import PageStatus, Reason

Status = ScanPage.Status
PageJson = Mapping[str, Any]


def file_readings(scan_file: ScanFile, pages: Sequence[PageJson]) -> bool:
    """File all pages of one file in one transaction; False when it was filed before."""
    faults = [page for page in pages if is_file_fault(page)]
    status = ScanFile.Status.REFUSED if len(faults) == len(pages) else ScanFile.Status.READ
    reasons = [reason for page in faults for reason in page["reasons"]]
    with transaction.atomic():
        waiting = ScanFile.objects.filter(pk=scan_file.pk, status=ScanFile.Status.RECEIVED)
        if waiting.update(status=status, reasons=reasons) != 1:
            return False
        if status == ScanFile.Status.READ:
            # A damaged page among good ones is a page too: a person must see which one it was.
            for page in pages:
                _file_page(scan_file, page)
    scan_file.refresh_from_db()
    return True


def refuse(scan_file: ScanFile, reason: IntakeReason) -> None:
    """Note that a waiting file could not be read at all; the original stays in the store."""
    waiting = ScanFile.objects.filter(pk=scan_file.pk, status=ScanFile.Status.RECEIVED)
    waiting.update(status=ScanFile.Status.REFUSED, reasons=[reason.value])
    scan_file.refresh_from_db()


def _file_page(scan_file: ScanFile, page: PageJson) -> None:
    row = ScanPage(file=scan_file, index=page["page_index"])
    find_place(row, page)
    if row._state.adding:
        row.save()
    Reading.objects.create(page=row, reader_version=page["reader"], json=dict(page))


def find_place(row: ScanPage, page: PageJson) -> None:
    """Give a page (saved or not) the status, sheet and number that its reading stands for. The
    caller saves it."""
    row.reasons = list(page["reasons"])
    if page["status"] == PageStatus.READ:
        _find_sheet(row, page)
    elif page["status"] == PageStatus.REFUSED:
        row.status, row.page_no = Status.REFUSED, page["page"]
        row.sheet = Sheet.objects.filter(code=page["sheet"]).first()
    elif Reason.BLANK_PAGE in page["reasons"]:
        row.status = Status.BLANK
    else:
        row.status = Status.ORPHAN


def _find_sheet(row: ScanPage, page: PageJson) -> None:
    """Give a read page its status, sheet and number, and tell the sheet."""
    sheet = Sheet.objects.filter(code=page["sheet"]).first()
    refusal = _no_home(sheet, page)
    if sheet is None or refusal is not None:
        row.status = Status.UNKNOWN_SHEET
        row.reasons.append(refusal or IntakeReason.UNKNOWN_SHEET)
        return
    row.sheet, row.page_no = sheet, page["page"]
    if sheet.state == SheetState.VOID:
        row.status = Status.VOID_SHEET
        row.reasons.append(IntakeReason.SHEET_VOID)
        remark(sheet, "halaman lembar batal terpindai")
        return
    active = sheet.scan_pages.filter(page_no=row.page_no, active=True).first()
    if active is None:
        first_image(row, sheet)
    else:
        _another_image(row, page, active, sheet)


def _no_home(sheet: Sheet | None, page: PageJson) -> IntakeReason | None:
    if sheet is None:
        return IntakeReason.UNKNOWN_SHEET
    if sheet.layout_hash is None:
        return IntakeReason.SHEET_NOT_PRINTED
    if sheet.layout_hash != page["layout"] or page["page"] > (sheet.n_pages or 0):
        return IntakeReason.LAYOUT_DIFFERS
    return None


def first_image(row: ScanPage, sheet: Sheet) -> None:
    """The first image of its page (``row.page_no``) speaks for it."""
    row.sheet, row.status, row.active = sheet, Status.FILED, True
    row.save()
    if sheet.state in (SheetState.PRINTED, SheetState.MISSING):
        move(sheet, SheetState.SCANNED, note="halaman pertama terpindai")
    if sheet.scan_pages.filter(active=True).count() == sheet.n_pages:
        decided = sheet.decisions.exists()
        move(sheet, SheetState.UNDER_REVIEW if decided else SheetState.READ, note="lengkap")


def _another_image(row: ScanPage, page: PageJson, active: ScanPage, sheet: Sheet) -> None:
    seen = active.readings.latest("id").json
    row.sheet = sheet
    new, old = claims(page), claims(seen)
    if contradictions(old, new) and (copy := _copy_that_agrees(sheet, row.page_no, new)):
        _another_image(row, page, *copy)
    elif contradictions(old, new) or is_unplaced(seen) or is_unplaced(page):
        row.status = Status.CONFLICT
        row.reasons.append(IntakeReason.DUPLICATE_SHEET)
        if sheet.state == SheetState.ACCEPTED:
            row.reasons.append(IntakeReason.SHEET_ACCEPTED)
        remark(sheet, f"halaman {row.page_no} datang lagi dengan tanda berbeda")
    elif len(new) > len(old) and sheet.state != SheetState.ACCEPTED:
        replace(active, row, Status.REPLACED)
        remark(sheet, f"halaman {row.page_no} diganti gambar yang lebih jelas, tanda sama")
    else:
        row.status, row.superseded_by = Status.EXTRA, active


def is_unplaced(page: PageJson) -> bool:
    """Whether a person named a page that could not be aligned: nobody can say whether two images
    show the same marks when one of them was never measured."""
    return page["status"] == PageStatus.READ and Reason.NOT_ALIGNED in page["reasons"]


def _copy_that_agrees(
    sheet: Sheet, page_no: int | None, new: Claims
) -> tuple[ScanPage, Sheet] | None:
    """Active image and sheet of the one photocopy of ``sheet`` that has the marks of a new
    image: the copy's paper was scanned again, and it bears the origin's code."""
    images = ScanPage.objects.filter(
        sheet__copied_from=sheet, page_no=page_no, active=True
    ).select_related("sheet")
    same = [
        (image, image.sheet)
        for image in images
        if image.sheet is not None
        and not is_unplaced(seen := image.readings.latest("id").json)
        and not contradictions(claims(seen), new)
    ]
    return same[0] if len(same) == 1 else None


def replace(old: ScanPage, new: ScanPage, old_status: ScanPage.Status) -> None:
    """Let ``new`` (saved or not) speak for the page instead of ``old``; both stay."""
    with transaction.atomic():
        old.active, old.status = False, old_status
        old.save()
        new.sheet, new.page_no = old.sheet, old.page_no
        new.active, new.status = True, Status.FILED
        new.save()
        old.superseded_by = new
        old.save()
