"""Answers of a whole screen at once: written in one transaction, sent twice without harm, and
taken back together. What one answer runs into does not stop the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from office.review import items
from office.review.current import CurrentField
from office.review.decisions import NotDecidableError, Work, decidable, decide, revert, write_all
from office.review.grid.across import Found, fields_across
from office.review.grid.screens import StackName
from office.review.grid.stacks import ALL_MARKS
from office.review.models import Decision, Item
from office.review.passes import FIRST, SECOND, THIRD
from office.review.quality import audits, seeds
from office.review.quality.models import AuditAnswer
from office.review.spoken import spoken, spoken_name
from office.review.values import InvalidValueError, Value, checked
from office.rounds.models import Sheet
from office.rounds.printed import form_of

PASS_OF = {Item.Purpose.SECOND: SECOND, Item.Purpose.THIRD: THIRD}
"""Every other purpose is a first look."""


@dataclass(frozen=True)
class Answer:
    """One tile as it came back: what was seen (``seen`` row, ``page`` image) and what is said."""

    key: str
    sheet: str
    field: str
    page: int
    seen: int
    value: Value


@dataclass(frozen=True)
class Refusal:
    """An answer that was not written. ``is_wrong``: the value does not fit its field, and the
    tile comes back; otherwise something happened since, and ``theirs`` stands beside ``mine``."""

    key: str
    sheet: str
    field: str
    label: str
    text: str
    mine: str
    theirs: str = ""
    is_wrong: bool = False


@dataclass
class Outcome:
    """What became of a batch: keys of the tiles that were saved, and what was not."""

    saved: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def answer_batch(
    user: User, name: StackName, batch: UUID, answers: Sequence[Answer], ms: int, keystrokes: int
) -> Outcome:
    """Write all answers that hold. ``ms`` and ``keystrokes`` are those of the whole screen.

    The same batch again writes nothing and says the same: its rows tell what was saved.
    """
    outcome, rows, decided = Outcome(), list[Decision](), []
    works = list(_works(name, batch, len(answers), ms, keystrokes))
    with transaction.atomic():
        sheets = _sheets(answers)
        found = fields_across((sheets[a.sheet], a.field) for a in answers if a.sheet in sheets)
        done = _done(user, name, batch)
        for answer, work in zip(answers, works, strict=True):
            if (answer.sheet, answer.field) in done:
                outcome.saved.append(answer.key)
                continue
            if seeds.is_key(answer.key):
                _note_known(user, answer, work, outcome)
                continue
            sheet = sheets.get(answer.sheet)
            at = found.get((sheet.pk, answer.field)) if sheet is not None else None
            after = _answer(user, name, sheet, at, answer, work, outcome, rows)
            if sheet is not None and after is not None:
                decided.append((sheet, after))
                done.add((answer.sheet, answer.field))
        write_all(rows, user)
        audits.settle(decided)
        items.follow_all(decided)
    return outcome


def _done(user: User, name: StackName, batch: UUID) -> set[tuple[str, str]]:
    """Sheets and fields that this batch has written: decisions, or answers of an audit."""
    if name.purpose == Item.Purpose.AUDIT:
        audited = AuditAnswer.objects.filter(batch=batch, by=user).order_by()
        return set(audited.values_list("audit__sheet__code", "audit__field"))
    decided = Decision.objects.filter(batch=batch, by=user).order_by()
    return set(decided.values_list("sheet__code", "field"))


def _note_known(user: User, answer: Answer, work: Work, outcome: Outcome) -> None:
    """A known answer that was mixed in: told like any other, and no decision."""
    try:
        seeds.record(user, answer.key, answer.value, work.ms, work.keystrokes, work.batch)
    except (InvalidValueError, seeds.NoSuchSeedError) as error:
        wrong = isinstance(error, InvalidValueError)
        outcome.refused.append(
            Refusal(answer.key, answer.sheet, answer.field, "", str(error), "", is_wrong=wrong)
        )
    else:
        outcome.saved.append(answer.key)


def _sheets(answers: Sequence[Answer]) -> dict[str, Sheet]:
    codes = {answer.sheet for answer in answers}
    locked = Sheet.objects.select_for_update().filter(code__in=codes, layout_hash__isnull=False)
    return {sheet.code: sheet for sheet in locked.order_by("id")}


def _works(name: StackName, batch: UUID, n: int, ms: int, keystrokes: int) -> Iterator[Work]:
    """Equal parts of the screen's time and keys; both sums are exact."""
    mode = Decision.Mode.KEY if name.purpose == Item.Purpose.SECOND else Decision.Mode.GRID
    for number in range(n):
        parts = [total // n + (number < total % n) for total in (ms, keystrokes)]
        yield Work(parts[0], parts[1], mode, batch)


def _answer(
    user: User,
    name: StackName,
    sheet: Sheet | None,
    found: Found | None,
    answer: Answer,
    work: Work,
    outcome: Outcome,
    rows: list[Decision],
) -> CurrentField | None:
    """Take one answer, with its row among ``rows``, or say why not; the field as it is then."""
    if sheet is None:
        text = "Lembar ini tidak ada di kantor ini."
        outcome.refused.append(Refusal(answer.key, answer.sheet, answer.field, "", text, ""))
        return None
    current = found.field if found is not None else None
    pass_no = PASS_OF.get(Item.Purpose(name.purpose), FIRST)
    try:
        if name.purpose == Item.Purpose.AUDIT:
            after = _audit(user, sheet, current, answer, work)
            outcome.saved.append(answer.key)
            return after
        current = decidable(sheet, current)
        value = checked(current.spec, answer.value)
        if pass_no == FIRST and current.decision is not None and current.value == value:
            outcome.saved.append(answer.key)  # somebody said the same in the meantime
            return None
        _check_seen(current, answer, user)
        row, after = decide(sheet, current, value, user, pass_no, work)
        rows += [row] if row._state.adding else []
    except InvalidValueError as error:
        outcome.refused.append(_refusal(name, current, answer, str(error), is_wrong=True))
        return None
    except NotDecidableError as error:
        outcome.refused.append(_refusal(name, current, answer, str(error)))
        return None
    outcome.saved.append(answer.key)
    return after


def _audit(
    user: User, sheet: Sheet, current: CurrentField | None, answer: Answer, work: Work
) -> CurrentField | None:
    """What a blind look said, also of a sheet that is accepted. Of what was answered or decided in
    the meantime nothing is said: it would no longer be blind."""
    if current is None or current.page.pk != answer.page:
        raise NotDecidableError("Gambar halaman ini diganti sejak layar dibuka.")
    return audits.record(sheet, current, answer.value, user, work.ms, work.keystrokes, work.batch)


def _check_seen(current: CurrentField, answer: Answer, user: User) -> None:
    """Raises NotDecidableError when the field is no longer what the screen showed."""
    if current.page.pk != answer.page:
        raise NotDecidableError("Gambar halaman ini diganti sejak layar dibuka.")
    if current.seen == answer.seen:
        return
    last = current.said.last
    if last is None:
        raise NotDecidableError("Jawaban yang Anda lihat sudah diurungkan.")
    at = timezone.localtime(last.at).strftime("%H.%M")
    who = "Anda sendiri, di layar lain," if last.by_id == user.pk else last.by.get_username()
    raise NotDecidableError(f"Sudah diputuskan oleh {who} pukul {at}.")


def _refusal(
    name: StackName,
    current: CurrentField | None,
    answer: Answer,
    text: str,
    *,
    is_wrong: bool = False,
) -> Refusal:
    """What the screen tells; who keys a number again learns of nobody's value by it."""
    if current is None:
        return Refusal(answer.key, answer.sheet, answer.field, "", text, "")
    spec = current.spec
    mine = "" if is_wrong else spoken(spec, answer.value)
    hides = is_wrong or name.is_blind or current.said.last is None
    theirs = "" if hides else spoken(spec, current.value)
    label = spoken_name(spec, current.name)
    return Refusal(answer.key, answer.sheet, answer.field, label, text, mine, theirs, is_wrong)


@dataclass
class Undone:
    """What was taken back, with what had been answered; and sentences about what was not."""

    fields: dict[tuple[int, str], Value] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    rows: list[Found] = field(default_factory=list)
    known: list[tuple[seeds.Mixed, Value]] = field(default_factory=list)


def undo_batch(user: User, name: StackName) -> Undone | None:
    """Take back the last screen that ``user`` accepted in this stack and that stands; None when
    there is none. What somebody decided since stays, and is told."""
    if name.purpose == Item.Purpose.AUDIT:
        return _undo_audits(user, name)
    with transaction.atomic():
        rows = _last_batch(user, name)
        if not rows:
            return None
        undone = Undone()
        sheets = Sheet.objects.select_for_update().in_bulk({row.sheet_id for row in rows})
        found = fields_across((sheets[row.sheet_id], row.field) for row in rows)
        for row in rows:
            at = found.get((row.sheet_id, row.field))
            try:
                current = decidable(sheets[row.sheet_id], at.field if at else None)
                revert(sheets[row.sheet_id], current, row, user)
            except NotDecidableError as error:
                undone.refused.append(f"Lembar {sheets[row.sheet_id].code}: {error}")
                continue
            undone.fields[row.sheet_id, row.field] = row.to_value
        after = fields_across((sheets[pk], field) for pk, field in undone.fields)
        items.follow_all([(one.sheet, one.field) for one in after.values()])
        undone.rows = list(after.values())
        undone.known = seeds.take_back(user, rows[0].batch) if rows[0].batch else []
        return undone


def _undo_audits(user: User, name: StackName) -> Undone | None:
    """The same for blind looks; one that a second person has settled stays."""
    with transaction.atomic():
        batch = audits.last_batch(user, name.form, "" if name.is_mixed else name.field)
        if batch is None:
            return None
        back = audits.take_back(user, batch)
        undone = Undone({(sheet.pk, field): value for sheet, field, value in back})
        after = fields_across((sheet, field) for sheet, field, _ in back)
        items.follow_all([(one.sheet, one.field) for one in after.values()])
        undone.rows = list(after.values())
        return undone


def _last_batch(user: User, name: StackName) -> list[Decision]:
    pass_no = PASS_OF.get(Item.Purpose(name.purpose), FIRST)
    mine = Decision.objects.filter(
        _of(name), by=user, batch__isnull=False, undoes=None, undone=None, pass_no=pass_no
    )
    last = mine.order_by("-id").first()
    if last is None:
        return []
    return list(mine.filter(batch=last.batch).select_related("sheet").order_by("id"))


def _of(name: StackName) -> Q:
    """Decisions of the stack's field in every row, or of every mark field of its form."""
    form = Q(sheet__form=name.form)
    if name.field != ALL_MARKS:
        return form & (Q(field=name.field) | Q(field__startswith=f"{name.field}."))
    newest = Sheet.objects.filter(form=name.form, layout_hash__isnull=False).latest("id")
    spec = form_of(newest)
    marks = [one for one in spec.names() if spec.field(one.partition(".")[0]).kind == "mark"]
    return form & Q(field__in=marks)
