"""People of the village who are in the register already: a second suggestion for what is written
by hand, beside the reader's.

A reading never depends on the register; this is asked only when a person looks at the sheet. The
cells of a row (name, birth date, NIK) are held against every person of the village: for each
written cell, how much likelier the character that the register has is by the net's own account
than by chance in this village. So digits that all its numbers share say nothing, and nothing is
offered where two people fit nearly as well. A name alone says too little: it is given again.

On a simulated village whose 120 people stand in the register (handwriting from fonts), held out
from what the limits were set on, 115 were offered and nobody else; the other five have neither NIK
nor a whole birth date there. With each taken out of the register, nobody was offered instead.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
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


def known_text(sheet: Sheet, fields: Mapping[str, CurrentField], name: str) -> str:
    """`known_texts` for one field; only its own row is held against the village."""
    row = name.partition(".")[2]
    if not row or fields[name].suggestion is None:
        return ""
    beside = {other: field for other, field in fields.items() if other.partition(".")[2] == row}
    return known_texts(sheet, beside).get(name, "")


def known_people(fields: Iterable[CurrentField], people: Sequence[Person]) -> Iterator[Known]:
    """Who of ``people`` fits which row; at most one a row, and only rows where something that
    is written by hand waits for a person."""
    rows: dict[str, list[CurrentField]] = {}
    for field in fields:
        if field.suggestion is not None and field.spec.means in WRITTEN and field.spec.rows:
            rows.setdefault(field.name.rpartition(".")[2], []).append(field)
    texts = {means: [write(person) for person in people] for means, write in WRITTEN.items()}
    habits = {means: _habits(written) for means, written in texts.items()}
    for own in rows.values():
        known = _best(own, people, texts, habits)
        if known is not None:
            yield known


_Habits = list[Counter[str]]
"""How often each character stands in each cell, in the village."""


def _habits(texts: Iterable[str]) -> _Habits:
    written = [text for text in texts if text]
    length = max(map(len, written), default=0)
    padded = [text.ljust(length) for text in written]
    return [Counter(column) for column in zip(*padded, strict=True)]


def _best(
    row: Sequence[CurrentField],
    people: Sequence[Person],
    texts: Mapping[str, Sequence[str]],
    habits: Mapping[str, _Habits],
) -> Known | None:
    tables = {field.spec.means: _tables(field, habits[field.spec.means]) for field in row}
    scores = [
        sum(_log_odds(table, texts[means][number]) for means, table in tables.items())
        for number in range(len(people))
    ]
    if not people:
        return None
    first, *others = nlargest(2, range(len(people)), key=scores.__getitem__)
    if scores[first] < LEAST_ODDS + math.log(len(people)):
        return None
    if others and scores[first] - scores[others[0]] < LEAST_LEAD:
        return None
    said = {field.name: texts[field.spec.means][first] for field in row}
    if not any(said[field.name] for field in row if field.spec.means != "name"):
        return None
    return Known(people[first], scores[first], {name: text for name, text in said.items() if text})


class _CellOdds(dict[str, float]):
    """Log odds of each character in one cell, reckoned when first asked for: a village asks for
    the same few again and again."""

    def __init__(self, cell: Mapping[str, Any], counts: Counter[str], size: int) -> None:
        super().__init__()
        self._cell, self._counts, self._size = cell, counts, size

    def __missing__(self, char: str) -> float:
        usual = (self._counts[char] + SMOOTHING) / (self._counts.total() + SMOOTHING * self._size)
        both_blank = char == " " and not (self._cell["char"] or "").strip()
        self[char] = 0.0 if both_blank else math.log(self._chance(char) / usual)
        return self[char]

    def _chance(self, char: str) -> float:
        """That the cell holds ``char``, by the net's account of this cell alone. What it leaves to
        characters that it did not name is shared among them."""
        top = dict(self._cell.get("top") or [])
        others = (1 - sum(top.values())) / max(self._size - len(top), 1)
        return max(float(top.get(char, others)), FLOOR)


def _tables(field: CurrentField, habits: _Habits) -> list[_CellOdds]:
    size = SIZES.get(field.spec.chars or "", 10)
    cells: Cells = field.reading["cells"]
    padded = [*habits, *(Counter[str]() for _ in cells)]
    return [_CellOdds(cell, counts, size) for cell, counts in zip(cells, padded, strict=False)]


def _log_odds(tables: Sequence[_CellOdds], text: str) -> float:
    """Over all cells, written or not: a name that is longer than what stands there does not
    fit. Nothing is known of who has no such text in the register."""
    if not text:
        return 0.0
    return sum(table[char] for table, char in zip(tables, text.ljust(len(tables)), strict=False))
