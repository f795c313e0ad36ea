"""How good the work is, as far as anything is known of it: of the machine, of those who review,
and of what it costs. Every figure with how many it rests on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Count, Max, QuerySet

from forms.spec import FieldSpec
from office.review.current import spec_of
from office.review.models import Decision, Item
from office.review.passes import Said, said
from office.review.quality.audits import Result, Verdict
from office.review.quality.models import Audit, AuditDraw, KnownAnswer
from office.review.quality.rates import LEAST_AUDITED, Rate
from office.review.quality.strata import stratum_of, stratum_words, under_full_review
from office.review.spoken import spoken, spoken_name
from office.review.wording import ReviewReason
from office.rounds.models import Sheet
from office.rounds.printed import form_of
from office.rounds.states import DECIDABLE, SheetState
from scanner.capture import CaptureClass

DOUBTED_SHOWN = 8

KEYED = {"nik": "NIK", "kk": "Nomor KK"}
"""Meanings of fields that two people key."""

KIND_WORDS = {"mark": "Tanda", "ink": "Tanda tangan", "digits": "Angka", "capitals": "Huruf (nama)"}
KIND_WORDS |= {"code": "Kode"}


@dataclass(frozen=True)
class StratumRow:
    """One stratum: ``claims`` marks that the machine was sure of, ``waiting`` of them drawn and not
    looked at yet, ``unsettled`` looked at and still open."""

    words: str
    claims: int
    waiting: int
    unsettled: int
    auditor_errors: int
    rate: Rate
    under_review: bool


@dataclass(frozen=True)
class Difference:
    """An audit that differed from the machine. Until a second person has settled it, neither value
    is told: that person should see the paper first. ``is_reopenable``: its sheet is accepted, and
    a supervisor has to reopen it before."""

    sheet: Sheet
    field: str
    label: str
    machine: str
    auditor: str
    verdict: Verdict
    stratum: str
    settled: str
    is_reopenable: bool


Key = tuple[str, str]
"""A stratum, and the device that its pages came from; empty where all devices count together."""


@dataclass(frozen=True)
class Counts:
    """What the machine was sure of, what of that was drawn, and what became of it."""

    claims: Counter[Key]
    drawn: Counter[Key]
    verdicts: Mapping[Key, Counter[Verdict]]
    under_review: Collection[str]

    def of_all_devices(self) -> Counts:
        """The same, all devices of a stratum counted together."""
        claims, drawn = Counter[Key](), Counter[Key]()
        verdicts: dict[Key, Counter[Verdict]] = defaultdict(Counter)
        for many, one in ((self.claims, claims), (self.drawn, drawn)):
            for (stratum, _), n in many.items():
                one[stratum, ""] += n
        for (stratum, _), own in self.verdicts.items():
            verdicts[stratum, ""] += own
        return Counts(claims, drawn, verdicts, self.under_review)

    def rows(self) -> Iterator[tuple[str, StratumRow]]:
        """Devices and rows, by the words of their stratum."""
        for key in sorted(
            self.claims.keys() | self.drawn.keys(), key=lambda k: stratum_words(k[0])
        ):
            name, device = key
            verdicts, under = self.verdicts.get(key, Counter()), name in self.under_review
            yield device, _stratum_row(name, self.claims[key], self.drawn[key], verdicts, under)


def strata_rows(counts: Counts) -> list[StratumRow]:
    """All strata in which the machine was ever sure of anything: those under full review, then
    those of which most is known."""
    rows = [row for _, row in counts.of_all_devices().rows()]
    return sorted(rows, key=lambda row: (not row.under_review, -row.rate.n))


def together(rows: list[StratumRow]) -> Rate:
    """How many were looked at in all strata, and how many were wrong: counts to begin with, no
    estimate of anything."""
    return Rate(sum(row.rate.errors for row in rows), sum(row.rate.n for row in rows))


def device_rows(counts: Counts) -> list[tuple[str, list[StratumRow]]]:
    """The same for each device that files name, by its name; files that name none come last.
    Nothing while no file names any."""
    rows: dict[str, list[StratumRow]] = defaultdict(list)
    for device, row in counts.rows():
        rows[device].append(row)
    if not any(rows):
        return []
    return sorted(rows.items(), key=lambda of: (not of[0], of[0].casefold()))


def counted(answered: list[Result]) -> Counts:
    """Everything, by stratum and device."""
    claims: Counter[Key] = Counter()
    draws = AuditDraw.objects.values_list("capture", "device", "claims")
    for capture, device, own in draws:
        for kind, n in own.items():
            claims[f"{kind}/{capture}", device] += n
    drawn = Counter(Audit.objects.values_list("stratum", "page__audit_draw__device"))
    verdicts: dict[Key, Counter[Verdict]] = defaultdict(Counter)
    for one in answered:
        verdicts[one.audit.stratum, one.audit.page.audit_draw.device][one.verdict] += 1
    return Counts(claims, drawn, verdicts, under_full_review())


def _stratum_row(
    name: str, claims: int, drawn: int, verdicts: Counter[Verdict], under: bool
) -> StratumRow:
    unsettled = verdicts[Verdict.WAITS]
    known = verdicts.total() - unsettled
    return StratumRow(
        stratum_words(name),
        claims,
        drawn - verdicts.total(),
        unsettled,
        verdicts[Verdict.AUDITOR_WRONG],
        Rate(verdicts[Verdict.MACHINE_WRONG], known, LEAST_AUDITED),
        under,
    )


def differences(answered: list[Result]) -> list[Difference]:
    """Those that differ and wait to be settled first, then the machine's errors, newest first."""
    order = (Verdict.WAITS, Verdict.MACHINE_WRONG, Verdict.AUDITOR_WRONG)
    some = [one for one in answered if one.verdict is not Verdict.AGREES]
    some.sort(key=lambda one: (order.index(one.verdict), -one.answer.pk))
    return [_difference(one) for one in some]


