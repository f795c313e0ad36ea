"""The doors of the register: accept, reopen and void a sheet. Each is one transaction."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.db import transaction

from office.errors import OfficeError
from office.intake.conflicts import open_conflicts
from office.register.households import Filing, write_answers, write_household
from office.register.meetings import write_attendance, write_feedback, write_meeting
from office.register.rows import withdraw
from office.register.targets import SheetValues
from office.review.current import current_fields, current_values, open_fields
from office.review.passes import two_at_work
from office.review.values import Value
from office.rounds import sheets
from office.rounds.models import Sheet
from office.rounds.printed import form_of
from office.rounds.states import SheetState

KEYED_ONCE = "diterima dengan nomor yang sekali ketik"


class NotAcceptableError(OfficeError):
    """The sheet is not ready to be accepted; ``fields`` names what is still open, if any."""

    def __init__(self, message: str, fields: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.fields = fields


class KeyedOnceError(NotAcceptableError):
    """Numbers that one person keyed, and that another one at work should key as well."""


def _check_keyed_twice(sheet: Sheet, once: bool) -> None:
    waiting = tuple(name for name, f in current_fields(sheet).items() if f.awaits_second)
    if waiting and not once and two_at_work():
        raise KeyedOnceError(
            f"Lembar {sheet.code} masih punya {len(waiting)} nomor yang harus diketik ulang "
            "oleh orang lain.",
            waiting,
        )


def _check_ready(sheet: Sheet, values: Mapping[str, Value], once: bool) -> None:
    state = SheetState(sheet.state)
    if state == SheetState.SCANNED:
        raise NotAcceptableError(f"Lembar {sheet.code} belum lengkap: ada halaman belum terpindai.")
    if state not in (SheetState.READ, SheetState.UNDER_REVIEW):
        raise NotAcceptableError(f"Lembar {sheet.code} berstatus “{state.label}”.")
    if open_conflicts(sheet).exists():
        raise NotAcceptableError(f"Lembar {sheet.code} punya dua gambar berbeda; pilih dahulu.")
    open_now = tuple(open_fields(sheet))
    if open_now:
        raise NotAcceptableError(
            f"Lembar {sheet.code} masih punya {len(open_now)} isian yang belum diputuskan.",
            open_now,
        )
    _check_keyed_twice(sheet, once)
    if dict(values) != current_values(sheet):
        raise sheets.StaleSheetError(sheet.code)


def _write(filing: Filing) -> None:
    household = write_household(filing) if filing.values.has("household") else None
    if filing.values.has("meeting"):
        write_meeting(filing)
    if filing.values.has("attendance"):
        write_attendance(filing)
    if filing.values.has_answers("feedback"):
        write_feedback(filing)
    write_answers(filing, household)


def accept_sheet(
    sheet: Sheet, values: Mapping[str, Value], user: User, *, keyed_once: bool = False
) -> None:
    """Write a reviewed sheet into the register. ``values`` is what ``user`` saw; ``keyed_once``
    takes numbers that nobody keyed a second time though somebody could, and writes that down.

    Raises NotAcceptableError (not complete, conflicting images, open fields, empty; numbers
    keyed once: KeyedOnceError), StaleSheetError when the values have changed since,
    NikConflictError, ContinuationError; then neither register nor sheet have changed.
    """
    with transaction.atomic():
        sheet.refresh_from_db()
        _check_ready(sheet, values, keyed_once)
        filing = Filing(sheet, SheetValues(form_of(sheet), values), user)
        if filing.values.is_empty:
            raise NotAcceptableError(
                f"Lembar {sheet.code} kosong; batalkan dengan alasan “tidak dipakai”."
            )
        _write(filing)
        if sheet.state == SheetState.READ:
            sheets.move(sheet, SheetState.UNDER_REVIEW, by=user)
        sheets.move(sheet, SheetState.ACCEPTED, by=user, note=KEYED_ONCE if keyed_once else "")


def reopen_sheet(sheet: Sheet, user: User, reason: str) -> None:
    """Take an accepted sheet's rows out of the register and put it under review again.

    Raises NoReasonError, or ForbiddenMoveError for a sheet that was not accepted.
    """
    if not reason.strip():
        raise sheets.NoReasonError
    with transaction.atomic():
        sheet.refresh_from_db()
        sheets.move(sheet, SheetState.UNDER_REVIEW, by=user, note=reason.strip())
        withdraw(sheet, user)


def void_sheet(sheet: Sheet, user: User, reason: str) -> None:
    """Take a sheet out of use for good. Raises NoReasonError, or ForbiddenMoveError for a sheet
    that is accepted (reopen it first) or void."""
    sheet.refresh_from_db()
    sheets.void(sheet, reason, by=user)
