"""Pens, and strokes drawn with them: width, pressure, wobble, skips of the ball."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.simulator.canvas import PX_PER_MM, Canvas, Cover, Pixels
from samples.simulator.geometry import Points

Rng = np.random.Generator


@dataclass(frozen=True)
class Pen:
    """``bgr``: reflectance of full ink; ``skips``: share of a stroke that the pen leaves thin;
    ``grain``: how much paper shows through, 0-1; ``pressure``: relative change of width."""

    width_mm: float
    bgr: tuple[float, float, float]
    skips: float
    grain: float
    pressure: float


PENS: dict[str, Pen] = {
    "blue_ballpoint": Pen(0.36, (0.62, 0.24, 0.16), 0.10, 0.35, 0.22),
    "black_ballpoint": Pen(0.38, (0.20, 0.17, 0.17), 0.10, 0.35, 0.22),
    "blue_gel": Pen(0.42, (0.55, 0.16, 0.10), 0.02, 0.08, 0.10),
    "black_gel": Pen(0.48, (0.08, 0.07, 0.07), 0.01, 0.05, 0.10),
    "pencil": Pen(0.45, (0.48, 0.47, 0.47), 0.05, 0.70, 0.25),
    "marker": Pen(0.95, (0.10, 0.08, 0.08), 0.00, 0.03, 0.06),
}
"""Widths as drawn by common pens (0.7 mm ball: about 0.35 mm; 0.5 mm gel: 0.4 mm); reflectances
chosen by eye beside pictures of scanned office forms, not measured."""

_SUBPIXEL_BITS = 4
_STEP_MM = 0.06
_NOISE_PX = 512


def smooth(control: Points, points_per_mm: float = 8.0) -> Points:
    """A Catmull-Rom curve through control points (n, 2), mm."""
    if len(control) < 3:
        return _along(control, points_per_mm)
    padded = np.vstack([2 * control[0] - control[1], control, 2 * control[-1] - control[-2]])
    steps = np.diff(control, axis=0)
    n = np.maximum((np.hypot(steps[:, 0], steps[:, 1]) * points_per_mm).astype(int), 3)
    piece = np.repeat(np.arange(len(n)), n)
    first = np.cumsum(n) - n
    t = ((np.arange(len(piece)) - first[piece]) / n[piece])[:, None]
    return np.vstack([_catmull_rom(padded, piece, t), control[-1:]])


def _catmull_rom(padded: Points, piece: NDArray[np.intp], t: Points) -> Points:
    """Points (n, 2) at ``t`` (n, 1), 0-1, of the given pieces (n,) of a curve."""
    p = [padded[i : len(padded) - 3 + i] for i in range(4)]
    terms = (
        2 * p[1],
        p[2] - p[0],
        2 * p[0] - 5 * p[1] + 4 * p[2] - p[3],
        3 * p[1] - p[0] - 3 * p[2] + p[3],
    )
    a, b, c, d = (term[piece] for term in terms)
    return np.asarray(0.5 * (a + t * (b + t * (c + t * d))), dtype=np.float64)


def _along(line: Points, points_per_mm: float) -> Points:
    lengths = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    at = np.linspace(0, lengths[-1], max(int(lengths[-1] * points_per_mm), 2))
    return np.stack([np.interp(at, lengths, line[:, axis]) for axis in (0, 1)], axis=1)


def slow_noise(n: int, period: float, rng: Rng) -> Points:
    """(n,) smooth noise, about -1 to 1, with one swing in ``period`` samples."""
    knots = rng.normal(0, 0.5, int(n / period) + 3)
    return np.interp(np.arange(n) / period, np.arange(len(knots)), knots)


def wobbled(stroke: Points, amplitude_mm: float, rng: Rng) -> Points:
    """The stroke as an unsteady hand draws it."""
    noise = [slow_noise(len(stroke), 9, rng) for _ in (0, 1)]
    return stroke + amplitude_mm * np.stack(noise, axis=1)


def draw(
    canvas: Canvas, strokes: Sequence[Points], pen: Pen, rng: Rng, strength: float = 1.0
) -> None:
    """Draw strokes (each (n, 2) points in mm) with a pen; ``strength`` below 1 is a faint hand."""
    if not strokes:
        return
    mask, left, top = outline_mask(canvas, strokes, pen, rng, 2 * pen.width_mm)
    canvas.lay(inked(mask, pen, rng, strength), left, top, pen.bgr)


def outline_mask(
    canvas: Canvas, strokes: Sequence[Points], pen: Pen, rng: Rng, margin_mm: float
) -> tuple[Pixels, int, int]:
    """The strokes as a shape (0-255) with ``margin_mm`` round it, and the canvas pixel (x, y) of
    its first pixel."""
    dense = [_along(stroke, 1 / _STEP_MM) for stroke in strokes]
    everything = np.vstack(dense)
    corner = np.floor(canvas.px(everything.min(axis=0)[None] - margin_mm)[0]).astype(int)
    size = np.ceil(canvas.px(everything.max(axis=0)[None] + margin_mm)[0]).astype(int) - corner
    mask = np.zeros((size[1], size[0]), dtype=np.uint8)
    for stroke in dense:
        _stamp(mask, canvas.px(stroke) - corner, pen, rng)
    return mask, int(corner[0]), int(corner[1])


def _stamp(mask: Pixels, px: Points, pen: Pen, rng: Rng) -> None:
    """Discs along a stroke: their radius is the pressure, their value the flow of ink."""
    n = len(px)
    radius = PX_PER_MM * pen.width_mm / 2 * (1 + pen.pressure * slow_noise(n, 18, rng))
    flow = 255 * (1 - 0.25 * np.abs(slow_noise(n, 12, rng)))
    if pen.skips:
        flow = np.where(slow_noise(n, 10, rng) > 1.0 - 4 * pen.skips, 0.55 * flow, flow)
    unit = 1 << _SUBPIXEL_BITS
    centres = np.round((px - 0.5) * unit).astype(int).tolist()
    radii = np.round(np.maximum(radius, 1.0) * unit).astype(int).tolist()
    for centre, r, value in zip(centres, radii, flow.astype(int).tolist(), strict=True):
        cv2.circle(mask, centre, r, value, -1, cv2.LINE_AA, _SUBPIXEL_BITS)


def inked(mask: Pixels, pen: Pen, rng: Rng, strength: float) -> Cover:
    """A drawn shape (0-255) as cover of ink on rough paper."""
    height, width = mask.shape[:2]
    top, left = rng.integers(0, _NOISE_PX, 2)
    across = -(-(width + int(left)) // _NOISE_PX)
    down = -(-(height + int(top)) // _NOISE_PX)
    noise = _papers(down, across)[top : top + height, left : left + width]
    rough = 1 - np.float32(pen.grain) * noise
    return np.asarray(mask * (rough * np.float32(strength / 255)), dtype=np.float32)


@cache
def _papers(down: int, across: int) -> Cover:
    """So many sheets of paper below and beside each other."""
    return np.tile(_paper(), (down, across))


@cache
def _paper() -> Cover:
    """Roughness of paper, 0-1, in grains of 0.1-0.2 mm; always the same sheet."""
    rng = np.random.default_rng(7)
    fine = rng.random((_NOISE_PX, _NOISE_PX), dtype=np.float32)
    soft = cv2.GaussianBlur(fine, (0, 0), 1.3, borderType=cv2.BORDER_REFLECT)
    low, high = np.percentile(soft, [2, 98])
    return np.asarray(np.clip((soft - low) / (high - low), 0, 1) ** 2, dtype=np.float32)
