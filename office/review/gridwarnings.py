"""Warnings beside the tiles of a grid: what other answers of the same person contradict."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import User

from forms.spec import FormSpec
from office.review.across import Found, fields_across
from office.review.blind import Viewer
from office.review.checks import warnings
from office.review.guesses import Guess
from office.review.passes import two_at_work
from office.review.values import Value
from office.rounds.models import Sheet
from office.rounds.printed import form_of

TOGETHER = ("nik", "birth_date", "sex")
"""Meanings that say something of one another."""


def warnings_of(user: User, shown: Sequence[tuple[Found, Guess]]) -> dict[tuple[int, str], str]:
    """One sentence by sheet key and field, as if the guess were the answer. A number that
    ``user`` may be asked to key again is not given away by them."""
    viewer = Viewer(user.pk, two_at_work())
    values = _values_beside(shown, viewer)
    said: dict[tuple[int, str], str] = {}
    for found, guess in shown:
        name = found.field.name
        own = dict(values.get(found.sheet.pk, {}))
        if guess.exists:
            own[name] = guess.value
        words = warnings(form_of(found.sheet), own).get(name)
        if words:
            said[found.sheet.pk, name] = words
    return said


def _values_beside(
    shown: Sequence[tuple[Found, Guess]], viewer: Viewer
) -> dict[int, dict[str, Value]]:
    wanted: dict[tuple[int, str], tuple[Sheet, str]] = {}
    for found, _ in shown:
        for name in _companions(form_of(found.sheet), found.field.name):
            wanted[found.sheet.pk, name] = (found.sheet, name)
    values: dict[int, dict[str, Value]] = {}
    for (pk, name), found in fields_across(wanted.values()).items() if wanted else ():
        if not viewer.is_blind(found.field):
            values.setdefault(pk, {})[name] = found.field.suggestion or found.field.value
    return values


def _companions(form: FormSpec, name: str) -> list[str]:
    """Fields of the same row that say something of this one."""
    field, _, row = name.partition(".")
    if not row or form.field(field).means not in TOGETHER:
        return []
    return [f"{spec.id}.{row}" for spec in form.fields if spec.rows and spec.means in TOGETHER]
