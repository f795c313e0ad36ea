"""The family card's number: region, date of recording DDMMYY, serial within that day."""

from __future__ import annotations

import numpy as np

from scanner.handwriting.calendar import CENTURIES, ISSUES, is_date
from scanner.handwriting.comb import Comb
from scanner.handwriting.dates import LoneDate
from scanner.handwriting.evidence import (
    broken,
    cell_choices,
    cell_reasons,
    digit_likelihoods,
    pair_likelihoods,
)
from scanner.handwriting.mixture import digit_certainty, digits_of, mixture, variants
from scanner.handwriting.regions import ANY, regions
from scanner.handwriting.suggestion import Suggestion
from scanner.reading import Reason

REGIONS = regions(halong=0.80, balangan=0.12, old=0.02, kalsel=0.03)
"""Estimate: a card is made anew where a family moves to, so that more are local than NIK are."""

NO_ISSUE_DATE = 0.03
"""Share of cards whose digits 7-12 are no date: an estimate, of which no source says anything."""

SERIALS = mixture(
    [
        (0.45, [[0], range(1, 100)]),
        (0.5499, [range(1, 100), ANY]),
        (0.0001, [[0], [0]]),
    ]
)
"""Cards of one day and region are counted from 0001: an estimate."""


def decode_kk(comb: Comb) -> Suggestion:
    """A comb of sixteen cells."""
    if comb.empty.any():
        return broken(comb)
    seen = pair_likelihoods(digit_likelihoods(comb))
    date = LoneDate(seen[3:6], ISSUES, NO_ISSUE_DATE)
    codes = (REGIONS.best(seen[:3]), date.best(), SERIALS.best(seen[6:]))
    many = [np.vstack([code, variants(code)]) for code in codes]
    scores = (
        REGIONS.scores(many[0], seen[:3]),
        date.scores(many[1]),
        SERIALS.scores(many[2], seen[6:]),
    )
    totals = (REGIONS.total(seen[:3]), date.total(), SERIALS.total(seen[6:]))
    confidence = float(np.prod([one[0] / total for one, total in zip(scores, totals, strict=True)]))
    certainty = np.concatenate(
        [digit_certainty(code, one[1:]) for code, one in zip(codes, scores, strict=True)]
    )
    value = "".join(digits_of(code) for code in codes)
    day, month, year = codes[1].tolist()
    told = list(cell_reasons(comb))
    dated = any(is_date(day, month, first, year, ISSUES) for first in CENTURIES)
    if not dated or not codes[2].any() or value[0] == "0":
        told.insert(0, Reason.IMPOSSIBLE_NUMBER)
    return Suggestion(
        value, min(confidence, 1.0), cell_choices(comb, value, certainty), tuple(told)
    )
