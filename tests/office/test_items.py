"""The list of work: it always says what a look at all sheets would say, and leases are kept."""

from __future__ import annotations

import importlib
import random
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.utils import timezone

from office.accounts.roles import Role, grant
from office.errors import OfficeError
from office.intake.conflicts import choose_image
from office.intake.models import ScanPage
from office.register.services import accept_sheet, reopen_sheet, void_sheet
from office.review import items
from office.review.claims import claim
from office.review.current import current_values, open_fields
from office.review.decisions import record_decision, take_back
from office.review.grid.stacks import ALL_MARKS, LEASE, give_back, stacks, take
from office.review.models import Item, StaleSheet
from office.review.passes import SECOND
from office.rounds.models import Sheet
from tests.office.conftest import INK, SmallOffice

NIK = "6311025203859001"
FILLED = {"nama.1": INK, "nik.1": INK, "nama_kepala": INK + "ADUL", "lantai": "papan"}


@pytest.fixture
def two_people(office: SmallOffice) -> tuple[User, User]:
    """Two reviewers who signed in today."""
    for user in (office.reviewer, office.supervisor):
        grant(user, Role.PENINJAU)
        user.last_login = timezone.now()
        user.save()
    return office.reviewer, office.supervisor


def _open(sheet: Sheet) -> set[str]:
    items.refresh()
    found = sheet.items.exclude(purpose=Item.Purpose.SECOND)
    return set(found.values_list("field", flat=True))


def test_items_say_what_is_open(office: SmallOffice) -> None:
    sheet = office.scanned(FILLED)
    assert _open(sheet) == set(open_fields(sheet)) == {"nama_kepala", "nama.1", "nik.1"}
    head = sheet.items.get(field="nama_kepala")
    assert (head.stack, head.kind, head.guess) == ("keluarga.nama_kepala", "capitals", "ADUL")
    assert head.certainty > 0.9 and head.reason == "confirm_writing"
    unread = sheet.items.get(field="nik.1")
    assert (unread.kind, unread.guess, unread.certainty) == ("digits", None, 0)


def test_a_decision_changes_only_its_own_item(office: SmallOffice) -> None:
    sheet = office.scanned(FILLED)
    items.refresh()
    before = set(sheet.items.exclude(field="nik.1").values_list("pk", flat=True))
    decision = record_decision(sheet, "nik.1", NIK, office.reviewer)
    assert not StaleSheet.objects.exists()
    assert sheet.items.get(field="nik.1").purpose == Item.Purpose.SECOND
    record_decision(sheet, "nik.1", NIK[::-1], office.supervisor, pass_no=SECOND)
    assert sheet.items.get(field="nik.1").purpose == Item.Purpose.THIRD
    take_back(sheet.decisions.latest("id"), office.supervisor)
    take_back(decision, office.reviewer)
    assert sheet.items.get(field="nik.1").purpose == Item.Purpose.DOUBT
    assert set(sheet.items.exclude(field="nik.1").values_list("pk", flat=True)) == before


def test_a_sheet_out_of_work_has_no_items(office: SmallOffice) -> None:
    sheet, thrown = office.scanned(FILLED), office.scanned(FILLED)
    office.decide(sheet, {"nama.1": "INANG"})
    accept_sheet(sheet, current_values(sheet), office.reviewer)
    void_sheet(thrown, office.supervisor, "basah")
    assert not _open(sheet) and not _open(thrown)
    reopen_sheet(sheet, office.supervisor, "salah")
    record_decision(sheet, "nik.1", NIK, office.reviewer)
    items.refresh()
    assert sheet.items.get().purpose == Item.Purpose.SECOND


def test_a_better_image_makes_the_items_anew(office: SmallOffice) -> None:
    sheet = office.scanned(FILLED)
    assert "lantai" not in _open(sheet)
    (other,) = office.take(office.reading(sheet, 1, {"lantai": "tanah", "nama_kepala": INK}))
    assert other.status == ScanPage.Status.CONFLICT
    choose_image(other, keep_new=True, by=office.supervisor)
    items.refresh()
    head = sheet.items.get(field="nama_kepala")
    assert (head.page, head.guess) == (other, None)


def test_thrown_away_the_list_is_made_again(office: SmallOffice) -> None:
    sheets = [office.scanned(FILLED) for _ in range(3)]
    record_decision(sheets[0], "nik.1", NIK, office.reviewer)
    items.refresh()
    names = ("sheet_id", "field", "purpose", "guess", "certainty", "first_by_id")
    before = set(Item.objects.values_list(*names))
    Item.objects.all().delete()
    for sheet in sheets:
        items.rebuild(sheet)
    assert set(Item.objects.values_list(*names)) == before


