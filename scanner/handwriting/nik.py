"""NIK, birth date and sex mark of one person, read together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from scanner.handwriting.births import (
    ESTIMATED_SLIPS,
    FEMALE_DAY_OFFSET,
    USUAL_SLIPS,
    FormDate,
    NikDate,
    TwoWitnesses,
    form_candidates,
    nik_candidates,
)
from scanner.handwriting.calendar import CENTURIES, is_date
from scanner.handwriting.comb import Comb
from scanner.handwriting.evidence import (
    Floats,
    broken,
    cell_choices,
    cell_reasons,
    digit_likelihoods,
    pair_likelihoods,
)
from scanner.handwriting.mixture import Codes, digit_certainty, digits_of, variants
from scanner.handwriting.regions import SERIALS, regions
from scanner.handwriting.suggestion import Suggestion
from scanner.reading import Reason

REGIONS = regions(halong=0.60, balangan=0.24, old=0.06, kalsel=0.05)
"""Estimate: nine in ten hold a number of Balangan or of the regency that it was part of."""

WRONG_TICK = 0.01
"""How often the sex that is ticked is not the one registered: an estimate."""

ZEROS = 0.01
"""How often an unknown day, and an unknown day and month, are written as zeros: estimates."""

PLAUSIBLE_ZEROS = 1e-4
"""Zeros this much less likely than the best day need not be thought of."""


@dataclass(frozen=True)
class PersonReading:
    """``nik_sex``: "L" or "P" as the NIK has it, None if it says nothing."""

    nik: Suggestion
    birth: Suggestion
    nik_sex: str | None


def decode_person(
    nik: Comb, birth: Comb, sex: tuple[float, float] | None = None, *, estimated: bool = False
) -> PersonReading:
    """``nik`` 16 cells, ``birth`` 8 (DDMMYYYY). ``sex``: beliefs that L and that P is ticked;
    ``estimated``: the birth date is marked as an estimate."""
    seen_nik = pair_likelihoods(digit_likelihoods(nik))
    whole = not nik.empty.any()
    nik_date = NikDate(seen_nik[3:6] if whole else np.ones((3, 100)), _sexes(sex))
    ways = _ways(birth)
    slips = ESTIMATED_SLIPS if estimated else USUAL_SLIPS
    witnesses = ways or _short_year(birth) or [_unwritten()]
    pairs = [TwoWitnesses(nik_date, form, slips) for form in witnesses]
    date, nik_said = _nik(nik, seen_nik, pairs) if whole else (None, broken(nik))
    born, birth_said = _birth(birth, pairs) if ways else (None, broken(birth))
    clash = not estimated and _clash(date, born, birth_said)
    if clash:
        told = Reason.NIK_CONTRADICTS_BIRTH_DATE
        nik_said, birth_said = _with(nik_said, told), _with(birth_said, told)
    nik_sex = _sex_of(date)
    if nik_sex and sex and sex["LP".index(nik_sex)] < min(0.5, sum(sex) / 2):
        nik_said = _with(nik_said, Reason.NIK_CONTRADICTS_SEX)
    return PersonReading(nik_said, birth_said, nik_sex)


def _sexes(sex: tuple[float, float] | None) -> Floats:
    """Weights of men and women from the beliefs in the two marks: both or none say nothing."""
    man, woman = (0.5, 0.5) if sex is None else sex
    only = np.array([man * (1 - woman), woman * (1 - man)])
    nothing = max(1.0 - float(only.sum()), 0.0) / 2
    only = only + nothing
    return np.asarray(WRONG_TICK + (1 - 2 * WRONG_TICK) * only / only.sum())


def _unwritten() -> FormDate:
    return FormDate(np.ones((4, 100)), False, False, 1.0, 0)


def _short_year(birth: Comb) -> list[FormDate]:
    """DDMMYY in the first six cells: a witness for the NIK, though no whole date."""
    if birth.empty.tolist() != [False] * 6 + [True] * 2:
        return []
    day, month, year = pair_likelihoods(digit_likelihoods(birth))[:3]
    return [FormDate(np.stack([day, month, np.ones(100), year]), True, True, 1.0, 6)]


def _ways(birth: Comb) -> list[FormDate]:
    """How the cells may be read: all known, day unknown, only the year known. None when the
    pattern of empty cells is none of these, or nothing is written."""
    empty = tuple(birth.empty.tolist())
    day, month, year = empty[0:2], empty[2:4], empty[4:8]
    if any(year) or len(set(day)) > 1 or len(set(month)) > 1 or (month[0] and not day[0]):
        return []
    pairs = pair_likelihoods(digit_likelihoods(birth))
    cells = 8 - sum(empty)
    if day[0]:
        return [FormDate(pairs, False, not month[0], 1.0, cells)]
    no_day, no_month = pairs[0, 0], pairs[1, 0]
    ways = [FormDate(pairs, True, True, 1.0 - 2 * ZEROS, cells)]
    if no_day >= PLAUSIBLE_ZEROS * pairs[0].max():
        ways.append(FormDate(pairs, False, True, ZEROS * float(no_day), cells))
        if no_month >= PLAUSIBLE_ZEROS * pairs[1].max():
            ways.append(FormDate(pairs, False, False, ZEROS * float(no_day * no_month), cells))
    return ways


def _nik(nik: Comb, seen: Floats, pairs: Sequence[TwoWitnesses]) -> tuple[Codes, Suggestion]:
    """The date within the NIK, and the whole number."""

    def scores(codes: Codes) -> Floats:
        return np.asarray(sum(pair.nik_scores(codes) for pair in pairs))

    many = np.concatenate([nik_candidates(pair.nik, pair.form) for pair in pairs])
    date = many[scores(many).argmax()]
    region, serial = REGIONS.best(seen[:3]), SERIALS.best(seen[6:])
    parts = (
        (region, REGIONS.scores(np.vstack([region, variants(region)]), seen[:3])),
        (date, scores(np.vstack([date, variants(date)]))),
        (serial, SERIALS.scores(np.vstack([serial, variants(serial)]), seen[6:])),
    )
    totals = (REGIONS.total(seen[:3]), sum(pair.total for pair in pairs), SERIALS.total(seen[6:]))
    confidence = np.prod([found[1][0] / total for found, total in zip(parts, totals, strict=True)])
    certainty = np.concatenate([digit_certainty(code, found[1:]) for code, found in parts])
    value = "".join(digits_of(code) for code, _ in parts)
    told = list(_nik_reasons(date, serial)) + list(cell_reasons(nik))
    cells = cell_choices(nik, value, certainty)
    return date, Suggestion(value, float(min(confidence, 1.0)), cells, tuple(told))


def _nik_reasons(date: Codes, serial: Codes) -> Iterator[Reason]:
    day = int(date[0]) - (FEMALE_DAY_OFFSET if date[0] > FEMALE_DAY_OFFSET else 0)
    possible = any(is_date(day, int(date[1]), first, int(date[2])) for first in CENTURIES)
    if not possible or not serial.any():
        yield Reason.IMPOSSIBLE_NUMBER


def _birth(birth: Comb, pairs: Sequence[TwoWitnesses]) -> tuple[Codes, Suggestion]:
    """The date on the form: (4,) with zeros for what is not known."""
    best = max((_form_best(pair) for pair in pairs), key=lambda one: one[0])
    score, pair, code = best
    certainty = digit_certainty(code, pair.form_scores(variants(code)))
    code = code * np.array([pair.form.day_known, pair.form.month_known, 1, 1])
    certainty[: 2 * (not pair.form.day_known) + 2 * (not pair.form.month_known)] = (
        score / pair.total
    )
    digits = digits_of(code)
    chars = [" " if birth.empty[row] else digit for row, digit in enumerate(digits)]
    told = [*_birth_reasons(code, pair.form), *cell_reasons(birth)]
    confidence = min(score / sum(one.total for one in pairs), 1.0)
    cells = cell_choices(birth, chars, certainty)
    return code, Suggestion("".join(chars), float(confidence), cells, tuple(told))


def _form_best(pair: TwoWitnesses) -> tuple[float, TwoWitnesses, Codes]:
    many = form_candidates(pair.nik, pair.form)
    scores = pair.form_scores(many)
    row = int(scores.argmax())
    return float(scores[row]), pair, np.asarray(many[row])


def _birth_reasons(code: Codes, form: FormDate) -> Iterator[Reason]:
    day, month, century, year = code.tolist()
    if not is_date(day if form.day_known else 1, month if form.month_known else 1, century, year):
        yield Reason.IMPOSSIBLE_DATE


def _clash(date: Codes | None, born: Codes | None, said: Suggestion) -> bool:
    """Whether NIK and form name different dates, as far as the form names one."""
    if date is None or born is None or Reason.IMPOSSIBLE_DATE in said.reasons:
        return False
    of_nik = [int(date[0]) % FEMALE_DAY_OFFSET if date[0] > FEMALE_DAY_OFFSET else int(date[0])]
    of_nik += [int(date[1]), int(date[2])]
    of_form = [int(born[0]), int(born[1]), int(born[3])]
    known = [born[0] > 0, born[1] > 0, True]
    return any(k and a != b for k, a, b in zip(known, of_nik, of_form, strict=True))


def _with(said: Suggestion, reason: Reason) -> Suggestion:
    return Suggestion(said.value, said.confidence, said.cells, (*said.reasons, reason))


def _sex_of(date: Codes | None) -> str | None:
    if date is None:
        return None
    return (
        "P"
        if FEMALE_DAY_OFFSET < date[0] <= FEMALE_DAY_OFFSET + 31
        else ("L" if 1 <= date[0] <= 31 else None)
    )
