"""What counts for each field of a sheet: what people decided, or else the reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from forms.spec import FieldSpec
from office.intake.models import Reading, ScanPage
from office.review.models import Decision
from office.review.passes import Said, is_keyed_twice, said
from office.review.values import Value, tidied
from office.rounds.models import Sheet
from office.rounds.printed import form_of
from scanner.reading import FieldState, Reason

KEPT_READINGS = 64
"""Readings kept parsed in memory: a grid shows fields of a dozen pages, a megabyte each."""

Readings = Mapping[str, Any]
"""The fields of a reading JSON by name."""


@dataclass(frozen=True)
class CurrentField:
    """One field of a scanned page: what the machine read, what people said, what counts.

    ``reading`` is the field's object of the reading JSON, ``page`` the active image.
    """

    name: str
    spec: FieldSpec
    page: ScanPage
    reading: Mapping[str, Any]
    said: Said

    @property
    def decision(self) -> Decision | None:
        """The decision that counts."""
        return self.said.counting

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
    def is_undecided(self) -> bool:
        """Doubtful, or required and empty, or written by hand, and nobody has said anything."""
        return self.decision is None and needs_person(self.reading)

    @property
    def is_open(self) -> bool:
        """A person still has to look: nobody decided, or two people keyed two things."""
        return self.is_undecided or self.said.differ

    @property
    def awaits_second(self) -> bool:
        """A number that one person keyed, and that a second should key without seeing it."""
        first_only = self.said.first is not None and self.said.second is None
        return first_only and self.said.third is None and is_keyed_twice(self.spec, self.reading)

    @property
    def seen(self) -> int:
        """What a screen must send back to show that it saw the latest: key of the last row."""
        return self.said.last.pk if self.said.last is not None else 0


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


def _said_by_field(decisions: Iterable[Decision]) -> dict[str, Said]:
    rows: dict[str, list[Decision]] = {}
    for decision in decisions:
        if counts(decision):
            rows.setdefault(decision.field, []).append(decision)
    return {name: said(own) for name, own in rows.items()}


def spec_of(sheet: Sheet, name: str) -> FieldSpec:
    """Raises KeyError when the sheet has no such field."""
    form = form_of(sheet)
    if name not in form.names():
        raise KeyError(f"{sheet.form} has no field {name!r}")
    return form.field(name.partition(".")[0])


@lru_cache(maxsize=KEPT_READINGS)
def _parsed(reading_pk: int, _made_at: datetime) -> Readings:
    """A reading never changes, and its JSON is 30-60 KB. The time is part of the key because a
    restored database may give a number to another reading."""
    fields: Readings = Reading.objects.get(pk=reading_pk).json["fields"]
    return fields


def readings_of(page: ScanPage) -> Readings:
    """The fields of the newest reading of a page."""
    newest = page.readings.order_by("-id").values_list("id", "made_at").first()
    if newest is None:
        raise Reading.DoesNotExist(page.pk)
    return _parsed(*newest)


def current_fields(sheet: Sheet) -> dict[str, CurrentField]:
    """All fields of the scanned pages of ``sheet`` by name, in the order of the paper."""
    active = sheet.scan_pages.filter(active=True)
    pages = {page.page_no: (page, readings_of(page)) for page in active}
    decisions = sheet.decisions.select_related("page__superseded_by", "by").order_by("id")
    by_field = _said_by_field(decisions)
    return {field.name: field for field in _fields(sheet, pages, by_field)}


def _fields(
    sheet: Sheet,
    pages: Mapping[int | None, tuple[ScanPage, Readings]],
    by_field: Mapping[str, Said],
) -> Iterator[CurrentField]:
    form = form_of(sheet)
    for page_no in range(1, form.pages + 1):
        if page_no not in pages:
            continue
        page, readings = pages[page_no]
        for name in form.names(page_no):
            spec = form.field(name.partition(".")[0])
            yield CurrentField(name, spec, page, readings[name], by_field.get(name, Said()))


def current_field(sheet: Sheet, name: str) -> CurrentField | None:
    """One field, without the labour of all the others; None when its page was not scanned.

    Raises KeyError when the sheet has no such field.
    """
    spec = spec_of(sheet, name)
    page = sheet.scan_pages.filter(active=True, page_no=spec.page).first()
    if page is None:
        return None
    rows = sheet.decisions.filter(field=name).select_related("page__superseded_by", "by")
    own = _said_by_field(rows.order_by("id"))
    return CurrentField(name, spec, page, readings_of(page)[name], own.get(name, Said()))


def current_values(sheet: Sheet) -> dict[str, Value]:
    """What counts now for every field of the scanned pages: decision over reading."""
    return {name: field.value for name, field in current_fields(sheet).items()}


def open_fields(sheet: Sheet) -> list[str]:
    """Names of the fields that a person still has to decide."""
    return [name for name, field in current_fields(sheet).items() if field.is_open]
