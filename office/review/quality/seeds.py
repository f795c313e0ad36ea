"""Known answers: fields that were settled long ago, mixed among the doubtful ones of a grid.

They measure the work at the screen: how often a wrong preset is noticed, and a right one left
alone. They look like any other field, and what is answered changes no decision and no register.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Q

from forms.spec import FieldSpec
from office.errors import OfficeError
from office.review.current import needs_person
from office.review.demands import NO_DEMAND
from office.review.grid.across import Found, fields_across
from office.review.guesses import Guess
from office.review.models import Decision, Item
from office.review.passes import Keying, Said
from office.review.picture.doubts import text_places
from office.review.quality.audits import office_key
from office.review.quality.models import KnownAnswer, Seed
from office.review.quality.slips import slip
from office.review.values import Value, checked, same, tidied
from office.rounds.models import Sheet
from office.rounds.states import DECIDABLE, SheetState

ONE_IN = 30
"""One of so many fields on the screens is a known answer: 3.3 %."""

PURPOSE = b"jawaban yang sudah diketahui\0"
"""Sets these hashes apart from all others under the same key."""

PREFIX = "uji-"

ACCEPTED_SHEETS, SHEETS_IN_WORK = 30, 10
"""So many sheets, chosen by lot, are searched for a known answer; more would only take time."""

TRIED = 6
"""Fields of these sheets, chosen by lot, of which the first that serves is taken."""


class NoSuchSeedError(OfficeError):
    """No known answer of this key was shown to this person."""


@dataclass(frozen=True)
class Mixed:
    """A known answer as a tile of a grid: its key, its field as if nobody had decided it, what is
    preset, and before which of the screen's items it stands."""

    key: str
    found: Found
    guess: Guess
    place: int


def is_key(key: str) -> bool:
    """Whether the key of a tile is that of a known answer."""
    return key.startswith(PREFIX)


def draw(user: User, items: Sequence[Item]) -> Mixed | None:
    """The known answer of a screen that shows ``items`` to ``user``, if the lot says that it has
    one and there is one. The same screen shown again has the same."""
    if not items or items[0].purpose != Item.Purpose.DOUBT:
        return None
    screen = _screen(user, items)
    rng = Random(screen)  # noqa: S311 - its seed is a hash under the key of the office
    if rng.random() >= len(items) / (ONE_IN - 1):
        return None
    place = rng.randrange(len(items))
    seed = Seed.objects.filter(screen=screen).select_related("sheet").first()
    if seed is None:
        return _make(user, items[place], screen, rng, place)
    return _mixed(seed, place) if _last(seed) is None else None


def _screen(user: User, items: Sequence[Item]) -> str:
    """Told by who sees what; foreseen by nobody without the key of the office."""
    shown = ",".join(str(item.pk) for item in items)
    message = PURPOSE + f"{user.pk}:{shown}".encode()
    return hmac.digest(office_key(settings.DATA.office_key), message, "sha256").hex()


def _make(user: User, beside: Item, screen: str, rng: Random, place: int) -> Mixed | None:
    """Choose a field of the same stack as its neighbour on the screen. One after the other is
    looked up: nearly always the first serves, and each page costs a millisecond to parse."""
    settled = _settled_by_others(user, beside.stack, rng)
    for sheet, name in rng.sample(settled, min(TRIED, len(settled))):
        found = fields_across([(sheet, name)]).get((sheet.pk, name))
        if found is None or not _serves(found):
            continue
        truth = found.field.value
        shown = slip(found.field.spec, found.field.reading, truth, rng)
        seed = Seed.objects.create(
            by=user,
            sheet=found.sheet,
            page=found.field.page,
            field=found.field.name,
            stack=beside.stack,
            kind=beside.kind,
            truth=truth,
            shown=shown if rng.random() < 0.5 else truth,
            certainty=beside.certainty,
            screen=screen,
        )
        return _as_tile(seed, found, place)
    return None


def _settled_by_others(user: User, stack: str, rng: Random) -> list[tuple[Sheet, str]]:
    """Decided fields of the stack that the user never decided and was never shown so, and of
    which nobody's answer casts doubt on what is known."""
    form, field = stack.split(".", 1)
    sheets = _some_sheets(form, rng)
    of_stack = Q(field=field) | Q(field__startswith=f"{field}.")
    rows = Decision.objects.filter(of_stack, sheet__in=sheets).order_by()
    said = list(rows.values_list("sheet_id", "field", "by_id"))
    decided = {(sheet, name) for sheet, name, _ in said}
    left = decided - {(sheet, name) for sheet, name, by in said if by == user.pk}
    if not left:
        return []
    seeds = Seed.objects.filter(stack=stack, sheet__in=sheets)
    seeds = seeds.filter(Q(by=user) | Q(answers__is_right=False))
    left -= set(seeds.order_by().values_list("sheet_id", "field"))
    found = Sheet.objects.in_bulk({sheet for sheet, _ in left})
    return [(found[sheet], name) for sheet, name in sorted(left)]


