"""Writing down what people decide. A decision never goes over a reading, only beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction

from office.errors import OfficeError
from office.review import items
from office.review.blind import SEEN_BEFORE, may_be_second, sights
from office.review.current import CurrentField, current_field
from office.review.models import Decision
from office.review.passes import FIRST, SECOND, THIRD, Said, two_at_work
from office.review.quality import audits
from office.review.values import Value, checked
from office.rounds.models import Sheet
from office.rounds.sheets import move, move_all
from office.rounds.states import DECIDABLE, SheetState


class NotDecidableError(OfficeError):
    """The sheet is not under review, its page was not scanned, or this pass is not asked for."""


@dataclass(frozen=True)
class Work:
    """How a decision was made: measures of the work, and what else was decided with it."""

    ms: int | None = None
    keystrokes: int | None = None
    mode: Decision.Mode = Decision.Mode.SHEET
    batch: UUID | None = None
    from_register: bool = False
    """The value was taken from what the register has of this person."""


def record_decision(
    sheet: Sheet,
    field: str,
    value: Value,
    by: User,
    ms: int | None = None,
    keystrokes: int | None = None,
    mode: Decision.Mode = Decision.Mode.SHEET,
    *,
    pass_no: int = FIRST,
    from_register: bool = False,
) -> Decision:
    """Write down what ``by`` says of ``field``; a sheet just read comes under review by it.

    Saying again in the first pass what was decided last adds no row. Raises KeyError for a field
    the form does not have, InvalidValueError, and NotDecidableError for a sheet that is not in
    work or a pass that is not asked for.
    """
    with transaction.atomic():
        sheet.refresh_from_db(from_queryset=Sheet.objects.select_for_update())
        current = decidable(sheet, current_field(sheet, field))
        work = Work(ms, keystrokes, mode, from_register=from_register)
        decision, after = decide(sheet, current, value, by, pass_no, work)
        if decision._state.adding:
            if sheet.state == SheetState.READ:
                move(sheet, SheetState.UNDER_REVIEW, by=by)
            decision.save()
            audits.settle([(sheet, after)])
        items.follow(sheet, after)
        return decision


def write_all(rows: Sequence[Decision], by: User) -> None:
    """The rows that `decide` made of many sheets; those just read come under review."""
    sheets = {row.sheet_id: row.sheet for row in rows if row.sheet.state == SheetState.READ}
    move_all(list(sheets.values()), SheetState.READ, SheetState.UNDER_REVIEW, by=by)
    Decision.objects.bulk_create(rows)


def decide(
    sheet: Sheet, current: CurrentField, value: Value, by: User, pass_no: int, work: Work
) -> tuple[Decision, CurrentField]:
    """`record_decision` for a field that the caller has looked up in the same transaction. Returns
    the row, and the field as it is then; the caller writes a row that is new, and lets the list of
    work follow."""
    value = checked(current.spec, value)
    if pass_no == FIRST and _says(current, value):
        assert current.decision is not None  # held by _says
        return current.decision, current
    _check_pass(sheet, current, pass_no, by)
    decision = _row(sheet, current, value, by, pass_no, work)
    return decision, replace(current, said=_with(current.said, decision))


def decidable(sheet: Sheet, current: CurrentField | None) -> CurrentField:
    """The field, if the sheet is in work and its page was scanned. Raises NotDecidableError."""
    if sheet.state not in DECIDABLE:
        state = SheetState(sheet.state).label
        raise NotDecidableError(f"Lembar {sheet.code} berstatus “{state}”, tidak bisa diubah.")
    if current is None:
        raise NotDecidableError(f"Halaman isian itu di lembar {sheet.code} belum terpindai.")
    return current


def _says(current: CurrentField, value: Value) -> bool:
    """Whether this very value was decided last, and nobody keyed another."""
    decision = current.decision
    return decision is not None and not current.said.differ and decision.to_value == value


def _check_pass(sheet: Sheet, current: CurrentField, pass_no: int, by: User) -> None:
    if pass_no == SECOND and not may_be_second(current, by.pk):
        raise NotDecidableError("Nomor ini tidak perlu Anda ketik ulang lagi.")
    if pass_no == SECOND and not may_be_second(current, by.pk, sights(by, sheet)):
        raise NotDecidableError(SEEN_BEFORE)
    if pass_no == THIRD and not current.said.differ:
        raise NotDecidableError("Nomor ini sudah dibandingkan.")
    if current.is_undecided and current.demand.seen_by == by.pk and two_at_work():
        raise NotDecidableError("Uji petik Anda berbeda dari mesin; orang lain yang memutuskan.")


def _row(
    sheet: Sheet, current: CurrentField, value: Value, by: User, pass_no: int, work: Work
) -> Decision:
    return Decision(
        sheet=sheet,
        page=current.page,
        field=current.name,
        from_value=current.value if current.suggestion is None else current.suggestion,
        to_value=value,
        by=by,
        ms=work.ms,
        keystrokes=work.keystrokes,
        mode=work.mode,
        pass_no=pass_no,
        batch=work.batch,
        origin=_origin(current, value, pass_no, work),
    )


def _origin(current: CurrentField, value: Value, pass_no: int, work: Work) -> Decision.Origin:
    """Typed, taken from the register, or the machine's reading confirmed or corrected."""
    if work.from_register:
        return Decision.Origin.REGISTER
    if pass_no == SECOND:
        return Decision.Origin.KEYED
    typed = current.spec.kind == "cell" and (
        current.suggestion is None or current.suggestion != value
    )
    return Decision.Origin.KEYED if typed else Decision.Origin.REVIEWED


def _with(said: Said, decision: Decision) -> Said:
    if decision.pass_no == FIRST:
        return Said(first=decision)
    if decision.pass_no == SECOND:
        return replace(said, second=decision)
    return replace(said, third=decision)


def take_back(decision: Decision, by: User) -> None:
    """Undo: what stood before counts again. The row stays, and the undoing is a row as well.

    Raises NotDecidableError when the sheet is not in work, or when something newer was said of
    the field since. Taking back twice changes nothing.
    """
    with transaction.atomic():
        sheet = Sheet.objects.select_for_update().get(pk=decision.sheet_id)
        if Decision.objects.filter(undoes=decision).exists():
            return
        revert(sheet, decidable(sheet, current_field(sheet, decision.field)), decision, by)
        after = current_field(sheet, decision.field)
        assert after is not None  # its page is still there
        items.follow(sheet, after)


def revert(sheet: Sheet, current: CurrentField, decision: Decision, by: User) -> Decision:
    """`take_back` for a field that the caller has looked up in the same transaction; the caller
    looks at it again, and lets the list of work follow."""
    if current.seen != decision.pk:
        raise NotDecidableError(
            "Isian ini sudah diputuskan lagi sesudahnya, jadi tidak bisa diurungkan."
        )
    return Decision.objects.create(
        sheet=sheet,
        page=current.page,
        field=decision.field,
        from_value=decision.to_value,
        to_value=decision.from_value,
        by=by,
        mode=decision.mode,
        pass_no=decision.pass_no,
        origin=Decision.Origin.REVIEWED,
        undoes=decision,
    )
