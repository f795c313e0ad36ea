"""Mark boxes, first layer: how much ink, and of what kind, lies in and round each box.

All boxes of one size are measured together, as one stack of windows, and only those with any
ink beyond the first count. Strokes are told apart on one mosaic of all windows.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.printed import PrintedForm
from scanner.mosaic import Mask, pieces, tiled
from scanner.paper import WorkImage
from scanner.placed import PlacedBoxes
from scanner.stacks import (
    DIRECTIONS,
    MEASURE_PX_PER_MM,
    BoxStack,
    mark_stacks,
    px,
    scan_windows,
)
from scanner.windows import Grey

INK_DARK = 38
"""Grey levels (of 255) below local paper from which a pixel is ink: 0.15. Paper grain and JPEG
noise of office scans stay below 0.08; pencil and thin ballpoint at 300 dpi reach 0.2-0.5."""

BRIDGE_MM = 0.9
"""Ink on both sides of a frame line at most this far apart is one stroke crossing it."""

RUNS_QUANTILE = 0.75
"""Strokes are counted on each line across the box; this quantile of lines is kept, so that a
quarter of the box must look like a scribble before it counts as one."""


@dataclass(frozen=True)
class InkMeasure:
    """Ink of one mark box. Lengths in mm, darkness and shares 0-1."""

    share: float
    """Darkness-weighted share of the box's clear inside that is ink."""
    cover: float
    """Share of the inside that is ink, whatever its darkness."""
    length_mm: float
    """Diagonal of the largest connected piece of ink inside."""
    runs: float
    """Strokes met by a line across the box or down it, the larger."""
    own_share: float
    """Of the strokes that enter the box, the share of ink that lies within its frame."""
    through: bool
    """A stroke that enters the box leaves the window on two opposite sides."""
    round_share: float
    """Share of directions round the box in which ink is met outside the frame."""

    @property
    def darkness(self) -> float:
        """Mean darkness of the ink inside, 0 without ink."""
        return self.share / self.cover if self.cover else 0.0

    @property
    def score(self) -> float:
        """Ink as one number, 0-1, growing with ink: darkness times area in the box, as a share
        of its inside; or half the closed share of a circle drawn round it."""
        return max(self.share, self.round_share / 2 if self.round_share > 0.5 else 0.0)


NO_INK = InkMeasure(0.0, 0.0, 0.0, 0.0, 0.0, False, 0.0)


def measure_marks(
    work: WorkImage, placed: PlacedBoxes, printed: PrintedForm, page: int
) -> dict[str, InkMeasure]:
    """The ink of every mark box of the page, by box id (outside the image there is none)."""
    measures: dict[str, InkMeasure] = {}
    for stack in mark_stacks(printed, page):
        dark = scan_windows(work, placed, stack.boxes, stack.size_px)
        found = measure_stack(stack, dark)
        measures.update({box.id: ink for box, ink in zip(stack.boxes, found, strict=True)})
    return measures


def measure_stack(stack: BoxStack, dark: Grey) -> list[InkMeasure]:
    """Measure windows (n, h, w) of darkness (0 paper, 255 black), one for each box."""
    ink = (dark >= INK_DARK) & ~stack.printed
    measures = [NO_INK] * len(dark)
    inked = np.flatnonzero(ink.any(axis=(1, 2)))
    if not len(inked):
        return measures
    inside = _inside(stack, dark[inked], ink[inked])
    strokes = _strokes(stack, ink[inked])
    rounds = _round_share(stack, ink[inked], stack.printed[inked])
    for row, index in enumerate(inked):
        measures[index] = InkMeasure(
            share=float(inside.share[row]),
            cover=float(inside.cover[row]),
            length_mm=float(inside.length_mm[row]),
            runs=float(inside.runs[row]),
            own_share=float(strokes.own_share[row]),
            through=bool(strokes.through[row]),
            round_share=float(rounds[row]),
        )
    return measures


@dataclass(frozen=True)
class _Inside:
    """Ink within the frames, one number for each window."""

    share: NDArray[np.float64]
    cover: NDArray[np.float64]
    length_mm: NDArray[np.float64]
    runs: NDArray[np.float64]


@dataclass(frozen=True)
class _Strokes:
    own_share: NDArray[np.float64]
    through: NDArray[np.bool_]


def _inside(stack: BoxStack, dark: Grey, ink: Mask) -> _Inside:
    """Cut the windows to the box's clear inside and measure there."""
    rows, columns = np.flatnonzero(stack.inside.any(1)), np.flatnonzero(stack.inside.any(0))
    frame = np.s_[:, rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    area = float(stack.inside.sum())
    inner = ink[frame] & stack.inside[frame[1:]]
    cover = inner.sum(axis=(1, 2)) / area
    share = np.where(inner, dark[frame], 0).sum(axis=(1, 2), dtype=np.int64) / (255 * area)
    runs = np.maximum(_runs(inner), _runs(inner.transpose(0, 2, 1)))
    longest = pieces(tiled(inner), inner.shape).longest(len(inner)) / MEASURE_PX_PER_MM
    return _Inside(share, cover, longest, runs)


def _runs(inner: Mask) -> NDArray[np.float64]:
    """Pieces of ink on each row of each window; `RUNS_QUANTILE` of the rows."""
    starts = inner[:, :, 0].astype(np.int16)
    starts += (inner[:, :, 1:] & ~inner[:, :, :-1]).sum(axis=2, dtype=np.int16)
    ordered = np.sort(starts, axis=1)
    return ordered[:, int(RUNS_QUANTILE * (ordered.shape[1] - 1))].astype(np.float64)


def _strokes(stack: BoxStack, ink: Mask) -> _Strokes:
    """Follow the strokes that enter each box to where they lead in its window."""
    found = pieces(_bridged(stack, ink), ink.shape)
    count, (height, width) = len(found.area), ink.shape[1:]
    enters = np.bincount(found.labels[:, stack.inside].ravel(), minlength=count) > 0
    own = np.bincount(found.labels[:, stack.within].ravel(), minlength=count)
    enters[0] = False
    window = found.window[enters]
    owned = np.bincount(window, own[enters], len(ink))
    total = np.bincount(window, found.area[enters], len(ink))
    across = (found.left <= 1) & (found.left + found.width >= width - 1)
    across |= (found.top <= 1) & (found.top + found.height >= height - 1)
    through = np.bincount(found.window[enters & across], minlength=len(ink)) > 0
    return _Strokes(owned / np.maximum(total, 1), through)


def _bridged(stack: BoxStack, ink: Mask) -> NDArray[np.uint8]:
    """The mosaic of ink, joined across the lines of the frame."""
    mosaic = tiled(ink)
    reach = 2 * (px(BRIDGE_MM) // 2) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    closed = cv2.morphologyEx(mosaic, cv2.MORPH_CLOSE, kernel)
    frame = tiled(np.broadcast_to(stack.frame, ink.shape))
    return np.asarray(np.maximum(mosaic, np.minimum(closed, frame)), dtype=np.uint8)


def _round_share(stack: BoxStack, ink: Mask, printed: Mask) -> NDArray[np.float64]:
    """Share of the directions round the box with ink, of those that are not all print."""
    met = ink.reshape(len(ink), -1).astype(np.float32) @ stack.directions > 0
    clear = (~printed).reshape(len(ink), -1).astype(np.float32) @ stack.directions
    seen = clear >= stack.directions.sum(axis=0) / 3
    return np.asarray((met & seen).sum(axis=1) / DIRECTIONS, dtype=np.float64)
