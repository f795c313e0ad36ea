"""A net small enough to be written down byte by byte: flatten, then one matrix."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def _varint(value: int) -> bytes:
    more, rest = value & 127, value >> 7
    return bytes([more | 128]) + _varint(rest) if rest else bytes([more])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _part(field: int, content: bytes | str) -> bytes:
    raw = content.encode() if isinstance(content, str) else content
    return _varint(field << 3 | 2) + _varint(len(raw)) + raw


def _node(kind: str, inputs: list[str], output: str) -> bytes:
    named = b"".join(_part(1, name) for name in inputs)
    return named + _part(2, output) + _part(3, output) + _part(4, kind)


def _value(name: str, shape: list[int | str]) -> bytes:
    sides = b"".join(
        _part(1, _part(2, side) if isinstance(side, str) else _number(1, side)) for side in shape
    )
    return _part(1, name) + _part(2, _part(1, _number(1, 1) + _part(2, sides)))


def _tensor(name: str, values: NDArray[np.float32]) -> bytes:
    sides = b"".join(_number(1, side) for side in values.shape)
    return sides + _number(2, 1) + _part(8, name) + _part(9, values.tobytes())


def write_net(path: Path, weights: NDArray[np.float32]) -> None:
    """An ONNX file that multiplies 28 x 28 pixels (0-1) with ``weights`` (784, classes)."""
    graph = (
        _part(1, _node("Flatten", ["seen"], "flat"))
        + _part(1, _node("MatMul", ["flat", "weights"], "told"))
        + _part(2, "tiny")
        + _part(5, _tensor("weights", weights))
        + _part(11, _value("seen", ["n", 1, 28, 28]))
        + _part(12, _value("told", ["n", weights.shape[1]]))
    )
    path.write_bytes(_number(1, 7) + _part(7, graph) + _part(8, _part(1, "") + _number(2, 13)))
