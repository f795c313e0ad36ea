"""One loose page: what it may be, and saying what it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from forms.codelist import grouped
from office.accounts.access import allow
from office.accounts.log import looked
from office.accounts.models import AccessEvent
from office.accounts.roles import Role, has_role
from office.errors import OfficeError
from office.intake.assign import Target, assign, assign_unread, may_be_named, taken_words
from office.intake.candidates import LEAST_TYPED, best_guesses, hints, matching, stands_out
from office.intake.forms import AsideForm, AssignForm, CodePartForm, CopyForm, TurnForm
from office.intake.models import ScanPage
from office.intake.photocopies import (
    assign_as_copy,
    copies_lacking,
    file_as_copy,
    may_move_to_copy,
    move_to_copy,
    origin_of,
)
from office.intake.release import ASIDE, bring_back, may_release, release, set_aside
from office.intake.tray import next_loose
from office.review.picture.images import NoImageError, latest_reading, page_image, rotation_of
from office.review.picture.pictures import PAGE_WIDTH_PX, jpeg, turned
from office.rounds.models import Sheet

SCANNERS = (Role.PETUGAS, Role.PENINJAU, Role.PENYELIA)
REVIEWERS = (Role.PENINJAU, Role.PENYELIA)
Status = ScanPage.Status


def _find(pk: int) -> ScanPage:
    pages = ScanPage.objects.select_related("file", "named_by", "sheet__copied_from")
    return get_object_or_404(pages, pk=pk)


def _user(request: HttpRequest) -> User:
    """The signed-in user; `allow` has let nobody else in."""
    return cast(User, request.user)


@allow(*SCANNERS)
@never_cache
@require_safe
def loose(request: HttpRequest, pk: int) -> HttpResponse:
    """The page's picture beside what it may be."""
    return _show(request, _find(pk))


def _show(
    request: HttpRequest,
    page: ScanPage,
    trouble: str = "",
    unread: Target | None = None,
    *,
    as_copy: bool = False,
) -> HttpResponse:
    """``unread``: what was named and not found on the image (or a photocopy of it, ``as_copy``);
    it may be typed instead."""
    user = _user(request)
    looked(user, AccessEvent.Action.PAGE, page.pk)
    context: dict[str, Any] = {
        "page": page,
        "nameable": may_be_named(page),
        "may_set_aside": page.status in ASIDE,
        "may_release": may_release(page, user),
        "taken": taken_words(page) if page.named_by is not None else "",
        "may_move_to_copy": may_move_to_copy(page),
        "copies": copies_lacking(page) if page.status in (Status.CONFLICT, Status.FILED) else (),
        "active": _active_beside(page),
        "rotation": rotation_of(latest_reading(page)),
        "following": next_loose(page),
        "trouble": trouble,
        "unread": unread,
        "as_copy": as_copy,
        "n_pages": page.file.pages.count(),
    }
    status = 409 if trouble or unread else 200
    return render(request, "intake/loose.html", context, status=status)


def _active_beside(page: ScanPage) -> ScanPage | None:
    """The image that speaks for the page of the sheet where this one waits."""
    if page.sheet is None or page.active:
        return None
    return page.sheet.scan_pages.filter(page_no=page.page_no, active=True).first()


@allow(*SCANNERS)
@never_cache
@require_safe
def choices(request: HttpRequest, pk: int) -> HttpResponse:
    """What the page may be: by the characters typed, or else by its own traces."""
    page, form = _find(pk), CodePartForm(request.GET)
    typed = form.cleaned_data["kode"] if form.is_valid() else ""
    found = matching(typed) if typed else best_guesses(page)
    context = {
        "page": page,
        "typed": typed,
        "short": bool(typed) and sum(char.isalnum() for char in typed) < LEAST_TYPED,
        "found": found,
        "first": stands_out(found, by_code=bool(typed)),
        "hints": hints(page),
    }
    return render(request, "intake/choices.html", context)


