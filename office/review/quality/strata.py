"""Strata: kinds of marks by kinds of capture. What is learnt of one says nothing of another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from forms.spec import FieldSpec
from office.intake.models import ScanPage
from office.review.models import StaleSheet
from office.review.quality.models import FullReview
from office.rounds.models import Sheet
from office.rounds.states import DECIDABLE, SheetState
from scanner.capture import CaptureClass
from scanner.reading import FieldState, Reason

MOST_ERRORS = 2
"""With so many confirmed errors since it was last looked through, a stratum is looked through
again: one may be bad luck, the second says that something is the matter with it."""

KINDS: Mapping[str, str] = {
    "single": "Tanda, pilih satu",
    "multiple": "Tanda, boleh beberapa",
    "ink": "Tanda tangan",
}
"""Kinds of fields that are audited, and their words."""

CAPTURES: Mapping[str, str] = {
    CaptureClass.GREY_SCAN: "pemindai abu-abu atau warna",
    CaptureClass.ONE_BIT: "pemindai hitam-putih",
    CaptureClass.PHOTOCOPY: "fotokopi",
    CaptureClass.PHONE: "foto HP",
    CaptureClass.UNKNOWN: "cara pindai tidak dikenal",
}


def kind_of(spec: FieldSpec) -> str | None:
    """The kind of an audited field; None for handwriting, which a person sees anyway."""
    return {"mark": spec.choice, "ink": "ink"}.get(spec.kind)


def capture_of(reading: Mapping[str, Any]) -> str:
    """How a page was captured, as its reading (the whole JSON) says."""
    capture: str = reading["facts"].get("capture") or CaptureClass.UNKNOWN
    return capture


def device_of(reading: Mapping[str, Any]) -> str:
    """With what a page was captured, as far as its file says; else empty."""
    device: str = reading["facts"].get("device") or ""
    return device


def stratum_of(spec: FieldSpec, capture: str) -> str | None:
    """``KIND/CAPTURE``; None for a field that is not audited."""
    kind = kind_of(spec)
    return None if kind is None else f"{kind}/{capture}"


def stratum_words(stratum: str) -> str:
    """``Tanda, pilih satu (fotokopi)``."""
    kind, _, capture = stratum.partition("/")
    return f"{KINDS.get(kind, kind)} ({CAPTURES.get(capture, capture)})"


def is_claimed(spec: FieldSpec, field: Mapping[str, Any]) -> bool:
    """Whether a field of a reading is a mark or a signature that the machine is sure of, so that
    without an audit no person would look at it."""
    return (
        kind_of(spec) is not None
        and field["state"] != FieldState.DOUBTFUL
        and Reason.REQUIRED_BUT_EMPTY not in field["reasons"]
    )


def under_full_review() -> frozenset[str]:
    """Strata of which a person looks at every mark now."""
    open_now = FullReview.objects.filter(ended_at=None).order_by()
    return frozenset(open_now.values_list("stratum", flat=True))


def last_end(stratum: str) -> datetime | None:
    """When a full review of it was last ended: errors before that count no more."""
    ended = FullReview.objects.filter(stratum=stratum, ended_at__isnull=False)
    return ended.order_by("-ended_at").values_list("ended_at", flat=True).first()


def open_full_review(stratum: str) -> None:
    """From now on a person looks at every mark of it, on accepted sheets too (`demands.AGAIN`);
    opening twice changes nothing."""
    with transaction.atomic():
        _, made = FullReview.objects.get_or_create(stratum=stratum, ended_at=None)
        if made:
            _mark_all_stale(stratum)


def end_full_review(review: FullReview, by: User, note: str) -> bool:
    """What waits of it no longer waits; what was decided stays. False when it ended before."""
    with transaction.atomic():
        still = FullReview.objects.filter(pk=review.pk, ended_at=None)
        if still.update(ended_by=by, ended_at=timezone.now(), note=note) != 1:
            return False
        _mark_all_stale(review.stratum)
    return True


def _mark_all_stale(stratum: str) -> None:
    """The lists of work are made anew of all sheets in work, and of the accepted ones on which the
    machine was sure of such marks."""
    kind, _, capture = stratum.partition("/")
    drawn = {"audit_draw__capture": capture, f"audit_draw__claims__{kind}__gt": 0}
    pages = ScanPage.objects.filter(active=True, sheet__state=SheetState.ACCEPTED, **drawn)
    in_work = Sheet.objects.filter(state__in=DECIDABLE).values_list("id", flat=True)
    wanted = {*in_work, *pages.order_by().values_list("sheet_id", flat=True)}
    rows = [StaleSheet(sheet_id=sheet_id) for sheet_id in sorted(wanted)]
    StaleSheet.objects.bulk_create(rows, ignore_conflicts=True)
