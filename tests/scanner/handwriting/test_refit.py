"""A net that is surer than it is right is cooled; an honest one is left alone."""

from __future__ import annotations

import numpy as np
import pytest

from scanner.handwriting.refit import LEAST_CELLS, TRIED, Refit, columns_of, judge, refit_answers


def answered(n: int, sharper: float) -> Refit:
    """Answers whose honest chances were raised to the power ``sharper``."""
    rng = np.random.default_rng(3)
    honest = rng.normal(0, 3, (n, 10)).astype(np.float32)
    chances = np.exp(honest) / np.exp(honest).sum(axis=1, keepdims=True)
    truth = (chances.cumsum(axis=1) > rng.random((n, 1))).argmax(axis=1)
    return refit_answers("digits", honest * np.float32(sharper), truth, np.arange(n) // 20)


def test_a_net_twice_as_sure_as_it_may_be_is_cooled_to_that() -> None:
    found = answered(6000, 2.0)
    assert found.temperature == pytest.approx(2.0, rel=0.06)
    assert found.before.calibration_error > 0.05
    assert found.after.calibration_error < 0.02
    assert found.after.right == found.before.right, "what is likeliest stays so"
    assert found.helps
    assert found.is_enough


@pytest.mark.parametrize("sharper", [1.0, 0.5])
def test_an_honest_or_a_timid_net_is_not_made_surer(sharper: float) -> None:
    found = answered(6000, sharper)
    assert found.temperature <= TRIED[2]
    assert found.after.surprise == pytest.approx(found.before.surprise, abs=1e-3)


def test_a_few_cells_are_not_enough() -> None:
    assert not answered(LEAST_CELLS, 2.0).is_enough


def test_nothing_to_fit_on_changes_nothing() -> None:
    found = refit_answers(
        "digits", np.zeros((0, 10), np.float32), np.array([], np.intp), np.array([], np.intp)
    )
    assert (found.temperature, found.before.cells, found.helps) == (1.0, 0, False)


def test_the_calibration_error_is_the_mean_gap() -> None:
    chances = np.tile([0.75, 0.25], (4, 1))
    assert judge(chances, np.array([0, 0, 0, 1])).calibration_error == pytest.approx(0.0)
    assert judge(chances, np.array([0, 0, 1, 1])).calibration_error == pytest.approx(0.25)


def test_characters_no_net_knows_teach_nothing() -> None:
    assert columns_of("digits", "07") is not None
    assert columns_of("digits", "O7") is None
    assert columns_of("capitals", "D'AN") is not None
