"""What a screen showed of a sheet, as a short text that comes back with every answer.

``<last decision>-<last event>-<sum of active pages>``: any change by anybody changes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self

from django.contrib.auth.models import User
from django.db.models import Max, QuerySet, Sum
from django.utils import timezone

from office.errors import OfficeError
from office.intake.models import ScanPage
from office.review.models import Decision
from office.rounds.models import Sheet, SheetEvent

PATTERN = r"[0-9]{1,15}-[0-9]{1,15}-[0-9]{1,15}"


class ChangedError(OfficeError):
    """The sheet is no longer what the screen shows."""


@dataclass(frozen=True)
class Version:
    """Three counters; only equality and "newer decisions" are asked of them."""

    decision: int
    event: int
    pages: int

    def __str__(self) -> str:
        return f"{self.decision}-{self.event}-{self.pages}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The version written by `str`; the form has checked `PATTERN`."""
        return cls(*(int(part) for part in text.split("-")))


def version_of(sheet: Sheet) -> Version:
    """The version that a screen made now would show."""
    decision = sheet.decisions.aggregate(last=Max("id"))["last"] or 0
    event = sheet.events.aggregate(last=Max("id"))["last"] or 0
    pages = sheet.scan_pages.filter(active=True).aggregate(sum=Sum("id"))["sum"] or 0
    return Version(decision, event, pages)


def version_shown(
    decisions: Iterable[Decision], events: Iterable[SheetEvent], pages: Iterable[ScanPage]
) -> Version:
    """The version of a screen that is made from these rows, and from no later ones."""
    decision, event = (max((row.pk for row in rows), default=0) for rows in (decisions, events))
    return Version(decision, event, sum(page.pk for page in pages))


def _newer(sheet: Sheet, seen: Version, user: User) -> QuerySet[Decision]:
    """What other people decided of the sheet since."""
    return sheet.decisions.filter(id__gt=seen.decision).exclude(by=user)


def version_after(sheet: Sheet, seen: Version, user: User) -> Version:
    """The version of a screen that showed ``seen`` and has just saved an answer. It goes on only
    over decisions of ``user``: those of others on other fields are not on the screen, so that
    accepting asks for another look."""
    now = version_of(sheet)
    return replace(now, decision=seen.decision) if _newer(sheet, seen, user).exists() else now


def check_pages(sheet: Sheet, seen: Version) -> None:
    """Raises ChangedError when another scan of a page came."""
    if version_of(sheet).pages != seen.pages:
        raise ChangedError(
            "Ada pindaian baru untuk lembar ini. Muat ulang halaman, lalu ulangi jawaban terakhir."
        )


def check_saving(sheet: Sheet, seen: Version, user: User, field: str | None = None) -> None:
    """Raises ChangedError when another person changed ``field`` (None: anything) since, or
    another scan came."""
    check_pages(sheet, seen)
    newer = _newer(sheet, seen, user).select_related("by")
    last = (newer if field is None else newer.filter(field=field)).last()
    if last is not None:
        at = timezone.localtime(last.at).strftime("%H.%M")
        what = "Lembar ini sudah diubah" if field is None else "Isian ini sudah diputuskan"
        raise ChangedError(
            f"{what} oleh {last.by.get_username()} pukul {at}. "
            "Muat ulang halaman, lalu ulangi jawaban terakhir."
        )


def check_accepting(sheet: Sheet, seen: Version, user: User) -> None:
    """Raises ChangedError unless exactly what the screen shows would be accepted."""
    check_saving(sheet, seen, user)
    if version_of(sheet) != seen:
        raise ChangedError(
            "Lembar ini sudah berubah sejak dibuka, mungkin di jendela lain. "
            "Periksa isinya sekali lagi, lalu terima."
        )
