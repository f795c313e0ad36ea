"""Moving sheets from state to state: the only door, and every passage is written down."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db import transaction

from office.errors import OfficeError
from office.rounds.models import Sheet, SheetEvent
from office.rounds.states import DECIDABLE, SheetState, check_move


class StaleSheetError(OfficeError):
    """Somebody else changed the sheet in the meantime."""

    def __init__(self, code: str) -> None:
        super().__init__(f"Lembar {code} baru saja diubah orang lain; muat ulang lalu coba lagi.")


class NoReasonError(OfficeError):
    """Void and reopen ask for a reason."""

    def __init__(self) -> None:
        super().__init__("Tuliskan alasannya dahulu.")


def move(
    sheet: Sheet,
    target: SheetState,
    *,
    by: User | None = None,
    note: str = "",
    void_reason: str = "",
) -> None:
    """Move ``sheet`` and record it. Raises ForbiddenMoveError, or StaleSheetError when the
    row's state is no longer the one in ``sheet``; then nothing has changed."""
    source = SheetState(sheet.state)
    check_move(sheet.code, source, target)
    with transaction.atomic():
        here = Sheet.objects.filter(pk=sheet.pk, state=source)
        if here.update(state=target, void_reason=void_reason) != 1:
            raise StaleSheetError(sheet.code)
        SheetEvent.objects.create(
            sheet=sheet, from_state=source, to_state=target, by=by, note=note or void_reason
        )
    sheet.state, sheet.void_reason = target, void_reason


def move_all(
    sheets: Sequence[Sheet], source: SheetState, target: SheetState, *, by: User | None = None
) -> None:
    """`move` for many sheets in one state, in two queries, for steps within the work: nobody is
    told of them one by one. Raises as `move` does; then nothing has changed."""
    if not sheets:
        return
    assert source in DECIDABLE and target in DECIDABLE, "other steps change lists of work"
    for sheet in sheets:
        check_move(sheet.code, source, target)
    with transaction.atomic():
        here = Sheet.objects.filter(pk__in=[sheet.pk for sheet in sheets], state=source)
        if here.update(state=target) != len(sheets):
            raise StaleSheetError(sheets[0].code)
        SheetEvent.objects.bulk_create(
            SheetEvent(sheet=sheet, from_state=source, to_state=target, by=by) for sheet in sheets
        )
    for sheet in sheets:
        sheet.state = target


def remark(sheet: Sheet, note: str, *, by: User | None = None) -> None:
    """Record that something happened to a sheet without changing its state."""
    SheetEvent.objects.create(
        sheet=sheet, from_state=sheet.state, to_state=sheet.state, by=by, note=note
    )


def void(sheet: Sheet, reason: str, *, by: User | None = None) -> None:
    """Take a sheet out of use for good. Raises NoReasonError or ForbiddenMoveError."""
    if not reason.strip():
        raise NoReasonError
    move(sheet, SheetState.VOID, by=by, void_reason=reason.strip())
