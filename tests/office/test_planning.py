"""Planning a visit: what is refused, and that codes are unlike each other."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from forms.spec import catalog_forms
from office.errors import OfficeError
from office.rounds.models import Desa, Round, Sheet, Visit
from office.rounds.planning import MAX_SHEETS, PlanError, plan_visit
from office.rounds.villages import UnknownVillageError, load_villages
from office.rounds.visits import UnknownVisitError, find_visit, reconcile

pytestmark = pytest.mark.django_db
LIYU = "63.11.02.2014"
KIND = "registrasi"


@pytest.fixture(autouse=True)
def villages() -> None:
    load_villages()


def _soon() -> date:
    return timezone.localdate() + timedelta(days=7)


def test_all_villages_are_there_and_only_once() -> None:
    assert load_villages() == 24 == Desa.objects.count()
    assert not Desa.objects.filter(code__in=["63.11.02.2006", "63.11.02.2007"]).exists()


def test_a_visit_reserves_its_codes_and_prints_nothing() -> None:
    visit = plan_visit(LIYU, _soon(), {KIND: 30})
    codes = [sheet.code for sheet in visit.sheets.all()]
    assert len(set(codes)) == 30
    assert visit.public_id.startswith(f"liyu-{_soon():%Y%m%d}-")
    assert reconcile(visit)["printed"] == 0
    assert find_visit(visit.public_id) == visit


def test_today_is_not_past() -> None:
    plan_visit(LIYU, timezone.localdate(), {KIND: 1})
    with pytest.raises(PlanError, match="sudah lewat"):
        plan_visit(LIYU, timezone.localdate() - timedelta(days=1), {KIND: 1})


@pytest.mark.parametrize("sheets", [{}, {"asing": 1}, {KIND: 0}, {KIND: MAX_SHEETS + 1}])
def test_impossible_packs_are_refused(sheets: dict[str, int]) -> None:
    with pytest.raises(PlanError):
        plan_visit(LIYU, _soon(), sheets)
    assert not Visit.objects.exists() and not Round.objects.exists()


def test_an_unknown_kind_names_the_known_ones() -> None:
    with pytest.raises(PlanError) as refused:
        plan_visit(LIYU, _soon(), {"asing": 1})
    assert all(kind in str(refused.value) for kind in catalog_forms())


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("63.11.02.2006", "63.11.02.2001"),
        ("liyu", "63.11.02.2014"),
        ("6311060.2014", "63.11.02.2014"),
        ("", "63.11.02.2001"),
    ],
)
def test_an_unknown_village_gets_a_hint(code: str, hint: str) -> None:
    with pytest.raises(UnknownVillageError) as refused:
        plan_visit(code, _soon(), {KIND: 1})
    assert hint in str(refused.value)
    assert not Sheet.objects.exists()


def test_visits_join_a_named_round_or_start_a_new_one() -> None:
    first = plan_visit(LIYU, _soon(), {KIND: 1}, round_name="Putaran lansia")
    second = plan_visit(LIYU, _soon(), {KIND: 1}, round_name="Putaran lansia")
    third, fourth = (plan_visit(LIYU, _soon(), {KIND: 1}) for _ in range(2))
    assert first.round == second.round
    assert len({first.round, third.round, fourth.round}) == 3
    assert third.round.name == f"Putaran 1/{_soon().year}"


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "baris\nbaru"])
def test_round_names_must_be_printable(name: str) -> None:
    with pytest.raises(PlanError):
        plan_visit(LIYU, _soon(), {KIND: 1}, round_name=name)


def test_an_unknown_visit_is_named() -> None:
    with pytest.raises(UnknownVisitError, match="liyu-1"):
        find_visit("liyu-1")
    assert issubclass(UnknownVisitError, OfficeError)
