"""Real people's characters in the cells of our forms: size, slant, pen, place, and what people
spoil there.

Strokes are drawn anew with the pens of `pens`; pictures are enlarged to smooth ink of a pen's
width. Each run of cells has one `Style`. All shares and ranges here are estimates, but for
the widths of pens.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.layout import Box
from samples.simulator.canvas import PX_PER_MM, Canvas, Cover, Pixels
from samples.simulator.filling import Writer, place
from samples.simulator.geometry import Points
from samples.simulator.handdata import Characters, Strokes
from samples.simulator.pens import PENS, Pen, Rng, draw, inked, slow_noise

PUNCTUATION = "'-."
"""Drawn by rule: no data set at hand has them."""

CROSSING = 0.15
"""Share of characters that are badly placed, many of them over the cell's lines."""

MOST_ASIDE_MM = np.array([[-1.2, -1.7], [1.2, 1.7]])
"""No character's middle is further from its cell's middle (x, y): it would be another cell's."""


class Spoilt(StrEnum):
    """What a cell may hold that is not one character."""

    OVERWRITTEN = "overwritten"
    CROSSED_OUT = "crossed_out"
    SCRIBBLE = "scribble"
    TWO = "two"
    STRAY = "stray"


SPOILT_SHARES = {
    Spoilt.OVERWRITTEN: 0.30,
    Spoilt.CROSSED_OUT: 0.30,
    Spoilt.SCRIBBLE: 0.12,
    Spoilt.TWO: 0.16,
    Spoilt.STRAY: 0.12,
}


@dataclass(frozen=True)
class Style:
    """How one writer fills a row of cells: ``height_mm`` of its characters, ``width_factor`` of
    the pen, lean as x per y, ``shake_mm`` of places."""

    pen: Pen
    height_mm: float
    wide: float
    lean: float
    shake_mm: float
    strength: float


def some_style(rng: Rng, pen: str, flow: float = 1.0) -> Style:
    """Ballpoints and gel pens of 0.3-0.6 mm."""
    base = PENS[pen]
    return Style(
        pen=replace(base, width_mm=float(base.width_mm * rng.uniform(0.85, 1.35))),
        height_mm=float(rng.uniform(3.4, 5.9)),
        wide=float(rng.uniform(0.85, 1.1)),
        lean=float(rng.normal(0.0, 0.10)),
        shake_mm=float(rng.uniform(0.15, 0.45)),
        strength=float(flow * rng.uniform(0.85, 1.0)),
    )


def lay_character(
    canvas: Canvas, box: Box, ink: Strokes | Pixels, style: Style, rng: Rng, narrow: float = 1.0
) -> None:
    """One character in a cell. ``narrow`` below 1: in so much of its width."""
    matrix = _matrix(style, rng)
    middle = _middle(box, style, rng)
    if isinstance(ink, tuple):
        _lay_strokes(canvas, box, ink, matrix, middle, style, rng, narrow)
    else:
        _lay_picture(canvas, box, ink, matrix, middle, style, rng, narrow)


def _matrix(style: Style, rng: Rng) -> Points:
    """(2, 2): turn and lean of one character, mm per share of its height."""
    angle = rng.normal(0, 0.05)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    lean = np.array([[1.0, -style.lean - rng.normal(0, 0.04)], [0.0, 1.0]])
    size = style.height_mm * np.exp(rng.normal(0, 0.06))
    return np.asarray(turn @ lean @ np.diag([size * style.wide, size]))


def _middle(box: Box, style: Style, rng: Rng) -> Points:
    """Where the middle of a character is meant to be, mm."""
    corner, size = place(box)
    far = 2.4 if rng.random() < CROSSING else 1.0
    shift = np.clip(far * style.shake_mm * rng.normal(0, [1.0, 1.1]), *MOST_ASIDE_MM)
    return np.asarray(corner + size / 2 + shift)


def _lay_strokes(
    canvas: Canvas,
    box: Box,
    ink: Strokes,
    matrix: Points,
    middle: Points,
    style: Style,
    rng: Rng,
    narrow: float,
) -> None:
    everything = np.vstack(ink)
    centre = (everything.min(axis=0) + everything.max(axis=0)) / 2
    high = max(float(everything[:, 1].max() - everything[:, 1].min()), 0.25)
    placed = [(stroke - centre) / high @ matrix.T for stroke in ink]
    width = max(float(np.ptp(np.vstack(placed)[:, 0])), 0.1)
    squeeze = min(1.0, _room_mm(box, rng) / width) * narrow
    strokes = [stroke * np.array([squeeze, 1.0]) + middle for stroke in placed]
    draw(canvas, [unsteady(one, rng) for one in strokes], style.pen, rng, style.strength)


def _room_mm(box: Box, rng: Rng) -> float:
    """How wide a character may get: people fit them to their cells, most of the time."""
    return box.w_mm * (1.05 if rng.random() < CROSSING else 0.88)


