"""Two images of one page that say different things: a person chooses, and it is written down."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from office.errors import OfficeError
from office.intake.filing import replace
from office.intake.models import ScanPage
from office.rounds.models import Sheet
from office.rounds.sheets import remark
from office.rounds.states import SheetState


class ConflictError(OfficeError):
    """The choice cannot be made (any more)."""


def open_conflicts(sheet: Sheet) -> QuerySet[ScanPage]:
    """Images of ``sheet`` that wait to be chosen or set aside."""
    return sheet.scan_pages.filter(status=ScanPage.Status.CONFLICT).order_by("id")


def choose_image(page: ScanPage, *, keep_new: bool, by: User) -> None:
    """Settle one conflicting image: it replaces the active one, or is set aside.

    Decisions made on an image that loses count no more, because other marks mean another
    paper. Raises ConflictError for a page that waits for no choice, and when an accepted
    sheet would have to change: reopen it first.
    """
    with transaction.atomic():
        page.refresh_from_db()
        sheet = page.sheet
        if page.status != ScanPage.Status.CONFLICT or sheet is None:
            raise ConflictError("Gambar ini sudah dipilih atau tidak perlu dipilih.")
        active = sheet.scan_pages.get(page_no=page.page_no, active=True)
        if keep_new and sheet.state == SheetState.ACCEPTED:
            raise ConflictError(f"Lembar {sheet.code} sudah diterima; buka kembali dahulu.")
        if keep_new:
            replace(active, page, ScanPage.Status.REJECTED)
        else:
            page.status, page.superseded_by = ScanPage.Status.REJECTED, active
            page.save()
        chosen = "gambar baru" if keep_new else "gambar lama"
        remark(sheet, f"halaman {page.page_no}: dipilih {chosen}", by=by)
