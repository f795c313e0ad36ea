"""Two people for one number: the second is blind, a difference waits for a third look, and
everything can be taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError
from django.utils import timezone

from forms.spec import FieldSpec
from office.accounts.roles import Role, grant
from office.register.services import KEYED_ONCE, KeyedOnceError, accept_sheet
from office.review.current import CurrentField, current_fields, current_values, open_fields
from office.review.decisions import NotDecidableError, record_decision, take_back
from office.review.models import Decision
from office.review.passes import SECOND, THIRD, Keying, is_keyed_twice, two_at_work
from office.rounds.models import Sheet
from office.rounds.states import SheetState
from tests.office.conftest import INK, SmallOffice

NIK, OTHER = "6311025203859001", "6311025203859007"
FILLED = {"nama.1": INK, "nik.1": INK, "nama_kepala": INK}


@pytest.fixture
def sheet(office: SmallOffice) -> Sheet:
    """A sheet with an unread NIK."""
    return office.scanned(FILLED)


@pytest.fixture
def colleague(db: None) -> User:
    """Somebody else who reviews."""
    return User.objects.create_user("colleague")


def _nik(sheet: Sheet) -> CurrentField:
    return current_fields(sheet)["nik.1"]


def test_a_number_keyed_once_awaits_somebody_else(office: SmallOffice, sheet: Sheet) -> None:
    assert not _nik(sheet).awaits_second, "nobody keyed it yet"
    record_decision(sheet, "nik.1", NIK, office.reviewer)
    record_decision(sheet, "nama.1", "INANG", office.reviewer)
    fields = current_fields(sheet)
    assert fields["nik.1"].awaits_second and not fields["nik.1"].is_open
    assert fields["nik.1"].said.keying == Keying.ONCE
    assert not fields["nama.1"].awaits_second, "a name is keyed once"


def test_the_first_keyer_is_not_the_second(office: SmallOffice, sheet: Sheet) -> None:
    with pytest.raises(NotDecidableError):
        record_decision(sheet, "nik.1", NIK, office.reviewer, pass_no=SECOND)
    record_decision(sheet, "nik.1", NIK, office.reviewer)
    with pytest.raises(NotDecidableError):
        record_decision(sheet, "nik.1", NIK, office.reviewer, pass_no=SECOND)
    record_decision(sheet, "nik.1", NIK, office.supervisor, pass_no=SECOND)
    assert _nik(sheet).said.keying == Keying.TWICE
    with pytest.raises(NotDecidableError):
        record_decision(sheet, "nik.1", NIK, office.supervisor, pass_no=SECOND)


def test_two_values_wait_for_a_third_look(office: SmallOffice, sheet: Sheet) -> None:
    record_decision(sheet, "nik.1", NIK, office.reviewer)
    with pytest.raises(NotDecidableError):
        record_decision(sheet, "nik.1", NIK, office.supervisor, pass_no=THIRD)
    record_decision(sheet, "nik.1", OTHER, office.supervisor, pass_no=SECOND)
    assert "nik.1" in open_fields(sheet)
    assert _nik(sheet).value == NIK, "until then the first counts"
    record_decision(sheet, "nik.1", OTHER, office.reviewer, pass_no=THIRD)
    assert "nik.1" not in open_fields(sheet)
    assert (_nik(sheet).value, _nik(sheet).said.keying) == (OTHER, Keying.THIRD_LOOK)


def test_a_new_first_pass_begins_anew(office: SmallOffice, sheet: Sheet) -> None:
    record_decision(sheet, "nik.1", NIK, office.reviewer)
    record_decision(sheet, "nik.1", NIK, office.supervisor, pass_no=SECOND)
    record_decision(sheet, "nik.1", OTHER, office.reviewer)
    assert _nik(sheet).awaits_second


def test_taking_back_restores_what_stood(office: SmallOffice, sheet: Sheet) -> None:
    first = record_decision(sheet, "nik.1", NIK, office.reviewer)
    second = record_decision(sheet, "nik.1", OTHER, office.supervisor, pass_no=SECOND)
    with pytest.raises(NotDecidableError):
        take_back(first, office.reviewer)
    take_back(second, office.supervisor)
    assert _nik(sheet).awaits_second
    take_back(first, office.reviewer)
    take_back(first, office.reviewer)
    assert _nik(sheet).is_open and _nik(sheet).decision is None
    assert Decision.objects.filter(field="nik.1").count() == 4, "no row is lost"
    with pytest.raises(IntegrityError):
        Decision.objects.create(
            sheet=sheet,
            page=first.page,
            field="nik.1",
            by=office.reviewer,
            mode="sheet",
            origin="keyed",
            undoes=first,
        )


def test_nothing_is_taken_back_from_an_accepted_sheet(office: SmallOffice, sheet: Sheet) -> None:
    office.decide(sheet, {"nama_kepala": "ADUL", "nama.1": "INANG"})
    accept_sheet(sheet, current_values(sheet), office.reviewer)
    with pytest.raises(NotDecidableError):
        take_back(Decision.objects.latest("id"), office.reviewer)


def _sign_in(*users: User) -> None:
    for user in users:
        grant(user, Role.PENINJAU)
        user.last_login = timezone.now()
        user.save()


def test_a_second_person_is_asked_only_where_there_is_one(
    office: SmallOffice, sheet: Sheet, colleague: User
) -> None:
    _sign_in(office.reviewer)
    grant(office.supervisor, Role.PENYELIA)
    assert not two_at_work(), "the supervisor never signed in"
    _sign_in(colleague)
    assert two_at_work()
    User.objects.filter(pk=colleague.pk).update(last_login=timezone.now() - timedelta(days=8))
    assert not two_at_work()


def test_a_sheet_waits_for_the_second_keying(
    office: SmallOffice, sheet: Sheet, colleague: User
) -> None:
    _sign_in(office.reviewer, colleague)
    office.decide(sheet, {"nama_kepala": "ADUL", "nama.1": "INANG", "nik.1": NIK})
    with pytest.raises(KeyedOnceError) as refused:
        accept_sheet(sheet, current_values(sheet), office.reviewer)
    assert refused.value.fields == ("nik.1",)
    accept_sheet(sheet, current_values(sheet), office.reviewer, keyed_once=True)
    assert sheet.state == SheetState.ACCEPTED
    assert sheet.events.latest("id").note == KEYED_ONCE


def test_a_number_that_the_reader_is_sure_of_is_keyed_once() -> None:
    spec = FieldSpec(
        id="nik", kind="cell", label="NIK", page=1, length=16, chars="digits", means="nik"
    )
    assert is_keyed_twice(spec, {"state": "doubtful"})
    assert not is_keyed_twice(spec, {"state": "sure"})
    assert not is_keyed_twice(spec, {"state": "empty"})
