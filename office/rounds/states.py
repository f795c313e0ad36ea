"""The states of a sheet and the one rule that accounts for all paper.

Per visit, counted in sheets: ``printed = accepted + in_work + out + void + missing``.
A sheet is *out* while it is printed and no page of it was scanned; *in work* from its first
scanned page until it is accepted; *missing* when it was still out as the visit was closed.
"""

from __future__ import annotations

from django.db.models import TextChoices

from office.errors import OfficeError


class SheetState(TextChoices):
    """Labels are what staff see."""

    PLANNED = "planned", "direncanakan"
    PRINTED = "printed", "di luar"
    SCANNED = "scanned", "terpindai sebagian"
    READ = "read", "terbaca"
    UNDER_REVIEW = "under_review", "sedang diperiksa"
    ACCEPTED = "accepted", "diterima"
    VOID = "void", "batal"
    MISSING = "missing", "hilang"


class Bucket(TextChoices):
    """Where a printed sheet is counted in the reconciliation."""

    ACCEPTED = "accepted", "diterima"
    IN_WORK = "in_work", "dikerjakan"
    OUT = "out", "di luar"
    VOID = "void", "batal"
    MISSING = "missing", "hilang"


BUCKETS: dict[SheetState, Bucket] = {
    SheetState.PRINTED: Bucket.OUT,
    SheetState.SCANNED: Bucket.IN_WORK,
    SheetState.READ: Bucket.IN_WORK,
    SheetState.UNDER_REVIEW: Bucket.IN_WORK,
    SheetState.ACCEPTED: Bucket.ACCEPTED,
    SheetState.VOID: Bucket.VOID,
    SheetState.MISSING: Bucket.MISSING,
}
"""Every state but ``planned``, which has put nothing on paper yet."""

DECIDABLE = frozenset(state for state, bucket in BUCKETS.items() if bucket == Bucket.IN_WORK)
"""States in which a person may decide what stands on the sheet."""

UNFINISHED = DECIDABLE | {SheetState.PLANNED, SheetState.PRINTED}
"""States in which something is still to be done with the sheet or its paper."""

_OUTSIDE = frozenset({SheetState.PRINTED, SheetState.MISSING})

_NEXT: dict[SheetState, frozenset[SheetState]] = {
    SheetState.PLANNED: frozenset({SheetState.PRINTED, SheetState.VOID}),
    SheetState.PRINTED: frozenset({SheetState.SCANNED, SheetState.VOID, SheetState.MISSING}),
    SheetState.MISSING: frozenset({SheetState.SCANNED, SheetState.VOID}),
    SheetState.SCANNED: frozenset(
        {SheetState.READ, SheetState.UNDER_REVIEW, SheetState.VOID, *_OUTSIDE}
    ),
    SheetState.READ: frozenset(
        {SheetState.UNDER_REVIEW, SheetState.VOID, SheetState.SCANNED, *_OUTSIDE}
    ),
    SheetState.UNDER_REVIEW: frozenset(
        {SheetState.ACCEPTED, SheetState.VOID, SheetState.SCANNED, *_OUTSIDE}
    ),
    SheetState.ACCEPTED: frozenset({SheetState.UNDER_REVIEW}),
    SheetState.VOID: frozenset(),
}
"""An accepted sheet is first reopened (which takes its rows out of the register), then changed.
A sheet goes back when a page was put to it by mistake and is taken off again: without pages it
is out (or missing) as before. Void is final: the paper may be anywhere, so its code never comes
back to life."""


class ForbiddenMoveError(OfficeError):
    """The sheet cannot go to that state from where it is."""

    def __init__(self, code: str, source: SheetState, target: SheetState) -> None:
        super().__init__(
            f"Lembar {code} berstatus “{source.label}”, jadi tidak bisa menjadi “{target.label}”."
        )
        self.source, self.target = source, target


def may_move(source: SheetState, target: SheetState) -> bool:
    """Whether the table of states has this step."""
    return target in _NEXT[source]


def check_move(code: str, source: SheetState, target: SheetState) -> None:
    """Raises ForbiddenMoveError unless the step is in the table. ``code`` names the sheet."""
    if not may_move(source, target):
        raise ForbiddenMoveError(code, source, target)
