"""Playing the reviewer of the demo: decisions from the truth file, through the same services
as the web page uses. Nothing here knows a shortcut into the register."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction

from office.accounts.roles import Role, grant
from office.errors import OfficeError
from office.register.services import accept_sheet
from office.review.current import current_fields, current_values
from office.review.decisions import record_decision
from office.review.values import Value
from office.rounds.models import Sheet
from office.rounds.states import SheetState

REVIEWER = "peninjau-contoh"

Truth = Mapping[str, Mapping[str, Value]]
"""Sheet code -> field name -> what is really written on the sheet."""


@dataclass(frozen=True)
class Played:
    """What became of one sheet: decisions made, claims of the machine that were wrong, and why
    the sheet still waits (None: accepted)."""

    sheet: Sheet
    decided: int
    claimed: int
    wrong: tuple[str, ...]
    waits: str | None


def load_truth(path: Path) -> Truth:
    """The truth of all sample sheets. Raises KeyError when the file has another shape."""
    sheets: Truth = json.loads(path.read_text(encoding="utf-8"))["sheets"]
    return sheets


def demo_reviewer(password: str) -> User:
    """The account whose decisions these are."""
    user = User.objects.create_user(REVIEWER, password=password)
    grant(user, Role.PENINJAU)
    return user


def _compared(value: Value) -> object:
    """Values as they are compared: the order of ticks on paper means nothing."""
    return sorted(value) if isinstance(value, list) else value


def play(sheet: Sheet, truth: Mapping[str, Value], by: User) -> Played:
    """Decide every open field of ``sheet`` as ``truth`` says, then try to accept it."""
    fields = current_fields(sheet)
    claims = {name: field for name, field in fields.items() if not field.is_open}
    wrong = tuple(
        name
        for name, field in claims.items()
        if name in truth and _compared(field.value) != _compared(truth[name])
    )
    asked = [name for name, field in fields.items() if field.is_open and name in truth]
    with transaction.atomic():  # one commit a sheet: the demo types faster than a disk syncs
        for name in asked:
            record_decision(sheet, name, truth[name], by)
    return Played(sheet, len(asked), len(claims), wrong, _accept(sheet, by))


def _accept(sheet: Sheet, by: User) -> str | None:
    """Accept; the reason in words where that is refused."""
    try:
        accept_sheet(sheet, current_values(sheet), by)
    except OfficeError as error:
        return str(error)
    return None


def play_all(truth: Truth, by: User) -> list[Played]:
    """Every sheet in work that the truth file knows, in the order of the paper."""
    in_work = (SheetState.SCANNED, SheetState.READ, SheetState.UNDER_REVIEW)
    sheets = Sheet.objects.filter(state__in=in_work, code__in=truth).order_by("id")
    return [play(sheet, truth[sheet.code], by) for sheet in sheets]
