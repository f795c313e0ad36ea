"""NIK and birth dates as they are written on paper."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.register.identity import judge_birth, judge_nik, looks_like_kk, looks_real
from office.register.models import BirthPrecision, NikState

TODAY = date(2026, 11, 24)
P = BirthPrecision


@pytest.mark.parametrize(
    ("nik", "real"),
    [
        ("6311020105909001", True),
        ("6311024105909001", True),
        ("6308020105909001", True),
        ("0631102201400001", False),
        ("6311020105900000", False),
        ("6311023205909001", False),
        ("6311027205909001", False),
        ("6311020113909001", False),
        ("631102010590900", False),
        ("63110201059O9001", False),
        ("", False),
    ],
)
def test_the_structure_of_a_real_nik(nik: str, real: bool) -> None:
    assert looks_real(nik) is real


@pytest.mark.parametrize(
    ("written", "has_none", "state"),
    [
        ("6311020105909001", False, NikState.REAL),
        ("6311020105909001", True, NikState.REAL),
        ("63110201", False, NikState.DOUBTED),
        (None, False, NikState.DOUBTED),
        ("", True, NikState.NONE),
        ("", False, NikState.UNKNOWN),
    ],
)
def test_what_a_nik_amounts_to(written: str | None, has_none: bool, state: NikState) -> None:
    nik = judge_nik(written, has_none)
    assert nik.state == state
    assert nik.number == (written if state == NikState.REAL else None)
    assert nik.written == (written or "")


@pytest.mark.parametrize(
    ("written", "estimated", "day", "precision"),
    [
        ("01051990", False, date(1990, 5, 1), P.DAY),
        ("01051990", True, date(1990, 5, 1), P.ESTIMATE),
        ("29022024", False, date(2024, 2, 29), P.DAY),
        ("29022023", False, None, P.UNKNOWN),
        ("00051990", False, date(1990, 5, 1), P.MONTH),
        ("  051990", False, date(1990, 5, 1), P.MONTH),
        ("    1990", False, date(1990, 7, 1), P.YEAR),
        ("00001990", True, date(1990, 7, 1), P.ESTIMATE),
        ("    2026", False, date(2026, 7, 1), P.YEAR),
        ("24112026", False, TODAY, P.DAY),
        ("25112026", False, None, P.UNKNOWN),
        ("01131990", False, None, P.UNKNOWN),
        ("32011990", False, None, P.UNKNOWN),
        ("01011899", False, None, P.UNKNOWN),
        ("01  1990", False, None, P.UNKNOWN),
        ("0105", False, None, P.UNKNOWN),
        ("", True, None, P.UNKNOWN),
        (None, False, None, P.UNKNOWN),
    ],
)
def test_birth_dates(
    written: str | None, estimated: bool, day: date | None, precision: BirthPrecision
) -> None:
    birth = judge_birth(written, estimated, TODAY)
    assert (birth.day, birth.precision, birth.written) == (day, precision, written or "")


@given(st.text("0123456789 ", max_size=8), st.booleans())
def test_any_eight_cells_give_a_past_date_or_none(written: str, estimated: bool) -> None:
    birth = judge_birth(written, estimated, TODAY)
    assert birth.written == written
    assert (birth.day is None) == (birth.precision == P.UNKNOWN)
    assert birth.day is None or date(1900, 1, 1) <= birth.day <= date(2026, 12, 31)


@given(st.dates(date(1900, 1, 1), TODAY))
def test_every_real_date_comes_back(day: date) -> None:
    assert judge_birth(day.strftime("%d%m%Y"), False, TODAY).day == day


def test_family_card_numbers() -> None:
    assert looks_like_kk("6311020101209001")
    assert not looks_like_kk("0000000000000000")
    assert not looks_like_kk("631102")
