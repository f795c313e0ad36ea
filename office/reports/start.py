"""The start page: where every sheet of each visit is, and what waits for a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from office.accounts.access import allow
from office.accounts.roles import Role, has_role
from office.reports.today import (
    VisitWork,
    Work,
    loose_reasons,
    n_loose,
    page_reasons,
    visits_at_work,
    work_by_visit,
)
from office.review.grid.stacks import stacks
from office.review.queue import for_desk, left_to_others
from office.review.resume import next_step
from office.rounds.models import Sheet, Visit
from office.rounds.states import DECIDABLE, Bucket
from office.rounds.visits import reconcile_all

CARDS = 6
"""Visits at work that are told whole; each further one has a line with what waits of it."""

FINISHED_SHOWN = 6


@dataclass(frozen=True)
class VisitCard:
    """A visit, its sheets by bucket, and what waits of it; ``bars`` are (bucket, left, width) in
    percent."""

    visit: Visit
    counts: dict[str, Any]
    work: VisitWork | None = None

    @property
    def bars(self) -> list[tuple[str, float, float]]:
        total, left = self.counts["printed"], 0.0
        made = []
        for bucket in Bucket:
            width = 100 * self.counts[bucket.value] / total if total else 0.0
            made.append((bucket.value, round(left, 2), round(width, 2)))
            left += width
        return made


@allow(*Role)
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What waits by reason and by visit, what is missing, and the next thing to do."""
    user = cast(User, request.user)
    waiting = stacks(user)  # first: it makes the lists of work anew
    at_work, finished, n_finished = _visits()
    work = work_by_visit(user, at_work[:CARDS], waiting)
    in_work = Sheet.objects.filter(state__in=DECIDABLE)
    reviews = has_role(user, Role.PENINJAU, Role.PENYELIA)
    context = {
        "cards": _cards(at_work[:CARDS], work),
        "further": _cards(at_work[CARDS:], work),
        "finished": _cards(finished, work),
        "n_finished": n_finished,
        "n_visits": len(at_work) + n_finished,
        "n_waiting": in_work.count(),
        "n_ready": for_desk(user, ready=True).count(),
        "all": work.get(0),
        "page_reasons": page_reasons(),
        "n_loose": n_loose(),
        "loose_reasons": loose_reasons(),
        "step": next_step(user, waiting) if reviews else None,
    }
    return render(request, "start/start.html", context)


def _visits() -> tuple[list[Visit], list[Visit], int]:
    """All visits at work, the newest of the finished ones, and how many of those there are."""
    every = Visit.objects.select_related("desa", "round")
    at_work = list(visits_at_work().select_related("desa", "round"))
    finished = every.exclude(pk__in=[visit.pk for visit in at_work])
    return at_work, list(finished[:FINISHED_SHOWN]), finished.count()


def _cards(visits: list[Visit], work: Work) -> list[VisitCard]:
    counts = reconcile_all(visits)
    return [VisitCard(visit, counts[visit.pk], work.get(visit.pk)) for visit in visits]


@allow(Role.PENINJAU, Role.PENYELIA)
@require_safe
def resume(request: HttpRequest) -> HttpResponse:
    """To where this person left off, or to what is worth most now."""
    user = cast(User, request.user)
    step = next_step(user)
    if step is None:
        others = left_to_others(user)
        messages.success(request, others or "Tidak ada yang menunggu. Terima kasih.")
        return redirect("start")
    return redirect(step.url)
