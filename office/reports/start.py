"""The start page: where every sheet of each visit is, and what waits for a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from office.accounts.access import allow
from office.accounts.roles import Role
from office.intake.models import ScanFile, ScanPage
from office.intake.tray import LOOSE
from office.review.queue import by_reason, waiting
from office.rounds.models import Visit
from office.rounds.states import Bucket
from office.rounds.visits import reconcile

VISITS_SHOWN = 6


@dataclass(frozen=True)
class VisitCard:
    """A visit and its sheets by bucket; ``bars`` are (bucket, left, width) in percent."""

    visit: Visit
    counts: dict[str, Any]

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
    """Reconciliation of the latest visits, open work by reason, and the next thing to do."""
    shown = Visit.objects.select_related("desa", "round")[:VISITS_SHOWN]
    items = waiting()
    return render(
        request,
        "start/start.html",
        {
            "cards": [VisitCard(visit, reconcile(visit)) for visit in shown],
            "n_visits": Visit.objects.count(),
            "n_waiting": len(items),
            "n_whole": sum(item.is_whole for item in items),
            "n_ready": sum(item.is_ready for item in items),
            "reasons": by_reason(items),
            "n_loose": ScanPage.objects.filter(status__in=LOOSE).count()
            + ScanFile.objects.filter(status=ScanFile.Status.REFUSED).count(),
        },
    )
