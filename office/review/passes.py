"""Passes: who said what of one field, and whether a number was keyed by one person or by two.

Nothing in a NIK or a KK number tells a slip of the pen or of the finger: its last four digits
repeat nothing. So a number that the reader is not sure of is keyed by two people, the second
without seeing what the first said, and a third look settles a difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from forms.spec import FieldSpec
from office.accounts.roles import Role
from office.onerequest import once_a_request
from office.review.models import Decision
from scanner.reading import FieldState

FIRST, SECOND, THIRD = 1, 2, 3

AT_WORK = timedelta(days=7)
"""Who signed in within this time can be asked to key a number again."""


class Keying(StrEnum):
    """How a number came to be what it is; the words staff see."""

    NONE = ""
    ONCE = "sekali ketik"
    TWICE = "dua kali ketik"
    THIRD_LOOK = "dibandingkan dengan kertas"


@dataclass(frozen=True)
class Said:
    """The decisions of one field that stand, at most one of each pass."""

    first: Decision | None = None
    second: Decision | None = None
    third: Decision | None = None

    @property
    def counting(self) -> Decision | None:
        """The decision whose value counts."""
        return self.third or self.first

    @property
    def last(self) -> Decision | None:
        """The newest row: what a screen must have seen."""
        return self.third or self.second or self.first

    @property
    def differ(self) -> bool:
        """Two people keyed two values, and nobody has compared them with the paper yet."""
        return (
            self.third is None
            and self.first is not None
            and self.second is not None
            and self.first.to_value != self.second.to_value
        )

    @property
    def keying(self) -> Keying:
        """How often the value that counts was keyed."""
        if self.third is not None:
            return Keying.THIRD_LOOK
        if self.first is None or self.differ:
            return Keying.NONE
        return Keying.ONCE if self.second is None else Keying.TWICE


NOTHING_SAID = Said()


def said(rows: Iterable[Decision]) -> Said:
    """Decisions of one field, oldest first, as they stand: a new first pass begins anew, and what
    was taken back is gone."""
    rows = list(rows)
    undone = {row.undoes_id for row in rows}
    now = Said()
    for row in rows:
        if row.undoes_id is not None or row.pk in undone:
            continue
        if row.pass_no == FIRST:
            now = Said(first=row)
        elif now.first is not None:
            now = replace(now, second=row) if row.pass_no == SECOND else replace(now, third=row)
    return now


def is_keyed_twice(spec: FieldSpec, reading: Mapping[str, Any]) -> bool:
    """Whether a field asks for two people: a NIK or KK number that the reader is not sure of."""
    is_number = spec.kind == "cell" and spec.means in ("nik", "kk")
    return is_number and reading["state"] == FieldState.DOUBTFUL


@once_a_request
def two_at_work() -> bool:
    """Whether two people who review signed in lately: then no number rests on one of them. 1 ms,
    and a grid asks three times."""
    roles = (Role.PENINJAU, Role.PENYELIA, Role.ADMIN)
    people = User.objects.filter(
        is_active=True,
        groups__name__in=[role.value for role in roles],
        last_login__gte=timezone.now() - AT_WORK,
    )
    return len(people.order_by().values("pk").distinct()[:2]) == 2