def unsteady(stroke: Points, rng: Rng) -> Points:
    """The stroke with a hand's tremor of up to 0.03 mm."""
    noise = [slow_noise(len(stroke), 12, rng) for _ in (0, 1)]
    return np.asarray(stroke + 0.03 * np.stack(noise, axis=1))


def _lay_picture(
    canvas: Canvas,
    box: Box,
    ink: Pixels,
    matrix: Points,
    middle: Points,
    style: Style,
    rng: Rng,
    narrow: float,
) -> None:
    rows, columns = (np.flatnonzero(ink.max(axis=axis) > 40) for axis in (1, 0))
    if not len(rows):
        return
    high = max(float(np.ptp(rows)) + 1, 8.0)
    centre = np.array([columns[0] + columns[-1] + 1, rows[0] + rows[-1] + 1]) / 2
    mm_per_px = matrix / high
    width = float(np.abs(mm_per_px[0, 0])) * (np.ptp(columns) + 1)
    squeeze = min(1.0, _room_mm(box, rng) / width) * narrow
    px_per_px = mm_per_px @ np.diag([squeeze, 1.0]) * PX_PER_MM
    corners = np.array([[0, 0], [28, 0], [0, 28], [28, 28]]) - centre
    reach = np.abs(corners @ px_per_px.T).max(axis=0)
    size = np.ceil(2 * reach + 2).astype(int)
    affine = np.hstack([px_per_px, (size / 2 - px_per_px @ centre)[:, None]])
    big = cv2.warpAffine(ink.astype(np.float32), affine, size.tolist(), flags=cv2.INTER_CUBIC)
    mask = _thinned(
        np.asarray(big, dtype=np.float32), style.pen.width_mm, float(np.abs(px_per_px[1, 1]))
    )
    cover = inked(mask, style.pen, rng, style.strength)
    left, top = np.round(canvas.px(middle[None])[0] - size / 2).astype(int).tolist()
    canvas.lay(cover, left, top, style.pen.bgr)


THICK_PX = 2.6
"""Usual width of MNIST's strokes, of 28 px."""


def _thinned(big: Cover, pen_mm: float, zoom: float) -> Pixels:
    """Sharp-edged ink of about the pen's width out of an enlarged picture: the level at which its
    blurred strokes are cut off decides their width. The level is of the darkest nearby, so that
    no thin stroke is lost."""
    soft = cv2.GaussianBlur(big, (0, 0), 0.45 * zoom)
    near = cv2.dilate(soft, np.ones((2 * round(2 * zoom) + 1,) * 2, dtype=np.uint8))
    wanted = pen_mm * PX_PER_MM / (THICK_PX * zoom)
    share = float(np.clip(0.95 - 0.45 * wanted, 0.35, 0.65))
    level = share * np.maximum(near, 0.3 * float(soft.max()))
    sharp = (soft - level) / np.maximum(0.5 * level, 1.0) + 0.5
    return np.asarray(255 * np.clip(sharp, 0, 1), dtype=np.uint8)


def punctuation(char: str, rng: Rng) -> Strokes:
    """An apostrophe, hyphen or full stop, as strokes in a cell of height 1 (x from its middle, y
    from its top); for `lay_in_place`."""
    if char == "-":
        half, y = rng.uniform(0.10, 0.22), rng.uniform(0.42, 0.62)
        return (np.array([[-half, y + rng.normal(0, 0.02)], [half, y + rng.normal(0, 0.02)]]),)
    if char == "'":
        top, length = rng.uniform(0.08, 0.25), rng.uniform(0.12, 0.26)
        lean = rng.normal(0.05, 0.06)
        return (np.array([[lean, top], [0.0, top + length / 2], [-lean, top + length]]),)
    y, wide = rng.uniform(0.62, 0.85), rng.uniform(0.0, 0.03)
    x = rng.normal(0, 0.12)
    return (np.array([[x, y], [x + wide, y + wide], [x, y + 0.01]]),)


def lay_in_place(canvas: Canvas, box: Box, ink: Strokes, style: Style, rng: Rng) -> None:
    """Strokes that have their own size and height in a cell, such as `punctuation`."""
    corner, size = place(box)
    origin = corner + np.array([size[0] / 2, 0.0]) + style.shake_mm * rng.normal(0, 0.7, 2)
    strokes = [unsteady(stroke * size[1] + origin, rng) for stroke in ink]
    draw(canvas, strokes, style.pen, rng, style.strength)


