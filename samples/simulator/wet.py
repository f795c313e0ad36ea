"""Water on a filled sheet: ink runs, paper darkens, and dirt is left at the shore."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.simulator.canvas import PX_PER_MM, Canvas, Cover, Pixels
from samples.simulator.pens import Rng

PATCH_MM = (35.0, 110.0)
RUN_MM = (0.08, 0.28)
"""How far ink spreads (standard deviation). Printed toner stays where it is."""

WASHED = (0.0, 0.3)
"""Share of the ink that the water takes away."""

_TIDE_BGR = (0.45, 0.62, 0.72)
_STEP = 8
"""Patches are shaped at every eighth pixel."""


def soak(canvas: Canvas, printed: Pixels, patches: int, rng: Rng) -> None:
    """Wet ``patches`` places of a page. ``printed``: the page before any ink was laid."""
    for _ in range(patches):
        height, width = canvas.pixels.shape[:2]
        size = int(rng.uniform(*PATCH_MM) * PX_PER_MM) // _STEP * _STEP
        left = int(rng.uniform(-0.4 * size, width - 0.6 * size))
        top = int(rng.uniform(-0.4 * size, height - 0.6 * size))
        radius = _radius(size // _STEP, rng)
        inside = _full(np.clip((0.42 - radius) / 0.02, 0, 1), size)
        _run(canvas, printed, inside, left, top, rng)
        canvas.lay(_full(_tides(radius, rng), size), left, top, _TIDE_BGR)


def _radius(n: int, rng: Rng) -> NDArray[np.float32]:
    """(n, n) distance from the middle, bent into a lake: below 0.42 it is wet."""
    y, x = np.mgrid[0:n, 0:n].astype(np.float32) / n - 0.5
    lumps = cv2.resize(
        rng.normal(0, 0.07, (5, 5)).astype(np.float32), (n, n), interpolation=cv2.INTER_CUBIC
    )
    ripples = cv2.resize(
        rng.normal(0, 0.008, (22, 22)).astype(np.float32), (n, n), interpolation=cv2.INTER_CUBIC
    )
    distance = np.hypot(x * rng.uniform(0.85, 1.2), y * rng.uniform(0.85, 1.2))
    return np.asarray(distance + lumps + ripples + 0.04, dtype=np.float32)


def _tides(radius: NDArray[np.float32], rng: Rng) -> NDArray[np.float32]:
    """Darkness of the dried water: a little everywhere, and one to three shore lines."""
    cover = np.clip((0.42 - radius) / 0.01, 0, 1) * rng.uniform(0.02, 0.10)
    shore = 0.415
    for _ in range(int(rng.integers(1, 4))):
        fade = np.where(radius < shore, 0.016, 0.004)
        cover += np.exp(-(((radius - shore) / fade) ** 2)) * rng.uniform(0.10, 0.45)
        shore -= rng.uniform(0.03, 0.12)
    return np.asarray(np.clip(cover, 0, 0.7), dtype=np.float32)


def _full(small: NDArray[np.floating], size: int) -> Cover:
    return np.asarray(cv2.resize(small.astype(np.float32), (size, size)), dtype=np.float32)


def _run(canvas: Canvas, printed: Pixels, inside: Cover, left: int, top: int, rng: Rng) -> None:
    """Ink within a patch spreads and pales; print under it is left alone."""
    sigma, kept = rng.uniform(*RUN_MM) * PX_PER_MM, 1 - rng.uniform(*WASHED)
    height, width = canvas.pixels.shape[:2]
    x0, y0 = max(left, 0), max(top, 0)
    x1, y1 = min(left + inside.shape[1], width), min(top + inside.shape[0], height)
    part, bare = canvas.pixels[y0:y1, x0:x1], printed[y0:y1, x0:x1].astype(np.float32)
    wetness = inside[y0 - top : y1 - top, x0 - left : x1 - left]
    if part.ndim == 3:
        wetness = np.asarray(wetness[:, :, None], dtype=np.float32)
    taken = 1 - part / np.maximum(bare, 1)
    spread = cv2.GaussianBlur(taken, (0, 0), sigma) * np.float32(kept)
    part[...] = np.clip(bare * (1 - taken - (spread - taken) * wetness), 0, 255)
