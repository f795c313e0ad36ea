"""Who looks at a sheet, and what of it that person should not see: a number that waits to be keyed
again is of no use to the second person who has seen the first typing.

Whoever saw it, by keying it or on a screen, is not asked to be the second: `may_be_second` is the
one rule, for the desk and for the grids. What a screen showed is written down by `note_sights`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Subquery

from office.review.current import CurrentField
from office.review.models import Decision, Sight
from office.review.passes import FIRST, two_at_work
from office.review.values import Value
from office.rounds.models import Sheet
from office.rounds.states import DECIDABLE

HIDDEN = "••••"
"""What stands for a value that is not to be seen."""


SEEN_BEFORE = "Anda sudah pernah melihat ketikan pertama nomor ini; orang lain yang mengetik ulang."


def may_be_second(field: CurrentField, user_id: int, seen: Collection[int] = ()) -> bool:
    """Whether this person may key again, blind, what waits for it. ``seen``: keys of the decisions
    that a screen showed to this person."""
    first = field.said.first
    if not field.awaits_second or first is None:
        return False
    return first.by_id != user_id and first.pk not in seen


@dataclass(frozen=True)
class Viewer:
    """``asks_twice``: numbers keyed once wait for a second person. ``seen``: see `may_be_second`.
    ``reveals``: a supervisor asked to see them all the same."""

    user_id: int
    asks_twice: bool
    seen: frozenset[int] = frozenset()
    reveals: bool = False

    def waits(self, field: CurrentField) -> bool:
        """Whether this field waits for somebody's second keying."""
        return self.asks_twice and field.awaits_second

    def may_key_again(self, field: CurrentField) -> bool:
        """Whether the viewer may be that second person."""
        return self.waits(field) and may_be_second(field, self.user_id, self.seen)

    def is_blind(self, field: CurrentField) -> bool:
        """Whether what was keyed is kept from the viewer."""
        return self.may_key_again(field) and not self.reveals


OPEN_EYES = Viewer(0, asks_twice=False)
"""Nobody in particular, from whom nothing is kept."""


def viewer_of(
    user: User, sheet: Sheet, fields: Iterable[CurrentField], *, reveals: bool = False
) -> Viewer:
    """The viewer of a desk, or of some ``fields`` of it. A sheet that is not in work waits for
    nobody; and who saw what is asked only where one of them rests on one typing."""
    if not any(one.awaits_second or one.said.differ for one in fields):
        return Viewer(user.pk, asks_twice=False, reveals=reveals)
    asks_twice = sheet.state in DECIDABLE and two_at_work()
    return Viewer(user.pk, asks_twice, sights(user, sheet), reveals)


def sights(user: User, sheet: Sheet) -> frozenset[int]:
    """Keys of the decisions of a sheet that a screen showed to ``user`` (see `may_be_second`)."""
    seen = Sight.objects.filter(by=user, decision__sheet=sheet)
    return frozenset(seen.order_by().values_list("decision", flat=True))


def seen_by(user: User) -> Exists:
    """For items: whether a screen showed to ``user`` the first typing that stands now."""
    field = {"sheet": OuterRef(OuterRef("sheet")), "field": OuterRef(OuterRef("field"))}
    firsts = Decision.objects.filter(**field, pass_no=FIRST, undoes=None, undone=None)
    standing = firsts.order_by("-id").values("pk")[:1]
    return Exists(Sight.objects.filter(by=user, decision=Subquery(standing)))


def shown_firsts(fields: Iterable[CurrentField], viewer: Viewer) -> dict[int, Decision]:
    """The first typings of others, by key, that a screen would show and has not shown before:
    asked for by a supervisor, while nobody else was at work, on an accepted sheet that may be
    opened again, or beside a second typing that may be taken back."""
    return {
        first.pk: first
        for field in fields
        if (field.awaits_second or field.said.differ) and not viewer.is_blind(field)
        if (first := field.said.first) is not None
        if first.by_id != viewer.user_id and first.pk not in viewer.seen
    }


def note_sights(fields: Iterable[CurrentField], viewer: Viewer) -> Viewer:
    """Write down what this screen shows of `shown_firsts`. Returns who has seen them."""
    shown = shown_firsts(fields, viewer)
    rows = [Sight(decision=first, by_id=viewer.user_id) for first in shown.values()]
    Sight.objects.bulk_create(rows, ignore_conflicts=True)
    return replace(viewer, seen=viewer.seen | shown.keys())


def visible_values(fields: Mapping[str, CurrentField], viewer: Viewer) -> dict[str, Value]:
    """What counts, without what the viewer should not see."""
    return {name: one.value for name, one in fields.items() if not viewer.is_blind(one)}
