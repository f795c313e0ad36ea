"""One blank sheet photocopied for several families: each copy is a sheet of its own.

The paper bears the code of its origin, so a copy's pages come as images of the origin with other
marks. A person says that they are a copy's; from then on its paper is accounted for by itself.
"""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from office.errors import OfficeError
from office.intake.assign import Target, check, file_as, read_as, unread_as
from office.intake.filing import first_image
from office.intake.models import ScanPage
from office.intake.reasons import OF_A_CONFLICT
from office.intake.release import step_back
from office.rounds.models import Sheet
from office.rounds.planning import new_codes
from office.rounds.sheets import remark
from office.rounds.states import SheetState
from scanner.codecheck import PageName

Status = ScanPage.Status


class CopyError(OfficeError):
    """The page cannot be filed to a photocopy (any more)."""


def origin_of(sheet: Sheet) -> Sheet:
    """The sheet whose code the paper bears."""
    return sheet.copied_from or sheet


def may_move_to_copy(page: ScanPage) -> bool:
    """Whether the image that speaks for its sheet may be said to be a photocopy's: nothing else
    waits beside it (then one of the two is chosen), the sheet is not accepted with it, and is no
    photocopy itself (from that, a page is taken off)."""
    if page.status != Status.FILED or not page.active or page.sheet is None:
        return False
    if page.sheet.copied_from_id is not None:
        return False
    beside = page.sheet.scan_pages.filter(page_no=page.page_no, status=Status.CONFLICT)
    return page.sheet.state != SheetState.ACCEPTED and not beside.exists()


def move_to_copy(page: ScanPage, copy: Sheet | None, by: User) -> Sheet:
    """The page was filed by its code, and is a photocopy's, while the paper that it was copied
    from has not come: file it to ``copy`` or a new one, so that the sheet is out again. Returns
    where it is now. Raises CopyError."""
    with transaction.atomic():
        page = ScanPage.objects.select_related("sheet").get(pk=page.pk)
        sheet = page.sheet
        if sheet is None or not may_move_to_copy(page):
            raise CopyError("Halaman ini tidak bisa (lagi) dicatat sebagai fotokopi.")
        if copy is not None and not copies_lacking(page).filter(pk=copy.pk).exists():
            raise CopyError(f"Salinan {copy.code} sudah punya halaman {page.page_no}.")
        page.active, page.named_by, page.named_at = False, by, timezone.now()
        page.save()
        copy = copy or _new_copy(sheet, by, new_codes(1)[0])
        first_image(page, copy)
        _take_along(page, copy)
        step_back(sheet, by)
        remark(sheet, f"halaman {page.page_no} adalah fotokopi: lembar {copy.code}", by=by)
        remark(copy, f"halaman {page.page_no} dimasukkan sebagai fotokopi", by=by)
    return copy


def copies_lacking(page: ScanPage) -> QuerySet[Sheet]:
    """Photocopies of the page's sheet that have no image of this page yet."""
    if page.sheet is None:
        return Sheet.objects.none()
    copies = Sheet.objects.filter(copied_from=origin_of(page.sheet), state=SheetState.SCANNED)
    have = ScanPage.objects.filter(page_no=page.page_no, active=True, sheet__in=copies)
    return copies.exclude(pk__in=have.values("sheet_id")).order_by("seq")


def file_as_copy(page: ScanPage, copy: Sheet | None, by: User, *, old: bool = False) -> Sheet:
    """File an image that differs from its sheet's to a photocopy of it: to ``copy``, or to a new
    one. Returns that sheet. ``old``: the image that came first is the copy's, and ``page`` speaks
    for the sheet instead. Raises CopyError when the image was settled in the meantime."""
    with transaction.atomic():
        here = ScanPage.objects.filter(pk=page.pk, status=Status.CONFLICT)
        if here.update(named_by=by, named_at=timezone.now()) != 1:
            raise CopyError("Gambar ini sudah dipilih atau tidak perlu dipilih.")
        page.refresh_from_db()
        assert page.sheet is not None  # a conflict has one
        origin = origin_of(page.sheet)
        if copy is not None and not copies_lacking(page).filter(pk=copy.pk).exists():
            raise CopyError(f"Salinan {copy.code} sudah punya halaman {page.page_no}.")
        moved = _give_way(page, by) if old else page
        copy = copy or _new_copy(origin, by, new_codes(1)[0])
        moved.reasons = [reason for reason in moved.reasons if reason not in OF_A_CONFLICT]
        first_image(moved, copy)
        _take_along(moved, copy)
        remark(origin, f"halaman {page.page_no} adalah fotokopi: lembar {copy.code}", by=by)
        remark(copy, f"halaman {page.page_no} dimasukkan sebagai fotokopi", by=by)
    return copy


def assign_as_copy(
    page: ScanPage, target: Target, by: User, rotation: int | None = None
) -> Sheet | None:
    """An unidentified page is of a photocopy of the sheet that was named, which itself need never
    have been scanned: file it to a new sheet of its own. Returns that; None, with nothing changed,
    when the printed page is not found on the image. ``rotation``: as in `assign_unread`. Raises
    AssignError."""
    check(page, target)
    origin = origin_of(target.sheet)
    name = PageName(new_codes(1)[0], origin.layout_hash or "", target.page_no)
    reading = read_as(page, name) if rotation is None else unread_as(page, name, rotation)
    if reading is None:
        return None
    with transaction.atomic():
        copy = _new_copy(origin, by, name.sheet)
        file_as(page, Target(copy, target.page_no), reading, by)
        remark(origin, f"difotokopi: lembar {copy.code}", by=by)
    return copy


def _give_way(page: ScanPage, by: User) -> ScanPage:
    """Let ``page`` speak for its sheet; returns the image that did so before, to be moved."""
    sheet = page.sheet
    assert sheet is not None  # a conflict has one
    if sheet.state == SheetState.ACCEPTED:
        raise CopyError(f"Lembar {sheet.code} sudah diterima; buka kembali dahulu.")
    before = sheet.scan_pages.get(page_no=page.page_no, active=True)
    before.active, before.named_by, before.named_at = False, by, timezone.now()
    before.save()
    page.status, page.active, page.named_by, page.named_at = Status.FILED, True, None, None
    page.reasons = [reason for reason in page.reasons if reason not in OF_A_CONFLICT]
    page.save()
    return before


def _take_along(page: ScanPage, copy: Sheet) -> None:
    """Further images of the same paper go where its image goes."""
    for other in page.supersedes.filter(status__in=(Status.EXTRA, Status.REPLACED)):
        other.sheet = copy
        other.save()


def _new_copy(origin: Sheet, by: User, code: str) -> Sheet:
    same = Sheet.objects.filter(visit=origin.visit_id, form=origin.form)
    copy = Sheet.objects.create(
        code=code,
        visit=origin.visit,
        form=origin.form,
        seq=(same.aggregate(last=Max("seq"))["last"] or 0) + 1,
        layout_hash=origin.layout_hash,
        n_pages=origin.n_pages,
        state=SheetState.PRINTED,
        copied_from=origin,
    )
    remark(copy, f"fotokopi dari lembar {origin.code}; kertasnya memuat kode itu", by=by)
    return copy