def _difference(result: Result) -> Difference:
    audit, sheet = result.audit, result.audit.sheet
    spec = spec_of(sheet, audit.field)
    decision = result.decision
    machine, auditor = spoken(spec, audit.machine), spoken(spec, result.answer.answer)
    if decision is None:
        machine = auditor = ""
    return Difference(
        sheet=sheet,
        field=audit.field,
        label=spoken_name(spec, audit.field),
        machine=machine,
        auditor=auditor,
        verdict=result.verdict,
        stratum=stratum_words(audit.stratum),
        settled=spoken(spec, decision.to_value) if decision is not None else "",
        is_reopenable=result.verdict is Verdict.WAITS and sheet.state == SheetState.ACCEPTED,
    )


def n_audits_waiting() -> int:
    """Blind looks that anybody may take now."""
    return Item.objects.filter(purpose=Item.Purpose.AUDIT).count()


def waiting_in_full_review() -> Counter[str]:
    """Marks that wait only because their stratum is looked through, by stratum."""
    wanted = Item.objects.filter(reason=ReviewReason.FULL_REVIEW, sheet__state__in=DECIDABLE)
    return _by_stratum(wanted)


def waiting_on_accepted() -> Counter[str]:
    """Blind looks at marks of accepted sheets, by stratum."""
    audits = Item.objects.filter(purpose=Item.Purpose.AUDIT)
    return _by_stratum(audits.filter(sheet__state=SheetState.ACCEPTED))


def _by_stratum(found: QuerySet[Item]) -> Counter[str]:
    by_stack = found.order_by().values_list("stack", "page__audit_draw__capture")
    rows = list(by_stack.annotate(n=Count("id"), sheet=Max("sheet_id")))
    sheets = Sheet.objects.in_bulk({sheet for *_, sheet in rows})
    counts: Counter[str] = Counter()
    for stack, capture, n, sheet in rows:
        spec = form_of(sheets[sheet]).field(stack.split(".", 1)[1])
        counts[stratum_of(spec, capture or CaptureClass.UNKNOWN) or ""] += n
    return counts


@dataclass(frozen=True)
class KnownRow:
    """Known answers of one person and kind. ``presets``: of the wrong presets among them, how many
    were left as they were."""

    who: str
    kind: str
    rate: Rate
    presets: Rate


