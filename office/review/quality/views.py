"""The quality page: what is known of errors, with how much it rests on."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from office.accounts.access import allow
from office.accounts.roles import Role, has_role
from office.review import items
from office.review.quality import report as figures
from office.review.quality.audits import RATE, results
from office.review.quality.models import FullReview
from office.review.quality.rates import LEAST_ANSWERED, LEAST_AUDITED
from office.review.quality.strata import MOST_ERRORS, end_full_review, stratum_words
from office.review.quality.work import latest_decisions, speed_rows, suggestion_rows
from office.review.views import REVIEWERS, user_of

ENDED_SHOWN = 5


class NoteForm(forms.Form):
    """What was found and done before a full review ends."""

    note = forms.CharField(
        max_length=200,
        strip=True,
        error_messages={
            "required": "Tuliskan dahulu apa penyebabnya dan apa yang sudah dibetulkan.",
            "max_length": "Catatan paling panjang 200 huruf.",
        },
    )


@allow(*REVIEWERS)
@never_cache
@require_safe
def quality(request: HttpRequest) -> HttpResponse:
    """A reviewer sees the machine's figures and their own; a supervisor sees everybody's."""
    user = user_of(request)
    items.refresh()
    sees_all = has_role(user, Role.PENYELIA)
    answered, latest = results(), latest_decisions()
    counts = figures.counted(answered)
    strata = figures.strata_rows(counts)
    of_whom = None if sees_all else user
    context = {
        "sees_all": sees_all,
        "audited": figures.together(strata),
        "strata": strata,
        "devices": figures.device_rows(counts),
        "differences": figures.differences(answered),
        "n_waiting": figures.n_audits_waiting(),
        "full_reviews": _open_reviews(),
        "ended": _ended(),
        "known": figures.known_rows(of_whom),
        "doubted": figures.doubted(of_whom),
        "keyings": figures.keying_rows(),
        "suggestions": suggestion_rows(latest),
        "speeds": speed_rows(latest),
        "n_latest": len(latest),
        "one_in": round(1 / RATE) if RATE else 0,
        "least_audited": LEAST_AUDITED,
        "least_answered": LEAST_ANSWERED,
        "most_errors": MOST_ERRORS,
    }
    return render(request, "review/quality.html", context)


def _open_reviews() -> list[dict[str, object]]:
    """Full reviews that go on, and how many marks each asks for now."""
    rows = list(FullReview.objects.filter(ended_at=None))
    counts = figures.waiting_in_full_review() if rows else {}
    accepted = figures.waiting_on_accepted() if rows else {}
    return [
        {
            "pk": row.pk,
            "words": stratum_words(row.stratum),
            "since": row.since,
            "n": counts.get(row.stratum, 0),
            "n_accepted": accepted.get(row.stratum, 0),
        }
        for row in rows
    ]


def _ended() -> list[dict[str, object]]:
    """The last full reviews that were ended, newest first."""
    rows = FullReview.objects.filter(ended_at__isnull=False).select_related("ended_by")
    return [
        {"words": stratum_words(row.stratum), "row": row}
        for row in rows.order_by("-ended_at")[:ENDED_SHOWN]
    ]


@allow(Role.PENYELIA)
@require_POST
def end_review(request: HttpRequest, pk: int) -> HttpResponse:
    """End the full review of a stratum, with a note."""
    review, form = get_object_or_404(FullReview, pk=pk), NoteForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["note"][0]))
    elif end_full_review(review, user_of(request), form.cleaned_data["note"]):
        messages.success(request, f"Pemeriksaan penuh selesai: {stratum_words(review.stratum)}.")
    else:
        messages.info(request, "Pemeriksaan penuh ini sudah diakhiri sebelumnya.")
    return redirect("quality")
