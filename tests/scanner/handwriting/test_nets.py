"""The nets' run time, with a net whose answers can be worked out by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from scanner.handwriting.alphabet import CAPITALS, DIGITS
from scanner.handwriting.nets import chances, has_models
from tests.scanner.handwriting.tinynet import write_net


def test_chances_are_those_of_the_nets_numbers(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    weights = rng.normal(0, 0.1, (784, len(DIGITS) + 1)).astype(np.float32)
    write_net(tmp_path / "digits.onnx", weights)
    seen = rng.integers(0, 256, (5, 28, 28)).astype(np.uint8)
    told = chances(seen, "digits", tmp_path)
    raised = np.exp(seen.reshape(5, -1) / 255 @ weights.astype(np.float64))
    assert told == pytest.approx(raised / raised.sum(axis=1, keepdims=True), abs=1e-5)


def test_no_cells_give_no_rows(tmp_path: Path) -> None:
    assert chances(np.empty((0, 28, 28), np.uint8), "capitals", tmp_path).shape == (
        0,
        len(CAPITALS) + 1,
    )


def test_a_net_of_other_classes_is_not_believed(tmp_path: Path) -> None:
    write_net(tmp_path / "capitals.onnx", np.zeros((784, 11), dtype=np.float32))
    with pytest.raises(ValueError, match="capitals"):
        chances(np.zeros((2, 28, 28), np.uint8), "capitals", tmp_path)


def test_both_nets_must_be_there(tmp_path: Path) -> None:
    write_net(tmp_path / "digits.onnx", np.zeros((784, 11), dtype=np.float32))
    assert not has_models(tmp_path)
    write_net(tmp_path / "capitals.onnx", np.zeros((784, 30), dtype=np.float32))
    assert has_models(tmp_path)
