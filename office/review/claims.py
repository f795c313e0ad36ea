"""Claims: a sheet on somebody's screen is not offered to the next person."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils import timezone

from office.onerequest import once_a_request
from office.review.models import Claim, Item
from office.rounds.models import Sheet

CLAIM_TIME = timedelta(minutes=15)
"""Long enough for a hard sheet without a saved answer, short enough for a forgotten screen."""

LEFT = ""
"""In the place of a screen: its page was left."""


def claim(sheet: Sheet, user: User, screen: str = "") -> Claim | None:
    """Take the sheet for this ``screen``; returns the other person's claim when that holds."""
    now = timezone.now()
    taken = {"by": user, "until": now + CLAIM_TIME, "screen": screen}
    mine_or_old = Claim.objects.filter(Q(by=user) | Q(until__lt=now), sheet=sheet)
    if mine_or_old.update(**taken) == 1:
        return None
    try:
        with transaction.atomic():
            Claim.objects.create(sheet=sheet, **taken)
    except IntegrityError:
        return Claim.objects.select_related("by").get(sheet=sheet)
    return None


def prolong(sheet: Sheet, user: User) -> None:
    """Keep a claim whose page is still open. An answer that arrives behind the news that its page
    was left takes nothing again."""
    mine = Claim.objects.filter(sheet=sheet, by=user).exclude(screen=LEFT)
    mine.update(until=timezone.now() + CLAIM_TIME)


def leave(sheet: Sheet, user: User, screen: str) -> None:
    """The page was left: others may have the sheet, and its claim tells only where the user was."""
    own = Claim.objects.filter(sheet=sheet, by=user, screen=screen).exclude(screen=LEFT)
    own.update(until=timezone.now() - timedelta(seconds=1), screen=LEFT)


def release(sheet: Sheet, user: User) -> None:
    """Give the sheet back, if it was the user's."""
    Claim.objects.filter(sheet=sheet, by=user).delete()


def on_grids_of_others(sheet: Sheet, user: User) -> list[tuple[str, int]]:
    """Who has how many fields of this sheet on a grid now: both may go on, and who comes second is
    shown both answers."""
    held = Item.objects.filter(held_by_others(user), sheet=sheet).order_by()
    return sorted(held.values_list("claimed_by__username").annotate(n=Count("id")))


def held_by_others(user: User) -> Q:
    """Items that other people have on a grid now."""
    return Q(claimed_until__gte=timezone.now()) & ~Q(claimed_by=user)


@once_a_request
def claimed_by_others(user: User) -> frozenset[int]:
    """Primary keys of the sheets that other people have on their screens now: of ``user``, whose
    request it is, nothing changes them."""
    held = Claim.objects.filter(until__gte=timezone.now()).exclude(by=user)
    return frozenset(held.order_by().values_list("sheet_id", flat=True))
