"""Audits: marks of which the machine was sure, and that nobody would have looked at, drawn by lot
and keyed blind.

The lot is a hash of the sheet's code, page and field under the secret key of the office: random,
foreseen by nobody, and the same whenever it is drawn. An answer changes neither a decision nor the
register. Where it differs from the machine, the field is opened for a second person, and only what
that person says tells whose error it was.
"""

from __future__ import annotations

import hmac
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from heapq import nsmallest
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from forms.spec import FieldSpec
from office.intake.models import ScanPage
from office.review.current import CurrentField, reading_of
from office.review.demands import NO_DEMAND, Demand, still_speaks
from office.review.grid.across import fields_across
from office.review.models import Decision
from office.review.quality.models import Audit, AuditAnswer, AuditDraw
from office.review.quality.strata import (
    MOST_ERRORS,
    capture_of,
    device_of,
    is_claimed,
    last_end,
    open_full_review,
    stratum_of,
)
from office.review.values import Value, checked, same
from office.review.wording import ReviewReason
from office.rounds.models import Sheet
from office.rounds.printed import form_of

RATE = 0.01
"""Share of the sure marks that are audited: of a village of 200 families about 150 marks, a
quarter of an hour of work."""

LEAST, LEAST_SHEETS = 3, 3
"""A stack with so many sheets (`draw`) has at least so many audits: also a small one of a scanner
that has gone bad overnight is looked at."""

PURPOSE = b"uji petik\0"
"""Sets these hashes apart from all others under the same key."""


class Verdict(StrEnum):
    """What became of an audit that was answered."""

    AGREES = "agrees"
    WAITS = "waits"
    MACHINE_WRONG = "machine_wrong"
    AUDITOR_WRONG = "auditor_wrong"


@dataclass(frozen=True)
class Result:
    """One answered audit; ``decision`` settled it where the answer differed."""

    audit: Audit
    answer: AuditAnswer
    verdict: Verdict
    decision: Decision | None = None


@dataclass(frozen=True)
class _Claim:
    lot: float
    sheet: Sheet
    page: ScanPage
    field: str
    stratum: str
    value: Value


@lru_cache(maxsize=4)
def office_key(path: Path) -> bytes:
    """The key of the office; it is never replaced."""
    return path.read_bytes()


def lot(sheet_code: str, page_no: int, field: str) -> float:
    """From 0 to 1, evenly; foreseen by nobody without the key."""
    message = PURPOSE + f"{sheet_code}:{page_no}:{field}".encode()
    digest = hmac.digest(office_key(settings.DATA.office_key), message, "sha256")
    return int.from_bytes(digest[:8], "big") / 2**64


def draw(sheets: Collection[int]) -> None:
    """Draw the lot for all pages of these sheets for which it was not drawn yet, stack by stack: a
    file of many sheets is one, and so are the small files that one device made on one day, since
    many scanners make a file of every page."""
    fresh = ScanPage.objects.filter(active=True, sheet__in=sheets, audit_draw=None)
    small: dict[tuple[date, str], set[int]] = defaultdict(set)
    for file_id in sorted(set(fresh.values_list("file_id", flat=True))):
        pages = list(_pages(file=file_id))
        if len({page.sheet_id for page in pages}) >= LEAST_SHEETS:
            _draw_stack(pages)
        else:
            small[_day_and_device(pages[0])].add(file_id)
    for (day, device), files in sorted(small.items()):
        earlier = _small_files(day, device)
        _draw_stack(list(_pages(file__in=files | earlier)))


def _pages(**of: object) -> QuerySet[ScanPage]:
    pages = ScanPage.objects.filter(active=True, **of).order_by("id")
    return pages.select_related("sheet", "audit_draw", "file")


def _day_and_device(page: ScanPage) -> tuple[date, str]:
    return timezone.localdate(page.file.received_at), device_of(reading_of(page))


