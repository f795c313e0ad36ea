"""Fields of which less is known: counts, telephones, RT/RW, times, and the codes of sheets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from forms.sheetcode import ALPHABET, MAX_PAGE, SHEET_CHARS, parse_printed
from scanner.handwriting.comb import Comb
from scanner.handwriting.evidence import (
    Floats,
    broken,
    cell_choices,
    cell_reasons,
    cellwise,
    digit_likelihoods,
    has_gap,
    likelihoods,
    nothing_written,
    pair_likelihoods,
)
from scanner.handwriting.mixture import digit_certainty, digits_of, mixture, variants
from scanner.handwriting.suggestion import Suggestion
from scanner.reading import Reason

SHORTEST_PHONE = 9
"""A fixed line with its area code; mobile numbers have 10 to 13 digits."""

ZERO_FIRST, EIGHT_SECOND = 0.95, 0.9
"""How often a telephone number begins with 0, and goes on with 8 as mobile numbers do."""

RT_RW_ZEROS = ((0, 0.97), (0, 0.85))
"""Of the first and second of their three digits: estimates."""

TIMES = mixture(
    [
        (0.65, [range(7, 18), (0, 15, 30, 45)]),
        (0.25, [range(7, 18), range(60)]),
        (0.09, [range(24), range(60)]),
        (0.01, [range(100), range(100)]),
    ]
)
"""Meetings are by day and begin at full quarters: estimates. A hundredth is no time at all."""

STATES = 33
"""Of the check over a sheet's code: 1-32."""


def decode_count(comb: Comb) -> Suggestion:
    """A small number, in whichever cells it stands."""
    said = cellwise(comb, [Reason.GAP_IN_DIGITS] if has_gap(comb.empty) else [])
    return replace(said, value=said.value.strip())


def decode_phone(comb: Comb) -> Suggestion:
    """Digits; a blank between groups is left out of the value, and told."""
    if comb.empty.all():
        return nothing_written(comb)
    inked = np.flatnonzero(~comb.empty)
    expected = ((0, ZERO_FIRST), (8, EIGHT_SECOND))
    best, certainty = _expecting(comb, dict(zip(inked.tolist(), expected, strict=False)))
    told = [Reason.GAP_IN_DIGITS] if has_gap(comb.empty) else []
    told += [Reason.TOO_FEW_DIGITS] if len(inked) < SHORTEST_PHONE else []
    value = "".join(str(best[row]) for row in inked)
    cells = cell_choices(comb, [str(digit) for digit in best], certainty)
    return Suggestion(value, float(certainty.prod()), cells, (*told, *cell_reasons(comb)))


def _expecting(
    comb: Comb, expected: Mapping[int, tuple[int, float]]
) -> tuple[NDArray[np.intp], Floats]:
    """The likeliest digit of each cell and its chance. ``expected``: of some cells the digit that
    is foreseen, and how often it stands there."""
    chances = digit_likelihoods(comb)
    for row, (digit, share) in expected.items():
        chances[row] *= np.where(np.arange(10) == digit, share, (1 - share) / 9)
    chances /= chances.sum(axis=1, keepdims=True)
    best = chances.argmax(axis=1)
    return best, np.where(comb.empty, 1.0, chances[np.arange(len(best)), best])


def decode_rt_rw(comb: Comb) -> Suggestion:
    """RT and RW, three digits each (six cells), the number mostly below ten. Written without
    leading zeros, the empty cells stay blanks."""
    if comb.empty.all():
        return nothing_written(comb)
    best, certainty = _expecting(comb, {row: RT_RW_ZEROS[row % 3] for row in (0, 1, 3, 4)})
    chars = [" " if empty else str(d) for d, empty in zip(best, comb.empty, strict=True)]
    cells = cell_choices(comb, chars, certainty)
    value = "".join(chars).rstrip()
    return Suggestion(value, float(certainty.prod()), cells, tuple(cell_reasons(comb)))


def decode_time(comb: Comb) -> Suggestion:
    """A time of the day, HHMM (four cells)."""
    if comb.empty.any():
        return broken(comb)
    seen = pair_likelihoods(digit_likelihoods(comb))
    code = TIMES.best(seen)
    scores = TIMES.scores(np.vstack([code, variants(code)]), seen)
    told = [] if code[0] < 24 and code[1] < 60 else [Reason.IMPOSSIBLE_NUMBER]
    confidence = min(float(scores[0]) / TIMES.total(seen), 1.0)
    cells = cell_choices(comb, digits_of(code), digit_certainty(code, scores[1:]))
    return Suggestion(digits_of(code), confidence, cells, (*told, *cell_reasons(comb)))


def decode_code(comb: Comb) -> Suggestion:
    """The code of a sheet: its id, page and check character (eleven cells). Summed over all codes
    whose check holds: a misread character is mostly put right, or leaves little confidence."""
    if comb.empty.all():
        return nothing_written(comb)
    if comb.empty.any() or len(comb.empty) != SHEET_CHARS + 2:
        told = [Reason.GAP_IN_DIGITS] if has_gap(comb.empty) else []
        return cellwise(comb, [*told, Reason.TOO_FEW_DIGITS])
    seen = likelihoods(comb)[:, [comb.alphabet.index(char) for char in ALPHABET]]
    seen[SHEET_CHARS] *= (np.arange(len(ALPHABET)) >= 1) & (np.arange(len(ALPHABET)) <= MAX_PAGE)
    best, confidence = _checked(seen)
    value = "".join(ALPHABET[column] for column in best)
    wrong = [] if parse_printed(value) else [Reason.IMPOSSIBLE_NUMBER]
    cells = cell_choices(comb, value, np.full(len(value), confidence))
    return Suggestion(value, confidence, cells, (*wrong, *cell_reasons(comb)))


@cache
def _steps() -> NDArray[np.intp]:
    """State (33) and character (32) -> next state, as in `forms.sheetcode.check_character`."""
    state, value = np.arange(STATES)[:, None], np.arange(len(ALPHABET))
    summed = (state + value) % 32
    return np.asarray(np.where(summed == 0, 32, summed) * 2 % 33)


def _checked(seen: Floats) -> tuple[NDArray[np.intp], float]:
    """The likeliest code (11,) whose check holds, and its share among all such."""
    steps, states = _steps(), np.arange(STATES)
    total, most = (states == 32).astype(float), (states == 32).astype(float)
    came: list[NDArray[np.intp]] = []
    for row in seen[:-1]:
        reached = np.zeros(STATES)
        np.add.at(reached, steps, total[:, None] * row)
        paths = (most[:, None] * row).ravel()
        order = np.argsort(paths, kind="stable")
        last = np.zeros(STATES, dtype=np.intp)
        last[steps.ravel()[order]] = order
        came.append(last)
        total, most = reached, np.where(reached > 0, paths[last], 0.0)
    checks = (1 - states) % 32
    ends = most * seen[-1, checks]
    state = int(ends.argmax())
    code = [int(checks[state])]
    for last in reversed(came):
        state, column = divmod(int(last[state]), len(ALPHABET))
        code.append(column)
    return np.array(code[::-1]), float(ends.max() / (total * seen[-1, checks]).sum())
