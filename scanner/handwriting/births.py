"""NIK and birth date as two witnesses of one date: exact sums over all dates.

The NIK's digits 7-12 are the birth date that was registered, the day + 40 for women. The date
on the form is mostly the same, and sometimes another: then neither may be bent to the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scanner.handwriting.calendar import BIRTHS, CENTURIES, DAYS, MONTHS
from scanner.handwriting.evidence import Floats
from scanner.handwriting.mixture import Codes

FEMALE_DAY_OFFSET = 40

NOT_A_DATE_NIK = 0.003
NOT_A_DATE_BIRTH = 0.005
"""Shares of numbers whose digits are no date at all: estimates."""


@dataclass(frozen=True)
class Slips:
    """How often day, month and year on the form are not those of the NIK, each for itself, and
    how often the two dates have nothing to do with each other."""

    day: float
    month: float
    year: float
    all: float


USUAL_SLIPS = Slips(0.006, 0.004, 0.006, 0.006)
"""Together 2 %: an estimate. Birth dates are corrected without the NIK being changed."""

ESTIMATED_SLIPS = Slips(0.4, 0.4, 0.35, 0.1)
"""Where the date is ticked as estimated: an estimate too."""


NEAR = 0.5
"""Of slips of a day, a month or a year: how many change one digit only. An estimate."""


def _one_digit_off(numbers: range) -> Floats:
    """(n, n): chances of each other number that differs in one digit of two, rows with sum 1."""
    first, second = np.divmod(np.array(numbers), 10)
    tens, ones = first[:, None] == first, second[:, None] == second
    off = (tens ^ ones).astype(float)
    return np.asarray(off / off.sum(axis=1, keepdims=True))


ONE_DIGIT_OFF = tuple(map(_one_digit_off, (range(1, 32), range(1, 13), range(100))))
"""Of days, months, years."""


@dataclass(frozen=True)
class NikDate:
    """Likelihoods of digits 7-12: ``pairs`` (3, 100), and what the sex mark says of men and
    women (2,), sum 1."""

    pairs: Floats
    sexes: Floats

    @cached_property
    def day(self) -> Floats:
        """(2, 31): men, women."""
        start = 1 + FEMALE_DAY_OFFSET
        return np.stack([self.pairs[0, 1 : 1 + DAYS], self.pairs[0, start : start + DAYS]])

    @cached_property
    def month(self) -> Floats:
        return np.asarray(self.pairs[1, 1 : 1 + MONTHS])

    @cached_property
    def year(self) -> Floats:
        return np.asarray(self.pairs[2])


@dataclass(frozen=True)
class FormDate:
    """Likelihoods of the cells DDMMYYYY under one way of writing: ``pairs`` (4, 100), of which
    day and month count only if ``known``; ``weight``: prior of that way, times what it says of
    the cells that are not known. ``cells``: how many digits are written."""

    pairs: Floats
    day_known: bool
    month_known: bool
    weight: float
    cells: int

    @cached_property
    def day(self) -> Floats:
        return np.asarray(self.pairs[0, 1 : 1 + DAYS]) if self.day_known else np.ones(DAYS)

    @cached_property
    def month(self) -> Floats:
        return np.asarray(self.pairs[1, 1 : 1 + MONTHS]) if self.month_known else np.ones(MONTHS)

    @cached_property
    def century(self) -> Floats:
        """(k,), for each component of the calendar."""
        return np.asarray(self.pairs[2, np.array(CENTURIES)])[BIRTHS.century]

    @cached_property
    def year(self) -> Floats:
        return np.asarray(self.pairs[3])


class TwoWitnesses:
    """One NIK beside one way of reading the date on the form. Arrays have a row for each
    component of the calendar; sexes come second."""

    def __init__(self, nik: NikDate, form: FormDate, slips: Slips) -> None:
        self.nik, self.form, self.slips = nik, form, slips
        cal = BIRTHS
        self._weights = cal.weights[:, None] * nik.sexes
        self._slips = (slips.day, slips.month, slips.year)
        self._prior = (cal.day, cal.month, cal.year)
        """Day, month and year, each (k, 31 or 12 or 100)."""
        self._form = (cal.day @ form.day, cal.month @ form.month, cal.year @ form.year)
        self._held = (cal.day[:, None] * nik.day, cal.month * nik.month, cal.year * nik.year)
        """Prior times likelihood of the NIK; of days (k, 2, 31)."""
        self._nik = tuple(part.sum(axis=-1) for part in self._held)
        self._bent = tuple(self._of_form(part) for part in range(3))
        day = (self._held[0] * self._bent[0][:, None]).sum(axis=2)
        month = (self._held[1] * self._bent[1]).sum(axis=1)
        year = (self._held[2] * self._bent[2]).sum(axis=1)
        same = (self._weights * day * (month * year * form.century)[:, None]).sum()
        self.of_nik = float(
            (self._weights * self._nik[0] * (self._nik[1] * self._nik[2])[:, None]).sum()
        )
        form_parts = self._form[0] * self._form[1] * self._form[2] * form.century
        self.of_form = float(cal.weights @ form_parts)
        both = (1 - slips.all) * same + slips.all * self.of_nik * self.of_form
        self.total = form.weight * (
            (1 - NOT_A_DATE_NIK) * (1 - NOT_A_DATE_BIRTH) * float(both)
            + NOT_A_DATE_NIK * self._any_form()
            + (1 - NOT_A_DATE_NIK) * NOT_A_DATE_BIRTH * self.of_nik
        )
        """Chance of all that was seen."""

    def _of_form(self, part: int) -> Floats:
        """What the form says of each day, month or year (0, 1, 2) in the NIK: (k, size)."""
        seen = (self.form.day, self.form.month, self.form.year)[part]
        slip, anywhere = self._slips[part], self._form[part][:, None]
        near = ONE_DIGIT_OFF[part] @ seen
        return np.asarray((1 - slip) * seen + slip * (NEAR * near + (1 - NEAR) * anywhere))

    def _of_nik(self, part: int) -> Floats:
        """Prior of each day, month or year on the form, times what the NIK says of it: (k, size),
        of days (k, 2, 31)."""
        slip, held, prior = self._slips[part], self._held[part], self._prior[part]
        freely = (prior[:, None] if part == 0 else prior) * self._nik[part][..., None]
        near = held @ ONE_DIGIT_OFF[part]
        return np.asarray((1 - slip) * held + slip * (NEAR * near + (1 - NEAR) * freely))

    def _any_form(self) -> float:
        """Of the form's cells whatever they mean: likelihoods are 1 on average."""
        return (1 - NOT_A_DATE_BIRTH) * self.of_form + NOT_A_DATE_BIRTH

    def nik_scores(self, codes: Codes) -> Floats:
        """Joint chance of digits 7-12 being these (n, 3) and of all that was seen, (n,)."""
        cal, form, slips = BIRTHS, self.form, self.slips
        sex, day, month = _split(codes)
        inside = (day >= 1) & (day <= DAYS) & (month >= 1) & (month <= MONTHS)
        d, m, y = np.where(inside, day, 1) - 1, np.where(inside, month, 1) - 1, codes[:, 2]
        plain = self._weights[:, sex] * cal.day[:, d] * cal.month[:, m] * cal.year[:, y] * inside
        bent = self._bent[0][:, d] * self._bent[1][:, m] * self._bent[2][:, y]
        bent *= form.century[:, None]
        prior = plain.sum(axis=0)
        both = (1 - slips.all) * (plain * bent).sum(axis=0) + slips.all * prior * self.of_form
        chance = (1 - NOT_A_DATE_NIK) * (
            (1 - NOT_A_DATE_BIRTH) * both + NOT_A_DATE_BIRTH * prior
        ) + NOT_A_DATE_NIK * 1e-6 * self._any_form()
        return np.asarray(form.weight * chance * _product(self.nik.pairs, codes))

    def form_scores(self, codes: Codes) -> Floats:
        """The same of the form's date (n, 4); what is not known does not count."""
        cal, form, slips = BIRTHS, self.form, self.slips
        day, day_nik, of_day = self._form_part(codes[:, 0], form.day_known, 0)
        month, month_nik, of_month = self._form_part(codes[:, 1], form.month_known, 1)
        year, year_nik, _ = self._form_part(codes[:, 3], True, 2)
        here = cal.weights[:, None] * (np.array(CENTURIES)[cal.century][:, None] == codes[:, 2])
        of_day_nik = (self.nik.sexes[None, :, None] * day_nik).sum(axis=1)
        prior = (here * day * month * year).sum(axis=0)
        both = (1 - slips.all) * (here * of_day_nik * month_nik * year_nik).sum(axis=0)
        regular = both + slips.all * prior * self.of_nik
        chance = (1 - NOT_A_DATE_BIRTH) * (
            (1 - NOT_A_DATE_NIK) * regular + NOT_A_DATE_NIK * prior
        ) + NOT_A_DATE_BIRTH * 10.0**-form.cells * (
            (1 - NOT_A_DATE_NIK) * self.of_nik + NOT_A_DATE_NIK
        )
        seen = of_day * of_month * _product(form.pairs[2:], codes[:, 2:])
        return np.asarray(form.weight * chance * seen)

    def _form_part(
        self, numbers: NDArray[np.intp], known: bool, part: int
    ) -> tuple[Floats, Floats, Floats]:
        """Of day, month or year (0, 1, 2): its prior (k, n), the same times what the NIK says of
        it (k, n; of days (k, 2, n)), and the likelihood of its cells (n,)."""
        prior = self._prior[part]
        if not known:
            ones, freely = np.ones((len(prior), len(numbers))), self._nik[part][..., None]
            return ones, np.broadcast_to(freely, (*freely.shape[:-1], len(numbers))), ones[0]
        index = numbers if part == 2 else numbers - 1
        inside = (index >= 0) & (index < prior.shape[1])
        index = np.where(inside, index, 0)
        cells = self.form.pairs[part][numbers] if part < 2 else np.ones(len(numbers))
        return prior[:, index] * inside, self._of_nik(part)[..., index] * inside, cells


