"""Handwriting: characters in cells, words on lines, signatures and thumbprints.

Letters come from four handwriting fonts (SIL Open Font License, in ``fonts/``), each letter
shaken by itself. They make sheets look filled in; they say nothing about reading real hands.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from samples.simulator.canvas import PX_PER_MM, Canvas, Cover
from samples.simulator.geometry import Points
from samples.simulator.pens import Pen, Rng, draw, inked, slow_noise, smooth, wobbled

FONTS = Path(__file__).parent / "fonts"
FACES = ("Caveat", "PatrickHand", "Kalam", "ArchitectsDaughter")

_GLYPH_PX = 96
"""Height of a capital in the stored shapes."""
_MARGIN_PX = 12


@dataclass(frozen=True)
class Hand:
    """One writer's letters: font, height of capitals in mm, slant, unsteadiness."""

    face: str
    capital_mm: float
    slant: float
    shake: float


def some_hand(rng: Rng) -> Hand:
    return Hand(
        face=FACES[int(rng.integers(len(FACES)))],
        capital_mm=float(rng.uniform(3.4, 4.9)),
        slant=float(rng.normal(0.05, 0.09)),
        shake=float(rng.uniform(0.5, 1.3)),
    )


@cache
def _font(face: str) -> ImageFont.FreeTypeFont:
    """The face at the size at which its H is `_GLYPH_PX` high."""
    path = str(FONTS / f"{face}-Regular.ttf")
    trial = ImageFont.truetype(path, 200)
    box = trial.getbbox("H")
    return ImageFont.truetype(path, round(200 * _GLYPH_PX / (box[3] - box[1])))


@cache
def _glyph(face: str, text: str) -> tuple[NDArray[np.uint8], tuple[float, float]]:
    """Shape (0-255) and the place of its baseline's start in it, px."""
    font = _font(face)
    left, top, right, bottom = font.getbbox(text, anchor="ls")
    size = (int(right - left) + 2 * _MARGIN_PX, int(bottom - top) + 2 * _MARGIN_PX)
    image = Image.new("L", size, 0)
    origin = (_MARGIN_PX - left, _MARGIN_PX - top)
    ImageDraw.Draw(image).text(origin, text, fill=255, font=font, anchor="ls")
    return np.array(image, dtype=np.uint8), (float(origin[0]), float(origin[1]))


def glyph_width_mm(hand: Hand, text: str) -> float:
    """How far the pen moves on after ``text``, mm."""
    return _length_px(hand.face, text) * hand.capital_mm / _GLYPH_PX


@cache
def _length_px(face: str, text: str) -> float:
    return float(_font(face).getlength(text))


def put(canvas: Canvas, text: str, baseline: Points, hand: Hand, pen: Pen, rng: Rng) -> None:
    """One letter or word with the start of its baseline at ``baseline`` (2,), mm."""
    if text.strip():
        cover, left, top = written(canvas, text, baseline, hand, pen, rng)
        canvas.lay(cover, left, top, pen.bgr)


def written(
    canvas: Canvas, text: str, baseline: Points, hand: Hand, pen: Pen, rng: Rng
) -> tuple[Cover, int, int]:
    """The ink of one letter or word, and the canvas pixel (x, y) of its first pixel."""
    shape, origin = _glyph(hand.face, text)
    angle = np.deg2rad(rng.normal(0, 2.2 * hand.shake))
    scale = hand.capital_mm * PX_PER_MM / _GLYPH_PX * (1 + rng.normal(0, 0.05 * hand.shake, 2))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    lean = np.array([[1.0, -hand.slant - rng.normal(0, 0.04)], [0.0, 1.0]])
    matrix = turn @ lean @ np.diag(scale)
    corners = np.array([[0, 0], [shape.shape[1], 0], [0, shape.shape[0]], shape.shape[::-1]])
    placed = (corners - np.array(origin)) @ matrix.T + canvas.px(baseline[None])[0]
    corner = np.floor(placed.min(axis=0)).astype(int)
    size = np.ceil(placed.max(axis=0)).astype(int) - corner
    move = canvas.px(baseline[None])[0] - corner - matrix @ np.array(origin)
    affine = np.hstack([matrix, move[:, None]])
    mask = cv2.warpAffine(shape, affine, (int(size[0]), int(size[1])), flags=cv2.INTER_AREA)
    cover = inked(np.asarray(mask, dtype=np.uint8), pen, rng, rng.uniform(0.85, 1.0))
    return cover, int(corner[0]), int(corner[1])