def _small_files(day: date, device: str) -> set[int]:
    """Files of fewer than `LEAST_SHEETS` sheets that this device made and for whose pages the lot
    was drawn, of those that came on one day."""
    start = timezone.make_aware(datetime.combine(day, time.min))
    came = {"file__received_at__gte": start, "file__received_at__lt": start + timedelta(days=1)}
    drawn = ScanPage.objects.filter(active=True, audit_draw__device=device, **came)
    files = drawn.order_by().values("file").annotate(n=Count("sheet", distinct=True))
    return set(files.filter(n__lt=LEAST_SHEETS).values_list("file", flat=True))


def _draw_stack(pages: Collection[ScanPage]) -> None:
    """Each mark by its own lot; and where that gives fewer than `LEAST` of a stack, those with
    the smallest lots besides. A stack that grows is drawn from again only until it has so many."""
    fresh = [page for page in pages if not hasattr(page, "audit_draw")]
    n_before = Audit.objects.filter(page__in=pages).count()
    claims = {page: list(_claims(page)) for page in (pages if n_before < LEAST else fresh)}
    every = [claim for own in claims.values() for claim in own]
    chosen = [claim for claim in every if claim.lot < RATE]
    if len({page.sheet_id for page in pages}) >= LEAST_SHEETS and n_before < LEAST:
        chosen += nsmallest(LEAST, every, key=lambda claim: claim.lot)
    Audit.objects.bulk_create(
        (
            Audit(
                page=claim.page,
                sheet=claim.sheet,
                field=claim.field,
                stratum=claim.stratum,
                machine=claim.value,
            )
            for claim in chosen
        ),
        ignore_conflicts=True,
    )
    AuditDraw.objects.bulk_create(
        (_drawn(page, claims[page]) for page in fresh), ignore_conflicts=True
    )


def _claims(page: ScanPage) -> Iterator[_Claim]:
    """All that the machine is sure of on a page, and that a person would not see."""
    assert page.sheet is not None and page.page_no is not None  # held by the database
    form, reading = form_of(page.sheet), reading_of(page)
    capture = capture_of(reading)
    for name, read in reading["fields"].items():
        spec: FieldSpec = form.field(name.partition(".")[0])
        stratum = stratum_of(spec, capture)
        if stratum is not None and is_claimed(spec, read):
            at = lot(page.sheet.code, page.page_no, name)
            yield _Claim(at, page.sheet, page, name, stratum, read["value"])


def _drawn(page: ScanPage, claims: Iterable[_Claim]) -> AuditDraw:
    counts: dict[str, int] = {}
    for claim in claims:
        kind = claim.stratum.partition("/")[0]
        counts[kind] = counts.get(kind, 0) + 1
    reading = reading_of(page)
    return AuditDraw(
        page=page, capture=capture_of(reading), device=device_of(reading), claims=counts
    )


def record(
    sheet: Sheet,
    field: CurrentField,
    value: Value,
    by: User,
    ms: int | None = None,
    keystrokes: int | None = None,
    batch: UUID | None = None,
) -> CurrentField | None:
    """Write down what ``by`` saw in an audited field, which the caller has looked up in the same
    transaction and whose items the caller lets follow.

    Returns the field as it is then; None when it waits for no audit, because somebody answered
    or decided it before: then nothing is written. Raises InvalidValueError.
    """
    value = checked(field.spec, value)
    if not field.awaits_audit:
        return None
    audit = _audit_of(sheet, field)
    agrees = same(audit.machine, value)
    AuditAnswer.objects.create(
        audit=audit,
        by=by,
        answer=value,
        agrees=agrees,
        ms=ms,
        keystrokes=keystrokes,
        batch=batch,
    )
    if agrees:
        return replace(field, demand=NO_DEMAND)
    return replace(field, demand=Demand((ReviewReason.AUDIT_DIFFERS,), seen_by=by.pk))


def _audit_of(sheet: Sheet, field: CurrentField) -> Audit:
    """As it was drawn; or, of a mark on an accepted sheet of a stratum under full review, written
    down now."""
    for drawn in Audit.objects.filter(sheet=sheet, field=field.name).order_by("id"):
        if still_speaks(drawn.page, sheet.pk):
            return drawn
    stratum = stratum_of(field.spec, capture_of(reading_of(field.page))) or ""
    machine = field.reading["value"]
    return Audit.objects.create(
        page=field.page, sheet=sheet, field=field.name, stratum=stratum, machine=machine
    )


