"""What counts for each field of a sheet: the latest decision, or else the reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from forms.spec import FieldSpec
from office.errors import OfficeError
from office.intake.models import ScanPage
from office.review.models import Decision
from office.review.values import Value, checked, tidied
from office.rounds.models import Sheet
from office.rounds.printed import form_of
from office.rounds.sheets import move
from office.rounds.states import SheetState
from scanner.reading import FieldState, Reason

DECIDABLE = frozenset({SheetState.SCANNED, SheetState.READ, SheetState.UNDER_REVIEW})


class NotDecidableError(OfficeError):
    """The sheet is not under review, or its page was not scanned."""


@dataclass(frozen=True)
class CurrentField:
    """One field of a scanned page: what the machine read, what was decided, what counts.

    ``reading`` is the field's object of the reading JSON, ``page`` the active image.
    """

    name: str
    spec: FieldSpec
    page: ScanPage
    reading: Mapping[str, Any]
    decision: Decision | None

    @property
    def value(self) -> Value:
        """What counts. Handwriting counts for nothing until a person has confirmed it."""
        if self.decision is not None:
            decided: Value = self.decision.to_value
            return decided
        value: Value = None if is_suggestion(self.reading) else self.reading["value"]
        return value

    @property
    def suggestion(self) -> str | None:
        """The machine's reading of what is written by hand, as long as nobody decided."""
        if self.decision is not None or not is_suggestion(self.reading):
            return None
        return tidied(self.spec, self.reading["value"])

    @property
    def is_open(self) -> bool:
        """A person still has to look: doubtful, or required and empty, or written by hand, and
        nobody decided."""
        return self.decision is None and needs_person(self.reading)


def needs_person(reading: Mapping[str, Any]) -> bool:
    """Whether a field of a reading is doubtful, or required and empty, or written by hand: that
    is only suggested, however sure the reader is of it."""
    return (
        reading["state"] == FieldState.DOUBTFUL
        or Reason.REQUIRED_BUT_EMPTY in reading["reasons"]
        or is_suggestion(reading)
    )


def is_suggestion(reading: Mapping[str, Any]) -> bool:
    """Whether the value of a field was read from handwriting."""
    return bool(reading.get("cells")) and reading["value"] is not None


def counts(decision: Decision) -> bool:
    """Whether the image that was looked at still speaks for the sheet.

    It does when a better image with the same marks replaced it, but not when it lost
    against an image with other marks.
    """
    page = decision.page
    while page.status == ScanPage.Status.REPLACED and page.superseded_by is not None:
        page = page.superseded_by
    return page.active


def _latest_decisions(sheet: Sheet) -> dict[str, Decision]:
    decisions = sheet.decisions.select_related("page__superseded_by").order_by("id")
    return {decision.field: decision for decision in decisions if counts(decision)}


def _spec_of(sheet: Sheet, name: str) -> FieldSpec:
    """Raises KeyError when the sheet has no such field."""
    form = form_of(sheet)
    if name not in form.names():
        raise KeyError(f"{sheet.form} has no field {name!r}")
    return form.field(name.partition(".")[0])


def current_fields(sheet: Sheet) -> dict[str, CurrentField]:
    """All fields of the scanned pages of ``sheet`` by name, in the order of the paper."""
    pages = {
        page.page_no: (page, page.readings.latest("id").json["fields"])
        for page in sheet.scan_pages.filter(active=True)
    }
    return {field.name: field for field in _fields(sheet, pages, _latest_decisions(sheet))}


def _fields(
    sheet: Sheet,
    pages: Mapping[int | None, tuple[ScanPage, Mapping[str, Any]]],
    decisions: Mapping[str, Decision],
) -> Iterator[CurrentField]:
    form = form_of(sheet)
    for page_no in range(1, form.pages + 1):
        if page_no not in pages:
            continue
        page, readings = pages[page_no]
        for name in form.names(page_no):
            spec = form.field(name.partition(".")[0])
            yield CurrentField(name, spec, page, readings[name], decisions.get(name))


def current_values(sheet: Sheet) -> dict[str, Value]:
    """What counts now for every field of the scanned pages: decision over reading."""
    return {name: field.value for name, field in current_fields(sheet).items()}


def open_fields(sheet: Sheet) -> list[str]:
    """Names of the fields that a person still has to decide."""
    return [name for name, field in current_fields(sheet).items() if field.is_open]


def record_decision(
    sheet: Sheet,
    field: str,
    value: Value,
    by: User,
    ms: int | None = None,
    keystrokes: int | None = None,
    mode: Decision.Mode = Decision.Mode.SHEET,
    *,
    pass_no: int = 1,
) -> Decision:
    """Write down what ``by`` says of ``field``; a sheet just read comes under review by it.

    Saying again what was decided last adds no row. Raises KeyError for a field the form does
    not have, InvalidValueError, and NotDecidableError for a sheet that is not in work.
    """
    value = checked(_spec_of(sheet, field), value)
    with transaction.atomic():
        sheet.refresh_from_db()
        if sheet.state not in DECIDABLE:
            state = SheetState(sheet.state).label
            raise NotDecidableError(f"Lembar {sheet.code} berstatus “{state}”, tidak bisa diubah.")
        current = current_fields(sheet).get(field)
        if current is None:
            raise NotDecidableError(f"Halaman isian itu di lembar {sheet.code} belum terpindai.")
        if current.decision is not None and current.decision.to_value == value:
            return current.decision
        if sheet.state == SheetState.READ:
            move(sheet, SheetState.UNDER_REVIEW, by=by)
        return Decision.objects.create(
            sheet=sheet,
            page=current.page,
            field=field,
            from_value=current.value if current.suggestion is None else current.suggestion,
            to_value=value,
            by=by,
            ms=ms,
            keystrokes=keystrokes,
            mode=mode,
            pass_no=pass_no,
            origin=_origin(current, value),
        )


def _origin(current: CurrentField, value: Value) -> Decision.Origin:
    """Typed, or the machine's reading confirmed or corrected."""
    typed = current.spec.kind == "cell" and (
        current.suggestion is None or current.suggestion != value
    )
    return Decision.Origin.KEYED if typed else Decision.Origin.REVIEWED