def spoil(
    canvas: Canvas,
    box: Box,
    how: Spoilt,
    inks: Sequence[Strokes | Pixels],
    style: Style,
    rng: Rng,
) -> None:
    """Ink in a cell that is not one character; ``inks``: two different characters."""
    if how is Spoilt.OVERWRITTEN:
        steady = replace(style, shake_mm=0.6 * style.shake_mm)
        again = replace(steady, strength=min(1.0, 1.15 * style.strength))
        lay_character(canvas, box, inks[0], steady, rng)
        lay_character(canvas, box, inks[1], again, rng)
    elif how is Spoilt.CROSSED_OUT:
        lay_character(canvas, box, inks[0], style, rng)
        draw(canvas, _strikes(box, rng), style.pen, rng, style.strength)
    elif how is Spoilt.TWO:
        half, quarter = replace(style, height_mm=0.8 * style.height_mm), box.w_mm / 4
        for side, ink in zip((-1, 1), inks, strict=True):
            moved = box.model_copy(update={"x_mm": box.x_mm + side * quarter})
            lay_character(canvas, moved, ink, half, rng, narrow=0.55)
    elif how is Spoilt.SCRIBBLE:
        draw(canvas, [_scribble(box, rng)], style.pen, rng, style.strength)
    else:
        draw(canvas, [_stray(box, rng)], style.pen, rng, style.strength)


def _strikes(box: Box, rng: Rng) -> list[Points]:
    """One to three lines over a character, or a zigzag."""
    corner, size = place(box)
    if rng.random() < 0.25:
        return [_scribble(box, rng)[: int(rng.integers(4, 9))]]
    lines = []
    slope = rng.normal(0, 0.25) if rng.random() < 0.6 else rng.choice([-1.0, 1.0])
    for _ in range(int(rng.integers(1, 4))):
        half = rng.uniform(0.36, 0.62)
        middle = np.array([0.5, 0.5]) + rng.normal(0, [0.05, 0.09])
        line = np.array([[-half, -half * slope], [half, half * slope]]) + middle
        lines.append(corner + line * size + rng.normal(0, 0.15, (2, 2)))
    return lines


def _scribble(box: Box, rng: Rng) -> Points:
    """To and fro over the cell."""
    corner, size = place(box)
    n = int(rng.integers(8, 22))
    along = np.linspace(0.15, 0.85, n) + rng.normal(0, 0.05, n)
    across = np.where(np.arange(n) % 2, 0.82, 0.18) + rng.normal(0, 0.07, n)
    pairs = np.stack([along, across] if rng.random() < 0.5 else [across, along], axis=1)
    return np.asarray(corner + pairs * size)


def _stray(box: Box, rng: Rng) -> Points:
    """A slip of the pen: a hook or curve that is no character, near no side in particular."""
    corner, size = place(box)
    start = corner + rng.uniform(0.15, 0.85, 2) * size
    n = int(rng.integers(3, 6))
    steps = rng.normal(0, 0.9, (n, 2)) + rng.normal(0, 0.7, 2)
    return np.asarray(start + np.cumsum(steps, axis=0) * 0.5)


class HandCells:
    """Writes the texts of cells in the characters of real people: each field by one writer of one
    of ``pools``, and a character that this writer never wrote by another."""

    def __init__(self, pools: Sequence[Characters], seed: int) -> None:
        self._pools = [(pool, len(np.unique(pool.writers)), _by_label(pool)) for pool in pools]
        self._seed = seed

    def reseeded(self, seed: int) -> HandCells:
        """The same people, other fields."""
        other = copy(self)
        other._seed = seed
        return other

    def lay(self, canvas: Canvas, box: Box, char: str, writer: Writer, rng: Rng) -> None:
        own = np.random.default_rng([self._seed, zlib.crc32(box.name.encode())])
        style = some_style(own, writer.pen, writer.flow)
        if char in PUNCTUATION:
            lay_in_place(canvas, box, punctuation(char, rng), style, rng)
            return
        pool, rows = self._of(char, own)
        row = int(rng.choice(rows))
        lay_character(canvas, box, pool.ink(int(pool.origins[row])), style, rng)

    def _of(self, char: str, rng: Rng) -> tuple[Characters, NDArray[np.intp]]:
        """The rows of a character by a writer, the writer drawn by the field's own chance."""
        able = [(pool, n, rows[char]) for pool, n, rows in self._pools if char in rows]
        if not able:
            raise ValueError(f"nobody wrote {char!r}")
        pool, n, by_writer = able[int(rng.integers(len(able)))]
        order = rng.permutation(n)
        return pool, by_writer[min(by_writer, key=lambda writer: int(order[writer]))]


def _by_label(pool: Characters) -> dict[str, dict[int, NDArray[np.intp]]]:
    """Rows of each label by the number of their writer."""
    _, number = np.unique(pool.writers, return_inverse=True)
    found: dict[str, dict[int, NDArray[np.intp]]] = {}
    for label in np.unique(pool.labels).tolist():
        rows = np.flatnonzero(pool.labels == label)
        writers = number[rows]
        found[label] = {int(one): rows[writers == one] for one in np.unique(writers)}
    return found
