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
    loose_reasons,
    n_loose,
    page_reasons,
    work_by_visit,
)
from office.review.grid.stacks import stacks
from office.review.queue import for_desk
from office.review.resume import next_step
from office.rounds.models import Sheet, Visit
from office.rounds.states import DECIDABLE, Bucket
from office.rounds.visits import reconcile

VISITS_SHOWN = 6


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
    shown = list(Visit.objects.select_related("desa", "round")[:VISITS_SHOWN])
    waiting = stacks(user)
    work = work_by_visit(user, shown, waiting)
    in_work = Sheet.objects.filter(state__in=DECIDABLE)
    reviews = has_role(user, Role.PENINJAU, Role.PENYELIA)
    context = {
        "cards": [VisitCard(visit, reconcile(visit), work.get(visit.pk)) for visit in shown],
        "n_visits": Visit.objects.count(),
        "n_waiting": in_work.count(),
        "n_ready": for_desk(user, ready=True).count(),
        "all": work.get(0),
        "page_reasons": page_reasons(),
        "n_loose": n_loose(),
        "loose_reasons": loose_reasons(),
        "step": next_step(user, waiting) if reviews else None,
    }
    return render(request, "start/start.html", context)


@allow(Role.PENINJAU, Role.PENYELIA)
@require_safe
def resume(request: HttpRequest) -> HttpResponse:
    """To where this person left off, or to what is worth most now."""
    step = next_step(cast(User, request.user))
    if step is None:
        messages.success(request, "Tidak ada yang menunggu. Terima kasih.")
        return redirect("start")
    return redirect(step.url)
