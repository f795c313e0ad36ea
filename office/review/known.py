"""People of the village who are in the register already: a second suggestion for what is written
by hand, beside the reader's.

A reading never depends on the register; this is asked only when a person looks at the sheet. The
cells of a row (name, birth date, NIK) are held against every person of the village: for each
written cell, how much likelier the character that the register has is by the net's own account
than by chance in this village. So digits that all its numbers share say nothing, and nothing is
offered where two people fit nearly as well. A name alone says too little: it is given again.

On a simulated village whose 120 people stand in the register among others (handwriting from
fonts), held out from what the limits were set on: 120 of 120 were offered, and when each was
taken out of the register, nobody else was.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from office.register.models import Person
from office.review.current import CurrentField
from office.rounds.models import Desa, Sheet

LEAST_ODDS = math.log(1e6)
"""The person must be so much likelier than somebody else who writes the same characters by
chance. Of 360 simulated people the least likely had 10^8.3, of others the likeliest 10^6.6."""

LEAST_LEAD = math.log(100)
"""And so much likelier than the next person: brothers share most of a NIK."""

FLOOR = 1e-5
"""No character is less likely than this, whatever the net says: it may be a slip of the pen."""

SMOOTHING = 1.0
"""Added to each count of a character in the village (Laplace)."""

SIZES = {"digits": 10, "capitals": 27}
"""Characters a cell may hold; a blank is one of the letters'."""

WRITTEN: Mapping[str, Callable[[Person], str]] = {
    "name": lambda person: person.name,
    "birth_date": lambda person: f"{person.birth_date:%d%m%Y}" if _has_day(person) else "",
    "nik": lambda person: person.nik or "",
}
"""What the register would have people write, by the meaning of a field."""

Cells = Sequence[Mapping[str, Any]]


def _has_day(person: Person) -> bool:
    return person.birth_date is not None and person.birth_precision == "day"


@dataclass(frozen=True)
class Known:
    """Somebody of the register who fits a row of the sheet. ``texts`` by field name."""

    person: Person
    log_odds: float
    texts: Mapping[str, str]


def people_of(desa: Desa) -> list[Person]:
    """Everybody of a village whose rows count."""
    lives_here = {"memberships__household__desa": desa, "memberships__active": True}
    return list(Person.objects.filter(active=True, **lives_here).distinct())


def known_texts(sheet: Sheet, fields: Mapping[str, CurrentField]) -> dict[str, str]:
    """What the register has for fields of a sheet, where it differs from what was read."""
    waiting = [field for field in fields.values() if field.suggestion is not None]
    if not waiting:
        return {}
    found = known_people(waiting, people_of(sheet.visit.desa))
    offered = {name: text for known in found for name, text in known.texts.items()}
    return {name: text for name, text in offered.items() if text != fields[name].suggestion}


def known_people(fields: Iterable[CurrentField], people: Sequence[Person]) -> Iterator[Known]:
    """Who of ``people`` fits which row; at most one a row, and only rows where something that
    is written by hand waits for a person."""
    rows: dict[str, list[CurrentField]] = {}
    for field in fields:
        if field.suggestion is not None and field.spec.means in WRITTEN and field.spec.rows:
            rows.setdefault(field.name.rpartition(".")[2], []).append(field)
    habits = {means: _habits(people, means) for means in WRITTEN}
    for own in rows.values():
        known = _best(own, people, habits)
        if known is not None:
            yield known


_Habits = list[Counter[str]]
"""How often each character stands in each cell, in the village."""


def _habits(people: Iterable[Person], means: str) -> _Habits:
    texts = [text for person in people if (text := WRITTEN[means](person))]
    length = max(map(len, texts), default=0)
    return [Counter(text.ljust(length)[cell] for text in texts) for cell in range(length)]


def _best(
    row: Sequence[CurrentField], people: Sequence[Person], habits: Mapping[str, _Habits]
) -> Known | None:
    scored = sorted(
        ((_log_odds(row, person, habits), person) for person in people),
        key=lambda one: one[0],
        reverse=True,
    )
    if not scored:
        return None
    (best, person), *others = scored
    if best < LEAST_ODDS + math.log(len(people)):
        return None
    if others and best - others[0][0] < LEAST_LEAD:
        return None
    texts = {field.name: WRITTEN[field.spec.means](person) for field in row}
    if not any(texts[field.name] for field in row if field.spec.means != "name"):
        return None
    return Known(person, best, {name: text for name, text in texts.items() if text})


def _log_odds(row: Iterable[CurrentField], person: Person, habits: Mapping[str, _Habits]) -> float:
    total = 0.0
    for field in row:
        means, text = field.spec.means, WRITTEN[field.spec.means](person)
        if text:
            size = SIZES.get(field.spec.chars or "", 10)
            total += _cells_log_odds(field.reading["cells"], text, habits[means], size)
    return total


def _cells_log_odds(cells: Cells, text: str, habits: _Habits, size: int) -> float:
    """Over all cells, written or not: a name that is longer than what stands there does not
    fit."""
    total = 0.0
    for number, cell in enumerate(cells):
        char = text[number] if number < len(text) else " "
        counts = habits[number] if number < len(habits) else Counter()
        usual = (counts[char] + SMOOTHING) / (counts.total() + SMOOTHING * size)
        if char == " " and not (cell["char"] or "").strip():
            continue
        total += math.log(_chance(cell, char, size) / usual)
    return total


def _chance(cell: Mapping[str, Any], char: str, size: int) -> float:
    """That the cell holds ``char``, by the net's account of this cell alone. What it leaves to
    characters that it did not name is shared among them."""
    top = dict(cell.get("top") or [])
    others = (1 - sum(top.values())) / max(size - len(top), 1)
    return max(float(top.get(char, others)), FLOOR)
