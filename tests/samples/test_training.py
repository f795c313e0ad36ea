"""How the net's certificates come about, and that its crops say what was drawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from samples.bench.sheets import DRAWN, Task
from samples.bench.stock import print_stock
from samples.simulator.anything import HARD_MIX
from samples.training.certify import Claims, certify
from samples.training.crops import cut
from samples.training.steps import best_temperature, calibration_error
from scanner.marknet import CLASSES, NET_PX, MarkClass


def _claims(n: int, wrong_beliefs: tuple[float, ...] = ()) -> Claims:
    """``n`` right claims that are all believed, and wrong ones at these beliefs."""
    belief = np.concatenate([np.full(n, 0.9999), np.array(wrong_beliefs)])
    wrong = np.arange(len(belief)) >= n
    return Claims(belief, wrong, np.arange(len(belief)) % 100)


def test_thirty_thousand_right_claims_carry_the_strict_promise() -> None:
    held = certify(_claims(29_956))
    assert held is not None
    assert (held.risk, held.errors, held.claims, held.sheets) == (1e-4, 0, 29_956, 100)


def test_one_claim_less_carries_only_the_weaker_promise() -> None:
    held = certify(_claims(29_955))
    assert held is not None
    assert held.risk == 1e-3


def test_the_threshold_stays_above_the_errors() -> None:
    held = certify(_claims(40_000, wrong_beliefs=(0.85, 0.86, 0.87, 0.88)))
    assert held is not None
    assert (held.least_belief, held.errors) == (0.9, 0)


def test_nothing_lax_is_accepted_behind_a_failure() -> None:
    """Many right claims at low belief do not wash out wrong ones at high belief."""
    believed = _claims(40_000, wrong_beliefs=(0.96,) * 20)
    many = Claims(np.full(10**6, 0.55), np.zeros(10**6, dtype=bool), np.zeros(10**6, dtype=int))
    held = certify(Claims.joined([believed, many]), risks=(1e-4,))
    assert held is not None
    assert held.least_belief == 0.98


@pytest.mark.parametrize("claims", [_claims(0), _claims(2_994), _claims(9_000, (0.9999,) * 40)])
def test_too_few_or_too_wrong_claims_carry_none(claims: Claims) -> None:
    assert certify(claims) is None


def test_the_temperature_undoes_overconfidence() -> None:
    rng = np.random.default_rng(4)
    plain = rng.normal(0, 2, (20_000, len(CLASSES)))
    chances = np.exp(plain) / np.exp(plain).sum(axis=1, keepdims=True)
    truth = (rng.random((20_000, 1)) > chances.cumsum(axis=1)).sum(axis=1).astype(np.uint8)
    loud = (2.5 * plain).astype(np.float32)
    assert best_temperature(loud, truth) == pytest.approx(2.5, rel=0.05)
    assert calibration_error(loud, truth) > 0.1
    assert calibration_error(loud / 2.5, truth) < 0.01


def test_crops_show_what_was_drawn(tmp_path: Path) -> None:
    print_stock(tmp_path, {"umpan-balik": 1})
    task = Task("office200", DRAWN, "a4", "umpan-balik", number=5, seed=5)
    (crops,) = cut(tmp_path, [task], HARD_MIX, processes=1)
    assert crops.seen.shape[1:] == (2, NET_PX, NET_PX)
    assert {CLASSES[one] for one in crops.truth} >= {MarkClass.EMPTY, MarkClass.MARKED}
    middle = slice(NET_PX // 2 - 8, NET_PX // 2 + 8)
    ink = (crops.seen[:, 0, middle, middle] > 60).mean(axis=(1, 2))
    marked = crops.truth == CLASSES.index(MarkClass.MARKED)
    assert np.median(ink[marked]) > 3 * np.median(ink[crops.truth == 0])
    assert (crops.sheet == 5).all()
