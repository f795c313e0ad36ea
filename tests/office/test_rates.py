"""Shares in words that a newcomer understands, and never better than they are."""

from __future__ import annotations

import pytest

from office.review.quality.rates import LEAST_ANSWERED, LEAST_AUDITED, Rate, percent


def test_a_share_is_told_when_it_says_something() -> None:
    """From here on a faultless sample promises less than 5 %, or than 12 % of people's work."""
    assert Rate(0, LEAST_AUDITED).bounds[1] < 0.05 <= Rate(0, LEAST_AUDITED - 1).bounds[1]
    assert Rate(0, LEAST_ANSWERED).bounds[1] < 0.12
    rate = Rate(0, 70, LEAST_AUDITED)
    assert not rate.is_told and rate.lacking == 2
    assert Rate(0, 72, LEAST_AUDITED).is_told


@pytest.mark.parametrize(
    ("share", "text"), [(0, "0 %"), (0.0041, "0,41 %"), (0.041, "4,1 %"), (0.414, "41 %")]
)
def test_percent_in_two_digits(share: float, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(
    ("errors", "n", "words"),
    [
        (0, 72, "paling banyak sekitar 1 dari 20"),
        (0, 530, "paling banyak sekitar 1 dari 140"),
        (0, 30, "paling banyak sekitar 1 dari 8"),
        (5, 10, "paling banyak sekitar 9 dari 10"),
        (0, 0, "paling banyak sekitar 10 dari 10"),
    ],
)
def test_the_upper_end_in_words(errors: int, n: int, words: str) -> None:
    assert Rate(errors, n).words == words


def test_words_never_promise_more_than_the_interval() -> None:
    for n in range(10, 3000, 37):
        for errors in (0, 1, n // 50):
            rate = Rate(errors, n)
            part, whole = (int(word) for word in rate.words.split() if word.isdigit())
            assert part / whole >= rate.bounds[1] - 1e-12, (errors, n)


def test_nothing_counted_has_no_share() -> None:
    assert (Rate(0, 0).share, Rate(1, 4).share) == ("–", "25 %")
