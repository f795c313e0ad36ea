"""Stacks: the same question on many sheets, and who has which of it on the screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from forms.spec import FieldSpec, FormSpec
from office.review import items
from office.review.blind import seen_by
from office.review.claims import claimed_by_others
from office.review.models import Item
from office.review.passes import two_at_work
from office.rounds.models import Sheet, Visit
from office.rounds.printed import form_of, printed_form

ORDER = ("-certainty", "stack", "id")
"""By uncertainty, the surest first: screens of easy ones need one key each, and the hard ones come
together at the end, where a person slows down. Marks of many questions too, since each tile says
its question: put one question after the other, nearly every screen would hold a hard one. What is
equally sure stays together by question."""

LEASE = timedelta(minutes=10)
"""Long enough for two screens of names, short enough for a closed browser."""

Purpose = Item.Purpose

ALL_MARKS = "semua-tanda"
"""In the place of a field: the mark questions of a form together. A village has one or two
doubtful marks a question, and a screen that holds one costs as many keys as a full one."""

FEW = 12
"""A mark question with fewer open items has no stack of its own: one screen holds as many."""


@dataclass(frozen=True)
class Stack:
    """Open items of one question. ``n_free`` of them nobody else has on the screen; ``place``:
    where the question stands on the paper, from 0, and -1 for marks of many questions; ``title``:
    of the form, as on the paper."""

    form: str
    field: str
    purpose: str
    kind: str
    label: str
    n: int
    n_free: int
    title: str
    place: int = -1

    @property
    def order(self) -> tuple[int, str, int]:
        """By purpose, form and paper; marks of many questions before the others."""
        return order_of(self.form, self.purpose, self.place)


def order_of(form: str, purpose: str, place: int) -> tuple[int, str, int]:
    """Where a stack stands in the list of all."""
    return list(Purpose.values).index(purpose), form, place


def open_to(user: User, purpose: str | None = None) -> QuerySet[Item]:
    """Items (of one ``purpose``) that this user may be asked: nobody keys a number twice, or again
    what a screen showed them, or settles an audit of their own, and who is alone keys nothing
    again."""
    found = Item.objects.all() if purpose is None else Item.objects.filter(purpose=purpose)
    if not two_at_work():
        return found.exclude(purpose=Purpose.SECOND)
    found = found.exclude(first_by=user)
    if purpose not in (None, Purpose.SECOND):
        return found
    return found.exclude(Q(purpose=Purpose.SECOND) & Q(seen_by(user)))


def _free(user: User) -> Q:
    now = timezone.now()
    mine_or_nobodys = Q(claimed_by=None) | Q(claimed_by=user) | Q(claimed_until__lt=now)
    return mine_or_nobodys & ~Q(sheet__in=claimed_by_others(user))


def stacks(user: User, visit: Visit | None = None) -> list[Stack]:
    """All stacks with open items, in the order of the paper."""
    items.refresh()
    found = open_to(user)
    if visit is not None:
        found = found.filter(visit=visit)
    rows = (
        found.order_by()
        .values("purpose", "stack", "kind")
        .annotate(n=Count("id"), n_free=Count("id", filter=_free(user)))
    )
    specs = _specs({row["stack"] for row in rows})
    made = []
    for row in rows:
        (form, field), (of_form, spec) = row["stack"].split(".", 1), specs[row["stack"]]
        counts, place = (row["n"], row["n_free"]), of_form.fields.index(spec)
        what = form, field, row["purpose"], row["kind"], spec.label
        made.append(Stack(*what, *counts, of_form.title, place))
    return sorted(_few_together(made), key=lambda one: one.order)


def _few_together(found: Iterable[Stack]) -> Iterator[Stack]:
    """Mark questions with few open items in one stack, all others as they are."""
    few: dict[tuple[str, str], list[Stack]] = {}
    for stack in found:
        if stack.kind == Item.Kind.MARK and stack.n < FEW:
            few.setdefault((stack.form, stack.purpose), []).append(stack)
        else:
            yield stack
    for (form, purpose), some in few.items():
        if len(some) == 1:
            yield some[0]
            continue
        n, n_free = sum(one.n for one in some), sum(one.n_free for one in some)
        label = f"Tanda pada {len(some)} pertanyaan"
        yield Stack(form, ALL_MARKS, purpose, Item.Kind.MARK, label, n, n_free, some[0].title)


def named(found: Iterable[Stack]) -> dict[tuple[str, str], str]:
    """What each stack is called where its form is not beside it, by purpose and ``form.field``:
    two forms ask for a name."""
    found = list(found)
    forms: dict[str, set[str]] = {}
    for one in found:
        forms.setdefault(one.label, set()).add(one.form)
    return {
        (one.purpose, f"{one.form}.{one.field}"): (
            one.label if len(forms[one.label]) == 1 else f"{one.label} ({one.title})"
        )
        for one in found
    }


def of_reason(
    user: User, found: Iterable[Stack], reason: str, visit: Visit | None = None
) -> list[tuple[Stack, int]]:
    """Those of all the ``found`` stacks in which items wait for ``reason``, and how many."""
    found = list(found)
    whole = {(one.form, one.field, one.purpose) for one in found}
    rows = open_to(user).filter(reason=reason)
    if visit is not None:
        rows = rows.filter(visit=visit)
    counts: Counter[tuple[str, str, str]] = Counter()
    by_stack = rows.order_by().values_list("stack", "purpose").annotate(n=Count("id"))
    for stack, purpose, n in by_stack:
        form, field = stack.split(".", 1)
        is_whole = (form, field, purpose) in whole
        counts[form, field if is_whole else ALL_MARKS, purpose] += n
    return [(one, n) for one in found if (n := counts[one.form, one.field, one.purpose])]


def _of(stack: str) -> Q:
    """Items of a stack, or of all mark questions of a form."""
    form, field = stack.split(".", 1)
    if field != ALL_MARKS:
        return Q(stack=stack)
    return Q(stack__startswith=f"{form}.", kind=Item.Kind.MARK)


def _specs(names: Collection[str]) -> dict[str, tuple[FormSpec, FieldSpec]]:
    """Form and question of each stack, from the newest sheet that has it."""
    newest = Item.objects.filter(stack__in=names).values("stack").annotate(sheet=Max("sheet_id"))
    sheets = dict(newest.values_list("stack", "sheet"))
    by_pk = Sheet.objects.in_bulk(set(sheets.values()))
    found: dict[str, tuple[FormSpec, FieldSpec]] = {}
    for name, pk in sheets.items():
        form = form_of(by_pk[pk])
        found[name] = form, form.field(name.split(".", 1)[1])
    return found


def _at(form: FormSpec, field: str) -> tuple[int, FieldSpec]:
    """Place and question. Raises KeyError for one that the form does not have."""
    ids = [spec.id for spec in form.fields]  # two whole questions take long to compare
    if field not in ids:
        raise KeyError(f"{form.form} has no field {field!r}")
    place = ids.index(field)
    return place, form.fields[place]


def on_paper(form_id: str, field: str) -> tuple[int, FieldSpec | None]:
    """Place and question of a stack, whether or not anything waits in it; no one question for
    marks of many. Raises KeyError for a question that the form does not have, and
    Sheet.DoesNotExist for a form of which no sheet was printed."""
    printed = Sheet.objects.filter(form=form_id, layout_hash__isnull=False)
    newest = printed.order_by("-id").values_list("layout_hash", flat=True)[:1].get()
    form = printed_form(newest or "").spec
    if field == ALL_MARKS:
        return -1, None
    return _at(form, field)


def waiting_in(user: User, stack: str, purpose: str, visit: Visit | None = None) -> QuerySet[Item]:
    """The items of a stack that ``user`` may be asked and nobody else has on the screen."""
    found = open_to(user, purpose).filter(_free(user), _of(stack))
    return found if visit is None else found.filter(visit=visit)


def take(
    user: User,
    stack: str,
    purpose: str,
    n: int,
    visit: Visit | None = None,
    *,
    beside: Collection[int] = (),
) -> Sequence[Item]:
    """Lease up to ``n`` items of a stack to ``user``, in the `ORDER` of how sure the machine is.
    Other people get others. ``beside``: keys of items that the user has on the screen already."""
    items.refresh()
    with transaction.atomic():
        found = waiting_in(user, stack, purpose, visit).exclude(pk__in=beside)
        rows = found.select_for_update(skip_locked=True, of=("self",)).order_by(*ORDER)
        chosen = list(rows.select_related("sheet")[:n])
        _lease(user, [item.pk for item in chosen])
    return chosen


def _lease(user: User, wanted: Collection[int]) -> None:
    until = timezone.now() + LEASE
    Item.objects.filter(pk__in=wanted).update(claimed_by=user, claimed_until=until)


def lease(user: User, wanted: Collection[int]) -> Sequence[Item]:
    """Put these very items on the screen of ``user``: what was just taken back."""
    _lease(user, wanted)
    found = Item.objects.filter(pk__in=wanted)
    return list(found.select_related("sheet").order_by(*ORDER))


def keep(user: User, held: Collection[int]) -> None:
    """Prolong the leases of what the user has on the screen."""
    if not held:
        return
    mine = Item.objects.filter(pk__in=held, claimed_by=user)
    mine.update(claimed_until=timezone.now() + LEASE)


def still_held(user: User, held: Collection[int]) -> list[int]:
    """Those of the items with keys ``held`` that are still to be asked as they were when ``user``
    leased them: whatever is decided or read since makes another item of it, or none."""
    items.refresh()
    return list(Item.objects.filter(pk__in=held, claimed_by=user).values_list("id", flat=True))


def give_back(user: User, stack: str, purpose: str) -> None:
    """Free what the user has on the screen of this stack."""
    held = Item.objects.filter(_of(stack), claimed_by=user, purpose=purpose)
    held.update(claimed_by=None, claimed_until=None)
