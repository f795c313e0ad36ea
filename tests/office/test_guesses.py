"""Guesses: what a screen presets for a doubtful mark, by what lies in its box."""

from __future__ import annotations

from typing import Any

import pytest

from office.review.guesses import (
    BARE_IS_NOTHING,
    BESIDE_A_MARK,
    FILLED_IS_MEANT,
    HEAVY_IS_NOTHING,
    LONE_IS_MEANT,
    PALE_IS_MEANT,
    SMALL_IS_NOTHING,
    WIDE_IS_MEANT,
    guess_at,
)
from office.review.values import Value
from scanner.reading import Reason
from tests.office.conftest import SmallOffice

HEAVY, FAINT = [Reason.HEAVY_OR_CANCELLED], [Reason.FAINT_MARK]
FILLED, SCRIBBLED, CIRCLED, BEGUN, PALE = 0.62, 0.43, 0.4, 0.05, 0.004
"""Dark ink inside a box, as simulated office scans show it."""


def _doubtful(score: float, belief: float | None = 0.0) -> dict[str, Any]:
    return {"state": "doubtful", "score": score, "belief": belief}


MARKED = {"state": "marked", "score": 0.15, "belief": 1.0}
EMPTY = {"state": "empty", "score": 0.0, "belief": 0.0}


def _reading(reasons: list[Reason], **options: dict[str, Any]) -> dict[str, Any]:
    return {"reasons": reasons, "options": options}


@pytest.mark.parametrize(
    ("reasons", "options", "value", "certainty"),
    [
        (HEAVY, {"tanah": _doubtful(FILLED)}, "tanah", FILLED_IS_MEANT),
        (HEAVY, {"tanah": _doubtful(SCRIBBLED)}, None, HEAVY_IS_NOTHING),
        ([], {"tanah": _doubtful(CIRCLED)}, "tanah", WIDE_IS_MEANT),
        (FAINT, {"tanah": _doubtful(PALE)}, "tanah", PALE_IS_MEANT),
        (
            [Reason.NOT_CERTIFIED],
            {"tanah": _doubtful(PALE), "papan": _doubtful(0.0)},
            None,
            BARE_IS_NOTHING**2,
        ),
        (
            [Reason.NOT_CERTIFIED],
            {"tanah": _doubtful(0.1, 0.99), "papan": _doubtful(0.0)},
            "tanah",
            0.99 * BARE_IS_NOTHING,
        ),
        (FAINT, {"tanah": _doubtful(BEGUN)}, "tanah", LONE_IS_MEANT),
        ([Reason.UNCLEAR_MARK], {"tanah": _doubtful(BEGUN)}, None, SMALL_IS_NOTHING),
        (FAINT, {"tanah": _doubtful(BEGUN, 0.7)}, "tanah", 0.7),
        (HEAVY, {"tanah": _doubtful(FILLED), "papan": MARKED}, "papan", BESIDE_A_MARK),
        (
            HEAVY,
            {"tanah": _doubtful(FILLED), "papan": _doubtful(BEGUN)},
            "tanah",
            FILLED_IS_MEANT * SMALL_IS_NOTHING,
        ),
        (HEAVY, {"tanah": _doubtful(FILLED), "papan": _doubtful(FILLED)}, None, 0),
        ([], {"tanah": _doubtful(BEGUN, 0.7), "papan": _doubtful(BEGUN, 0.9)}, None, 0),
        ([], {"tanah": _doubtful(BEGUN, None)}, None, 0),
    ],
)
def test_guesses_of_single_choices(
    office: SmallOffice,
    reasons: list[Reason],
    options: dict[str, dict[str, Any]],
    value: Value,
    certainty: float,
) -> None:
    spec = office.forms["keluarga"].spec.field("lantai")
    guess = guess_at(spec, _reading(reasons, **{"papan": EMPTY, **options}))
    assert guess.value == value
    assert guess.certainty == pytest.approx(certainty)


@pytest.mark.parametrize(
    ("reasons", "score", "is_meant"),
    [
        (HEAVY, FILLED, True),
        (HEAVY, SCRIBBLED, False),
        ([], CIRCLED, True),
        (FAINT, BEGUN, False),
        (FAINT, PALE, True),
        ([Reason.NOT_CERTIFIED], PALE, False),
    ],
)
def test_guesses_of_multiple_choices(
    office: SmallOffice, reasons: list[Reason], score: float, is_meant: bool
) -> None:
    spec = office.forms["keluarga"].spec.field("asuransi")
    names = [option.id for option in spec.options]
    options = dict.fromkeys(names, EMPTY) | {names[0]: _doubtful(score), names[1]: MARKED}
    guess = guess_at(spec, _reading(reasons, **options))
    assert guess.value == names[0 if is_meant else 1 : 2]
    assert 0.5 < guess.certainty < 1


def test_doubtful_ink_is_taken_to_be_there(office: SmallOffice) -> None:
    reading: dict[str, Any] = {"reasons": [], "state": "doubtful", "value": None}
    guess = guess_at(office.forms["keluarga"].spec.field("ttd"), reading)
    assert (guess.value, guess.exists) == (True, True)
