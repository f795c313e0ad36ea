"""From one sheet to the next. The browser may have fetched the next desk ahead, while somebody was
at this one: it puts it on the screen at once where it is still true."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from office.accounts.log import looked
from office.accounts.models import AccessEvent
from office.review.claims import claim
from office.review.forms import AheadForm
from office.review.queue import left_to_others, next_sheet
from office.review.versions import version_of
from office.rounds.models import Sheet

FETCHED_AHEAD = "diambil lebih dulu"
"""Note of the access log: a browser has the sheet, and nobody has looked at it yet."""


def is_ahead(request: HttpRequest) -> bool:
    """Whether a desk is asked for that nobody looks at yet: it takes no claim, and is claimed by
    `onward` when it comes on the screen."""
    return request.method == "GET" and request.GET.get("awal") == "1"


def desk_address(sheet: Sheet, *, ready: bool) -> str:
    """The desk of a sheet, in the lane of those that are ready or of all."""
    return reverse("desk", args=[sheet.code]) + ("?jalur=siap" if ready else "")


@dataclass(frozen=True)
class Left:
    """The sheet that was left, if any, what is to be ``said`` of that, and the lane."""

    sheet: Sheet | None
    ready: bool
    said: str = ""


def onward(request: HttpRequest, user: User, left: Left) -> HttpResponse:
    """To the next sheet, or back to the queue: as a redirect, or for a script that has a desk
    ahead as JSON that tells whether that one may be shown (``enters``)."""
    following = next_sheet(user, left.sheet, ready=left.ready)
    address = desk_address(following, ready=left.ready) if following else reverse("queue")
    ahead = AheadForm(request.POST or request.GET)
    enters = following is not None and _enters(ahead, following, user)
    if left.said and not enters:
        messages.success(request, left.said)
    if following is None and not left.said:
        others = "" if left.ready else left_to_others(user)
        what = "siap diterima" if left.ready else "lengkap yang menunggu diperiksa"
        messages.success(request, others or f"Tidak ada lembar {what}.")
    if not ahead.is_used:
        return redirect(address)
    return JsonResponse({"desk": address, "enters": enters, "said": left.said if enters else ""})


def _enters(ahead: AheadForm, sheet: Sheet, user: User) -> bool:
    """Whether it is this sheet that was fetched ahead, nothing of it changed since, and nobody
    else has it; it is the user's then."""
    if not ahead.is_used or ahead.cleaned_data["ahead"] != sheet.code:
        return False
    if version_of(sheet) != ahead.seen:
        return False
    if claim(sheet, user, ahead.cleaned_data["ahead_screen"]) is not None:
        return False
    looked(user, AccessEvent.Action.SHEET, sheet.code)
    return True
