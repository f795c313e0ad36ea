"""The same question on many sheets at once: what `current` says of one field, in a handful of
queries however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from forms.spec import FieldSpec
from office.intake.models import Reading, ScanPage
from office.review.current import CurrentField, field_of, parsed_reading, said_by_field
from office.review.demands import demands_across
from office.review.models import Decision
from office.review.passes import Said
from office.rounds.models import Sheet
from office.rounds.printed import printed_form

Wanted = tuple[Sheet, str]
"""A sheet, and the name of one of its fields."""


@dataclass(frozen=True)
class Found:
    """A field as it stands now, with the whole reading of its page."""

    sheet: Sheet
    field: CurrentField
    page_reading: Mapping[str, Any]


def fields_across(wanted: Iterable[Wanted]) -> dict[tuple[int, str], Found]:
    """Fields by sheet key and name. One that its sheet's form does not have, or whose page was
    not scanned, is left out."""
    wanted = list(wanted)
    sheets = {sheet.pk: sheet for sheet, _ in wanted}
    pages = _pages(sheets)
    readings = _readings(pages.values())
    names = {name for _, name in wanted}
    said, demands = _said(sheets, names), demands_across(sheets.keys(), names)
    found: dict[tuple[int, str], Found] = {}
    for sheet, name in wanted:
        spec = _specs(sheet.layout_hash or "").get(name)
        page = pages.get((sheet.pk, spec.page)) if spec is not None else None
        if spec is None or page is None or page.pk not in readings:
            continue
        reading = parsed_reading(*readings[page.pk])
        own = said[sheet.pk].get(name, Said())
        field = field_of(name, spec, page, reading, own, demands[sheet.pk])
        found[sheet.pk, name] = Found(sheet, field, reading)
    return found


@lru_cache(maxsize=64)
def _specs(layout_hash: str) -> dict[str, FieldSpec]:
    """The question of every field by its name, rows written out."""
    form = printed_form(layout_hash).spec
    return {name: form.field(name.partition(".")[0]) for name in form.names()}


def _pages(sheets: Mapping[int, Sheet]) -> dict[tuple[int | None, int | None], ScanPage]:
    active = ScanPage.objects.filter(active=True, sheet__in=sheets).select_related("file")
    return {(page.sheet_id, page.page_no): page for page in active}


def _readings(pages: Iterable[ScanPage]) -> dict[int, tuple[int, datetime]]:
    """Key and time of the newest reading of each page."""
    rows = Reading.objects.filter(page__in=[page.pk for page in pages]).order_by("id")
    return {page: (pk, at) for page, pk, at in rows.values_list("page_id", "id", "made_at")}


def _said(sheets: Mapping[int, Sheet], names: set[str]) -> dict[int, dict[str, Said]]:
    rows: defaultdict[int, list[Decision]] = defaultdict(list)
    decided = Decision.objects.filter(sheet__in=sheets, field__in=names)
    for row in decided.select_related("page__superseded_by", "by").order_by("id"):
        rows[row.sheet_id].append(row)
    return {pk: said_by_field(rows[pk]) for pk in sheets}
