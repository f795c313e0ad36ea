"""What a NIK, a family-card number and a birth date on paper amount to. Pure functions.

NIK: 6 digits region of first registration, 6 digits birth date (day + 40 for women), 4 digits
serial from 0001; no check digit exists. A number starting with 0 is a village's temporary one.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from office.register.models import BirthPrecision, NikState

FEMALE_DAY_OFFSET = 40
"""Added to the day of birth in the NIK of women."""

UNKNOWN_DAY, UNKNOWN_MONTH = 1, 7
"""The civil registry writes 1 July when only the year of birth is known (SIAK practice)."""

OLDEST_YEAR = 1900


@dataclass(frozen=True)
class Nik:
    """``number`` only when it may be relied on; ``written`` is what stood in the cells."""

    number: str | None
    state: NikState
    written: str


@dataclass(frozen=True)
class Birth:
    """A date with its precision; ``written`` is what stood in the cells (DDMMYYYY)."""

    day: date | None
    precision: BirthPrecision
    written: str


def looks_real(nik: str) -> bool:
    """Whether a text has the structure of a real NIK."""
    if len(nik) != 16 or not nik.isdigit() or nik[0] == "0" or nik[12:] == "0000":
        return False
    day, month = int(nik[6:8]), int(nik[8:10])
    if day > FEMALE_DAY_OFFSET:
        day -= FEMALE_DAY_OFFSET
    return 1 <= month <= 12 and 1 <= day <= 31


def judge_nik(written: str | None, has_none: bool) -> Nik:
    """``written`` as decided (None: not legible); ``has_none``: "belum punya NIK" is ticked."""
    if written is None:
        return Nik(None, NikState.DOUBTED, "")
    if looks_real(written):
        return Nik(written, NikState.REAL, written)
    if written:
        return Nik(None, NikState.DOUBTED, written)
    return Nik(None, NikState.NONE if has_none else NikState.UNKNOWN, "")


def looks_like_kk(number: str) -> bool:
    """A family-card number: 16 digits, not starting with 0."""
    return len(number) == 16 and number.isdigit() and number[0] != "0"


def _number(text: str) -> int | None:
    """The digits as a number; None for blank cells, zeros, and half-filled pairs."""
    return int(text) or None if text.isdigit() else None


def _day(day: int | None, month: int | None, year: int) -> tuple[date, BirthPrecision] | None:
    if month is None and day is None:
        return date(year, UNKNOWN_MONTH, UNKNOWN_DAY), BirthPrecision.YEAR
    if month is None or not 1 <= month <= 12:
        return None
    if day is None:
        return date(year, month, 1), BirthPrecision.MONTH
    if not 1 <= day <= monthrange(year, month)[1]:
        return None
    return date(year, month, day), BirthPrecision.DAY


def judge_birth(written: str | None, estimated: bool, today: date) -> Birth:
    """Read DDMMYYYY cells; blank or zero day and month mean that only the rest is known.

    A date that does not exist or lies in the future is kept as written, without a date.
    """
    if not written:
        return Birth(None, BirthPrecision.UNKNOWN, "")
    cells = written.ljust(8)
    year = _number(cells[4:8])
    if year is None or not OLDEST_YEAR <= year <= today.year:
        return Birth(None, BirthPrecision.UNKNOWN, written)
    found = _day(_number(cells[0:2]), _number(cells[2:4]), year)
    if found is None or (found[0] > today and found[1] != BirthPrecision.YEAR):
        return Birth(None, BirthPrecision.UNKNOWN, written)
    day, precision = found
    return Birth(day, BirthPrecision.ESTIMATE if estimated else precision, written)
