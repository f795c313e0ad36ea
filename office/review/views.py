"""The review pages: the queue, one sheet's desk, and what its buttons do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from secrets import token_urlsafe
from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from forms.codelist import grouped
from office.accounts.access import allow
from office.accounts.log import looked
from office.accounts.models import AccessEvent
from office.accounts.roles import Role, has_role
from office.errors import OfficeError
from office.intake.conflicts import choose_image
from office.register.households import NikConflictError
from office.register.services import KeyedOnceError, NotAcceptableError, accept_sheet, reopen_sheet
from office.register.services import void_sheet as void_in_register
from office.review.blind import Viewer, note_sights, shown_firsts, viewer_of
from office.review.claims import claim, leave, on_grids_of_others, release
from office.review.current import (
    CurrentField,
    current_fields,
    current_values,
    decisions_of,
    scanned_pages,
)
from office.review.desk.cards import Setting
from office.review.desk.content import open_desk
from office.review.desk.history import events_of, history_of
from office.review.desk.onward import FETCHED_AHEAD, Left, desk_address, is_ahead, onward
from office.review.forms import (
    AcceptForm,
    ChoiceForm,
    CodeForm,
    LaneForm,
    LeaveForm,
    QueueForm,
    ReasonForm,
)
from office.review.items import refresh
from office.review.picture.twoimages import image_choices
from office.review.queue import by_reason, in_work, narrowed, next_sheet, waiting
from office.review.versions import check_accepting, version_shown
from office.rounds.models import Sheet, Visit
from office.rounds.printed import form_of
from office.rounds.states import DECIDABLE, SheetState, may_move

SHEETS_A_SCREEN = 40
"""A village on two screens."""

REVIEWERS = (Role.PENINJAU, Role.PENYELIA)


def user_of(request: HttpRequest) -> User:
    """The signed-in user; `allow` has let nobody else in."""
    return cast(User, request.user)


def of_another(user: User, by: str) -> JsonResponse | None:
    """The answer to a screen that was made for ``by`` (empty: for nobody in particular) when that
    is somebody else: what waited while one person signed out and the next signed in is not the
    next one's."""
    me = user.get_username()
    if by in ("", me):
        return None
    words = f"Layar ini milik {by}, tetapi yang masuk sekarang {me}. Masuk lagi sebagai {by}."
    return JsonResponse({"error": words, "signed_out": True}, status=409)


def find_sheet(code: str) -> Sheet:
    """A printed sheet, or the 404 page."""
    sheets = Sheet.objects.select_related("visit__desa", "visit__round")
    return get_object_or_404(sheets, code=code, layout_hash__isnull=False)


@allow(*REVIEWERS)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """All sheets in work, filtered by visit, reason and state."""
    form = QueueForm(request.GET)
    visit = form.visit()
    refresh()
    page = Paginator(form.sheets(), SHEETS_A_SCREEN).get_page(request.GET.get("hal"))
    return render(
        request,
        "review/queue.html",
        {
            "form": form,
            "page": page,
            "items": waiting(page),
            "reasons": by_reason(visit),
            "n_all": in_work(visit).count(),
            "n_ready": narrowed(visit, "", "siap").count(),
            "visits": Visit.objects.select_related("desa"),
            "chosen": form.cleaned_data,
        },
    )


@allow(*REVIEWERS)
@require_safe
def go_on(request: HttpRequest) -> HttpResponse:
    """To the next sheet that waits, or back to the queue when none does."""
    lane = LaneForm(request.GET)
    left = lane.after()
    if left is not None:
        release(left, user_of(request))
    return onward(request, user_of(request), Left(left, lane.ready))


@allow(*REVIEWERS)
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """To the sheet whose printed code was typed."""
    form = CodeForm(request.GET)
    if not form.is_valid():
        messages.error(request, str(form.errors["kode"][0]))
        return redirect("queue")
    return redirect("desk", form.cleaned_data["kode"])


