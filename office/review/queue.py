"""What waits for a person: the sheets in work, their open fields, and the next one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from office.intake.models import ScanPage
from office.review import items
from office.review.claims import claimed_by_others, held_by_others
from office.review.models import Item
from office.review.passes import two_at_work
from office.review.wording import Wording, wording_of
from office.rounds.models import Sheet, Visit
from office.rounds.states import DECIDABLE, SheetState

WHOLE = (SheetState.READ, SheetState.UNDER_REVIEW)
"""States of a sheet whose pages are all scanned and read."""


@dataclass(frozen=True)
class Waiting:
    """One sheet in work. ``reasons`` counts its open fields by the first reason of each."""

    sheet: Sheet
    pages: tuple[int, ...]
    open_fields: tuple[str, ...]
    reasons: Counter[str]
    claimed_by: str = ""
    must_choose: bool = False
    """Two images of one page differ, and nobody has chosen yet."""
    n_second: int = 0
    """Numbers that a second person still has to key."""

    @property
    def is_ready(self) -> bool:
        """Whether nothing but accepting is left to do."""
        return self.is_decided and not self.n_second

    @property
    def is_decided(self) -> bool:
        """Whether nothing is left for the first reviewer to do."""
        return self.is_whole and not self.open_fields and not self.must_choose

    @property
    def is_whole(self) -> bool:
        return self.sheet.state in WHOLE

    @property
    def reason_words(self) -> list[tuple[str, int]]:
        return [(wording_of(code).label, n) for code, n in self.reasons.most_common(3)]


@dataclass(frozen=True)
class ReasonCount:
    code: str
    wording: Wording
    n_fields: int
    n_sheets: int


def in_work(visit: Visit | None = None) -> QuerySet[Sheet]:
    """Sheets with at least one scanned page that are neither accepted nor void, oldest
    visit first."""
    sheets = Sheet.objects.filter(state__in=DECIDABLE)
    if visit is not None:
        sheets = sheets.filter(visit=visit)
    return sheets.select_related("visit__desa").order_by("visit__date", "visit_id", "form", "seq")


def waiting(sheets: Iterable[Sheet]) -> list[Waiting]:
    """Sheets in work (as from `narrowed`) with their open fields; a handful of queries, however
    many sheets."""
    items.refresh()
    found = list(sheets)
    keys = [sheet.pk for sheet in found]
    pages: defaultdict[int, list[int]] = defaultdict(list)
    active = ScanPage.objects.filter(active=True, sheet__in=keys).order_by("page_no")
    for sheet_id, page_no in active.values_list("sheet_id", "page_no"):
        assert sheet_id is not None and page_no is not None  # held by the database
        pages[sheet_id].append(page_no)
    conflicting = ScanPage.objects.filter(status=ScanPage.Status.CONFLICT, sheet__in=keys)
    choosing = set(conflicting.values_list("sheet_id", flat=True))
    work: defaultdict[int, list[_Row]] = defaultdict(list)
    for sheet_id, *row in _asked().filter(sheet__in=keys).values_list("sheet_id", *_COLUMNS):
        work[sheet_id].append((row[0], row[1], row[2]))
    return [
        _waiting(sheet, tuple(pages[sheet.pk]), work[sheet.pk], sheet.pk in choosing)
        for sheet in found
    ]


_Row = tuple[str, str, str]
_COLUMNS = ("field", "purpose", "reason")


def _asked() -> QuerySet[Item]:
    """Items that keep a sheet from being accepted."""
    found = Item.objects.exclude(purpose=Item.Purpose.AUDIT)
    return found if two_at_work() else found.exclude(purpose=Item.Purpose.SECOND)


def _waiting(sheet: Sheet, pages: tuple[int, ...], rows: list[_Row], choose: bool) -> Waiting:
    second = [field for field, purpose, _ in rows if purpose == Item.Purpose.SECOND]
    still = tuple(field for field, purpose, _ in rows if purpose != Item.Purpose.SECOND)
    reasons = Counter(code for _, _, code in rows)
    claim = getattr(sheet, "claim", None)
    holder = claim.by.get_username() if claim is not None and claim.is_held else ""
    return Waiting(sheet, pages, still, reasons, holder, choose, len(second))


def by_reason(visit: Visit | None = None) -> list[ReasonCount]:
    """How many open fields and sheets each reason has, most first; each field counts under its
    first reason."""
    found = _asked() if visit is None else _asked().filter(visit=visit)
    rows = found.order_by().values_list("reason")
    counted = rows.annotate(n=Count("id"), sheets=Count("sheet", distinct=True)).order_by("-n")
    return [ReasonCount(code, wording_of(code), n, sheets) for code, n, sheets in counted]


def narrowed(visit: Visit | None, reason: str, only: str) -> QuerySet[Sheet]:
    """Sheets in work that have a field with this reason (if any), and are as ``only`` says:
    ``lengkap`` (all pages there), ``sebagian``, ``siap`` (to be accepted), ``pilih`` (one of two
    images is to be chosen), or empty."""
    found = in_work(visit).select_related("claim__by")
    if reason:
        found = found.filter(Exists(_asked().filter(sheet=OuterRef("pk"), reason=reason)))
    if only in ("lengkap", "siap"):
        found = found.filter(state__in=WHOLE)
    if only == "sebagian":
        found = found.exclude(state__in=WHOLE)
    if only == "pilih":
        found = found.filter(_CHOOSING)
    if only == "siap":
        found = found.exclude(_CHOOSING).exclude(Exists(_asked().filter(sheet=OuterRef("pk"))))
    return found


_CHOOSING = Exists(ScanPage.objects.filter(sheet=OuterRef("pk"), status=ScanPage.Status.CONFLICT))
"""Two images of one page differ."""


def for_desk(user: User, *, ready: bool = False) -> QuerySet[Sheet]:
    """Whole sheets that ``user`` can finish or go on with, in the order of the queue: nobody else
    has them, or all that is open of them, on the screen, and they do not only wait for a second
    keying. ``ready``: those alone that need nothing but accepting."""
    items.refresh()
    second = Exists(Item.objects.filter(sheet=OuterRef("pk"), purpose=Item.Purpose.SECOND))
    still = Exists(_open())
    found = in_work().filter(state__in=WHOLE).exclude(pk__in=claimed_by_others(user))
    found = found.exclude(_all_on_grids(user))
    if ready:
        found = found.exclude(still).exclude(_CHOOSING)
    if two_at_work():
        found = found.filter(still | _CHOOSING | ~second)
    return found


def _open() -> QuerySet[Item]:
    """Fields of a sheet that somebody has to decide at the desk."""
    asked = [Item.Purpose.DOUBT, Item.Purpose.THIRD]
    return Item.objects.filter(sheet=OuterRef("pk"), purpose__in=asked)


def _all_on_grids(user: User) -> Q:
    """Other people have all that is open of a sheet on their grids."""
    return Q(Exists(_open()), ~Exists(_open().exclude(held_by_others(user))), ~_CHOOSING)


def left_to_others(user: User) -> str:
    """One sentence: which whole sheets are not offered at the desk because others have all that
    is open of them on their grids; empty when there are none."""
    sheets = in_work().filter(_all_on_grids(user), state__in=WHOLE).order_by()
    held = Item.objects.filter(held_by_others(user), sheet__in=sheets).order_by()
    rows = held.values_list("claimed_by__username").annotate(n=Count("sheet", distinct=True))
    who = ", ".join(f"{name} ({n} lembar)" for name, n in sorted(rows))
    return f"Lembar yang tersisa sedang dikerjakan per pertanyaan oleh {who}." if who else ""


def next_sheet(user: User, after: Sheet | None = None, *, ready: bool = False) -> Sheet | None:
    """The next sheet `for_desk`. Goes on behind ``after`` and starts again at the front."""
    found = for_desk(user, ready=ready)
    if after is None:
        return found.first()
    others = found.exclude(pk=after.pk)
    return others.filter(_behind(after)).first() or others.first()


def _behind(sheet: Sheet) -> Q:
    """Later in the order of `in_work`."""
    visit = sheet.visit
    same_visit = Q(visit__date=visit.date, visit_id=visit.pk)
    return (
        Q(visit__date__gt=visit.date)
        | Q(visit__date=visit.date, visit_id__gt=visit.pk)
        | (same_visit & Q(form__gt=sheet.form))
        | (same_visit & Q(form=sheet.form, seq__gt=sheet.seq))
    )
