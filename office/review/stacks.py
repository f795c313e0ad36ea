"""Stacks: the same question on many sheets, and who has which of it on the screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from forms.spec import FieldSpec
from office.review import items
from office.review.claims import claimed_by_others
from office.review.models import Item
from office.review.passes import two_at_work
from office.rounds.models import Sheet, Visit
from office.rounds.printed import form_of

LEASE = timedelta(minutes=10)
"""Long enough for two screens of names, short enough for a closed browser."""

Purpose = Item.Purpose


@dataclass(frozen=True)
class Stack:
    """Open items of one question. ``n_free`` of them nobody else has on the screen."""

    form: str
    field: str
    purpose: str
    kind: str
    label: str
    n: int
    n_free: int


def open_to(user: User) -> QuerySet[Item]:
    """Items that this user may be asked: nobody keys a number twice, and who is alone not at
    all for the second time."""
    found = Item.objects.exclude(purpose=Purpose.SECOND, first_by=user)
    return found if two_at_work() else found.exclude(purpose=Purpose.SECOND)


def _free(user: User) -> Q:
    now = timezone.now()
    mine_or_nobodys = Q(claimed_by=None) | Q(claimed_by=user) | Q(claimed_until__lt=now)
    return mine_or_nobodys & ~Q(sheet__in=claimed_by_others(user))


def stacks(user: User, visit: Visit | None = None) -> list[Stack]:
    """All stacks with open items, in the order of the paper."""
    items.refresh()
    found = open_to(user)
    if visit is not None:
        found = found.filter(visit=visit)
    rows = found.values("stack", "purpose", "kind").annotate(
        n=Count("id"), n_free=Count("id", filter=_free(user))
    )
    specs = _specs({row["stack"] for row in rows})
    made = []
    for row in rows:
        (form, field), label = row["stack"].split(".", 1), specs[row["stack"]][1].label
        n, n_free = row["n"], row["n_free"]
        made.append(Stack(form, field, row["purpose"], row["kind"], label, n, n_free))
    return sorted(made, key=lambda one: _order(one, specs))


def _order(stack: Stack, specs: dict[str, tuple[int, FieldSpec]]) -> tuple[int, str, int]:
    purposes = list(Purpose.values)
    return purposes.index(stack.purpose), stack.form, specs[f"{stack.form}.{stack.field}"][0]


def _specs(names: Iterable[str]) -> dict[str, tuple[int, FieldSpec]]:
    """Place on the paper and spec of each stack, from the newest sheet that has it."""
    found: dict[str, tuple[int, FieldSpec]] = {}
    for name in names:
        form_id, field = name.split(".", 1)
        newest = Item.objects.filter(stack=name).order_by("-sheet_id").first()
        sheet = newest.sheet if newest else Sheet.objects.filter(form=form_id).latest("id")
        form = form_of(sheet)
        spec = form.field(field)
        found[name] = form.fields.index(spec), spec
    return found


def take(
    user: User, stack: str, purpose: str, n: int, visit: Visit | None = None
) -> Sequence[Item]:
    """Lease up to ``n`` items of a stack to ``user``, those first that the user holds already,
    then the surest: sheets of easy ones need one key, and the hard ones come together at the
    end, where a person slows down. Other people get others."""
    items.refresh()
    with transaction.atomic():
        found = open_to(user).filter(_free(user), stack=stack, purpose=purpose)
        if visit is not None:
            found = found.filter(visit=visit)
        rows = found.select_for_update(skip_locked=True, of=("self",)).order_by("-certainty", "id")
        chosen = list(rows[:n].values_list("id", flat=True))
        leased = Item.objects.filter(pk__in=chosen)
        leased.update(claimed_by=user, claimed_until=timezone.now() + LEASE)
    return list(
        leased.select_related("sheet__visit__desa", "page__file").order_by("-certainty", "id")
    )


def give_back(user: User, stack: str, purpose: str) -> None:
    """Free what the user has on the screen of this stack."""
    held = Item.objects.filter(claimed_by=user, stack=stack, purpose=purpose)
    held.update(claimed_by=None, claimed_until=None)
