"""Two people at one queue: whatever the order in which their requests arrive, and however often
the net sends one again, no decision is lost and none is there twice."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django.contrib.auth.models import User

from office.review.current import current_field, open_fields
from office.review.grid.batches import Answer, answer_batch, undo_batch
from office.review.grid.screens import StackName
from office.review.models import Decision, Item
from office.rounds.models import Sheet
from tests.office.conftest import INK, SmallOffice

N_INTERLEAVINGS = 1_000
NAMES = StackName("keluarga", "nama", Item.Purpose.DOUBT)
FILLED = {"nama.1": INK, "nama.2": INK}

Place = tuple[str, str]
"""Sheet and field."""


@dataclass(frozen=True)
class Sent:
    """One request of a browser: what a person saw (``saw``: the batch that counted then), and
    said of it."""

    user: User
    batch: UUID
    place: Place
    page: int
    seen: int
    saw: UUID | None
    value: str


@dataclass
class Expected:
    """What must be true, by the rules alone. ``standing``: the requests written of each field
    and not taken back, with the order in which they were written; the last one counts."""

    standing: dict[Place, list[tuple[int, Sent]]] = field(default_factory=dict)
    written: set[UUID] = field(default_factory=set)
    n_undone: int = 0

    def accepts(self, sent: Sent) -> bool:
        """Whether the server must say that this was saved; notes a row that it must write."""
        if sent.batch in self.written:
            return True
        rows = self.standing.setdefault(sent.place, [])
        if rows and rows[-1][1].value == sent.value:
            return True
        if (rows[-1][1].batch if rows else None) != sent.saw:
            return False
        rows.append((len(self.written), sent))
        self.written.add(sent.batch)
        return True

    def takes_back(self, user: User) -> int | None:
        """How many rows undoing takes back: the last of ``user``'s, unless somebody wrote over
        it. None: there is nothing of ``user``'s."""
        mine = [row for rows in self.standing.values() for row in rows if row[1].user == user]
        if not mine:
            return None
        last = max(mine, key=lambda row: row[0])
        rows = self.standing[last[1].place]
        if rows[-1] != last:
            return 0
        rows.pop()
        self.n_undone += 1
        return 1


def _look(user: User, sheet: Sheet, name: str, value: str) -> Sent:
    """What a screen opened now would send later."""
    current = current_field(sheet, name)
    assert current is not None
    place = sheet.code, name
    saw = current.decision.batch if current.decision is not None else None
    return Sent(user, uuid4(), place, current.page.pk, current.seen, saw, value)


def _is_saved(sent: Sent) -> bool:
    answer = Answer("1", *sent.place, sent.page, sent.seen, sent.value)
    outcome = answer_batch(sent.user, NAMES, sent.batch, [answer], 900, 3)
    assert bool(outcome.saved) != bool(outcome.refused), "every answer is told of"
    return bool(outcome.saved)


def test_no_decision_is_lost_or_doubled(office: SmallOffice) -> None:
    rng, expected = random.Random(20_261_124), Expected()
    sheets = [office.scanned(FILLED) for _ in range(60)]
    people = [office.reviewer, office.supervisor]
    free = [(sheet, name) for sheet in sheets for name in ("nama.1", "nama.2")]
    for _ in range(N_INTERLEAVINGS):
        sheet, name = rng.choice(free)
        both = [_look(user, sheet, name, rng.choice(["ADUL", "ADUL B"])) for user in people]
        undoing = rng.choices(people, k=rng.randrange(3))
        steps: list[Sent | User] = [*both, *rng.choices(both, k=rng.randrange(2)), *undoing]
        rng.shuffle(steps)
        for step in steps:
            if isinstance(step, Sent):
                assert _is_saved(step) == expected.accepts(step)
            else:
                undone = undo_batch(step, NAMES)
                n = None if undone is None else len(undone.fields)
                assert n == expected.takes_back(step)
    _compare(expected, sheets)


def _compare(expected: Expected, sheets: list[Sheet]) -> None:
    rows = Decision.objects.filter(undoes=None)
    assert rows.count() == len(expected.written) > N_INTERLEAVINGS / 4
    assert set(rows.values_list("batch", flat=True)) == expected.written
    assert Decision.objects.exclude(undoes=None).count() == expected.n_undone > 50
    for sheet in sheets:
        for name in ("nama.1", "nama.2"):
            current = current_field(sheet, name)
            assert current is not None
            stands = expected.standing.get((sheet.code, name))
            assert current.value == (stands[-1][1].value if stands else None)
            assert (name in open_fields(sheet)) == (not stands)
            assert Item.objects.filter(sheet=sheet, field=name).exists() == (not stands)
