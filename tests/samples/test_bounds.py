"""The error bound against values that can be worked out by hand."""

from __future__ import annotations

import pytest

from samples.bench.bounds import upper_bound


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