@allow(*REVIEWERS)
@never_cache
@require_safe
def desk(request: HttpRequest, code: str) -> HttpResponse:
    """One sheet: paper on the left, answers on the right."""
    sheet = find_sheet(code)
    return show_desk(request, sheet)


def show_desk(
    request: HttpRequest,
    sheet: Sheet,
    trouble: str = "",
    field: str = "",
    *,
    keyed_once: bool = False,
) -> HttpResponse:
    """The desk, with what went wrong in one sentence when it is shown again; ``keyed_once``: it
    was that numbers were keyed once, which a supervisor may take."""
    user = user_of(request)
    locked = sheet.state not in DECIDABLE
    images, decisions, events = list(sheet.scan_pages.all()), decisions_of(sheet), events_of(sheet)
    pages = scanned_pages(sheet, images)
    current = current_fields(sheet, pages, decisions)
    viewer = viewer_of(user, sheet, current.values(), reveals=_reveals(request, sheet))
    ahead = is_ahead(request)
    if ahead and shown_firsts(current.values(), viewer):
        return HttpResponse(status=204)  # to have seen it is written down of who really looks
    viewer = note_sights(current.values(), viewer)
    ready = LaneForm(request.POST or request.GET).ready
    with transaction.atomic():  # one wait for the disk
        screen = token_urlsafe(9)
        other = None if locked or ahead else claim(sheet, user, screen)
        note = FETCHED_AHEAD if ahead else ""
        looked(user, AccessEvent.Action.SHEET, sheet.code, note=note)
    desk = open_desk(sheet, viewer, pages, current)
    active = [page for page, _ in pages.values()]
    context = {
        "desk": desk,
        "sheet": sheet,
        "version": version_shown(decisions, events, active),
        "locked": locked,
        "other": other,
        "on_grids": [] if locked else on_grids_of_others(sheet, user),
        "screen": screen,
        "trouble": trouble,
        "setting": Setting(sheet.form, locked, has_role(user, Role.PENYELIA), trouble, field),
        "may_take_once": keyed_once and has_role(user, Role.PENYELIA),
        "image_choices": image_choices(desk.form, images, pages),
        "active_pages": active,
        "named_pages": [page for page in active if page.named_by_id is not None],
        "history": history_of(desk.form, decisions, events, _kept_secret(current, viewer)),
        "reason_form": ReasonForm(),
        "may_void": may_move(SheetState(sheet.state), SheetState.VOID),
        "ready_lane": ready,
    }
    return render(request, "review/desk.html", context, status=409 if trouble else 200)


def _reveals(request: HttpRequest, sheet: Sheet) -> bool:
    """A supervisor may look at numbers that are kept from a second keyer; it is written down."""
    asked = request.GET.get("nomor") == "tampil" and has_role(request.user, Role.PENYELIA)
    if asked:
        looked(user_of(request), AccessEvent.Action.NIK, sheet.code)
    return asked


def _kept_secret(current: Mapping[str, CurrentField], viewer: Viewer) -> set[str]:
    """Fields whose typings the history does not tell: they are still to be keyed again, or to be
    compared without regard to persons."""
    return {name for name, one in current.items() if viewer.is_blind(one) or one.said.differ}


@allow(*REVIEWERS)
@require_safe
def upcoming(request: HttpRequest, code: str) -> HttpResponse:
    """The desk that comes behind this one: asked for when a desk has opened, so that opening it
    need not wait for the answer."""
    ready = LaneForm(request.GET).ready
    sheet = next_sheet(user_of(request), find_sheet(code), ready=ready)
    return JsonResponse({"desk": desk_address(sheet, ready=ready) if sheet else ""})


@allow(*REVIEWERS)
@require_POST
def leave_desk(request: HttpRequest, code: str) -> HttpResponse:
    """The page was left: the next person may have the sheet at once."""
    form = LeaveForm(request.POST)
    if form.is_valid():
        leave(find_sheet(code), user_of(request), form.cleaned_data["screen"])
    return HttpResponse(status=204)


