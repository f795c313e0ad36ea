"""Pages whose QR codes, or letters, are ruined: eighteen kinds of damage, each code hit for
itself.

Worse on purpose than what the simulator's pages suffer: there is hardly a code there that is
not read at the first look. How bad each kind is was chosen before any figure was taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.layout import Box, Layout
from samples.simulator.pens import Rng
from scanner.windows import Grey

PX_PER_MM = 300 / 25.4
"""Raster on which codes are ruined; the picture is taken of it."""

REACH_MM = 4.0
"""Damage goes this far beyond a code: its quiet zone."""

PASTED, PASTED_REACH_MM = 242, 1.0
"""White paper over a code that is to be gone altogether."""

Ruin = Callable[[Grey, Rng], Grey]
"""From the area round a code (square, `PX_PER_MM`) to the same area ruined."""


@dataclass(frozen=True)
class Lens:
    """How the picture is taken: blur and noise of the whole page, perspective, one bit."""

    blur_mm: tuple[float, float] = (0.04, 0.08)
    noise: tuple[float, float] = (1.0, 4.0)
    perspective: float = 0.0
    shadow: float = 0.0
    motion_mm: float = 0.0
    bits: int = 8


def _clip(picture: NDArray[np.floating]) -> Grey:
    return np.asarray(np.clip(picture, 0, 255), dtype=np.uint8)


def _blob(size: int, share: float, rng: Rng) -> NDArray[np.float32]:
    """A drop that covers about ``share`` of the code, somewhere on it: 0-1."""
    code = size - 2 * REACH_MM * PX_PER_MM
    radius = np.sqrt(share / np.pi) * code
    x, y = rng.uniform(size / 2 - code / 2, size / 2 + code / 2, 2)
    if share > 0.25:
        x, y = (size / 2 + (at - size / 2) * 0.5 for at in (x, y))
    rows, columns = np.mgrid[0:size, 0:size].astype(np.float32)
    lumps = cv2.resize(rng.normal(0, 0.12, (6, 6)).astype(np.float32), (size, size))
    away = np.hypot(columns - x, rows - y) / radius + lumps
    return np.asarray(np.clip((1.0 - away) * radius / 2, 0, 1), dtype=np.float32)


def _stain(share: float) -> Ruin:
    """Opaque, dark or white (paint, paper torn off)."""

    def ruin(area: Grey, rng: Rng) -> Grey:
        cover = _blob(len(area), share, rng)
        level = rng.uniform(20, 120) if rng.random() < 0.6 else rng.uniform(215, 250)
        return _clip(area * (1 - cover) + level * cover)

    return ruin


def _strokes(least: int, most: int, wide_mm: tuple[float, float]) -> Ruin:
    """A pen drawn over the code."""

    def ruin(area: Grey, rng: Rng) -> Grey:
        drawn, size = area.copy(), len(area)
        for _ in range(int(rng.integers(least, most + 1))):
            points = rng.uniform(0.05, 0.95, (3, 2)) * size
            t = np.linspace(0, 1, 30)[:, None]
            curve = (1 - t) ** 2 * points[0] + 2 * t * (1 - t) * points[1] + t**2 * points[2]
            wide = max(1, round(rng.uniform(*wide_mm) * PX_PER_MM))
            level = int(rng.integers(20, 110))
            cv2.polylines(drawn, [curve.astype(np.int32)], False, level, wide, cv2.LINE_AA)
        return drawn

    return ruin


def _low_toner(area: Grey, rng: Rng) -> Grey:
    """Grains of black are missing, half of it and more."""
    rough = rng.normal(0, 1, area.shape).astype(np.float32)
    grain = cv2.GaussianBlur(rough, (0, 0), rng.uniform(1.0, 2.5))
    limit = rng.uniform(-0.5, 0.3) * float(grain.std())
    return np.where(grain > limit, np.maximum(area, 225), area).astype(np.uint8)


def _faded(least: float, most: float) -> Ruin:
    """Washed out, unevenly: such a share of the darkness is left."""

    def ruin(area: Grey, rng: Rng) -> Grey:
        left = cv2.resize(rng.uniform(least, most, (3, 3)).astype(np.float32), area.shape)
        return _clip(240 - (240 - area.astype(np.float32)) * left)

    return ruin


def _photocopied(area: Grey, rng: Rng) -> Grey:
    """Three generations of a bad copier."""
    picture = area.astype(np.float32)
    for _ in range(3):
        soft = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.08, 0.14) * PX_PER_MM)
        rough = cv2.resize(rng.normal(0, 22, (len(area) // 4,) * 2).astype(np.float32), area.shape)
        middle = rng.uniform(110, 190)
        picture = 255 / (1 + np.exp(-(soft + rough - middle) * 0.06))
    return _clip(picture)


def _streaked(area: Grey, rng: Rng) -> Grey:
    """Lines of dirt under the feeder's glass, and light bands of a worn drum."""
    picture, size = area.astype(np.float32), len(area)
    for _ in range(int(rng.integers(2, 6))):
        x, wide = int(rng.integers(0, size)), int(rng.uniform(0.15, 1.6) * PX_PER_MM)
        part = picture[:, x : x + wide]
        light = rng.random() < 0.4
        part[...] = 235 if light else part * rng.uniform(0.1, 0.5)
    return _clip(picture)


