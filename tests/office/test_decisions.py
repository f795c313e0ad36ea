"""Decisions are rows beside the reading; the latest one counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from office.appendonly import AppendOnlyError
from office.review.current import current_fields, current_values, open_fields
from office.review.decisions import NotDecidableError, record_decision
from office.review.models import Decision
from office.review.values import InvalidValueError
from office.rounds.states import SheetState

if TYPE_CHECKING:
    from tests.office.conftest import SmallOffice

INK = "~"


def test_the_latest_decision_counts_over_the_reading(office: SmallOffice) -> None:
    sheet = office.scanned({"lantai": "papan"})
    assert current_values(sheet)["lantai"] == "papan"
    record_decision(sheet, "lantai", "tanah", office.reviewer, 1200, 2)
    record_decision(sheet, "lantai", "semen", office.supervisor)
    assert current_values(sheet)["lantai"] == "semen"
    changes = sheet.decisions.values_list("from_value", "to_value", "ms")
    assert list(changes) == [("papan", "tanah", 1200), ("tanah", "semen", None)]
    assert current_fields(sheet)["lantai"].reading["value"] == "papan", "the reading stays"


def test_the_first_decision_puts_the_sheet_under_review(office: SmallOffice) -> None:
    sheet = office.scanned({})
    record_decision(sheet, "lantai", None, office.reviewer)
    assert sheet.state == SheetState.UNDER_REVIEW


def test_saying_it_again_adds_no_row(office: SmallOffice) -> None:
    sheet = office.scanned({"nama_kepala": INK})
    first = record_decision(sheet, "nama_kepala", "adul ", office.reviewer)
    assert record_decision(sheet, "nama_kepala", "ADUL", office.reviewer) == first
    assert (first.to_value, first.origin) == ("ADUL", Decision.Origin.KEYED)


def test_open_are_doubtful_and_required_empty_fields(office: SmallOffice) -> None:
    sheet = office.sheet()
    office.take(
        office.reading(sheet, 1, doubtful={"lantai": ["papan"]}),
        office.reading(sheet, 2, {"nik.1": INK}),
    )
    assert open_fields(sheet) == ["nama_kepala", "lantai", "nik.1"]
    record_decision(sheet, "nik.1", None, office.reviewer)
    assert open_fields(sheet) == ["nama_kepala", "lantai"], "not legible is a decision too"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("nik.1", "12345678901234567"),
        ("nik.1", "ABC"),
        ("nik.1", ["1"]),
        ("nama.1", "ADUL <b>"),
        ("lantai", "emas"),
        ("lantai", ["papan"]),
        ("asuransi", "pbi_jk"),
        ("asuransi", ["emas"]),
        ("asuransi", None),
        ("ttd", "paraf"),
        ("sambungan_dari", "IIIIIIIII"),
    ],
)
def test_values_that_do_not_fit_are_refused(office: SmallOffice, field: str, value: Any) -> None:
    sheet = office.scanned({})
    with pytest.raises(InvalidValueError) as refused:
        record_decision(sheet, field, value, office.reviewer)
    assert str(value) not in str(refused.value), "it may be a NIK"
    assert not Decision.objects.exists()


def test_unknown_fields_and_unscanned_pages(office: SmallOffice) -> None:
    sheet = office.sheet()
    office.take(office.reading(sheet, 1))
    with pytest.raises(KeyError):
        record_decision(sheet, "nik.9", "", office.reviewer)
    with pytest.raises(NotDecidableError):
        record_decision(sheet, "nik.1", "", office.reviewer)


def test_a_sheet_that_is_out_cannot_be_decided(office: SmallOffice) -> None:
    with pytest.raises(NotDecidableError):
        record_decision(office.sheet(), "lantai", "papan", office.reviewer)


def test_decisions_are_never_changed(office: SmallOffice) -> None:
    sheet = office.scanned({})
    decision = record_decision(sheet, "lantai", "papan", office.reviewer)
    with pytest.raises(AppendOnlyError):
        decision.save()
    with pytest.raises(AppendOnlyError):
        sheet.decisions.all().delete()


def test_handwriting_counts_for_nothing_until_it_is_confirmed(office: SmallOffice) -> None:
    sheet = office.scanned({"nama_kepala": INK + "ADUL  RIAM"})
    field = current_fields(sheet)["nama_kepala"]
    assert (field.is_open, field.value) == (True, None), "however sure the reader is"
    assert field.suggestion == "ADUL RIAM", "as a person would type it"
    assert "nama_kepala" in open_fields(sheet)
    record_decision(sheet, "nama_kepala", "ADUL RIAM", office.reviewer)
    decided = current_fields(sheet)["nama_kepala"]
    assert (decided.is_open, decided.value, decided.suggestion) == (False, "ADUL RIAM", None)


@pytest.mark.parametrize(
    ("said", "origin"), [("ADUL", Decision.Origin.REVIEWED), ("ABDUL", Decision.Origin.KEYED)]
)
def test_confirmed_or_typed_and_what_was_suggested(
    office: SmallOffice, said: str, origin: Decision.Origin
) -> None:
    sheet = office.scanned({"nama_kepala": INK + "ADUL"})
    made = record_decision(sheet, "nama_kepala", said, office.reviewer)
    assert (made.from_value, made.to_value, made.origin) == ("ADUL", said, origin)
