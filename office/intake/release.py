"""Taking back what a person said of a loose page, and putting aside what is no form of ours."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from office.accounts.roles import Role, has_role
from office.intake.assign import AssignError, claim
from office.intake.filing import find_place
from office.intake.models import Reading, ScanPage
from office.intake.reasons import OF_A_CONFLICT
from office.rounds.models import Sheet
from office.rounds.sheets import move, remark, void
from office.rounds.states import SheetState

Status = ScanPage.Status

RELEASABLE = (Status.FILED, Status.EXTRA, Status.CONFLICT)
ASIDE = (Status.ORPHAN, Status.REFUSED, Status.UNKNOWN_SHEET, Status.BLANK)
"""What may be called no form of ours: nothing that lies with a sheet."""


def may_release(page: ScanPage, by: User) -> bool:
    """Whether ``by`` may take the page off its sheet: whoever put it there, or a supervisor, as
    long as the sheet is not accepted with it."""
    if page.named_by is None or page.sheet is None or page.status not in RELEASABLE:
        return False
    if page.active and page.sheet.state == SheetState.ACCEPTED:
        return False
    return page.named_by == by or has_role(by, Role.PENYELIA)


def release(page: ScanPage, by: User) -> None:
    """Take a page off the sheet that a person put it to; it goes where its own reading says.

    Another image of that page speaks for the sheet again if there is one; the sheet steps back
    if there is none. Raises AssignError.
    """
    with transaction.atomic():
        page = ScanPage.objects.select_related("sheet", "named_by").get(pk=page.pk)
        if not may_release(page, by):
            raise AssignError("Halaman ini tidak bisa dilepas (lagi) dari lembarnya.")
        sheet, page_no, was_active = page.sheet, page.page_no, page.active
        assert sheet is not None and page_no is not None  # `may_release` asked
        _return(page, by)
        if was_active:
            _inherit(page, sheet, page_no)
            step_back(sheet, by)
        remark(sheet, f"halaman {page_no} dilepas lagi dari lembar ini", by=by)


def _return(page: ScanPage, by: User) -> None:
    """Forget what the person said; the reader's own reading is the newest again."""
    own = page.readings.filter(named_by=None).latest("id")
    page.active, page.superseded_by, page.named_by, page.named_at = False, None, None, None
    page.sheet, page.page_no, page.status = None, None, Status.ORPHAN
    page.save()
    find_place(page, own.json)
    page.save()
    if page.readings.latest("id") != own:
        Reading.objects.create(
            page=page, reader_version=own.reader_version, json=own.json, named_by=by
        )


def _inherit(page: ScanPage, sheet: Sheet, page_no: int) -> None:
    """Let the image that ``page`` had stood before speak for the sheet again."""
    waiting = sheet.scan_pages.filter(page_no=page_no, active=False).exclude(pk=page.pk)
    of_page = page.supersedes.filter(sheet=sheet)
    heir = (
        of_page.filter(status=Status.REPLACED).order_by("-id").first()
        or of_page.filter(status=Status.EXTRA).order_by("id").first()
        or of_page.filter(status=Status.REJECTED).order_by("-id").first()
        or waiting.filter(status=Status.CONFLICT).order_by("id").first()
    )
    if heir is None:
        return
    heir.status, heir.active, heir.superseded_by = Status.FILED, True, None
    heir.reasons = [reason for reason in heir.reasons if reason not in OF_A_CONFLICT]
    heir.save()
    for other in of_page.exclude(pk=heir.pk):
        other.superseded_by = heir
        other.save()


def step_back(sheet: Sheet, by: User) -> None:
    """The sheet's state as its remaining pages have it."""
    sheet.refresh_from_db()
    left = sheet.scan_pages.filter(active=True).count()
    note = "halamannya dilepas lagi"
    if left == sheet.n_pages or (left and sheet.state == SheetState.SCANNED):
        return
    if left:
        move(sheet, SheetState.SCANNED, by=by, note=note)
    elif sheet.copied_from is not None:
        void(sheet, "fotokopi tanpa halaman", by=by)
    else:
        closed = sheet.visit.closed_at is not None
        move(sheet, SheetState.MISSING if closed else SheetState.PRINTED, by=by, note=note)


def set_aside(page: ScanPage, by: User) -> None:
    """Say that a page is no form of ours: it leaves the tray, and stays. Raises AssignError."""
    with transaction.atomic():
        if page.status not in ASIDE:
            raise AssignError("Halaman ini sudah ada di sebuah lembar, jadi tidak disisihkan.")
        claim(page, by)
        page.status = Status.NOT_OURS
        page.save()


def bring_back(page: ScanPage, by: User) -> None:
    """Put a page that was set aside back into the tray. Raises AssignError."""
    with transaction.atomic():
        if page.status != Status.NOT_OURS:
            raise AssignError("Halaman ini tidak sedang disisihkan.")
        claim(page, by)
        _return(page, by)
