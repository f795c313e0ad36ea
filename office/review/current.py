"""What counts for each field of a sheet: what people decided, or else the reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

from forms.spec import FieldSpec
from office.intake.models import Reading, ScanPage
from office.review.demands import NO_DEMAND, Demand, Demands, demands_on, still_speaks
from office.review.models import Decision
from office.review.passes import NOTHING_SAID, Said, is_keyed_twice, said
from office.review.quality.strata import capture_of
from office.review.values import Value, tidied
from office.rounds.models import Sheet
from office.rounds.printed import form_of, questions
from scanner.reading import FieldState, Reason

KEPT_READINGS = 64
"""Readings kept parsed in memory: a grid shows fields of a dozen pages, a megabyte each."""

SAID_WITH = ("page__superseded_by", "by")
"""What is asked of a decision beside its own row. Fetched behind it: most fields were decided by
nobody yet, and then it takes 0.4 ms instead of 0.9 for one query over four tables; where somebody
decided, 0.3 ms longer."""

Readings = Mapping[str, Any]
"""The fields of a reading JSON by name."""


@dataclass(frozen=True)
class CurrentField:
    """One field of a scanned page: what the machine read, what people said, what counts.

    ``reading`` is the field's object of the reading JSON, ``page`` the active image; ``demand``
    is what quality asks of it.
    """

    name: str
    spec: FieldSpec
    page: ScanPage
    reading: Mapping[str, Any]
    said: Said
    demand: Demand = NO_DEMAND

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

    @cached_property
    def is_undecided(self) -> bool:
        """Doubtful, or required and empty, or written by hand, or asked for by quality, and
        nobody has said anything."""
        asked = needs_person(self.reading) or bool(self.demand.reasons)
        return asked and self.decision is None

    @property
    def reasons(self) -> list[str]:
        """Why a person must look, or why the machine is not sure: reason codes."""
        return [*self.demand.reasons, *self.reading["reasons"]]

    @cached_property
    def is_open(self) -> bool:
        """A person still has to look: nobody decided, or two people keyed two things. A card asks
        a dozen times."""
        return self.is_undecided or self.said.differ

    @property
    def awaits_second(self) -> bool:
        """A number that one person keyed, and that a second should key without seeing it."""
        first_only = self.said.first is not None and self.said.second is None
        return first_only and self.said.third is None and is_keyed_twice(self.spec, self.reading)

    @property
    def awaits_audit(self) -> bool:
        """A mark that the machine is sure of, drawn by lot, that no person has looked at."""
        return self.demand.is_drawn and not self.is_open and self.decision is None

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
    """Whether the image that was looked at still speaks for the sheet."""
    return still_speaks(decision.page, decision.sheet_id)


def said_by_field(decisions: Iterable[Decision]) -> dict[str, Said]:
    """What people said of each field of one sheet, as far as it still speaks of its pages."""
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
def parsed_reading(reading_pk: int, _made_at: datetime) -> Mapping[str, Any]:
    """A reading never changes, and its JSON is 30-60 KB. The time is part of the key because a
    restored database may give a number to another reading."""
    reading: Mapping[str, Any] = Reading.objects.values_list("json", flat=True).get(pk=reading_pk)
    return reading


def reading_of(page: ScanPage) -> Mapping[str, Any]:
    """The newest reading of a page."""
    newest = page.readings.order_by("-id").values_list("id", "made_at").first()
    if newest is None:
        raise Reading.DoesNotExist(page.pk)
    return parsed_reading(*newest)


def readings_of(page: ScanPage) -> Readings:
    """The fields of the newest reading of a page."""
    fields: Readings = reading_of(page)["fields"]
    return fields


def field_of(
    name: str,
    spec: FieldSpec,
    page: ScanPage,
    reading: Mapping[str, Any],
    own: Said,
    demands: Demands,
) -> CurrentField:
    """One field of a page whose whole newest reading is ``reading``."""
    read = reading["fields"][name]
    demand = demands.on(name, spec, read, capture_of(reading))
    return CurrentField(name, spec, page, read, own, demand)


Scanned = Mapping[int | None, tuple[ScanPage, Mapping[str, Any]]]
"""The pages of a sheet that count, by number, each with its whole newest reading."""


def scanned_pages(sheet: Sheet, images: Iterable[ScanPage] | None = None) -> Scanned:
    """Of all ``images`` of the sheet, where they are at hand, those that count. Raises
    Reading.DoesNotExist for one that was never read."""
    images = sheet.scan_pages.filter(active=True) if images is None else images
    active = [page for page in images if page.active]
    rows = Reading.objects.filter(page__in=active).order_by("id")
    newest = {page: key for page, *key in rows.values_list("page_id", "id", "made_at")}
    if lacking := [page.pk for page in active if page.pk not in newest]:
        raise Reading.DoesNotExist(*lacking)
    return {page.page_no: (page, parsed_reading(*newest[page.pk])) for page in active}


def decisions_of(sheet: Sheet) -> list[Decision]:
    """All decisions of a sheet, the oldest first."""
    return list(sheet.decisions.prefetch_related(*SAID_WITH).order_by("id"))


def current_fields(
    sheet: Sheet, pages: Scanned | None = None, decisions: Iterable[Decision] | None = None
) -> dict[str, CurrentField]:
    """All fields of the scanned pages of ``sheet`` by name, in the order of the paper; ``pages``
    and ``decisions`` where they are at hand."""
    pages = scanned_pages(sheet) if pages is None else pages
    by_field = said_by_field(decisions_of(sheet) if decisions is None else decisions)
    return {field.name: field for field in _fields(sheet, pages, by_field)}


def _fields(
    sheet: Sheet,
    pages: Scanned,
    by_field: Mapping[str, Said],
) -> Iterator[CurrentField]:
    form, demands = form_of(sheet), demands_on(sheet)
    specs = questions(sheet.layout_hash or "")
    for page_no in range(1, form.pages + 1):
        if page_no not in pages:
            continue
        page, reading = pages[page_no]
        for name in form.names(page_no):
            own = by_field.get(name, NOTHING_SAID)
            yield field_of(name, specs[name], page, reading, own, demands)


def current_field(sheet: Sheet, name: str) -> CurrentField | None:
    """One field, without the labour of all the others; None when its page was not scanned.

    Raises KeyError when the sheet has no such field.
    """
    spec = spec_of(sheet, name)
    page = sheet.scan_pages.filter(active=True, page_no=spec.page).first()
    if page is None:
        return None
    rows = sheet.decisions.filter(field=name).prefetch_related(*SAID_WITH)
    own = said_by_field(rows.order_by("id")).get(name, NOTHING_SAID)
    return field_of(name, spec, page, reading_of(page), own, demands_on(sheet, name))


def current_values(sheet: Sheet) -> dict[str, Value]:
    """What counts now for every field of the scanned pages: decision over reading."""
    return {name: field.value for name, field in current_fields(sheet).items()}


def open_fields(sheet: Sheet) -> list[str]:
    """Names of the fields that a person still has to decide."""
    return [name for name, field in current_fields(sheet).items() if field.is_open]