def known_rows(user: User | None = None) -> list[KnownRow]:
    """By person and kind of field; only those of ``user`` if one is named."""
    rows = KnownAnswer.objects.order_by("id")
    if user is not None:
        rows = rows.filter(seed__by=user)
    columns = ("seed_id", "seed__by__username", "seed__kind", "is_right", "answer")
    more = ("seed__truth", "seed__shown")
    last = {row[0]: row[1:] for row in rows.values_list(*columns, *more)}
    groups: dict[tuple[str, str], list[tuple[bool, bool, bool]]] = defaultdict(list)
    for who, kind, is_right, answer, truth, shown in last.values():
        if is_right is not None:
            groups[who, kind].append((is_right, truth != shown, answer == shown))
    return [_known_row(who, kind, some) for (who, kind), some in sorted(groups.items())]


def _known_row(who: str, kind: str, answers: list[tuple[bool, bool, bool]]) -> KnownRow:
    """``answers``: right, preset wrongly, and left as preset."""
    presets = [left for _, wrong, left in answers if wrong]
    return KnownRow(
        who,
        KIND_WORDS.get(kind, kind),
        Rate(sum(not right for right, _, _ in answers), len(answers)),
        Rate(sum(presets), len(presets)),
    )


@dataclass(frozen=True)
class Doubted:
    """A known answer that somebody contradicted: one of the two is wrong, and the paper knows."""

    sheet: Sheet
    field: str
    label: str
    who: str


def doubted(user: User | None = None) -> list[Doubted]:
    """The latest of them; only those that ``user`` contradicted if one is named."""
    rows = KnownAnswer.objects.filter(is_right=False).select_related("seed__sheet", "seed__by")
    if user is not None:
        rows = rows.filter(seed__by=user)
    seen = {row.seed_id: row.seed for row in rows.order_by("-id")[:DOUBTED_SHOWN]}
    return [
        Doubted(
            seed.sheet,
            seed.field,
            spoken_name(spec_of(seed.sheet, seed.field), seed.field),
            seed.by.get_username(),
        )
        for seed in seen.values()
    ]


@dataclass(frozen=True)
class KeyingRow:
    """Numbers of one kind that two people keyed, and whose value the third look found right."""

    words: str
    rate: Rate
    first_right: int
    second_right: int
    neither_right: int
    unsettled: int


def keying_rows() -> list[KeyingRow]:
    """By kind of number."""
    pairs: dict[str, list[Said]] = defaultdict(list)
    for spec, own in _keyed_twice():
        pairs[KEYED.get(spec.means, spec.label)].append(own)
    return [_keying_row(words, some) for words, some in sorted(pairs.items())]


def _keyed_twice() -> Iterator[tuple[FieldSpec, Said]]:
    second = Decision.objects.filter(pass_no__gt=1).values_list("sheet_id", "field").distinct()
    wanted = set(second)
    near = Decision.objects.filter(
        sheet__in={sheet for sheet, _ in wanted}, field__in={field for _, field in wanted}
    ).order_by("id")
    rows: dict[tuple[int, str], list[Decision]] = defaultdict(list)
    for row in near.select_related("sheet"):
        if (row.sheet_id, row.field) in wanted:
            rows[row.sheet_id, row.field].append(row)
    for own in rows.values():
        now = said(own)
        if now.second is not None:
            yield spec_of(own[0].sheet, own[0].field), now


def _keying_row(words: str, pairs: list[Said]) -> KeyingRow:
    right: Counter[str] = Counter(_who_was_right(one) for one in pairs if _differed(one))
    return KeyingRow(
        words,
        Rate(right.total(), len(pairs)),
        right["first"],
        right["second"],
        right["neither"],
        right["unsettled"],
    )


def _differed(one: Said) -> bool:
    assert one.first is not None and one.second is not None  # held by _keyed_twice
    return bool(one.first.to_value != one.second.to_value)


def _who_was_right(one: Said) -> str:
    if one.third is None or one.first is None or one.second is None:
        return "unsettled"
    if one.third.to_value == one.first.to_value:
        return "first"
    return "second" if one.third.to_value == one.second.to_value else "neither"
