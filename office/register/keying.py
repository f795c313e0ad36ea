"""Numbers in the register that rest on one typing, where the reader was not sure either."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from office.register.models import Household, Person
from office.review.current import readings_of, said_by_field
from office.review.models import Decision
from office.review.passes import Keying, is_keyed_twice
from office.rounds.models import Sheet
from office.rounds.printed import form_of

KeyedOnce = frozenset[tuple[int, str, int]]
"""Sheet key, ``nik`` or ``kk``, and row (0 where the field has none)."""


def keyed_once(sheets: Collection[int]) -> KeyedOnce:
    """The NIK and KK numbers of these sheets that one person keyed and nobody else. Looks at the
    readings of pages with such a number only."""
    found: set[tuple[int, str, int]] = set()
    decisions: defaultdict[int, list[Decision]] = defaultdict(list)
    rows = Decision.objects.filter(sheet__in=sheets).order_by("id")
    for decision in rows.select_related("page__superseded_by"):
        decisions[decision.sheet_id].append(decision)
    for sheet in Sheet.objects.filter(pk__in=decisions):
        for name, means in _once(sheet, decisions[sheet.pk]):
            found.add((sheet.pk, means, int(name.partition(".")[2] or 0)))
    return frozenset(found)


def _once(sheet: Sheet, decisions: list[Decision]) -> list[tuple[str, str]]:
    form = form_of(sheet)
    names = {
        name: spec
        for name in form.names()
        if (spec := form.field(name.partition(".")[0])).means in ("nik", "kk")
    }
    said = said_by_field(row for row in decisions if row.field in names)
    once = []
    for name, one in said.items():
        if one.counting is None or one.keying != Keying.ONCE or not one.counting.to_value:
            continue
        page = one.counting.page
        while page.superseded_by is not None and not page.active:
            page = page.superseded_by
        if is_keyed_twice(names[name], readings_of(page)[name]):
            once.append((name, str(names[name].means)))
    return once


def nik_once(person: Person, once: KeyedOnce) -> bool:
    """Whether a person's NIK rests on one typing."""
    return (person.sheet_id, "nik", person.row) in once


def kk_once(household: Household, once: KeyedOnce) -> bool:
    """Whether the household's KK number, as its own sheet has it, rests on one typing."""
    return (household.sheet_id, "kk", 0) in once