def _folded(area: Grey, rng: Rng) -> Grey:
    """A crease through the code: one half slid along and over the other, print flaked off."""
    size, middle = len(area), len(area) / 2
    angle = rng.uniform(0, np.pi)
    normal = np.array([np.cos(angle), np.sin(angle)])
    rows, columns = np.mgrid[0:size, 0:size].astype(np.float32)
    away = (columns - middle) * normal[0] + (rows - middle) * normal[1]
    away += np.float32(rng.uniform(-0.25, 0.25) * size * 0.7)
    lost, slid = rng.uniform(0.1, 0.6) * PX_PER_MM, rng.normal(0, 0.3) * PX_PER_MM
    beyond = (away > 0).astype(np.float32)
    moved = [
        (base + beyond * np.float32(part)).astype(np.float32)
        for base, part in (
            (columns, lost * normal[0] - slid * normal[1]),
            (rows, lost * normal[1] + slid * normal[0]),
        )
    ]
    picture = cv2.remap(area, moved[0], moved[1], cv2.INTER_LINEAR, borderValue=255)
    near = np.exp(-((away / (0.7 * PX_PER_MM)) ** 2))
    flakes = cv2.GaussianBlur((rng.random(area.shape) < 0.5).astype(np.float32), (0, 0), 1.5)
    bare = np.clip(near * flakes * 2, 0, 1)
    return _clip((picture + (235 - picture) * bare) * (1 - rng.uniform(0.1, 0.4) * near))


def _wetted(area: Grey, rng: Rng) -> Grey:
    """Ink that ran: the code smeared within a drop that covers most of it."""
    cover = _blob(len(area), rng.uniform(0.5, 0.9), rng)
    run = cv2.GaussianBlur(area, (0, 0), rng.uniform(0.4, 0.8) * PX_PER_MM)
    return _clip(area * (1 - cover) + (run * 0.85 + 20) * cover)


def _torn(area: Grey, rng: Rng) -> Grey:
    """The paper is gone on one side of a ragged line, up to two thirds of the code."""
    size = len(area)
    turn = int(rng.integers(4))
    edge = rng.uniform(0.35, 0.75) * size + np.cumsum(rng.normal(0, 1.5, size))
    gone = (
        np.arange(size)[None, :] > edge[:, None] + rng.uniform(-0.3, 0.3) * np.arange(size)[:, None]
    )
    return np.where(np.rot90(gone, turn), 244, area).astype(np.uint8)


def _whole(area: Grey, rng: Rng) -> Grey:
    return area


def _combined(area: Grey, rng: Rng) -> Grey:
    """Folded, written over, copied."""
    return _photocopied(_strokes(1, 3, (0.4, 0.8))(_folded(area, rng), rng), rng)


_SHARP = Lens()

RUINS: Mapping[str, tuple[Ruin, Lens]] = {
    "blurred": (_whole, Lens(blur_mm=(0.3, 0.6))),
    "moved": (_whole, Lens(motion_mm=0.9)),
    "one bit, faded": (_faded(0.1, 0.6), Lens(bits=1)),
    "low toner": (_low_toner, _SHARP),
    "faded": (_faded(0.03, 0.2), Lens(noise=(3, 8))),
    "copied": (_photocopied, _SHARP),
    "phone": (_whole, Lens(blur_mm=(0.15, 0.35), noise=(4, 10), perspective=0.1, shadow=0.6)),
    "streaked": (_streaked, _SHARP),
    "folded": (_folded, _SHARP),
    "2-4 strokes": (_strokes(2, 4, (0.4, 0.9)), _SHARP),
    "9 strokes": (_strokes(8, 10, (0.4, 0.9)), _SHARP),
    "thick marker": (_strokes(1, 3, (2.0, 5.0)), _SHARP),
    "stain 10 %": (_stain(0.1), _SHARP),
    "stain 20 %": (_stain(0.2), _SHARP),
    "stain 40 %": (_stain(0.4), _SHARP),
    "wetted": (_wetted, _SHARP),
    "torn": (_torn, _SHARP),
    "combined": (_combined, _SHARP),
}


