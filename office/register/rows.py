"""Writing and withdrawing rows: each keeps its history, and says who changed it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from django.contrib.auth.models import User

from office.register.models import (
    Answer,
    AttendanceRow,
    Enrolment,
    Feedback,
    Household,
    KKNumber,
    MeetingReport,
    Membership,
    Person,
    SheetRow,
)
from office.rounds.models import Sheet

Row = TypeVar("Row", bound=SheetRow)

ROW_MODELS: tuple[type[SheetRow], ...] = (
    Membership,
    Person,
    Enrolment,
    Answer,
    KKNumber,
    Household,
    MeetingReport,
    AttendanceRow,
    Feedback,
)


def save_row(row: SheetRow, by: User) -> None:
    """Save with ``by`` as the author of the history entry (simple-history's convention)."""
    row._history_user = by
    row.save()


def write_row(model: type[Row], by: User, keys: dict[str, Any], columns: dict[str, Any]) -> Row:
    """The row with these ``keys``, made or brought up to date, and active.

    A row that says the same already gets no new history entry.
    """
    row = model._default_manager.filter(**keys).first() or model(**keys)
    wanted = {**columns, "active": True}
    if row.pk is None or any(getattr(row, name) != value for name, value in wanted.items()):
        for name, value in wanted.items():
            setattr(row, name, value)
        save_row(row, by)
    return row


def active_rows(sheet: Sheet) -> Iterator[SheetRow]:
    """Every row that counts now and came from ``sheet``."""
    for model in ROW_MODELS:
        yield from model._default_manager.filter(sheet=sheet, active=True)


def withdraw(sheet: Sheet, by: User) -> int:
    """Make all rows from ``sheet`` inactive; returns how many. They stay, with their history."""
    count = 0
    for row in active_rows(sheet):
        row.active = False
        save_row(row, by)
        count += 1
    return count
