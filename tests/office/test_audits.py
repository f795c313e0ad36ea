"""Audits: the lot is even and always the same, a difference opens the field for somebody else, and
a second error sends the stratum to full review."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from office.accounts.roles import Role, grant
from office.register.services import NotAcceptableError, accept_sheet, reopen_sheet
from office.review import items
from office.review.current import current_field, current_fields, current_values
from office.review.decisions import NotDecidableError, record_decision, take_back
from office.review.grid.batches import Answer, answer_batch
from office.review.grid.screens import StackName
from office.review.grid.stacks import open_to
from office.review.models import Decision, Item, StaleSheet
from office.review.quality import audits, strata
from office.review.quality.audits import Verdict, results
from office.review.quality.models import Audit, AuditAnswer, AuditDraw, FullReview
from office.review.values import Value
from office.rounds.models import Sheet, SheetEvent
from tests.office.conftest import SmallOffice

SURE = {"nama_kepala": "~ADUL", "lantai": "papan", "jenis_kelamin.1": "L", "ttd": True}


@pytest.fixture
def all_drawn(office: SmallOffice, monkeypatch: pytest.MonkeyPatch) -> SmallOffice:
    """The lot chooses every mark."""
    monkeypatch.setattr(audits, "RATE", 1.0)
    return office


@pytest.fixture
def auditor(db: None) -> User:
    """A third person."""
    return User.objects.create_user("auditor")


def _items(sheet: Sheet, purpose: str = Item.Purpose.AUDIT) -> set[str]:
    items.refresh()
    return set(sheet.items.filter(purpose=purpose).values_list("field", flat=True))


def _see(sheet: Sheet, name: str, value: Value, by: User) -> None:
    """Answer an audit, as a grid does."""
    field = current_field(sheet, name)
    assert field is not None
    after = audits.record(sheet, field, value, by, 900, 2, uuid4())
    if after is not None:
        items.follow(sheet, after)


def _lots(office: SmallOffice, n: int) -> list[float]:
    return [audits.lot("7KQ2MX94D", page, f"f{n}") for n in range(n) for page in (1, 2)]


def test_the_lot_is_even_and_always_the_same(office: SmallOffice) -> None:
    """Of 20,000 marks 1 % is chosen: 200, give or take four standard deviations."""
    lots = _lots(office, 10_000)
    assert lots == _lots(office, 10_000)
    assert len(set(lots)) == len(lots)
    chosen = sum(lot < 0.01 for lot in lots)
    assert abs(chosen - 200) < 4 * (20_000 * 0.01 * 0.99) ** 0.5


def test_another_office_draws_other_marks(office: SmallOffice) -> None:
    before = _lots(office, 100)
    office.data.office_key.unlink()
    office.data.office_key.write_bytes(b"another key of another office...")
    audits.office_key.cache_clear()
    assert not set(before) & set(_lots(office, 100))
    audits.office_key.cache_clear()


def test_marks_and_signatures_that_the_machine_is_sure_of_are_drawn(
    all_drawn: SmallOffice,
) -> None:
    sheet = all_drawn.scanned(SURE)
    drawn = _items(sheet)
    assert {"lantai", "asuransi", "jenis_kelamin.1", "ttd"} <= drawn
    assert not drawn & {"nama_kepala", "no_kk", "nik.1"}, "handwriting is seen anyway"
    for item in sheet.items.filter(purpose=Item.Purpose.AUDIT):
        assert (item.guess, item.certainty, item.reason) == (None, 0.0, "audit")
    assert Audit.objects.get(field="ttd").stratum == "ink/unknown"


def test_a_doubtful_mark_is_not_drawn(all_drawn: SmallOffice) -> None:
    sheet = all_drawn.sheet()
    readings = [
        all_drawn.reading(sheet, page, SURE, {"lantai": ["tanah"]} if page == 1 else {})
        for page in (1, 2)
    ]
    all_drawn.take(*readings)
    assert "lantai" not in _items(sheet)
    assert "lantai" in _items(sheet, Item.Purpose.DOUBT)


@pytest.mark.parametrize(("n_sheets", "n_audits"), [(2, 0), (3, 3), (5, 3)])
def test_a_file_of_three_sheets_has_three_audits(
    office: SmallOffice, n_sheets: int, n_audits: int
) -> None:
    sheets = [office.sheet() for _ in range(n_sheets)]
    pages = office.take(*(office.reading(sheet, page, SURE) for sheet in sheets for page in (1, 2)))
    items.refresh()
    assert Audit.objects.count() == n_audits
    assert AuditDraw.objects.filter(page__in=pages).count() == 2 * n_sheets
    assert AuditDraw.objects.get(page=pages[0]).claims == {"single": 1, "multiple": 2, "ink": 1}
    smallest = sorted(
        audits.lot(sheet.code, field.spec.page, name)
        for sheet in sheets
        for name, field in current_fields(sheet).items()
        if strata.is_claimed(field.spec, field.reading)
    )[:n_audits]
    mine = [audits.lot(a.sheet.code, a.page.page_no or 0, a.field) for a in Audit.objects.all()]
    assert sorted(mine) == smallest


def test_drawing_again_draws_the_same(office: SmallOffice) -> None:
    sheets = [office.sheet() for _ in range(4)]
    office.take(*(office.reading(sheet, page, SURE) for sheet in sheets for page in (1, 2)))
    items.refresh()
    before = list(Audit.objects.values_list("page", "field"))
    for sheet in sheets:
        items.mark_stale(sheet.pk)
    items.refresh()
    assert list(Audit.objects.values_list("page", "field")) == before


def test_an_audit_stops_no_acceptance_and_goes_on_after_it(
    all_drawn: SmallOffice, auditor: User
) -> None:
    sheet = all_drawn.scanned(SURE)
    all_drawn.decide(sheet, {"nama_kepala": "ADUL"})
    accept_sheet(sheet, current_values(sheet), all_drawn.reviewer)
    assert "lantai" in _items(sheet) and not _items(sheet, Item.Purpose.DOUBT)
    n_decisions = Decision.objects.count()
    _see(sheet, "lantai", "semen", auditor)
    sheet.refresh_from_db()
    assert sheet.state == "accepted" and Decision.objects.count() == n_decisions
    assert not _items(sheet, Item.Purpose.DOUBT), "an accepted sheet is reopened first"
    assert [one.verdict for one in results()] == [Verdict.WAITS]
    reopen_sheet(sheet, all_drawn.supervisor, "uji petik berbeda")
    assert _items(sheet, Item.Purpose.DOUBT) == {"lantai"}
    with pytest.raises(NotAcceptableError):
        accept_sheet(sheet, current_values(sheet), all_drawn.reviewer)


def test_an_answer_that_agrees_ends_the_audit(all_drawn: SmallOffice, auditor: User) -> None:
    sheet = all_drawn.scanned(SURE)
    assert "asuransi" in _items(sheet)
    _see(sheet, "asuransi", [], auditor)
    _see(sheet, "asuransi", ["pbi_jk"], all_drawn.reviewer)
    assert "asuransi" not in _items(sheet) and not Decision.objects.exists()
    (result,) = results()
    assert (result.verdict, result.answer.by) == (Verdict.AGREES, auditor)


def test_a_mark_that_a_person_decided_is_audited_no_more(
    all_drawn: SmallOffice, auditor: User
) -> None:
    sheet = all_drawn.scanned(SURE)
    record_decision(sheet, "lantai", "semen", all_drawn.reviewer)
    assert "lantai" not in _items(sheet)
    _see(sheet, "lantai", "papan", auditor)
    assert not AuditAnswer.objects.exists()
    take_back(Decision.objects.get(), all_drawn.reviewer)
    assert "lantai" in _items(sheet)


def _two_at_work(*users: User) -> None:
    for user in users:
        grant(user, Role.PENINJAU)
        user.last_login = timezone.now()
        user.save()


def test_a_difference_is_settled_by_somebody_else(all_drawn: SmallOffice, auditor: User) -> None:
    sheet, office = all_drawn.scanned(SURE), all_drawn
    _two_at_work(auditor, office.reviewer)
    items.refresh()
    _see(sheet, "lantai", "semen", auditor)
    item = sheet.items.get(field="lantai")
    assert (item.purpose, item.reason, item.certainty) == ("doubt", "audit_differs", 0.0)
    assert item not in open_to(auditor) and item in open_to(office.reviewer)
    with pytest.raises(NotDecidableError):
        record_decision(sheet, "lantai", "semen", auditor)
    record_decision(sheet, "lantai", "papan", office.reviewer)
    assert not sheet.items.filter(field="lantai").exists()
    assert [one.verdict for one in results()] == [Verdict.AUDITOR_WRONG]


def test_taking_back_an_audit(all_drawn: SmallOffice, auditor: User) -> None:
    sheet, batch = all_drawn.scanned(SURE), uuid4()
    items.refresh()
    answers: dict[str, Value] = {"lantai": "semen", "ttd": True}
    for name, value in answers.items():
        field = current_field(sheet, name)
        assert field is not None
        audits.record(sheet, field, value, auditor, batch=batch)
    assert audits.last_batch(auditor, "keluarga", "lantai") == batch
    back = audits.take_back(auditor, batch)
    assert {name: value for _, name, value in back} == answers
    assert audits.last_batch(auditor, "keluarga", "") is None
    assert {"lantai", "ttd"} <= _items(sheet) and not results()
    assert AuditAnswer.objects.count() == 4, "no row is lost"


def _error(office: SmallOffice, auditor: User) -> Sheet:
    """A sheet of which the machine read one mark wrongly, as two people found."""
    sheet = office.scanned(SURE)
    items.refresh()
    _see(sheet, "lantai", "semen", auditor)
    record_decision(sheet, "lantai", "semen", office.reviewer)
    return sheet


def test_the_second_error_sends_the_stratum_to_full_review(
    all_drawn: SmallOffice, auditor: User
) -> None:
    first = _error(all_drawn, auditor)
    assert not FullReview.objects.exists()
    assert "jenis_kelamin.1" not in _items(first, Item.Purpose.DOUBT)
    second = _error(all_drawn, auditor)
    assert strata.under_full_review() == {"single/unknown"}
    for sheet in (first, second):
        waiting = _items(sheet, Item.Purpose.DOUBT)
        assert {"jenis_kelamin.1", "jenis_kelamin.2", "hubungan.1"} <= waiting
        assert not waiting & {"asuransi", "ttd", "lantai"}, "of other strata, or decided"
    item = first.items.get(field="jenis_kelamin.1", purpose="doubt")
    assert (item.reason, item.guess) == ("full_review", "L")
    all_drawn.decide(first, {"nama_kepala": "ADUL"})
    assert not _items(first, Item.Purpose.DOUBT)
    accept_sheet(first, current_values(first), all_drawn.reviewer)


@pytest.fixture
def none_drawn(office: SmallOffice, monkeypatch: pytest.MonkeyPatch) -> SmallOffice:
    """The lot chooses no mark."""
    monkeypatch.setattr(audits, "RATE", 0.0)
    monkeypatch.setattr(audits, "LEAST", 0)
    return office


def _accepted(office: SmallOffice) -> Sheet:
    sheet = office.scanned(SURE)
    office.decide(sheet, {"nama_kepala": "ADUL", "jenis_kelamin.2": None})
    accept_sheet(sheet, current_values(sheet), office.reviewer)
    assert not _items(sheet)
    return sheet


def test_a_full_review_looks_again_at_accepted_sheets_and_leaves_them_accepted(
    none_drawn: SmallOffice, auditor: User
) -> None:
    sheet, events = _accepted(none_drawn), SheetEvent.objects.count()
    strata.open_full_review("single/unknown")
    waiting = _items(sheet)
    assert {"lantai", "jenis_kelamin.1"} <= waiting
    assert not waiting & {"asuransi", "ttd", "jenis_kelamin.2"}, "of other strata, or decided"
    assert not Audit.objects.exists(), "nothing is drawn by it"
    item = sheet.items.get(field="lantai")
    assert (item.guess, item.reason, item.purpose) == (None, "audit", Item.Purpose.AUDIT)
    for _ in range(2):
        _see(sheet, "lantai", "papan", auditor)
    _see(sheet, "jenis_kelamin.1", "P", auditor)
    assert not _items(sheet) & {"lantai", "jenis_kelamin.1"}
    assert {one.verdict for one in results()} == {Verdict.AGREES, Verdict.WAITS}
    sheet.refresh_from_db()
    assert sheet.state == "accepted" and SheetEvent.objects.count() == events
    assert Audit.objects.count() == AuditAnswer.objects.count() == 2
    reopen_sheet(sheet, none_drawn.supervisor, "uji petik berbeda")
    waiting = _items(sheet, Item.Purpose.DOUBT)
    assert {"jenis_kelamin.1", "lantai"} <= waiting, "in work again, as any other"


def test_when_a_full_review_ends_accepted_sheets_wait_no_more(none_drawn: SmallOffice) -> None:
    sheet = _accepted(none_drawn)
    strata.open_full_review("single/unknown")
    assert _items(sheet)
    strata.end_full_review(FullReview.objects.get(), none_drawn.supervisor, "kaca kotor")
    assert not _items(sheet) and not Audit.objects.exists()


def test_a_full_review_of_other_scans_leaves_accepted_sheets_alone(
    none_drawn: SmallOffice,
) -> None:
    sheet = _accepted(none_drawn)
    strata.open_full_review("single/photocopy")
    assert not StaleSheet.objects.filter(sheet=sheet).exists() and not _items(sheet)


def test_accepted_sheets_are_made_ready_some_at_a_time(
    none_drawn: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheets = [_accepted(none_drawn) for _ in range(3)]
    in_work = none_drawn.scanned(SURE)
    items.refresh()
    monkeypatch.setattr(items, "ACCEPTED_AT_ONCE", 2)
    strata.open_full_review("single/unknown")
    items.refresh()
    assert in_work.items.filter(reason="full_review").exists(), "what blocks a sheet comes first"
    assert [sheet.items.exists() for sheet in sheets] == [False, True, True]
    items.refresh()
    assert sheets[0].items.exists() and not StaleSheet.objects.exists()


def test_what_was_audited_is_not_looked_at_again(all_drawn: SmallOffice, auditor: User) -> None:
    sheet = all_drawn.scanned(SURE)
    all_drawn.decide(sheet, {"nama_kepala": "ADUL"})
    accept_sheet(sheet, current_values(sheet), all_drawn.reviewer)
    items.refresh()
    _see(sheet, "lantai", "papan", auditor)
    strata.open_full_review("single/unknown")
    assert "jenis_kelamin.1" in _items(sheet) and "lantai" not in _items(sheet)


def test_a_grid_settles_like_a_desk(all_drawn: SmallOffice, auditor: User) -> None:
    _error(all_drawn, auditor)
    sheet, name = all_drawn.scanned(SURE), StackName("keluarga", "lantai", Item.Purpose.AUDIT)
    items.refresh()
    for user, purpose in ((auditor, Item.Purpose.AUDIT), (all_drawn.reviewer, Item.Purpose.DOUBT)):
        item = sheet.items.get(field="lantai")
        assert item.purpose == purpose
        answer = Answer(str(item.pk), sheet.code, "lantai", item.page_id, 0, "semen")
        outcome = answer_batch(user, replace(name, purpose=purpose), uuid4(), [answer], 900, 1)
        assert outcome.saved == [str(item.pk)]
    assert strata.under_full_review() == {"single/unknown"}
    assert Decision.objects.filter(sheet=sheet).count() == 1


def test_a_supervisor_ends_a_full_review(all_drawn: SmallOffice, auditor: User) -> None:
    sheet = [_error(all_drawn, auditor) for _ in range(2)][-1]
    assert "jenis_kelamin.1" in _items(sheet, Item.Purpose.DOUBT)
    review = FullReview.objects.get()
    assert strata.end_full_review(review, all_drawn.supervisor, "kaca pemindai dibersihkan")
    assert not strata.end_full_review(review, all_drawn.supervisor, "lagi")
    assert _items(sheet, Item.Purpose.DOUBT) == {"nama_kepala"}
    assert "jenis_kelamin.1" in _items(sheet), "it is audited as before"
    _error(all_drawn, auditor)
    assert not strata.under_full_review(), "errors before the end count no more"
    _error(all_drawn, auditor)
    assert strata.under_full_review() == {"single/unknown"}


def test_errors_of_the_auditor_open_nothing(all_drawn: SmallOffice, auditor: User) -> None:
    for _ in range(3):
        sheet = all_drawn.scanned(SURE)
        items.refresh()
        _see(sheet, "lantai", "semen", auditor)
        record_decision(sheet, "lantai", "papan", all_drawn.reviewer)
    assert not FullReview.objects.exists()
