"""Items: one row for every field that waits for a person, made from what was read and decided.

They are a list of work and nothing else: thrown away, they can be made again. A sheet whose
pages, readings or state changed is marked stale in the same transaction, and its items are made
anew before the list is next asked for; a decision changes the items of its own field at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import transaction

from forms.spec import FieldSpec
from office.review.current import CurrentField, current_fields
from office.review.guesses import NO_GUESS, Guess, guess_of
from office.review.models import Item, StaleSheet
from office.review.quality import audits
from office.review.wording import ReviewReason
from office.rounds.models import Sheet
from office.rounds.states import DECIDABLE, SheetState

WITH_ITEMS = DECIDABLE | {SheetState.ACCEPTED}
"""An accepted sheet waits for nothing, but its marks may still be audited."""

ACCEPTED_AT_ONCE = 40
"""A full review asks for marks of all accepted sheets, and nobody who opens a page should wait
until a thousand of them are gone through: the next page goes on."""

MARK_OR_INK = {"mark": Item.Kind.MARK, "ink": Item.Kind.INK}


def mark_stale(sheet_id: int) -> None:
    """The items of this sheet no longer hold."""
    StaleSheet.objects.get_or_create(sheet_id=sheet_id)


def refresh() -> None:
    """Make the items of all stale sheets anew, with the marks of their pages that the lot
    chooses to be audited; of accepted ones some at a time, the newest first."""
    every = list(StaleSheet.objects.select_related("sheet").order_by("id"))
    accepted = [stale for stale in every if stale.sheet.state == SheetState.ACCEPTED]
    later = set(accepted[:-ACCEPTED_AT_ONCE])
    waiting = [stale for stale in every if stale not in later]
    if waiting:
        audits.draw([stale.sheet_id for stale in waiting])
    for stale in waiting:
        with transaction.atomic():
            stale.delete()
            rebuild(stale.sheet)


def rebuild(sheet: Sheet) -> None:
    """All items of a sheet; what did not change keeps its lease."""
    sheet.refresh_from_db()
    fields = current_fields(sheet).values() if sheet.state in WITH_ITEMS else ()
    _keep(sheet.items.all(), [item for field in fields for item in items_of(sheet, field)])


def follow(sheet: Sheet, field: CurrentField) -> None:
    """The items of one field, after it was decided or a decision was taken back."""
    follow_all([(sheet, field)])


def follow_all(decided: Sequence[tuple[Sheet, CurrentField]]) -> None:
    """`follow` for fields of many sheets, in three queries."""
    names = {(sheet.pk, field.name) for sheet, field in decided}
    near = Item.objects.filter(
        sheet__in={pk for pk, _ in names}, field__in={name for _, name in names}
    )
    here = [item for item in near.order_by() if (item.sheet_id, item.field) in names]
    _keep(here, [item for sheet, field in decided for item in items_of(sheet, field)])


def _keep(here: Iterable[Item], wanted: Iterable[Item]) -> None:
    """Let exactly ``wanted`` stand, leaving alone the rows that already say it."""
    old = {(item.sheet_id, item.field, item.purpose): item for item in here}
    new = {(item.sheet_id, item.field, item.purpose): item for item in wanted}
    gone = [item.pk for key, item in old.items() if key not in new or not _same(item, new[key])]
    if gone:
        Item.objects.filter(pk__in=gone).delete()
    Item.objects.bulk_create(
        item for key, item in new.items() if key not in old or not _same(old[key], item)
    )


def _same(one: Item, other: Item) -> bool:
    names = ("page_id", "reasons", "guess", "certainty", "first_by_id")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def items_of(sheet: Sheet, field: CurrentField) -> Iterator[Item]:
    """The work that one field gives: to be decided, keyed again, compared, or audited."""
    first = field.said.first
    if field.awaits_audit:
        yield _item(sheet, field, Item.Purpose.AUDIT, [ReviewReason.AUDIT], NO_GUESS)
    if sheet.state not in DECIDABLE:
        return
    if field.said.differ:
        yield _item(sheet, field, Item.Purpose.THIRD, [ReviewReason.KEYINGS_DIFFER], NO_GUESS)
    elif field.is_undecided:
        item = _item(sheet, field, Item.Purpose.DOUBT, _reasons(field), guess_of(field))
        item.first_by_id = field.demand.seen_by
        yield item
    elif field.awaits_second and first is not None:
        item = _item(sheet, field, Item.Purpose.SECOND, [ReviewReason.SECOND_KEYING], NO_GUESS)
        item.first_by_id = first.by_id
        yield item


def _reasons(field: CurrentField) -> list[str]:
    return field.reasons or [ReviewReason.CONFIRM_WRITING]


def kind_of(spec: FieldSpec) -> Item.Kind:
    """Which kind of work a question gives."""
    return MARK_OR_INK.get(spec.kind) or Item.Kind(spec.chars or "")


def _item(
    sheet: Sheet,
    field: CurrentField,
    purpose: Item.Purpose,
    reasons: Iterable[str],
    guess: Guess,
) -> Item:
    codes = [str(reason) for reason in reasons]
    return Item(
        sheet=sheet,
        page=field.page,
        visit_id=sheet.visit_id,
        field=field.name,
        stack=f"{sheet.form}.{field.spec.id}",
        kind=kind_of(field.spec),
        purpose=purpose,
        reason=codes[0],
        reasons=codes,
        guess=guess.value,
        certainty=guess.certainty,
    )


def on_change(instance: Any, **_: Any) -> None:
    """A page was filed or moved, or read anew (signal)."""
    sheet_id = getattr(instance, "sheet_id", None) or getattr(
        getattr(instance, "page", None), "sheet_id", None
    )
    if sheet_id is not None:
        mark_stale(sheet_id)


def on_event(instance: Any, **_: Any) -> None:
    """A sheet came into work or went out of it, or something happened to it (signal). Steps
    within the work change no item, and every first decision of a sheet is such a step."""
    stays = instance.from_state != instance.to_state and instance.from_state in DECIDABLE
    if not (stays and instance.to_state in DECIDABLE):
        mark_stale(instance.sheet_id)
