"""What quality asks of the fields of a sheet, beside what the reading asks: marks drawn by lot for
a blind look, marks of which such a look differed, and all marks of a stratum under full review."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from forms.spec import FieldSpec
from office.intake.models import ScanPage
from office.review.quality.models import Audit
from office.review.quality.strata import is_claimed, stratum_of, under_full_review
from office.review.wording import ReviewReason
from office.rounds.models import Sheet
from office.rounds.states import SheetState


@dataclass(frozen=True)
class Demand:
    """Of one field. ``reasons``: why a person must decide it though the machine is sure.
    ``is_drawn``: it waits for a blind look. ``seen_by``: who looked, and differed."""

    reasons: tuple[ReviewReason, ...] = ()
    is_drawn: bool = False
    seen_by: int | None = None


NO_DEMAND = Demand()

AGAIN = Demand(is_drawn=True)
"""What a full review asks of an accepted sheet, whose rows stay in the register meanwhile: a blind
look at every mark that had none yet. Only where one differs has a supervisor to reopen it."""


@dataclass(frozen=True)
class Demands:
    """Of one sheet; two queries, one more where something was drawn, and one more while any
    stratum is under full review."""

    strata: frozenset[str] = frozenset()
    by_field: Mapping[str, Demand] = field(default_factory=dict)
    is_accepted: bool = False

    def on(self, name: str, spec: FieldSpec, read: Mapping[str, Any], capture: str) -> Demand:
        """What is asked of one field, whose object of the reading is ``read``."""
        own = self.by_field.get(name, NO_DEMAND)
        if not self.strata or own.reasons or not is_claimed(spec, read):
            return own
        if stratum_of(spec, capture) not in self.strata:
            return own
        if self.is_accepted:
            return self.by_field.get(name, AGAIN)
        return Demand((ReviewReason.FULL_REVIEW,), own.is_drawn)


def demands_on(sheet: Sheet, name: str | None = None) -> Demands:
    """What is asked of all fields of a sheet, or of the one called ``name``."""
    return demands_across([sheet.pk], None if name is None else [name])[sheet.pk]


def demands_across(
    sheets: Collection[int], names: Collection[str] | None = None
) -> dict[int, Demands]:
    """What is asked of the sheets with these keys, as far as it is asked of fields in ``names``;
    as many queries as for one."""
    strata = under_full_review()
    found: dict[int, dict[str, Demand]] = {sheet: {} for sheet in sheets}
    drawn = Audit.objects.filter(sheet__in=sheets)
    if names is not None:
        drawn = drawn.filter(field__in=names)
    for audit in drawn.prefetch_related("page__superseded_by", "answers"):
        own = found[audit.sheet_id]
        if still_speaks(audit.page, audit.sheet_id) and not own.get(audit.field, NO_DEMAND).reasons:
            own[audit.field] = _demand(audit)
    accepted = _accepted(sheets) if strata else set()
    return {sheet: Demands(strata, own, sheet in accepted) for sheet, own in found.items()}


def _accepted(sheets: Collection[int]) -> set[int]:
    rows = Sheet.objects.filter(pk__in=sheets, state=SheetState.ACCEPTED).order_by()
    return set(rows.values_list("id", flat=True))


def _demand(audit: Audit) -> Demand:
    last = max(audit.answers.all(), key=lambda answer: answer.pk, default=None)
    if last is None or last.agrees is None:
        return Demand(is_drawn=True)
    if last.agrees:
        return NO_DEMAND
    return Demand((ReviewReason.AUDIT_DIFFERS,), seen_by=last.by_id)


def still_speaks(page: ScanPage, sheet_id: int) -> bool:
    """Whether the image still speaks for this sheet: itself, or a better image with the same
    marks that replaced it. One that lost against an image with other marks does not, nor one
    that a person has put to another sheet since."""
    while page.status == ScanPage.Status.REPLACED and page.superseded_by is not None:
        page = page.superseded_by
    return page.active and page.sheet_id == sheet_id
