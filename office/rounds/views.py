"""Visits: the list, a new one, its sheets, its pack, and its close."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from office.accounts.access import allow
from office.accounts.roles import Role
from office.errors import OfficeError
from office.rounds.forms import CloseForm, PlanForm, PrintForm
from office.rounds.models import Visit
from office.rounds.planning import plan_visit
from office.rounds.printed import title_of
from office.rounds.printing import commit_print, prepare_pack
from office.rounds.states import SheetState
from office.rounds.visits import close_visit, reconcile, reconcile_all

PLANNERS = (Role.PETUGAS, Role.PENYELIA)


def _find(visit_id: str) -> Visit:
    return get_object_or_404(Visit.objects.select_related("desa", "round"), public_id=visit_id)


@allow(*Role)
@require_safe
def visits(request: HttpRequest) -> HttpResponse:
    """All visits with their reconciliation, the newest first."""
    every = list(Visit.objects.select_related("desa", "round"))
    counts = reconcile_all(every)
    rows = [{"visit": visit, "counts": counts[visit.pk]} for visit in every]
    return render(request, "rounds/visits.html", {"rows": rows})


@allow(*PLANNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """Plan a visit."""
    form = PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            visit = plan_visit(
                form.cleaned_data["desa"].code,
                form.cleaned_data["date"],
                form.sheets(),
                paper=form.cleaned_data["paper"],
                round_name=form.cleaned_data["round_name"] or None,
            )
        except OfficeError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Kunjungan direncanakan. Sekarang unduh dan cetak paketnya.")
            return redirect("visit", visit.public_id)
    return render(request, "rounds/plan.html", {"form": form})


@allow(*Role)
@require_safe
def visit(request: HttpRequest, visit_id: str) -> HttpResponse:
    """One visit: reconciliation, and every sheet with its state."""
    return _show(request, _find(visit_id))


def _show(request: HttpRequest, found: Visit, trouble: str = "") -> HttpResponse:
    sheets = found.sheets.select_related("copied_from").order_by("form", "seq")
    counts = reconcile(found)
    titles = {sheet.form: title_of(sheet) for sheet in sheets}
    context = {
        "visit": found,
        "counts": counts,
        "kinds": [(titles[kind], part) for kind, part in counts["by_kind"].items()],
        "sheets": sheets,
        "n_planned": found.sheets.filter(state=SheetState.PLANNED).count(),
        "print_runs": found.print_runs.all(),
        "print_form": PrintForm(),
        "trouble": trouble,
    }
    return render(request, "rounds/visit.html", context, status=409 if trouble else 200)


@allow(*PLANNERS)
@require_POST
def pack(request: HttpRequest, visit_id: str) -> HttpResponse:
    """The pack as a PDF; its sheets count as printed from now on."""
    found, form = _find(visit_id), PrintForm(request.POST)
    form.is_valid()
    try:
        prepared = prepare_pack(found, one_sided=form.cleaned_data["one_sided"])
        commit_print(prepared, by=cast(User, request.user))
    except OfficeError as error:
        return _show(request, found, str(error))
    response = HttpResponse(prepared.pack.pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.public_id}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@allow(Role.PENYELIA)
@require_POST
def close(request: HttpRequest, visit_id: str) -> HttpResponse:
    """Close a visit: what is still out becomes missing."""
    found, form = _find(visit_id), CloseForm(request.POST)
    if not form.is_valid():
        return _show(request, found, str(form.errors["sure"][0]))
    try:
        close_visit(found, by=cast(User, request.user))
    except OfficeError as error:
        return _show(request, found, str(error))
    messages.success(request, "Kunjungan ditutup.")
    return redirect("visit", visit_id)