@allow(*SCANNERS)
@require_safe
def picture(request: HttpRequest, pk: int) -> HttpResponse:
    """The page as a person turns it."""
    page, form = _find(pk), TurnForm(request.GET)
    turn = form.cleaned_data["putar"] if form.is_valid() else None
    try:
        grey = page_image(page)
    except NoImageError as error:
        raise Http404 from error
    turn = rotation_of(latest_reading(page)) if turn is None else turn
    response = HttpResponse(jpeg(turned(grey, turn), PAGE_WIDTH_PX), content_type="image/jpeg")
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@allow(*SCANNERS)
@require_POST
def put(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the page to the sheet that a person names."""
    page, form, user = _find(pk), AssignForm(request.POST), _user(request)
    if not form.is_valid():
        return _show(request, page, "Pilih dahulu lembar dan halamannya.")
    said = form.cleaned_data
    sheet = Sheet.objects.filter(code=said["sheet"], layout_hash__isnull=False).first()
    if sheet is None:
        return _show(request, page, "Tidak ada lembar dengan kode itu.")
    target, as_copy = Target(sheet, said["page"]), bool(said["copy"])
    if as_copy and not has_role(user, Role.PENINJAU, Role.PENYELIA):
        return _show(request, page, "Salinan fotokopi dicatat oleh peninjau atau penyelia.")
    if _is_there(page, target, user, as_copy=as_copy):
        return redirect("loose", pk)
    turn = form.turned if said["way"] == "type" else None
    try:
        if not _put(page, target, user, turn, as_copy=as_copy):
            return _show(request, page, unread=target, as_copy=as_copy)
    except OfficeError as error:
        return _show(request, _find(pk), str(error))
    return redirect("loose", pk)


def _put(page: ScanPage, target: Target, user: User, turn: int | None, *, as_copy: bool) -> bool:
    """``turn``: the page is filed unread. False when the printed page is not found on it."""
    if as_copy:
        return assign_as_copy(page, target, user, turn) is not None
    if turn is None:
        return assign(page, target, user)
    assign_unread(page, target, user, turn)
    return True


def _is_there(page: ScanPage, target: Target, user: User, *, as_copy: bool) -> bool:
    """Whether the same person has said the same before: a button pressed twice."""
    if page.sheet is None or page.named_by_id != user.pk or may_be_named(page):
        return False
    place = origin_of(page.sheet) if as_copy else page.sheet
    wanted = origin_of(target.sheet) if as_copy else target.sheet
    return (place, page.page_no) == (wanted, target.page_no)


@allow(*SCANNERS)
@require_POST
def take_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the page off the sheet that a person put it to."""
    page = _find(pk)
    if page.named_by is None and may_be_named(page):
        return redirect("loose", pk)
    return _done(request, pk, lambda: release(page, _user(request)), "Halaman ini lepas lagi.")


@allow(*SCANNERS)
@require_POST
def aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the page is no form of ours, or that it is one after all."""
    page, form = _find(pk), AsideForm(request.POST)
    if not form.is_valid():
        return _show(request, page, "Pilih dahulu: disisihkan atau dikembalikan.")
    away = form.cleaned_data["aside"] == "ya"
    if away == (page.status == Status.NOT_OURS):
        return redirect("loose", pk)
    words = "Halaman ini disisihkan." if away else "Halaman ini kembali menunggu."
    act = set_aside if away else bring_back
    return _done(request, pk, lambda: act(page, _user(request)), words)


@allow(*REVIEWERS)
@require_POST
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """File the image to a photocopy of its sheet, and open that sheet: one of two that differ, or
    the only one where its origin was never scanned."""
    page, form = _find(pk), CopyForm(request.POST)
    if not form.is_valid():
        return _show(request, page, "Pilih dahulu salinan yang mana.")
    copies = Sheet.objects.filter(copied_from__isnull=False)
    target = get_object_or_404(copies, code=form.code) if form.code else None
    try:
        if page.status == Status.FILED:
            made = move_to_copy(page, target, _user(request))
        else:
            made = file_as_copy(page, target, _user(request), old=form.is_old)
    except OfficeError as error:
        return _show(request, _find(pk), str(error))
    messages.success(request, f"Gambar itu sekarang di lembar salinan {grouped(made.code)}.")
    return redirect("desk", made.code)


def _done(request: HttpRequest, pk: int, act: Callable[[], None], words: str) -> HttpResponse:
    try:
        act()
    except OfficeError as error:
        return _show(request, _find(pk), str(error))
    messages.success(request, words)
    return redirect("loose", pk)
