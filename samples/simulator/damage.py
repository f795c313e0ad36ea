"""What happens to the sheet itself: worn toner, photocopying, stains, tears, streaks."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.simulator.canvas import PX_PER_MM, Canvas, Pixels
from samples.simulator.geometry import Points
from samples.simulator.pens import Rng


def fade_print(canvas: Canvas, toner: float) -> None:
    """Print with less toner: black becomes grey. Done before any ink is laid."""
    if toner < 1:
        lifted = 255 * (1 - toner)
        canvas.pixels = np.asarray(
            cv2.convertScaleAbs(canvas.pixels, None, toner, lifted), dtype=np.uint8
        )


def photocopy(canvas: Canvas, rng: Rng) -> None:
    """One generation: a little blur, hard contrast, specks of toner, filled and broken lines.

    The copier's own scale and offset belong to the geometry (`capture.some_geometry`).
    """
    soft = cv2.GaussianBlur(canvas.pixels, (0, 0), rng.uniform(0.05, 0.08) * PX_PER_MM)
    height, width = soft.shape[:2]
    grain = rng.standard_normal((height // 6, width // 6), dtype=np.float32)
    coarse = np.clip(128.5 + 14 * grain, 0, 255)
    rough = cv2.resize(coarse.astype(np.uint8), (width, height))
    if soft.ndim == 3:
        rough = cv2.cvtColor(rough, cv2.COLOR_GRAY2BGR)
    middle, steep = rng.uniform(135, 175), rng.uniform(0.035, 0.055)
    levels = np.arange(256, dtype=np.float32)
    curve = (12 + 243 / (1 + np.exp(-(levels - middle) * steep))).astype(np.uint8)
    noisy = cv2.addWeighted(soft, 1, rough, 1, -128.5)
    canvas.pixels = np.asarray(cv2.LUT(noisy, curve), dtype=np.uint8)
    _specks(canvas, int(rng.integers(60, 350)), rng)


def _specks(canvas: Canvas, n: int, rng: Rng) -> None:
    height, width = canvas.pixels.shape[:2]
    for _ in range(n):
        at = (int(rng.integers(width)), int(rng.integers(height)))
        cv2.circle(
            canvas.pixels, at, int(rng.integers(1, 3)), (int(rng.integers(20, 120)),) * 3, -1
        )


def stain(canvas: Canvas, rng: Rng) -> None:
    """A drop of coffee, a damp ring, or a dirty finger: see-through, darker at its rim."""
    height, width = canvas.pixels.shape[:2]
    size = int(rng.uniform(12, 45) * PX_PER_MM)
    y, x = np.mgrid[0:size:4, 0:size:4].astype(np.float32) / size - 0.5
    lumps = cv2.resize(rng.normal(0, 0.045, (6, 6)).astype(np.float32), x.shape[::-1])
    radius = np.hypot(x, y * rng.uniform(0.8, 1.3)) + lumps
    inside = np.clip((0.40 - radius) / 0.02, 0, 1)
    rim = np.exp(-(((radius - 0.385) / 0.014) ** 2))
    cover = np.clip(inside * rng.uniform(0.12, 0.4) + rim * rng.uniform(0.1, 0.35), 0, 0.75)
    full = cv2.resize(cover.astype(np.float32), (size, size))
    left, top = int(rng.integers(-size // 3, width)), int(rng.integers(-size // 3, height))
    canvas.lay(np.asarray(full, dtype=np.float32), left, top, (0.25, 0.42, 0.55))


def crease_line(
    canvas: Canvas, at: Points, direction: Points, rng: Rng, width_mm: float = 0.9
) -> None:
    """What a fold looks like: a shaded line with flaked print. ``at``, ``direction`` (2,) mm."""
    middle = canvas.px(at[None])[0]
    reach = direction * max(canvas.pixels.shape) * 1.5
    ends = [tuple(np.round(middle + sign * reach).astype(int).tolist()) for sign in (-1, 1)]
    line = np.zeros(canvas.pixels.shape[:2], dtype=np.uint8)
    cv2.line(line, ends[0], ends[1], 255, int(width_mm * PX_PER_MM), cv2.LINE_AA)
    x0, y0, wide, high = cv2.boundingRect(line)
    x1, y1 = x0 + wide, y0 + high
    part = canvas.pixels[y0:y1, x0:x1]
    near = cv2.GaussianBlur(line[y0:y1, x0:x1], (0, 0), 6).astype(np.float32) / 255
    bare = ((rng.random(near.shape) < 0.45) & (near > 0.5)).astype(np.float32)
    flakes = np.asarray(cv2.GaussianBlur(bare, (0, 0), 1.2), dtype=np.float32)
    dim = 1 - rng.uniform(0.08, 0.28) * near
    if part.ndim == 3:
        flakes, dim = flakes[:, :, None], dim[:, :, None]
    part[...] = np.clip((part + (235 - part) * np.clip(flakes, 0, 1)) * dim, 0, 255)


def tear(size_mm: Points, corners: int, rng: Rng) -> Points:
    """Outline (n, 2) mm of a sheet with 1-3 corners torn off, 22-45 mm along each edge."""
    width, height = float(size_mm[0]), float(size_mm[1])
    whole = np.array([[0, 0], [0, height], [width, height], [width, 0]])
    pieces = [_ragged(whole[0], whole[3], whole[1], rng), *whole[1:, None]]
    others = rng.permutation([1, 2, 3])[: corners - 1] if corners > 1 else ()
    for i in others:
        pieces[i] = _ragged(whole[i], whole[i - 1], whole[(i + 1) % 4], rng)
    outline = np.vstack(pieces)
    if rng.random() < 0.5:
        outline[:, 0] = width - outline[:, 0]
    if rng.random() < 0.5:
        outline[:, 1] = height - outline[:, 1]
    return outline


def _ragged(corner: Points, before: Points, after: Points, rng: Rng) -> Points:
    """The torn edge (14, 2) that takes the place of a corner between two others, mm."""
    away = [(end - corner) / np.linalg.norm(end - corner) for end in (before, after)]
    reach = rng.uniform(22, 45, 2)
    share = np.linspace(0, 1, 14)[:, None]
    edge = corner + (1 - share) * reach[0] * away[0] + share * reach[1] * away[1]
    edge[1:-1] += rng.normal(0, 1.0, (12, 2))
    return np.asarray(edge, dtype=np.float64)


def show_through(canvas: Canvas, strength: float) -> None:
    """The back of the sheet, faint and mirrored. The page's own print stands for its back: all
    pages of a form have the same skeleton."""
    if strength <= 0:
        return
    grey = canvas.pixels if canvas.pixels.ndim == 2 else canvas.pixels[:, :, 1]
    height, width = grey.shape
    quarter = grey[: height // 4 * 4, : width // 4 * 4]
    small = cv2.resize(quarter, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    back = cv2.GaussianBlur(cv2.flip(small, 1), (0, 0), 1.2)
    table = np.clip(255 - (255 - np.arange(256)) * strength, 0, 255).astype(np.uint8)
    faint = cv2.resize(cv2.LUT(back, table), (width, height))
    if canvas.pixels.ndim == 3:
        faint = np.asarray(cv2.cvtColor(faint, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
    cv2.multiply(canvas.pixels, faint, canvas.pixels, scale=1 / 255)


def scanner_streaks(picture: Pixels, n: int, rng: Rng) -> None:
    """Dirt under a feeder's glass: thin lines down the whole picture, in place."""
    height, width = picture.shape[:2]
    for _ in range(n):
        x = int(rng.uniform(0.05, 0.95) * width)
        thick = int(rng.integers(1, 4))
        dark = float(rng.uniform(0.15, 0.6))
        wave = 1 - dark * (0.6 + 0.4 * _slow(height, rng))
        part = picture[:, x : x + thick]
        shape = (height, 1, 1) if picture.ndim == 3 else (height, 1)
        part[...] = np.clip(part * wave.reshape(shape), 0, 255)


def _slow(n: int, rng: Rng) -> NDArray[np.float64]:
    knots = rng.random(12)
    return np.interp(np.linspace(0, 11, n), np.arange(12), knots)
