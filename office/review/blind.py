"""Who looks at a sheet, and what of it that person should not see: a number that waits to be keyed
again is of no use to the second person who has seen the first typing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.models import User

from office.review.current import CurrentField
from office.review.passes import two_at_work
from office.review.values import Value
from office.rounds.models import Sheet
from office.rounds.states import DECIDABLE

HIDDEN = "••••"
"""What stands for a value that is not to be seen."""


@dataclass(frozen=True)
class Viewer:
    """``asks_twice``: numbers keyed once wait for a second person. ``reveals``: a supervisor
    asked to see them all the same."""

    user_id: int
    asks_twice: bool
    reveals: bool = False

    def waits(self, field: CurrentField) -> bool:
        """Whether this field waits for somebody's second keying."""
        return self.asks_twice and field.awaits_second

    def may_key_again(self, field: CurrentField) -> bool:
        """Whether the viewer may be that second person."""
        first = field.said.first
        return self.waits(field) and first is not None and first.by_id != self.user_id

    def is_blind(self, field: CurrentField) -> bool:
        """Whether what was keyed is kept from the viewer."""
        return self.may_key_again(field) and not self.reveals


OPEN_EYES = Viewer(0, asks_twice=False)
"""Nobody in particular, from whom nothing is kept."""


def viewer_of(user: User, sheet: Sheet, *, reveals: bool = False) -> Viewer:
    """The viewer of a desk. A sheet that is not in work waits for nobody."""
    return Viewer(user.pk, sheet.state in DECIDABLE and two_at_work(), reveals)


def visible_values(fields: Mapping[str, CurrentField], viewer: Viewer) -> dict[str, Value]:
    """What counts, without what the viewer should not see."""
    return {name: one.value for name, one in fields.items() if not viewer.is_blind(one)}