def test_random_work_keeps_items_and_fields_in_step(office: SmallOffice) -> None:
    """Any order of decisions, second keyings and takings back."""
    rng, sheet = random.Random(7), office.scanned(FILLED)
    for _ in range(60):
        field = rng.choice(["nik.1", "nama.1", "nama_kepala"])
        user = rng.choice([office.reviewer, office.supervisor])
        value = rng.choice([NIK, NIK[::-1], None]) if field == "nik.1" else "ADUL"
        try:
            if rng.random() < 0.3 and sheet.decisions.exists():
                take_back(rng.choice(list(sheet.decisions.filter(undoes=None))), user)
            else:
                record_decision(sheet, field, value, user, pass_no=rng.choice([1, 1, 2, 3]))
        except OfficeError:
            pass
        assert _open(sheet) == set(open_fields(sheet))


def test_two_people_never_get_the_same_item(
    office: SmallOffice, two_people: tuple[User, User]
) -> None:
    one, other = two_people
    for _ in range(5):
        office.scanned(FILLED)
    mine = take(one, "keluarga.nama", "doubt", 3)
    theirs = take(other, "keluarga.nama", "doubt", 9)
    assert len(mine) == 3 and len(theirs) == 2
    assert not {item.pk for item in mine} & {item.pk for item in theirs}
    assert [item.pk for item in take(one, "keluarga.nama", "doubt", 3)] == [i.pk for i in mine]
    give_back(one, "keluarga.nama", "doubt")
    assert len(take(other, "keluarga.nama", "doubt", 9)) == 5


def test_an_old_lease_is_given_to_the_next(
    office: SmallOffice, two_people: tuple[User, User]
) -> None:
    office.scanned(FILLED)
    one, other = two_people
    take(one, "keluarga.nama", "doubt", 9)
    assert not take(other, "keluarga.nama", "doubt", 9)
    Item.objects.update(claimed_until=timezone.now() - LEASE - timedelta(seconds=1))
    assert take(other, "keluarga.nama", "doubt", 9)


def test_a_sheet_on_somebodys_desk_is_not_in_a_grid(
    office: SmallOffice, two_people: tuple[User, User]
) -> None:
    first, second = office.scanned(FILLED), office.scanned(FILLED)
    claim(first, two_people[0])
    assert [item.sheet for item in take(two_people[1], "keluarga.nama", "doubt", 9)] == [second]
    assert [item.sheet for item in take(two_people[0], "keluarga.nama", "doubt", 9)] == [first]


def test_nobody_is_asked_to_key_the_own_number_again(
    office: SmallOffice, two_people: tuple[User, User]
) -> None:
    one, other = two_people
    sheet = office.scanned(FILLED)
    record_decision(sheet, "nik.1", NIK, one)
    assert not take(one, "keluarga.nik", "second", 9)
    assert len(take(other, "keluarga.nik", "second", 9)) == 1
    User.objects.filter(pk=one.pk).update(last_login=None)
    assert not take(other, "keluarga.nik", "second", 9), "alone, nothing is keyed again"


def test_stacks_are_counted_in_the_order_of_the_paper(
    office: SmallOffice, two_people: tuple[User, User]
) -> None:
    for _ in range(2):
        office.scanned(FILLED)
    take(two_people[0], "keluarga.nik", "doubt", 1)
    found = stacks(two_people[1])
    assert [(s.field, s.n, s.n_free) for s in found] == [
        ("nama_kepala", 2, 2),
        ("nama", 2, 2),
        ("nik", 2, 1),
    ]


def test_marks_of_questions_with_few_doubts_come_together(
    office: SmallOffice, two_people: tuple[User, User]
) -> None:
    sheet = office.sheet()
    doubts = {"lantai": ["papan"], "asuransi": ["pbi_jk"]}
    office.take(office.reading(sheet, 1, {}, doubts), office.reading(sheet, 2))
    found = [stack for stack in stacks(two_people[0]) if stack.kind == "mark"]
    assert [(one.field, one.n, one.label) for one in found] == [
        (ALL_MARKS, 2, "Tanda pada 2 pertanyaan")
    ]
    taken = take(two_people[0], f"keluarga.{ALL_MARKS}", "doubt", 12)
    assert [item.field for item in taken] == ["asuransi", "lantai"]
    give_back(two_people[0], f"keluarga.{ALL_MARKS}", "doubt")
    assert len(take(two_people[1], "keluarga.lantai", "doubt", 12)) == 1


def test_after_the_upgrade_what_screens_preset_is_made_anew(office: SmallOffice) -> None:
    """Lists of work keep guesses, also those that an older program made."""
    sheet = office.scanned(FILLED)
    items.refresh()
    assert Item.objects.filter(field="nama_kepala").update(guess="ALUD") == 1
    migration = importlib.import_module("office.review.migrations.0012_guesses_anew")
    for _ in range(2):
        migration.mark_all_stale(apps, None)
    items.refresh()
    assert sheet.items.get(field="nama_kepala").guess == "ADUL"
