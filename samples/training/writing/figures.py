"""Figures of a net on characters whose truth is known."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scanner.bounds import upper_bound
from scanner.handwriting.refit import calibration_error
from scanner.marknet import softmax

Logits = NDArray[np.float32]
Truth = NDArray[np.uint8]

LEVELS = (0.99, 0.999)
"""Beliefs from which on it is told how many characters are believed in and how many wrongly."""


def figures(logits: Logits, truth: Truth) -> dict[str, Any]:
    """What is suggested for cells that hold a character: the likeliest one, however likely it is
    that the cell holds none; that only lowers the belief. Share right with its bound, calibration
    error, and what strong beliefs are worth."""
    none = logits.shape[1] - 1
    chances = softmax(logits)[:, :none]
    order = np.argsort(-chances, axis=1)
    wrong, belief = order[:, 0] != truth, chances.max(axis=1)
    n, errors = len(truth), int(wrong.sum())
    told = {f"believed_{level}": _strong(belief >= level, wrong) for level in LEVELS}
    return {
        "cells": n,
        "wrong": errors,
        "right_percent": _percent(1 - errors / n),
        "wrong_at_most_percent": _percent(upper_bound(errors, n)),
        "right_among_two_percent": _percent(float((order[:, :2] == truth[:, None]).any(1).mean())),
        "called_no_character": int((logits.argmax(axis=1) == none).sum()),
        "calibration_error_points": _percent(calibration_error(belief, ~wrong)),
        **told,
    }


def _strong(strong: NDArray[np.bool_], wrong: NDArray[np.bool_]) -> dict[str, Any]:
    return {"share_percent": _percent(float(strong.mean())), "wrong": int((strong & wrong).sum())}


def _percent(share: float) -> float:
    return round(100 * share, 3)


def confusions(logits: Logits, truth: Truth, names: str, most: int = 25) -> dict[str, int]:
    """The commonest errors, ``true>answered`` with how often."""
    answer = logits.argmax(axis=1)
    rows = np.flatnonzero(answer != truth)
    pairs = Counter(f"{names[truth[row]]}>{names[answer[row]]}" for row in rows)
    return dict(pairs.most_common(most))


def table(logits: Logits, truth: Truth, names: str) -> str:
    """All answers (columns) to all truths (rows)."""
    counts = np.zeros((len(names), len(names)), dtype=int)
    np.add.at(counts, (truth, logits.argmax(axis=1)), 1)
    lines = ["     " + "".join(f"{name:>5}" for name in names)]
    for name, row in zip(names, counts.tolist(), strict=True):
        lines.append(f"{name:>5}" + "".join(f"{count or '.':>5}" for count in row))
    return "\n".join(lines)


def picture(seen: NDArray[np.uint8], logits: Logits, truth: Truth, names: str, n: int = 50) -> Any:
    """The ``n`` errors of strongest belief, grey, ten a row, each titled ``true>answered``."""
    import cv2

    answer, belief = logits.argmax(axis=1), softmax(logits).max(axis=1)
    wrong = np.flatnonzero(answer != truth)
    tiles = []
    for row in wrong[np.argsort(-belief[wrong])][:n].tolist():
        tile = 255 - cv2.resize(seen[row], (84, 84), interpolation=cv2.INTER_NEAREST)
        tile = cv2.copyMakeBorder(tile, 18, 3, 3, 3, cv2.BORDER_CONSTANT, value=255)
        title = f"{names[truth[row]]}>{names[answer[row]]} {belief[row]:.3f}"
        cv2.putText(tile, title, (3, 13), cv2.FONT_HERSHEY_SIMPLEX, 0.42, 0, 1, cv2.LINE_AA)
        tiles.append(tile)
    blank = np.full((105, 90), 255, dtype=np.uint8)
    tiles += [blank] * (-len(tiles) % 10)
    return np.vstack([np.hstack(tiles[at : at + 10]) for at in range(0, len(tiles), 10)])