def _some_sheets(form: str, rng: Random) -> list[int]:
    """Keys of sheets, chosen by lot."""
    states = Sheet.objects.filter(form=form, state__in=[SheetState.ACCEPTED, *DECIDABLE])
    rows = list(states.order_by("id").values_list("id", "state"))
    accepted = [pk for pk, state in rows if state == SheetState.ACCEPTED]
    in_work = [pk for pk, state in rows if state != SheetState.ACCEPTED]
    chosen = rng.sample(accepted, min(ACCEPTED_SHEETS, len(accepted)))
    return chosen + rng.sample(in_work, min(SHEETS_IN_WORK, len(in_work)))


def _serves(found: Found) -> bool:
    """Whether the answer is known: accepted, or keyed by two people who agree, or compared. And
    whether the field was a doubtful one, so that it looks like its neighbours."""
    field, value = found.field, found.field.value
    by_two = field.said.keying in (Keying.TWICE, Keying.THIRD_LOOK)
    is_known = field.decision is not None and not field.said.differ
    is_settled = by_two or found.sheet.state == SheetState.ACCEPTED
    has_text = field.spec.kind != "cell" or bool(value)
    return is_known and is_settled and has_text and needs_person(field.reading)


def _mixed(seed: Seed, place: int) -> Mixed | None:
    """A known answer that was drawn before; None when its page has gone."""
    found = fields_across([(seed.sheet, seed.field)]).get((seed.sheet_id, seed.field))
    return None if found is None else _as_tile(seed, found, place)


def _as_tile(seed: Seed, found: Found, place: int) -> Mixed:
    """Shown as if nobody had decided it, and as if the machine had read what is preset."""
    reading = _as_read(found.field.spec, found.field.reading, seed.shown)
    blank = replace(found.field, reading=reading, said=Said(), demand=NO_DEMAND)
    guess = Guess(seed.shown, seed.certainty or 0.5)
    return Mixed(f"{PREFIX}{seed.pk}", replace(found, field=blank), guess, place)


def _as_read(spec: FieldSpec, reading: Mapping[str, Any], shown: Value) -> Mapping[str, Any]:
    """The reading with the characters of ``shown`` in its cells; as it is where they do not stand
    one in each."""
    raw = reading["value"]
    if not reading.get("cells") or not isinstance(raw, str) or not isinstance(shown, str):
        return reading
    text = tidied(spec, raw)
    if len(text) != len(shown):
        return reading
    chars = {n: shown[at] for n, at in text_places(raw, text).items()}
    value = "".join(chars.get(n, char) for n, char in enumerate(raw))
    cells = [
        {**cell, "char": chars.get(n, cell["char"])} for n, cell in enumerate(reading["cells"])
    ]
    return {**reading, "value": value, "cells": cells} if tidied(spec, value) == shown else reading


def _last(seed: Seed) -> KnownAnswer | None:
    """The answer that counts; None where there is none, or it was taken back."""
    last = seed.answers.order_by("-id").first()
    return None if last is None or last.is_right is None else last


def record(
    user: User,
    key: str,
    value: Value,
    ms: int | None = None,
    keystrokes: int | None = None,
    batch: UUID | None = None,
) -> None:
    """Write down what was answered; a second answer to the same is left out. Raises
    InvalidValueError, and NoSuchSeedError for a key that was not shown to ``user``."""
    seed = _seed(user, key)
    found = fields_across([(seed.sheet, seed.field)])
    spec = found[seed.sheet_id, seed.field].field.spec
    value = checked(spec, value)
    if _last(seed) is None:
        KnownAnswer.objects.create(
            seed=seed,
            answer=value,
            is_right=same(seed.truth, value),
            ms=ms,
            keystrokes=keystrokes,
            batch=batch,
        )


def _seed(user: User, key: str) -> Seed:
    number = key.removeprefix(PREFIX)
    mine = Seed.objects.filter(by=user).select_related("sheet")
    seed = mine.filter(pk=int(number)).first() if number.isdecimal() else None
    if seed is None:
        raise NoSuchSeedError("Isian ini tidak ada di layar Anda. Muat ulang halaman.")
    return seed


def take_back(user: User, batch: UUID) -> list[tuple[Mixed, Value]]:
    """Take back what was answered with this batch: the tiles, and what had been answered."""
    made = []
    for answer in KnownAnswer.objects.filter(batch=batch, seed__by=user).select_related(
        "seed__sheet"
    ):
        mixed = _mixed(answer.seed, Random(answer.seed.screen).randrange(TRIED))  # noqa: S311
        if answer.is_right is not None and _last(answer.seed) == answer and mixed is not None:
            KnownAnswer.objects.create(seed=answer.seed, is_right=None, batch=batch)
            made.append((mixed, answer.answer))
    return made
