"""The register: search, one household, one NIK on request, and the list as a file."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from office.accounts.access import allow
from office.accounts.log import looked
from office.accounts.models import AccessEvent
from office.accounts.roles import Role
from office.register.answers import spoken_answers
from office.register.forms import ExportForm, SearchForm
from office.register.keying import keyed_once, kk_once, nik_once
from office.register.models import Enrolment, Household, Membership
from office.register.search import find_households
from office.reports.register_export import as_csv, as_xlsx, register_rows

SEARCH_KEY = "register_search"
ROWS_A_SCREEN = 50
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
READERS = (Role.PENINJAU, Role.PENYELIA)


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)


@allow(*READERS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Search. What was asked for is kept in the session: a name has no place in an address."""
    if request.method == "POST":
        form = SearchForm(request.POST)
        if form.is_valid():
            desa = form.cleaned_data["desa"]
            request.session[SEARCH_KEY] = {
                "text": form.cleaned_data["text"],
                "desa": desa.code if desa else "",
            }
            looked(_user(request), AccessEvent.Action.SEARCH)
        return redirect("register")
    asked = request.session.get(SEARCH_KEY, {"text": "", "desa": ""})
    found = find_households(asked["text"], asked["desa"])
    page = Paginator(found, ROWS_A_SCREEN).get_page(request.GET.get("hal"))
    return render(
        request,
        "register/list.html",
        {"form": SearchForm(initial=asked), "page": page, "asked": asked, "export": ExportForm()},
    )


@allow(*READERS)
@never_cache
@require_safe
def household(request: HttpRequest, pk: int) -> HttpResponse:
    """One household with its people, answers and wishes; numbers are hidden."""
    looked(_user(request), AccessEvent.Action.HOUSEHOLD, pk)
    return _show(request, get_object_or_404(_households(), pk=pk))


@allow(*READERS)
@never_cache
@require_POST
def numbers(request: HttpRequest, pk: int) -> HttpResponse:
    """The same page with its numbers shown once; who asked is written down."""
    found = get_object_or_404(_households(), pk=pk)
    looked(_user(request), AccessEvent.Action.NIK, pk)
    return _show(request, found, numbers_shown=True)


def _households() -> QuerySet[Household]:
    return Household.objects.filter(active=True).select_related("desa", "sheet__visit__desa")


def _show(request: HttpRequest, found: Household, *, numbers_shown: bool = False) -> HttpResponse:
    members = Membership.objects.filter(household=found, active=True).select_related(
        "person__sheet"
    )
    asked = Enrolment.objects.filter(household=found, active=True).select_related("programme")
    house = found.answers.filter(active=True, person=None)
    once = keyed_once({found.sheet_id, *(one.person.sheet_id for one in members)})
    people = [
        (
            one,
            spoken_answers(one.person.sheet, one.person.answers.filter(active=True)),
            nik_once(one.person, once),
        )
        for one in members.order_by("person__sheet_id", "person__row")
    ]
    return render(
        request,
        "register/household.html",
        {
            "household": found,
            "people": people,
            "kk_numbers": found.kk_numbers.filter(active=True),
            "enrolments": asked,
            "answers": spoken_answers(found.sheet, house),
            "numbers_shown": numbers_shown,
            "kk_once": kk_once(found, once),
            "any_once": bool(once),
        },
    )


@allow(Role.PENYELIA)
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The whole register as a file; for whom and what for is written down."""
    form = ExportForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(next(iter(form.errors.values()))[0]))
        return redirect("register")
    kind = form.cleaned_data["kind"]
    note = form.cleaned_data["purpose"]
    looked(_user(request), AccessEvent.Action.EXPORT, kind, note=note)
    rows = register_rows()
    data, mime = (as_xlsx(rows), XLSX_TYPE) if kind == "xlsx" else (as_csv(rows), "text/csv")
    response = HttpResponse(data, content_type=mime)
    response.headers["Content-Disposition"] = f'attachment; filename="buku-induk.{kind}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
