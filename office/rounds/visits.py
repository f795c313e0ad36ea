"""Finding a visit, counting its sheets, and closing it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from office.errors import OfficeError
from office.rounds.models import Sheet, Visit
from office.rounds.sheets import move, void
from office.rounds.states import BUCKETS, Bucket, SheetState


class UnknownVisitError(OfficeError):
    """No visit has that id."""


class ClosedVisitError(OfficeError):
    """The visit was closed before."""


def find_visit(public_id: str) -> Visit:
    """The visit with this id. Raises UnknownVisitError."""
    found = Visit.objects.filter(public_id=public_id).first()
    if found is None:
        raise UnknownVisitError(
            f"Kunjungan “{public_id}” tidak ada; lihat daftarnya dengan `sotarsa round list`."
        )
    return found


def _counted(states: Counter[str]) -> dict[str, int]:
    """Sheets by bucket, ``printed`` being counted apart from its parts."""
    counts = {"printed": sum(states.values()), **{bucket.value: 0 for bucket in Bucket}}
    for state, count in states.items():
        counts[BUCKETS[SheetState(state)].value] += count
    return counts


def reconcile(visit: Visit) -> dict[str, Any]:
    """The published status of a visit: every sheet that was ever printed, by where it is now.

    ``printed = accepted + in_work + out + void + missing``, for the visit and for each kind.
    Sheets that were only planned are not paper and not counted; photocopied ones are (``copies``
    says how many, where there are any).
    """
    return reconcile_all([visit])[visit.pk]


def reconcile_all(visits: Iterable[Visit]) -> dict[int, dict[str, Any]]:
    """`reconcile` for many visits, by their keys, in one query."""
    names = {visit.pk: visit.public_id for visit in visits}
    kinds: dict[int, dict[str, Counter[str]]] = {pk: {} for pk in names}
    copies: Counter[int] = Counter()
    printed = Sheet.objects.filter(visit__in=names, layout_hash__isnull=False).order_by("form")
    rows = printed.values_list("visit_id", "form", "state")
    for visit, form, state, n, copied in rows.annotate(n=Count("id"), copied=Count("copied_from")):
        kinds[visit].setdefault(form, Counter())[state] += n
        copies[visit] += copied
    return {pk: _status(name, kinds[pk], copies[pk]) for pk, name in names.items()}


def _status(name: str, kinds: dict[str, Counter[str]], copies: int) -> dict[str, Any]:
    return {
        "visit": name,
        **_counted(sum(kinds.values(), Counter[str]())),
        **({"copies": copies} if copies else {}),
        "by_kind": {kind: _counted(states) for kind, states in kinds.items()},
    }


def close_visit(visit: Visit, *, by: User | None = None) -> dict[str, Any]:
    """Close a visit: what is still out becomes missing, what was never printed is dropped.

    A missing sheet that turns up is scanned as any other. Raises ClosedVisitError.
    """
    with transaction.atomic():
        now = timezone.now()
        if not Visit.objects.filter(pk=visit.pk, closed_at=None).update(closed_at=now):
            raise ClosedVisitError(f"Kunjungan {visit.public_id} sudah ditutup sebelumnya.")
        visit.closed_at = now
        for sheet in Sheet.objects.filter(visit=visit, state=SheetState.PRINTED):
            move(sheet, SheetState.MISSING, by=by, note="kunjungan ditutup")
        for sheet in Sheet.objects.filter(visit=visit, state=SheetState.PLANNED):
            void(sheet, "tidak jadi dicetak", by=by)
    return reconcile(visit)
