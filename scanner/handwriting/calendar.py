"""Which dates are expected: a mixture of products over day, month and year.

Months of 31 and 30 days, February, leap days, and the two dates that stand for an unknown day
are components of their own. So are days that a month does not have: people write them, and a
clear 31 February must not be bent to a date that exists.
"""

from __future__ import annotations

from calendar import isleap, monthrange
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scanner.handwriting.evidence import Floats

CENTURIES = (19, 20)
DAYS, MONTHS = 31, 12
LONG_MONTHS, SHORT_MONTHS = (1, 3, 5, 7, 8, 10, 12), (4, 6, 9, 11)

HEAPED = ((1, 7), (31, 12))
"""Day and month under which a birth of which only the year is known is registered: 1 July in
today's registry, 31 December in the one before."""

HEAPED_SHARE = 0.025
"""Of births, for each of these dates: an estimate."""

NO_SUCH_DAY = 0.002
"""Share of dates with a day that their month does not have: an estimate."""


@dataclass(frozen=True)
class Calendar:
    """k components: ``weights`` (k,), sum 1; ``day`` (k, 31), ``month`` (k, 12), ``year``
    (k, 100) each row with sum 1; ``century`` (k,) index into `CENTURIES`."""

    weights: Floats
    day: Floats
    month: Floats
    year: Floats
    century: NDArray[np.intp]


Component = tuple[float, Sequence[int], Sequence[int], Floats, int]


def calendar(weight_of: Callable[[int], float], heaped_share: float = 0.0) -> Calendar:
    """``weight_of`` a year from 1900 to 2099, any scale."""
    years = np.array([[weight_of(100 * first + two) for two in range(100)] for first in CENTURIES])
    years /= years.sum()
    parts = [part for index in range(len(CENTURIES)) for part in _parts(years, index, heaped_share)]
    parts = [part for part in parts if part[0] > 0]
    weights = np.array([part[0] for part in parts])
    return Calendar(
        weights / weights.sum(),
        np.array([_even(part[1], DAYS) for part in parts]),
        np.array([_even(part[2], MONTHS) for part in parts]),
        np.array([part[3] / part[3].sum() for part in parts]),
        np.array([part[4] for part in parts]),
    )


def _even(numbers: Sequence[int], size: int) -> Floats:
    row = np.zeros(size)
    row[[number - 1 for number in numbers]] = 1 / len(numbers)
    return row


def _parts(years: Floats, index: int, heaped_share: float) -> Iterator[Component]:
    """Weight, days, months, weights of the years within the century, index of the century."""
    of_years = years[index]
    century = CENTURIES[index]
    leap = np.array([isleap(100 * century + two) for two in range(100)])
    usual = float(of_years.sum()) * (1 - 2 * heaped_share - NO_SUCH_DAY)
    yield usual * 217 / 365.25, range(1, 32), LONG_MONTHS, of_years, index
    yield usual * 120 / 365.25, range(1, 31), SHORT_MONTHS, of_years, index
    yield usual * 28 / 365.25, range(1, 29), [2], of_years, index
    yield float((of_years * leap).sum()) / 366, [29], [2], of_years * leap, index
    yield float(of_years.sum()) * NO_SUCH_DAY / 2, [29, 30, 31], [2], of_years, index
    yield float(of_years.sum()) * NO_SUCH_DAY / 2, [31], SHORT_MONTHS, of_years, index
    for day, month in HEAPED:
        yield float(of_years.sum()) * heaped_share, [day], [month], of_years, index


def _birth_years(year: int) -> float:
    """Estimate: as many of each year from 1940 on, few older ones. Years to come are unlikely
    rather than excluded, so that no reading depends on the day on which it is made."""
    bounds = ((1920, 0.02), (1940, 0.3), (2029, 1.0), (2040, 0.2), (2060, 0.01))
    return next((weight for bound, weight in bounds if year < bound), 0.0)


def _issue_years(year: int) -> float:
    """Family cards have 16 digits since the registry went on computers, about 2006."""
    bounds = ((1995, 0.0), (2006, 0.02), (2029, 1.0), (2040, 0.2), (2060, 0.01))
    return next((weight for bound, weight in bounds if year < bound), 0.0)


def _meeting_years(year: int) -> float:
    """Sheets exist since 2024; what is dated later than the estimate's end may still be right."""
    bounds = ((2015, 0.001), (2024, 0.05), (2036, 1.0), (2060, 0.1))
    return next((weight for bound, weight in bounds if year < bound), 0.001)


BIRTHS = calendar(_birth_years, HEAPED_SHARE)
ISSUES = calendar(_issue_years)
MEETINGS = calendar(_meeting_years)


def is_date(day: int, month: int, century: int, year: int, known: Calendar = BIRTHS) -> bool:
    """Whether it exists and lies among the years that are thought of."""
    if century not in CENTURIES or not 1 <= month <= MONTHS:
        return False
    here = known.century == CENTURIES.index(century)
    return (
        bool(known.year[here, year].any())
        and 1 <= day <= monthrange(100 * century + year, month)[1]
    )
