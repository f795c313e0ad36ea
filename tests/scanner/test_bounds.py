"""The error bound against values that can be worked out by hand."""

from __future__ import annotations

from math import comb

import pytest

from scanner.bounds import _at_most, interval, upper_bound


@pytest.mark.parametrize("n", [1, 10, 3000, 40_000])
def test_without_errors_it_is_the_rule_of_three(n: int) -> None:
    assert upper_bound(0, n) == pytest.approx(1 - 0.05 ** (1 / n), rel=1e-6)


def test_one_error_in_ten() -> None:
    """(1 - p)**10 + 10 p (1 - p)**9 = 0.05 at p = 0.3942 (tables of Clopper and Pearson)."""
    assert upper_bound(1, 10) == pytest.approx(0.3942, abs=5e-5)


def test_it_grows_with_the_errors_and_ends_at_one() -> None:
    bounds = [upper_bound(errors, 20) for errors in range(21)]
    assert bounds == sorted(bounds)
    assert bounds[-1] == 1.0


@pytest.mark.parametrize(
    ("errors", "n", "low", "high"),
    [
        (0, 10, 0.0, 0.3085),
        (1, 10, 0.0025, 0.4450),
        (5, 10, 0.1871, 0.8129),
        (2, 50, 0.0049, 0.1371),
    ],
)
def test_intervals_of_the_tables(errors: int, n: int, low: float, high: float) -> None:
    """95 % intervals as printed in the tables of Clopper and Pearson."""
    assert interval(errors, n) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize("p", [0.02, 0.3, 0.5, 0.97])
def test_it_is_the_sum_of_the_binomial(p: float) -> None:
    """Against the chances written out, on both sides of the middle."""
    n = 40
    chances = [comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n)]
    sums = [sum(chances[: k + 1]) for k in range(n)]
    assert [_at_most(k, n, p) for k in range(n)] == pytest.approx(sums, abs=1e-12)


def test_nothing_tried_says_nothing() -> None:
    assert interval(0, 0) == (0.0, 1.0)
