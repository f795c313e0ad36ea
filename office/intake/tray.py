"""The tray of loose pages: which kinds there are, how many of each, and the next one."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from office.intake.models import ScanPage

Status = ScanPage.Status

LOOSE = (
    Status.ORPHAN,
    Status.REFUSED,
    Status.CONFLICT,
    Status.UNKNOWN_SHEET,
    Status.VOID_SHEET,
)
"""Statuses of a page that a person should look at."""


@dataclass(frozen=True)
class Kind:
    """A kind of loose page: its word in addresses, its words on the screen, its statuses."""

    key: str
    label: str
    statuses: tuple[str, ...]


KINDS = (
    Kind("", "Semua yang menunggu", LOOSE),
    Kind("tanpa-kode", "Tanpa kode", (Status.ORPHAN,)),
    Kind("berbeda", "Gambar berbeda", (Status.CONFLICT,)),
    Kind("ditolak", "Ditolak", (Status.REFUSED,)),
    Kind("tak-tercatat", "Lembar tidak tercatat", (Status.UNKNOWN_SHEET,)),
    Kind("batal", "Lembar batal", (Status.VOID_SHEET,)),
    Kind("disisihkan", "Disisihkan", (Status.NOT_OURS,)),
    Kind("kosong", "Halaman kosong", (Status.BLANK,)),
)


@dataclass(frozen=True)
class KindCount:
    kind: Kind
    n: int


def kind_of(key: str) -> Kind:
    """The kind with this word; an unknown one is all that waits."""
    return next((kind for kind in KINDS if kind.key == key), KINDS[0])


def counted() -> list[KindCount]:
    """Each kind with how many pages it has; those without any are left out, except the first."""
    rows = ScanPage.objects.order_by().values_list("status").annotate(n=Count("id"))
    by_status: dict[str, int] = dict(rows)
    counts = [KindCount(k, sum(by_status.get(s, 0) for s in k.statuses)) for k in KINDS]
    return [one for one in counts if one.n or one.kind is KINDS[0]]


def pages_of(kind: Kind) -> QuerySet[ScanPage]:
    """The pages of a kind, the newest first."""
    pages = ScanPage.objects.filter(status__in=kind.statuses)
    return pages.select_related("file", "sheet").order_by("-id")


def next_loose(after: ScanPage) -> ScanPage | None:
    """The next page that waits, going on from ``after`` in the order of the tray."""
    waiting = pages_of(KINDS[0]).exclude(pk=after.pk)
    return waiting.filter(pk__lt=after.pk).first() or waiting.first()
