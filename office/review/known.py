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

import datetime
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from office.register.models import Membership, Person
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


class Villager(NamedTuple):
    """What is asked of a person of the register: its columns, and no more."""

    name: str
    nik: str | None
    birth_date: datetime.date | None
    birth_precision: str


WRITTEN: Mapping[str, Callable[[Villager], str]] = {
    "name": lambda person: person.name,
    "birth_date": lambda person: _written_date(person),
    "nik": lambda person: person.nik or "",
}
"""What the register would have people write, by the meaning of a field."""


def _written_date(person: Villager) -> str:
    date = person.birth_date
    if date is None or person.birth_precision != "day":
        return ""
    return f"{date.day:02d}{date.month:02d}{date.year:04d}"  # strftime takes five times as long


@dataclass(frozen=True)
class Known:
    """Somebody of the register who fits a row of the sheet. ``texts`` by field name."""

    person: Villager
    log_odds: float
    texts: Mapping[str, str]


def people_of(desa: Desa) -> tuple[Villager, ...]:
    """Everybody of a village whose rows count."""
    live_here = Membership.objects.filter(household__desa=desa, active=True).values("person")
    found = Person.objects.filter(active=True, pk__in=live_here).order_by("pk")
    return tuple(map(Villager._make, found.values_list(*Villager._fields)))


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


def known_people(fields: Iterable[CurrentField], people: Sequence[Villager]) -> Iterator[Known]:
    """Who of ``people`` fits which row; at most one a row, and only rows where something that
    is written by hand waits for a person."""
    rows: dict[str, list[CurrentField]] = {}
    for field in fields:
        if field.suggestion is not None and field.spec.means in WRITTEN and field.spec.rows:
            rows.setdefault(field.name.rpartition(".")[2], []).append(field)
    if not people or not rows:
        return
    village: dict[str, _Texts] = {}
    for field in (one for own in rows.values() for one in own):
        means, n_cells = field.spec.means, len(field.reading["cells"])
        if means not in village:
            village[means] = _texts(tuple(people), means, n_cells)
    for own in rows.values():
        known = _best(own, people, village)
        if known is not None:
            yield known


@lru_cache(maxsize=12)
def _texts(people: tuple[Villager, ...], means: str, n_cells: int) -> _Texts:
    """Kept as long as it is the same people: every sheet of a village is held against them. For
    960 people it takes 1.5 ms, and to see that they are the same 0.1."""
    return _Texts([WRITTEN[means](person) for person in people], n_cells)


class _Texts:
    """What everybody of the village would write into the cells of a field: ``codes`` (person, cell)
    are places in ``chars``, and ``counts`` (cell, char) how many people have which."""

    def __init__(self, written: Sequence[str], n_cells: int) -> None:
        self.written = written
        self.has_text = np.array([bool(text) for text in written])
        padded = [text.ljust(n_cells)[:n_cells] for text in written]
        letters = np.array(padded, dtype=f"U{n_cells}").view(np.uint32)
        is_used = np.bincount(letters) > 0  # which is faster than to sort them
        self.chars = {chr(char): place for place, char in enumerate(np.flatnonzero(is_used))}
        self.codes = (np.cumsum(is_used) - 1)[letters].reshape(len(written), n_cells)
        longest = max(map(len, written))
        self.counts = [self._count(n, is_used=n < longest) for n in range(n_cells)]

    def _count(self, n: int, *, is_used: bool) -> NDArray[np.float64]:
        """Beyond the longest text nobody writes, and nothing is usual."""
        codes = self.codes[self.has_text, n] if is_used else np.zeros(0, np.intp)
        return np.bincount(codes, minlength=len(self.chars)).astype(np.float64)


def _best(
    row: Sequence[CurrentField], people: Sequence[Villager], village: Mapping[str, _Texts]
) -> Known | None:
    scores = np.sum([_log_odds(field, village[field.spec.means]) for field in row], axis=0)
    ranked = np.argsort(-scores, kind="stable")
    first = int(ranked[0])
    if scores[first] < LEAST_ODDS + math.log(len(people)):
        return None
    if len(people) > 1 and scores[first] - scores[ranked[1]] < LEAST_LEAD:
        return None
    said = {field.name: village[field.spec.means].written[first] for field in row}
    if not any(said[field.name] for field in row if field.spec.means != "name"):
        return None
    texts = {name: text for name, text in said.items() if text}
    return Known(people[first], float(scores[first]), texts)


def _log_odds(field: CurrentField, texts: _Texts) -> NDArray[np.float64]:
    """Of each person, over all cells, written or not: a name that is longer than what stands there
    does not fit. Nothing is known of who has no such text in the register."""
    size = SIZES.get(field.spec.chars or "", 10)
    total = np.zeros(len(texts.written))
    for n, cell in enumerate(field.reading["cells"]):
        total += _cell_odds(cell, texts, n, size)[texts.codes[:, n]]
    return np.where(texts.has_text, total, 0.0)


def _cell_odds(cell: Mapping[str, Any], texts: _Texts, n: int, size: int) -> NDArray[np.float64]:
    """Log odds of each character in one cell. What the net's account of the cell leaves to
    characters that it did not name is shared among them."""
    top = dict(cell.get("top") or [])
    chances = np.full(len(texts.chars), (1 - sum(top.values())) / max(size - len(top), 1))
    for char in top.keys() & texts.chars.keys():
        chances[texts.chars[char]] = top[char]
    counts = texts.counts[n]
    usual = (counts + SMOOTHING) / (counts.sum() + SMOOTHING * size)
    odds: NDArray[np.float64] = np.log(np.maximum(chances, FLOOR) / usual)
    if not (cell["char"] or "").strip() and " " in texts.chars:
        odds[texts.chars[" "]] = 0.0
    return odds
