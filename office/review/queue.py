"""What waits for a person: the sheets in work, their open fields, and the next one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from django.contrib.auth.models import User
from django.db.models import Max, QuerySet

from office.intake.models import Reading, ScanPage
from office.review.claims import claimed_by_others
from office.review.decisions import DECIDABLE, counts, needs_person
from office.review.models import Decision
from office.review.wording import Wording, wording_of
from office.rounds.models import Sheet, Visit
from office.rounds.states import SheetState

WHOLE = (SheetState.READ, SheetState.UNDER_REVIEW)
"""States of a sheet whose pages are all scanned and read."""


@dataclass(frozen=True)
class Waiting:
    """One sheet in work. ``reasons`` counts its open fields by reason code."""

    sheet: Sheet
    pages: tuple[int, ...]
    open_fields: tuple[str, ...]
    reasons: Counter[str]
    claimed_by: str = ""
    must_choose: bool = False
    """Two images of one page differ, and nobody has chosen yet."""

    @property
    def is_ready(self) -> bool:
        """Whether nothing but accepting is left to do."""
        return self.is_whole and not self.open_fields and not self.must_choose

    @property
    def is_whole(self) -> bool:
        return self.sheet.state in WHOLE

    @property
    def reason_words(self) -> list[tuple[str, int]]:
        return [(wording_of(code).label, n) for code, n in self.reasons.most_common(3)]


@dataclass(frozen=True)
class ReasonCount:
    code: str
    wording: Wording
    n_fields: int
    n_sheets: int


def in_work(visit: Visit | None = None) -> QuerySet[Sheet]:
    """Sheets with at least one scanned page that are neither accepted nor void, oldest
    visit first."""
    sheets = Sheet.objects.filter(state__in=DECIDABLE)
    if visit is not None:
        sheets = sheets.filter(visit=visit)
    return sheets.select_related("visit__desa").order_by("visit__date", "visit_id", "form", "seq")


def waiting(visit: Visit | None = None) -> list[Waiting]:
    """All sheets in work with their open fields; six queries, however many sheets."""
    sheets = in_work(visit).select_related("visit__desa", "claim__by")
    pages = ScanPage.objects.filter(active=True, sheet__in=in_work(visit).order_by())
    doubts: dict[int, dict[str, tuple[str, ...]]] = {}
    numbers: dict[int, list[int]] = {}
    for page, reading_pk, made_at in _latest_readings(pages):
        assert page.sheet_id is not None and page.page_no is not None  # held by the database
        numbers.setdefault(page.sheet_id, []).append(page.page_no)
        doubts.setdefault(page.sheet_id, {}).update(_doubts(reading_pk, made_at))
    decided = _decided(visit)
    conflicting = ScanPage.objects.filter(status=ScanPage.Status.CONFLICT)
    choosing = set(conflicting.values_list("sheet_id", flat=True))
    return [
        replace(_waiting(sheet, numbers, doubts, decided), must_choose=sheet.pk in choosing)
        for sheet in sheets
    ]


def _latest_readings(pages: QuerySet[ScanPage]) -> list[tuple[ScanPage, int, datetime]]:
    latest = dict(
        Reading.objects.filter(page__in=pages.order_by())
        .values_list("page_id")
        .annotate(latest=Max("id"))
    )
    made = dict(Reading.objects.filter(pk__in=latest.values()).values_list("id", "made_at"))
    return [
        (page, latest[page.pk], made[latest[page.pk]])
        for page in pages.order_by("page_no")
        if page.pk in latest
    ]


@lru_cache(maxsize=20_000)
def _doubts(reading_pk: int, _made_at: datetime) -> dict[str, tuple[str, ...]]:
    """Reasons of the fields of one reading that ask for a person.

    Cached: a reading never changes, and its JSON is 30-60 KB. The time is part of the key
    because a restored database may give a number to another reading.
    """
    fields = Reading.objects.get(pk=reading_pk).json["fields"]
    return {name: tuple(f["reasons"]) for name, f in fields.items() if needs_person(f)}


def _decided(visit: Visit | None) -> set[tuple[int, str]]:
    decisions = Decision.objects.filter(sheet__in=in_work(visit).order_by())
    rows = decisions.select_related("page__superseded_by")
    return {(row.sheet_id, row.field) for row in rows if counts(row)}


def _waiting(
    sheet: Sheet,
    numbers: dict[int, list[int]],
    doubts: dict[int, dict[str, tuple[str, ...]]],
    decided: set[tuple[int, str]],
) -> Waiting:
    still = {
        name: reasons
        for name, reasons in doubts.get(sheet.pk, {}).items()
        if (sheet.pk, name) not in decided
    }
    reasons = Counter(code for codes in still.values() for code in codes)
    claim = getattr(sheet, "claim", None)
    holder = claim.by.get_username() if claim is not None and claim.is_held else ""
    return Waiting(sheet, tuple(numbers.get(sheet.pk, ())), tuple(still), reasons, holder)


def by_reason(items: Iterable[Waiting]) -> list[ReasonCount]:
    """How many open fields and sheets each reason has, most first."""
    fields: Counter[str] = Counter()
    sheets: Counter[str] = Counter()
    for item in items:
        fields.update(item.reasons)
        sheets.update(item.reasons.keys())
    return [
        ReasonCount(code, wording_of(code), n, sheets[code]) for code, n in fields.most_common()
    ]


def next_sheet(user: User, after: Sheet | None = None) -> Sheet | None:
    """The next whole sheet that nobody else has on the screen, in the order of the queue.

    Goes on behind ``after`` and starts again at the front.
    """
    taken = claimed_by_others(user)
    whole = [s for s in in_work().filter(state__in=WHOLE) if s.pk not in taken and s != after]
    if after is None:
        return whole[0] if whole else None
    place = _place(after)
    behind = [sheet for sheet in whole if _place(sheet) > place]
    return next(iter(behind or whole), None)


def _place(sheet: Sheet) -> tuple[object, int, str, int]:
    return sheet.visit.date, sheet.visit_id, sheet.form, sheet.seq