@allow(*REVIEWERS)
@require_POST
def accept(request: HttpRequest, code: str) -> HttpResponse:
    """Write the sheet into the register, and go on to the next one."""
    sheet, form = find_sheet(code), AcceptForm(request.POST)
    user = user_of(request)
    if sheet.state == SheetState.ACCEPTED:
        messages.info(request, f"Lembar {grouped(sheet.code)} sudah diterima.")
        return redirect("desk", sheet.code)
    if not form.is_valid():
        return show_desk(request, sheet, "Tekan “Terima lembar” sekali lagi.")
    try:
        with transaction.atomic():
            check_accepting(sheet, form.seen, user)
            once = form.cleaned_data["keyed_once"] and has_role(user, Role.PENYELIA)
            accept_sheet(sheet, current_values(sheet), user, keyed_once=once)
    except OfficeError as error:
        sheet.refresh_from_db()
        keyed_once = isinstance(error, KeyedOnceError)
        return show_desk(request, sheet, str(error), _field_of(error), keyed_once=keyed_once)
    release(sheet, user)
    return onward(request, user, Left(sheet, LaneForm(request.POST).ready, _accepted(sheet)))


def _accepted(sheet: Sheet) -> str:
    """Said on the next desk, with the way back to the sheet: who sees the slip only now has its
    code nowhere else on the screen."""
    filed = any((spec.register_as or "").startswith("household.") for spec in form_of(sheet).fields)
    return format_html(
        "Lembar {} diterima{}. <a href='{}'>Keliru? Lihat lembarnya lagi</a>",
        grouped(sheet.code),
        " dan masuk buku induk" if filed else "",
        reverse("desk", args=[sheet.code]),
    )


def _field_of(error: OfficeError) -> str:
    """The field that the trouble is about, to show it there."""
    if isinstance(error, NikConflictError):
        return error.field
    if isinstance(error, NotAcceptableError) and error.fields:
        return error.fields[0]
    return ""


@allow(Role.PENYELIA)
@require_POST
def reopen(request: HttpRequest, code: str) -> HttpResponse:
    """Take an accepted sheet out of the register and put it under review again."""
    return _with_reason(request, code, "dibuka kembali", reopen_sheet)


@allow(Role.PENYELIA)
@require_POST
def void_sheet(request: HttpRequest, code: str) -> HttpResponse:
    """Take a sheet out of use for good."""
    return _with_reason(request, code, "dibatalkan", void_in_register)


def _with_reason(
    request: HttpRequest, code: str, done: str, act: Callable[[Sheet, User, str], None]
) -> HttpResponse:
    sheet, form = find_sheet(code), ReasonForm(request.POST)
    if not form.is_valid():
        return show_desk(request, sheet, str(form.errors["reason"][0]))
    try:
        act(sheet, user_of(request), form.cleaned_data["reason"])
    except OfficeError as error:
        sheet.refresh_from_db()
        return show_desk(request, sheet, str(error))
    messages.success(request, f"Lembar {grouped(sheet.code)} {done}.")
    return redirect("desk", sheet.code)


@allow(*REVIEWERS)
@require_POST
def choose(request: HttpRequest, code: str) -> HttpResponse:
    """Of two images of one page that differ, keep one."""
    sheet, form = find_sheet(code), ChoiceForm(request.POST)
    if not form.is_valid():
        return show_desk(request, sheet, "Pilih salah satu gambar.")
    page = get_object_or_404(sheet.scan_pages, pk=form.cleaned_data["page"])
    try:
        choose_image(page, keep_new=form.cleaned_data["keep"] == "new", by=user_of(request))
    except OfficeError as error:
        return show_desk(request, sheet, str(error))
    messages.success(request, "Pilihan gambar dicatat. Periksa isiannya sekali lagi.")
    return redirect("desk", sheet.code)
