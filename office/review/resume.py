"""Where a person goes on: what was left open, or else what is worth most now."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from forms.codelist import grouped
from office.review.claims import CLAIM_TIME
from office.review.grid.forms import STAGE_OF
from office.review.grid.stacks import Stack, named, stacks
from office.review.models import Item
from office.review.queue import for_desk, next_sheet
from office.rounds.models import Sheet, Visit

Purpose = Item.Purpose

ORDER = (Purpose.THIRD, Purpose.DOUBT, Purpose.AUDIT, Purpose.SECOND)
"""A difference blocks a sheet and is quickly settled; a second keying waits for a first."""

WORDS = {
    Purpose.DOUBT: "periksa",
    Purpose.SECOND: "ketik ulang",
    Purpose.THIRD: "bandingkan dua ketikan",
    Purpose.AUDIT: "uji petik",
}


@dataclass(frozen=True)
class Step:
    """The next thing to do: its address, and what it is in a few words."""

    url: str
    words: str


def grid_url(form: str, field: str, purpose: str, visit: Visit | None = None) -> str:
    """The grid of a stack, of one visit or of all."""
    url = reverse("grid", args=[form, field, STAGE_OF[Purpose(purpose)]])
    return f"{url}?kunjungan={visit.public_id}" if visit else url


def next_step(user: User, waiting: list[Stack] | None = None) -> Step | None:
    """An unfinished grid or sheet of the user, the next stack, or the next sheet; None when
    nothing waits. ``waiting`` are the user's stacks, where they are at hand."""
    waiting = stacks(user) if waiting is None else waiting
    return _leased(user) or _claimed(user) or _stack(waiting) or _sheet(user)


def _leased(user: User) -> Step | None:
    """The grid that the user has on the screen, or closed without giving it back."""
    held = Item.objects.filter(claimed_by=user, claimed_until__gte=timezone.now())
    item = held.order_by("-claimed_until").first()
    if item is None:
        return None
    form, field = item.stack.split(".", 1)
    words = f"{WORDS[Purpose(item.purpose)]} yang tadi belum selesai"
    return Step(grid_url(form, field, item.purpose), words)


def _claimed(user: User) -> Step | None:
    """The sheet that the user has on the screen, or left a short while ago."""
    lately = timezone.now() - CLAIM_TIME
    mine = for_desk(user).filter(claim__by=user, claim__until__gte=lately)
    sheet = mine.order_by("-claim__until").first()
    return (
        None
        if sheet is None
        else Step(_desk(sheet), f"lembar {grouped(sheet.code)} yang tadi dibuka")
    )


def _stack(waiting: list[Stack]) -> Step | None:
    free = [stack for stack in waiting if stack.n_free]
    found = min(free, key=lambda one: ORDER.index(Purpose(one.purpose)), default=None)
    if found is None:
        return None
    label = named(waiting)[found.purpose, f"{found.form}.{found.field}"]
    words = f"{WORDS[Purpose(found.purpose)]}: {label}, {found.n_free} isian"
    return Step(grid_url(found.form, found.field, found.purpose), words)


def _sheet(user: User) -> Step | None:
    ready = next_sheet(user, ready=True)
    if ready is not None:
        return Step(f"{_desk(ready)}?jalur=siap", "terima lembar yang sudah siap")
    sheet = next_sheet(user)
    return None if sheet is None else Step(_desk(sheet), f"periksa lembar {grouped(sheet.code)}")


def _desk(sheet: Sheet) -> str:
    return reverse("desk", args=[sheet.code])
