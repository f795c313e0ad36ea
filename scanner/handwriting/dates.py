"""A date by itself, DDMMYYYY or DDMMYY: exact sums over all dates of a calendar."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scanner.handwriting.calendar import CENTURIES, DAYS, MEETINGS, MONTHS, Calendar, is_date
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
from scanner.handwriting.suggestion import Suggestion
from scanner.reading import Reason

NOT_A_DATE = 0.005
"""Share of dates as written that do not exist: an estimate."""


@dataclass(frozen=True)
class LoneDate:
    """``pairs``: likelihoods of DD MM YY (3, 100), or of DD MM, century, YY (4, 100)."""

    pairs: Floats
    known: Calendar
    no_date: float = NOT_A_DATE

    def _century(self) -> Floats:
        """(k,)"""
        if len(self.pairs) == 3:
            return np.ones(len(self.known.century))
        return np.asarray(self.pairs[2, np.array(CENTURIES)][self.known.century])

    def total(self) -> float:
        known, seen = self.known, self.pairs
        day, month = seen[0, 1 : 1 + DAYS], seen[1, 1 : 1 + MONTHS]
        parts = (known.day @ day) * (known.month @ month) * (known.year @ seen[-1])
        return float((1 - self.no_date) * (known.weights * self._century()) @ parts) + self.no_date

    def scores(self, codes: Codes) -> Floats:
        """Joint chance of these numbers (n, pairs) and of what was seen, (n,)."""
        known = self.known
        day, month = codes[:, 0], codes[:, 1]
        inside = (day >= 1) & (day <= DAYS) & (month >= 1) & (month <= MONTHS)
        chance = known.day[:, np.where(inside, day, 1) - 1]
        chance = chance * known.month[:, np.where(inside, month, 1) - 1] * inside
        chance = chance * known.year[:, codes[:, -1]] * known.weights[:, None]
        if len(self.pairs) == 4:
            chance = chance * (np.array(CENTURIES)[known.century][:, None] == codes[:, 2])
        seen = self.pairs[np.arange(len(self.pairs)), codes].prod(axis=1)
        anything = self.no_date * 100.0 ** -len(self.pairs)
        return np.asarray(seen * ((1 - self.no_date) * chance.sum(axis=0) + anything))

    def best(self) -> Codes:
        """The likeliest number (pairs,), a date or not."""
        known, seen = self.known, self.pairs
        day = known.day * seen[0, 1 : 1 + DAYS]
        month, year = known.month * seen[1, 1 : 1 + MONTHS], known.year * seen[-1]
        score = known.weights * self._century()
        score = score * day.max(axis=1) * month.max(axis=1) * year.max(axis=1)
        k = int(score.argmax())
        code = [int(day[k].argmax()) + 1, int(month[k].argmax()) + 1, int(year[k].argmax())]
        if len(seen) == 4:
            code.insert(2, CENTURIES[known.century[k]])
        many = np.array([code, seen.argmax(axis=1).tolist()])
        return np.asarray(many[self.scores(many).argmax()])


def decode_date(comb: Comb, known: Calendar = MEETINGS) -> Suggestion:
    """A comb of eight cells DDMMYYYY."""
    if comb.empty.any():
        return broken(comb)
    date = LoneDate(pair_likelihoods(digit_likelihoods(comb)), known)
    code = date.best()
    scores = date.scores(np.vstack([code, variants(code)]))
    day, month, century, year = code.tolist()
    told = [] if is_date(day, month, century, year, known) else [Reason.IMPOSSIBLE_DATE]
    value = digits_of(code)
    cells = cell_choices(comb, value, digit_certainty(code, scores[1:]))
    confidence = min(float(scores[0]) / date.total(), 1.0)
    return Suggestion(value, confidence, cells, (*told, *cell_reasons(comb)))