def last_batch(by: User, form: str, field: str) -> UUID | None:
    """The last screen of audits that ``by`` answered and did not take back, of a form and, unless
    that is empty, of one of its fields."""
    mine = AuditAnswer.objects.filter(by=by, batch__isnull=False, audit__sheet__form=form)
    if field:
        of_field = Q(audit__field=field) | Q(audit__field__startswith=f"{field}.")
        mine = mine.filter(of_field)
    taken_back = AuditAnswer.objects.filter(by=by, agrees=None, batch__isnull=False)
    standing = mine.exclude(batch__in=taken_back.values("batch"))
    return standing.order_by("-id").values_list("batch", flat=True).first()


def take_back(by: User, batch: UUID) -> list[tuple[Sheet, str, Value]]:
    """Take back the audits that ``by`` answered with this batch and that nobody has settled
    since: sheets, fields and what was answered. The caller lets their items follow."""
    rows = AuditAnswer.objects.filter(audit__answers__batch=batch).distinct()
    last = {row.audit_id: row for row in rows.select_related("audit__sheet").order_by("id")}
    mine = [row for row in last.values() if row.batch == batch and row.by_id == by.pk]
    free = [one for one in _judged(_said(mine)) if one.decision is None]
    for one in free:
        AuditAnswer.objects.create(audit=one.audit, by=by, agrees=None, batch=batch)
    return [(one.audit.sheet, one.audit.field, one.answer.answer) for one in free]


def results(stratum: str | None = None, *, differing: bool = False) -> list[Result]:
    """All answered audits, or those of one stratum, or those alone that ever differed."""
    rows = AuditAnswer.objects.select_related("audit__sheet", "audit__page__audit_draw", "by")
    rows = rows.order_by("id")
    if stratum is not None:
        rows = rows.filter(audit__stratum=stratum)
    if differing:
        rows = rows.filter(audit__in=AuditAnswer.objects.filter(agrees=False).values("audit"))
    last = {row.audit_id: row for row in rows}
    return _judged(_said(last.values()))


def _said(rows: Iterable[AuditAnswer]) -> list[AuditAnswer]:
    """Without those that only take another back."""
    return [row for row in rows if row.agrees is not None]


def _judged(answers: Collection[AuditAnswer]) -> list[Result]:
    """What became of each: of those that differ, by what counts for the field now."""
    differ = [row.audit for row in answers if not row.agrees]
    found = fields_across((audit.sheet, audit.field) for audit in differ) if differ else {}
    made = []
    for row in answers:
        at = None if row.agrees else found.get((row.audit.sheet_id, row.audit.field))
        decision = at.field.decision if at is not None else None
        made.append(Result(row.audit, row, _verdict(row, decision), decision))
    return made


def _verdict(answer: AuditAnswer, decision: Decision | None) -> Verdict:
    if answer.agrees:
        return Verdict.AGREES
    if decision is None:
        return Verdict.WAITS
    is_right = same(answer.audit.machine, decision.to_value)
    return Verdict.AUDITOR_WRONG if is_right else Verdict.MACHINE_WRONG


def settle(decided: Iterable[tuple[Sheet, CurrentField]]) -> None:
    """Decisions are written. Where one of them settled an audit that differed, and that makes the
    second error of its stratum since the stratum was last looked through, all of it is looked
    through again."""
    settled = [(sheet.pk, field.name) for sheet, field in decided if field.demand.seen_by]
    strata: set[str] = set()
    for sheet, name in settled:
        audits = Audit.objects.filter(sheet=sheet, field=name)
        strata.update(audits.values_list("stratum", flat=True))
    for stratum in strata:
        since = last_end(stratum)
        wrong = [
            one.decision
            for one in results(stratum, differing=True)
            if one.verdict is Verdict.MACHINE_WRONG and one.decision is not None
        ]
        if sum(since is None or row.at > since for row in wrong) >= MOST_ERRORS:
            open_full_review(stratum)
