"""All paper is accounted for, whatever happens to the sheets."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from forms.sheetcode import new_sheet_id
from office.rounds.models import Desa, Round, Sheet, SheetEvent, Visit
from office.rounds.sheets import NoReasonError, StaleSheetError, move, void
from office.rounds.states import BUCKETS, ForbiddenMoveError, SheetState, may_move
from office.rounds.visits import ClosedVisitError, close_visit, reconcile

S = SheetState


def _visit(sheets: int) -> Visit:
    desa = Desa.objects.create(code="63.11.02.2014", name="Liyu")
    visit = Visit.objects.create(
        public_id="v", round=Round.objects.create(name="r"), desa=desa, date=date(2026, 12, 1)
    )
    Sheet.objects.bulk_create(
        Sheet(code=new_sheet_id(), visit=visit, form="ab"[seq % 2], seq=seq)
        for seq in range(sheets)
    )
    return visit


def _push(sheet: Sheet, target: SheetState) -> bool:
    """Try a step as the program would; says whether it was allowed."""
    if target == S.PRINTED and sheet.layout_hash is None:
        sheet.layout_hash = "0" * 64
        sheet.save(update_fields=["layout_hash"])
    try:
        move(sheet, target, void_reason="uji" if target == S.VOID else "")
    except ForbiddenMoveError:
        return False
    return True


def _balanced(counts: dict[str, int]) -> bool:
    parts = ("accepted", "in_work", "out", "void", "missing")
    return counts["printed"] == sum(counts[name] for name in parts)


class Reconciliation(TestCase):
    """Random histories of six sheets, also with the visit closed half-way."""

    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(st.tuples(st.integers(0, 5), st.sampled_from(list(S))), max_size=40),
        st.integers(0, 40),
    )
    def test_printed_is_the_sum_of_its_parts(
        self, steps: list[tuple[int, SheetState]], close_at: int
    ) -> None:
        visit = _visit(6)
        sheets = list(visit.sheets.order_by("seq"))
        ever_printed: set[int] = set()
        for number, (index, target) in enumerate(steps):
            if number == close_at:
                close_visit(visit)
                sheets = list(visit.sheets.order_by("seq"))
            before = S(sheets[index].state)
            allowed = _push(sheets[index], target)
            assert allowed == may_move(before, target)
            if allowed and target == S.PRINTED:
                ever_printed.add(index)
            status = reconcile(visit)
            assert _balanced(status)
            assert status["printed"] == sum(k["printed"] for k in status["by_kind"].values())
            assert all(_balanced(kind) for kind in status["by_kind"].values())
            assert status["printed"] >= len(ever_printed)


def test_every_state_but_planned_has_a_bucket() -> None:
    assert set(BUCKETS) == set(S) - {S.PLANNED}


def test_void_is_final_and_accepted_only_reopens() -> None:
    assert not any(may_move(S.VOID, target) for target in S)
    assert [target for target in S if may_move(S.ACCEPTED, target)] == [S.UNDER_REVIEW]


@pytest.mark.django_db
def test_a_move_is_written_down() -> None:
    sheet = _visit(1).sheets.get()
    _push(sheet, S.PRINTED)
    event = SheetEvent.objects.get(sheet=sheet)
    assert (event.from_state, event.to_state) == (S.PLANNED, S.PRINTED)


@pytest.mark.django_db
def test_two_people_cannot_move_the_same_sheet() -> None:
    sheet = _visit(1).sheets.get()
    other = Sheet.objects.get(pk=sheet.pk)
    _push(sheet, S.PRINTED)
    with pytest.raises(StaleSheetError):
        void(other, "rusak")
    sheet.refresh_from_db()
    assert sheet.state == S.PRINTED


@pytest.mark.django_db
def test_void_asks_for_a_reason() -> None:
    sheet = _visit(1).sheets.get()
    with pytest.raises(NoReasonError):
        void(sheet, "   ")
    void(sheet, " rusak ")
    assert Sheet.objects.get(pk=sheet.pk).void_reason == "rusak"


@pytest.mark.django_db
def test_closing_a_visit_names_what_is_missing() -> None:
    visit = _visit(3)
    first, second, _ = visit.sheets.order_by("seq")
    _push(first, S.PRINTED)
    _push(second, S.PRINTED)
    _push(second, S.SCANNED)
    status = close_visit(visit)
    assert (status["printed"], status["missing"], status["in_work"], status["void"]) == (2, 1, 1, 0)
    with pytest.raises(ClosedVisitError):
        close_visit(visit)