def put_in_cell(
    canvas: Canvas, char: str, corner: Points, size: Points, hand: Hand, pen: Pen, rng: Rng
) -> None:
    """One character in the middle of a cell (mm), shrunk where the font is too wide for it."""
    width = glyph_width_mm(hand, char)
    shrink = min(1.0, 0.92 * float(size[0]) / max(width, 0.1))
    fitted = Hand(hand.face, hand.capital_mm * shrink, hand.slant, hand.shake)
    slack = size - np.array([width * shrink, fitted.capital_mm])
    start = corner + np.array([slack[0] / 2, size[1] - slack[1] / 2])
    shift = rng.normal(0, [0.25, 0.35]) * hand.shake
    put(canvas, char, start + shift, fitted, pen, rng)


def write_lines(
    canvas: Canvas, text: str, corner: Points, size: Points, hand: Hand, pen: Pen, rng: Rng
) -> None:
    """Free writing in an area (mm), word by word, as many lines as fit."""
    height = hand.capital_mm * 1.9
    x, y = 2.0, max(hand.capital_mm * 1.35, min(height, float(size[1]) * 0.75))
    for word in text.split():
        width = glyph_width_mm(hand, word + " ")
        if x + width > size[0] and x > 2.0:
            x, y = 2.0, y + height
        if y > size[1] - 0.5 or x + width > size[0] + 1:
            return
        put(canvas, word, corner + np.array([x, y]) + rng.normal(0, 0.2, 2), hand, pen, rng)
        x += 1.06 * width


def sign(canvas: Canvas, corner: Points, size: Points, pen: Pen, rng: Rng) -> None:
    """A signature in an area (mm): perhaps an initial, loops on a rising line, a flourish."""
    room = np.minimum(size * np.array([0.72, 0.55]), [34.0, 15.0])
    start = corner + (size - room) / 2
    if rng.random() < 0.6:
        hand = Hand("Caveat", float(room[1]) * 0.6, 0.2, 1.5)
        initial = "ABDEHJKLMNRSTUY"[int(rng.integers(15))]
        put(canvas, initial, start + room * [0.0, 0.8], hand, pen, rng)
        start, room = start + room * [0.25, 0.1], room * [0.75, 0.9]
    loops = rng.uniform(2.0, 6.5)
    t = np.linspace(0, 1, int(12 * loops))
    phase = 2 * np.pi * loops * (t + 0.08 * slow_noise(len(t), 14, rng))
    height = (0.10 + 0.30 * np.abs(slow_noise(len(t), 10, rng))) * (1 - 0.5 * t)
    x = t - rng.uniform(0.1, 0.6) / loops * np.sin(phase + 0.6) + 0.03 * slow_noise(len(t), 8, rng)
    y = 0.6 - rng.uniform(0.0, 0.3) * t - height * np.cos(phase)
    lines = [smooth(start + np.stack([x, y], axis=1) * room)]
    if rng.random() < 0.5:
        tail = np.array([[1.0, 0.3], [0.4, 0.85], [0.05, 0.95], [0.9, 0.8]])
        lines.append(smooth(start + (tail + rng.normal(0, 0.06, tail.shape)) * room))
    draw(canvas, [wobbled(line, 0.08, rng) for line in lines], pen, rng)


def thumbprint(canvas: Canvas, corner: Points, size: Points, rng: Rng) -> None:
    """A thumb's ridges in violet stamp ink, 15 x 21 mm, in the middle of an area (mm)."""
    width, height = (int(mm * PX_PER_MM) for mm in (15.0, 21.0))
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    u, v = (x / width - 0.5) * 15, (y / height - 0.45) * 21
    bend = cv2.GaussianBlur(rng.normal(0, 1, (height, width)).astype(np.float32), (0, 0), 40)
    whorl = np.hypot(u * 1.25, v * 0.8 + 0.06 * u * u) + bend * (
        0.9 / max(float(np.std(bend)), 1e-6)
    )
    ridges = np.clip(0.5 + 0.9 * np.sin(whorl * 2 * np.pi / 0.52), 0, 1)
    press = cv2.GaussianBlur(rng.random((height, width)).astype(np.float32), (0, 0), 22)
    press = np.clip(
        0.75 + (press - np.mean(press)) / max(float(np.std(press)), 1e-6) * 0.22, 0.2, 1
    )
    edge = np.clip((1 - (u / 7.2) ** 2 - (v / 10.2) ** 2) * 4, 0, 1)
    cover = np.asarray(0.85 * ridges * press * edge, dtype=np.float32)
    middle = canvas.px((corner + size / 2)[None])[0].astype(int)
    canvas.lay(cover, int(middle[0]) - width // 2, int(middle[1]) - height // 2, (0.42, 0.15, 0.22))
