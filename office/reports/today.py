"""What waits today, counted by the database: by visit and by reason, and what is missing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from office.intake.models import ScanFile, ScanPage
from office.intake.tray import LOOSE
from office.review.grid.stacks import ALL_MARKS, Stack, named, open_to
from office.review.models import Item
from office.review.resume import grid_url
from office.review.wording import Wording, wording_of
from office.rounds.models import Sheet, Visit
from office.rounds.states import DECIDABLE, UNFINISHED, SheetState

STACKS_SHOWN = 4
"""Questions named beside a reason; the rest is one step away."""

ORDER = (Item.Purpose.THIRD, Item.Purpose.DOUBT, Item.Purpose.SECOND, Item.Purpose.AUDIT)


@dataclass
class ReasonRow:
    """Fields that wait for one reason (each under its first), and their questions.

    ``links``: label, number and address of the stacks with most of them.
    """

    code: str
    purpose: str
    wording: Wording
    n: int = 0
    stacks: Counter[str] = field(default_factory=Counter)
    links: list[tuple[str, int, str]] = field(default_factory=list)
    n_more: int = 0


@dataclass
class VisitWork:
    """What waits of one visit. ``n_pages``: pages that are not scanned of sheets in work."""

    reasons: list[ReasonRow] = field(default_factory=list)
    n_fields: int = 0
    n_conflicts: int = 0
    n_pages: int = 0


Work = dict[int, VisitWork]
"""By visit; 0 is all of them together."""


def visits_at_work() -> QuerySet[Visit]:
    """Visits of which paper is still to be printed, scanned or accepted, or of which anything
    waits for a person (an audit and a second image do so on accepted sheets too): those with
    open fields first, then the newest."""
    unfinished = Sheet.objects.filter(visit=OuterRef("pk"), state__in=UNFINISHED)
    differing = ScanPage.objects.filter(status=ScanPage.Status.CONFLICT)
    waits = Exists(Item.objects.filter(visit=OuterRef("pk")))
    at_work = Exists(unfinished) | waits | Q(pk__in=differing.values("sheet__visit"))
    return Visit.objects.filter(at_work).annotate(waits=waits).order_by("-waits", "-date", "-id")


def work_by_visit(user: User, visits: Iterable[Visit], stacks: Iterable[Stack]) -> Work:
    """Four queries, however many fields wait. The reasons are told of ``visits`` and of all
    together, the numbers of every visit."""
    labels = named(stacks)  # few marks together
    known = {visit.pk: visit for visit in visits}
    work: defaultdict[int, VisitWork] = defaultdict(VisitWork)
    found: dict[tuple[int, str, str], ReasonRow] = {}
    for purpose, stack, visit_id, reason, n in _rows(user):
        work[visit_id].n_fields += n
        work[0].n_fields += n
        for of_visit in {0, visit_id} & {0, *known}:
            row = found.setdefault(
                (of_visit, purpose, reason), ReasonRow(reason, purpose, wording_of(reason))
            )
            row.n += n
            row.stacks[stack] += n
    for (visit_id, _, _), row in found.items():
        work[visit_id].reasons.append(row)
        own = {name: label for (of, name), label in labels.items() if of == row.purpose}
        _link(row, own, known.get(visit_id))
    for one in work.values():
        one.reasons.sort(key=lambda row: (ORDER.index(Item.Purpose(row.purpose)), -row.n))
    _add_conflicts(work)
    _add_missing_pages(work)
    return work


def _rows(user: User) -> Iterable[tuple[str, str, int, str, int]]:
    """Grouped in the order of an index (a stack has one kind), which takes a tenth of the time."""
    names = ("purpose", "stack", "kind", "visit_id", "reason")
    counted = open_to(user).order_by().values_list(*names).annotate(n=Count("id"))
    return ((purpose, stack, visit, reason, n) for purpose, stack, _, visit, reason, n in counted)


def _link(row: ReasonRow, labels: dict[str, str], visit: Visit | None) -> None:
    whole: Counter[str] = Counter()
    for name, n in row.stacks.items():
        whole[name if name in labels else f"{name.partition('.')[0]}.{ALL_MARKS}"] += n
    common = whole.most_common(STACKS_SHOWN)
    row.n_more = len(whole) - len(common)
    for name, n in common:
        form, question = name.split(".", 1)
        label = labels.get(name, "Tanda")
        row.links.append((label, n, grid_url(form, question, row.purpose, visit)))


def _add_conflicts(work: defaultdict[int, VisitWork]) -> None:
    waiting = ScanPage.objects.filter(status=ScanPage.Status.CONFLICT, sheet__isnull=False)
    by_visit = waiting.order_by().values_list("sheet__visit_id").annotate(n=Count("id"))
    for visit_id, n in by_visit:
        work[visit_id].n_conflicts += n
        work[0].n_conflicts += n


def _add_missing_pages(work: defaultdict[int, VisitWork]) -> None:
    """Pages that sheets in work should have, less those that were scanned."""
    partly = Sheet.objects.filter(state=SheetState.SCANNED).order_by()
    should = partly.values_list("visit_id").annotate(n=Sum("n_pages"))
    have = ScanPage.objects.filter(active=True, sheet__state=SheetState.SCANNED).order_by()
    scanned = dict(have.values_list("sheet__visit_id").annotate(n=Count("id")))
    for visit_id, n in should:
        missing = (n or 0) - scanned.get(visit_id, 0)
        work[visit_id].n_pages += missing
        work[0].n_pages += missing


def page_reasons() -> list[tuple[Wording, int]]:
    """What is the matter with images of sheets in work as a whole, such as a missing corner."""
    troubled = ScanPage.objects.filter(active=True, sheet__state__in=DECIDABLE)
    return _counted(troubled.exclude(reasons=[]).values_list("reasons", flat=True))


def loose_reasons() -> list[tuple[Wording, int]]:
    """Pages and files that found no sheet, by their first reason."""
    pages = ScanPage.objects.filter(status__in=LOOSE).exclude(reasons=[])
    files = ScanFile.objects.filter(status=ScanFile.Status.REFUSED)
    lists = [*pages.values_list("reasons", flat=True), *files.values_list("reasons", flat=True)]
    return _counted(reasons[:1] for reasons in lists)


def _counted(lists: Iterable[list[str]]) -> list[tuple[Wording, int]]:
    counts = Counter(code for codes in lists for code in codes)
    return [(wording_of(code), n) for code, n in counts.most_common()]


def n_loose() -> int:
    """Pages and files that a person should look at before they can be read as sheets."""
    pages = ScanPage.objects.filter(status__in=LOOSE).count()
    return pages + ScanFile.objects.filter(status=ScanFile.Status.REFUSED).count()
