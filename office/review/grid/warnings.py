"""Warnings beside the tiles of a grid: what other answers of the same person contradict."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import User

from forms.spec import FormSpec
from office.review.blind import Viewer
from office.review.checks import warnings
from office.review.grid.across import Found
from office.review.guesses import Guess
from office.review.passes import two_at_work
from office.review.values import Value
from office.rounds.printed import form_of

TOGETHER = ("nik", "birth_date", "sex")
"""Meanings that say something of one another."""


Shown = tuple[Found, Guess, tuple[Found, ...]]
"""A field, what is preset, and the other answers of its row that say something of it."""


def warnings_of(user: User, shown: Sequence[Shown]) -> dict[tuple[int, str], str]:
    """One sentence by sheet key and field, as if the guess were the answer. A number that
    ``user`` may be asked to key again is not given away by them."""
    viewer = Viewer(user.pk, two_at_work())
    said: dict[tuple[int, str], str] = {}
    for found, guess, beside in shown:
        own: dict[str, Value] = {
            other.field.name: other.field.suggestion or other.field.value
            for other in beside
            if not viewer.is_blind(other.field)
        }
        if guess.exists:
            own[found.field.name] = guess.value
        words = warnings(form_of(found.sheet), own).get(found.field.name)
        if words:
            said[found.sheet.pk, found.field.name] = words
    return said


def companions(form: FormSpec, name: str) -> tuple[str, ...]:
    """The other fields of the same row that say something of this one."""
    field, _, row = name.partition(".")
    if not row or form.field(field).means not in TOGETHER:
        return ()
    names = (f"{spec.id}.{row}" for spec in form.fields if spec.rows and spec.means in TOGETHER)
    return tuple(one for one in names if one != name)