def _split(codes: Codes) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Sex (0 man, 1 woman), day and month of digits 7-12."""
    sex = (codes[:, 0] > FEMALE_DAY_OFFSET).astype(np.intp)
    return sex, codes[:, 0] - FEMALE_DAY_OFFSET * sex, codes[:, 1]


def _product(pairs: Floats, codes: Codes) -> Floats:
    return np.asarray(pairs[np.arange(len(pairs)), codes].prod(axis=1))


def nik_candidates(nik: NikDate, form: FormDate) -> Codes:
    """The likeliest digits 7-12 if both dates are the same, if they are not, and if these are no
    date: (3, 3)."""
    together = _best(nik, form.day, form.month, form.year, form.century)
    alone = _best(nik, np.ones(DAYS), np.ones(MONTHS), np.ones(100), np.ones(len(BIRTHS.century)))
    days = [day + 1 + FEMALE_DAY_OFFSET * sex for day, _, _, sex, _ in (together, alone)]
    rows = [[d, one[1] + 1, one[2]] for d, one in zip(days, (together, alone), strict=True)]
    return np.array([*rows, nik.pairs.argmax(axis=1).tolist()])


def form_candidates(nik: NikDate, form: FormDate) -> Codes:
    """The same of the form's date: (3, 4)."""
    unseen = NikDate(np.ones((3, 100)), nik.sexes)
    rows = []
    for witness in (nik, unseen):
        day, month, year, _, k = _best(witness, form.day, form.month, form.year, form.century)
        rows.append([day + 1, month + 1, CENTURIES[BIRTHS.century[k]], year])
    return np.array([*rows, form.pairs.argmax(axis=1).tolist()])


def _best(
    nik: NikDate, form_day: Floats, form_month: Floats, form_year: Floats, century: Floats
) -> tuple[int, int, int, int, int]:
    """Indices of day, month, year, sex and component that are likeliest together."""
    day = BIRTHS.day[:, None] * (nik.day * form_day)
    month, year = BIRTHS.month * (nik.month * form_month), BIRTHS.year * (nik.year * form_year)
    score = day.max(axis=2) * nik.sexes
    score *= (BIRTHS.weights * month.max(axis=1) * year.max(axis=1) * century)[:, None]
    k, sex = divmod(int(score.argmax()), 2)
    return int(day[k, sex].argmax()), int(month[k].argmax()), int(year[k].argmax()), sex, k