def ruined(page: Grey, layout: Layout, number: int, kind: str, rng: Rng, dpi: int) -> Grey:
    """A picture at ``dpi`` of a printed page (rendered at `PX_PER_MM`, page ``number`` of
    ``layout``), both of its codes ruined in this way."""
    ruin, lens = RUINS[kind]
    page = page.copy()
    for box in layout.on_page(number):
        if box.kind == "qr":
            _ruin(page, box, ruin, rng)
    return _taken(page, lens, rng, dpi)


def letters_ruined(page: Grey, layout: Layout, number: int, kind: str, rng: Rng, dpi: int) -> Grey:
    """Likewise with both codes pasted over, and every code in letters ruined in this way."""
    ruin, lens = RUINS[kind]
    page = page.copy()
    for box in layout.on_page(number):
        if box.kind == "qr":
            page[_round(box, PASTED_REACH_MM)] = PASTED
        elif box.kind == "code":
            _ruin(page, box, ruin, rng)
    return _taken(page, lens, rng, dpi)


def _ruin(page: Grey, box: Box, ruin: Ruin, rng: Rng) -> None:
    """In place. A line of letters lies in the middle of a square of its own width, so that what
    is drawn over the square hits some of it, or all, or none."""
    at = _round(box, REACH_MM)
    height, side = page[at].shape
    top = (side - height) // 2
    square = np.full((side, side), 255, dtype=np.uint8)
    square[top : top + height] = page[at]
    page[at] = ruin(square, rng)[top : top + height]


def _round(box: Box, reach_mm: float) -> tuple[slice, slice]:
    """Rows and columns of a box and of what is that near to it."""
    width, height = (round((side + 2 * reach_mm) * PX_PER_MM) for side in (box.w_mm, box.h_mm))
    top, left = (round((at - reach_mm) * PX_PER_MM) for at in (box.y_mm, box.x_mm))
    return slice(top, top + height), slice(left, left + width)


def _taken(page: Grey, lens: Lens, rng: Rng, dpi: int) -> Grey:
    """The page in a scanner or before a phone: turned a little, lit, blurred, noisy."""
    factor = dpi / (25.4 * PX_PER_MM)
    blur = rng.uniform(*lens.blur_mm) * PX_PER_MM
    page = np.asarray(cv2.GaussianBlur(page, (0, 0), max(blur, 0.35 / factor)), dtype=np.uint8)
    if lens.motion_mm:
        page = _moved(page, rng.uniform(0.5, 1.0) * lens.motion_mm, rng)
    height, width = page.shape
    size = (round(width * factor), round(height * factor))
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], dtype=np.float32)
    there = corners * size + rng.normal(0, 0.003 * width * factor, (1, 2))
    there += rng.uniform(-0.5, 0.5, (4, 2)) * lens.perspective * np.array(size)
    angle = np.deg2rad(rng.normal(0, 0.6))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    there = (there - np.array(size) / 2) @ turn.T + np.array(size) / 2
    paper = corners * np.array([width, height], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(paper, there.astype(np.float32))
    picture = cv2.warpPerspective(page, matrix, size, flags=cv2.INTER_LINEAR, borderValue=244)
    return _lit(np.asarray(picture, dtype=np.uint8), lens, rng)


def _moved(page: Grey, length_mm: float, rng: Rng) -> Grey:
    """Smeared along a line: a page that slipped in the feeder."""
    size = 2 * round(length_mm * PX_PER_MM / 2) + 1
    kernel = np.zeros((size, size), dtype=np.float32)
    angle = rng.uniform(0, np.pi)
    reach = size / 2 * np.array([np.cos(angle), np.sin(angle)])
    ends = [tuple(np.round(size // 2 + sign * reach).astype(int).tolist()) for sign in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], 1.0)
    return np.asarray(cv2.filter2D(page, -1, kernel / kernel.sum()), dtype=np.uint8)


_NOISE = np.random.default_rng(12).standard_normal((512, 768)).astype(np.float32)


def _lit(picture: Grey, lens: Lens, rng: Rng) -> Grey:
    height, width = picture.shape
    light = 1 - lens.shadow * rng.uniform(0.0, 1.0, (3, 3)).astype(np.float32)
    tiled = np.tile(_NOISE, (height // 512 + 1, width // 768 + 1))[:height, :width]
    noise = np.roll(tiled, int(rng.integers(512)), axis=0) * np.float32(rng.uniform(*lens.noise))
    seen = picture * np.float32(0.97)
    if lens.shadow:
        seen *= cv2.resize(light, (width, height))
    seen += noise
    if lens.bits == 1:
        return np.where(seen > rng.uniform(150, 225), 255, 0).astype(np.uint8)
    return _clip(seen)


def kinds() -> Sequence[str]:
    """Names of the eighteen kinds."""
    return tuple(RUINS)
