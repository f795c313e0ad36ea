"""A person says where a loose page belongs. It is read once more with what was said, filed as any
other page, and can be taken off again: every step is written down, and nothing is overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from office.errors import OfficeError
from office.intake.context import office_context
from office.intake.filing import find_place
from office.intake.models import Reading, ScanPage
from office.intake.store import stored_path
from office.rounds.models import Sheet
from office.rounds.sheets import remark
from office.rounds.states import SheetState
from scanner.codecheck import PageName
from scanner.named import unplaced_reading
from scanner.pages import PageImage, open_pages
from scanner.pipeline import read_page
from scanner.reading import PageReading, PageStatus, Reason, page_json

Status = ScanPage.Status

CLOSED = (SheetState.PLANNED, SheetState.VOID)
"""States of a sheet that takes no page."""


class AssignError(OfficeError):
    """The page cannot be put there (any more)."""


@dataclass(frozen=True)
class Target:
    """What a person named: one page of one sheet."""

    sheet: Sheet
    page_no: int

    @property
    def name(self) -> PageName:
        return PageName(self.sheet.code, self.sheet.layout_hash or "", self.page_no)


def may_be_named(page: ScanPage) -> bool:
    """Whether a person may say where this page belongs: there is an image, and no code on it
    that was read says otherwise."""
    if page.status == Status.REFUSED:
        told = (Reason.NOT_ALIGNED, Reason.CONFLICTING_CODES)
        return any(reason in page.reasons for reason in told)
    return page.status in (Status.ORPHAN, Status.BLANK)


def assign(page: ScanPage, target: Target, by: User) -> bool:
    """Read the page as ``target`` and file it. False, with nothing changed, when the printed page
    is not found on the image. Raises AssignError."""
    check(page, target)
    reading = read_as(page, target.name)
    if reading is not None:
        file_as(page, target, reading, by)
    return reading is not None


def assign_unread(page: ScanPage, target: Target, by: User, rotation: int) -> None:
    """File a page that cannot be aligned: every field is doubtful, and a person types from the
    image, which they turned by ``rotation`` degrees clockwise. Raises AssignError."""
    check(page, target)
    file_as(page, target, unread_as(page, target.name, rotation), by)


def read_as(page: ScanPage, name: PageName) -> PageReading | None:
    """What the page says as ``name``; None when that printed page is not found on it. Raises
    AssignError."""
    reading = read_page(_image_of(page), office_context(), name)
    return reading if reading.status == PageStatus.READ else None


def unread_as(page: ScanPage, name: PageName, rotation: int) -> PageReading:
    """The page as ``name``, every field doubtful. Raises AssignError."""
    return unplaced_reading(_image_of(page), name, office_context(), rotation)


def check(page: ScanPage, target: Target) -> None:
    """Raises AssignError when the page has its place, or the sheet takes none."""
    if not may_be_named(page):
        raise AssignError(taken_words(page))
    sheet = target.sheet
    if sheet.state in CLOSED or sheet.layout_hash is None:
        label = SheetState(sheet.state).label
        raise AssignError(f"Lembar {sheet.code} berstatus “{label}”, tidak bisa diisi halaman.")
    if not 1 <= target.page_no <= (sheet.n_pages or 0):
        raise AssignError(f"Lembar {sheet.code} tidak punya halaman {target.page_no}.")


def taken_words(page: ScanPage) -> str:
    """One sentence: where the page is now, who put it there and when."""
    if page.named_by is None or page.named_at is None:
        return "Halaman ini tidak bisa ditempatkan."
    at = timezone.localtime(page.named_at).strftime("%d-%m-%Y pukul %H.%M")
    who = page.named_by.get_username()
    if page.sheet is None:
        return f"Halaman ini sudah disisihkan oleh {who}, {at}."
    place = f"lembar {page.sheet.code} halaman {page.page_no}"
    return f"Halaman ini sudah ditempatkan di {place} oleh {who}, {at}."


def _image_of(page: ScanPage) -> PageImage:
    """The page, decoded anew. Raises AssignError where the stored file gives no image."""
    path = stored_path(settings.DATA.scans, page.file.sha256)
    image = next(open_pages(path, first=page.index), None)
    if not isinstance(image, PageImage) or image.page_index != page.index:
        raise AssignError("Gambar halaman ini tidak bisa dibuka lagi. Pindai ulang kertasnya.")
    return image


def file_as(page: ScanPage, target: Target, reading: PageReading, by: User) -> None:
    """File the page by what was read of it as ``target``. Raises AssignError."""
    json: dict[str, Any] = {**page_json(reading), "source": page.file.name}
    try:
        with transaction.atomic():
            claim(page, by)
            find_place(page, json)
            page.save()
            Reading.objects.create(page=page, reader_version=json["reader"], json=json, named_by=by)
            where = f"{page.file.name[:120]} halaman {page.index + 1}"
            remark(target.sheet, f"halaman {target.page_no} ditunjuk orang: {where}", by=by)
    except IntegrityError as error:
        raise AssignError("Lembar ini baru saja diubah orang lain. Coba sekali lagi.") from error


def claim(page: ScanPage, by: User) -> None:
    """Take the page for ``by``, within a transaction. Raises AssignError when it is no longer as
    it was seen."""
    here = ScanPage.objects.filter(pk=page.pk, status=page.status, named_at=page.named_at)
    if here.update(named_by=by, named_at=timezone.now()) != 1:
        page.refresh_from_db()
        raise AssignError(taken_words(page))
    page.refresh_from_db()
