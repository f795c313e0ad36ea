"""Real pen ink, where a folder of photographed boxes is at hand: cut out and laid on our forms.

The folder holds pictures of single printed boxes with marks in them and ``labels.csv``
(``file,form,kind,label,...``). Printed frames are taken out; only ink is kept. It is never
part of the project: without it everything runs on drawn ink.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.layout import Box
from samples.simulator.canvas import PX_PER_MM, Canvas, Cover, Pixels
from samples.simulator.filling import DrawnMarks, Writer, place
from samples.simulator.marks import Kind
from samples.simulator.pens import Rng

ENVIRONMENT = "SOTARSA_MARKS"
BESIDE_CHECKOUT = Path(__file__).parents[3] / "shared" / "data" / "marks"

TUNING_SHEETS, REPORT_SHEETS = ("checkbox_test_2",), ("checkbox_test_3",)
"""The two photographed sheets. Settings may be chosen on the first; figures come from the
second alone."""

FRAMES: Mapping[str, tuple[int, int, int, int]] = {
    "squares": (60, 60, 82, 82),
    "pairs": (64, 41, 83, 40),
}
"""Left, top, width, height of the printed frame's centre line in a crop, px: read off the mean
of all empty crops of each kind. `_frame` finds each crop's own within `SEARCH_PX`."""

SEARCH_PX = 13
FRAME_DARKNESS = 0.3
"""30th percentile of cover along each side: 0.37 and more in 1,180 crops, 0.2 and less in the 8
whose frame was not found (they lie too near the crop's edge)."""

FRAME_HALF_PX = 5
"""The frame is 5 px wide and blurred by 2; what lies within is taken out."""

BRIDGE_PX = 23
"""Ink on both sides of a taken-out frame line belongs to one stroke: the gap is closed."""

PAPER_NOISE = 0.09
"""Cover below this is paper grain or shade (99th percentile of the empty crops' insides: 0.07)."""

BOX_MM = 4.5
"""A photographed box is scaled so that its area is that of a box of this side: people fit their
marks to the box. Strokes come out 0.25-0.4 mm wide."""

KINDS = {
    "tick": Kind.TICK,
    "cross": Kind.CROSS,
    "stroke": Kind.STROKE,
    "circle": Kind.CIRCLE,
    "filled": Kind.FILLED,
    "scribble": Kind.SCRIBBLE,
}


@dataclass(frozen=True, eq=False)
class RealMark:
    """Ink of one photographed mark: ``cover`` at the crop's own scale, and the middle of its
    frame in it, px (x, y)."""

    cover: Cover
    middle: tuple[float, float]
    mm_per_px: float
    distinct: str
    """Names the mark on paper; the same mark was photographed ten to twelve times."""


class RealMarks:
    """Lays real ink for the kinds that were photographed, and drawn ink for the others."""

    def __init__(self, marks: Mapping[Kind, list[RealMark]]) -> None:
        self.marks = marks
        self._drawn = DrawnMarks()

    def distinct(self) -> dict[str, int]:
        """How many different marks on paper there are of each kind."""
        return {
            kind.value: len({mark.distinct for mark in marks}) for kind, marks in self.marks.items()
        }

    def lay(self, canvas: Canvas, box: Box, kind: Kind, writer: Writer, rng: Rng) -> None:
        if kind not in self.marks:
            self._drawn.lay(canvas, box, kind, writer, rng)
            return
        choices = self.marks[kind]
        mark = choices[int(rng.integers(len(choices)))]
        corner, size = place(box)
        middle = corner + size / 2 + rng.normal(0, 0.15, 2)
        zoom = mark.mm_per_px * PX_PER_MM * float(size[0]) / BOX_MM * rng.uniform(0.9, 1.15)
        cover = cv2.resize(mark.cover, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA)
        at = canvas.px(middle[None])[0] - zoom * np.array(mark.middle)
        left, top = round(at[0]), round(at[1])
        canvas.lay(np.asarray(cover, dtype=np.float32), left, top, (0.0, 0.0, 0.0))


def find_folder(given: Path | None = None) -> Path | None:
    """The folder with ``crops/labels.csv``: given, named by SOTARSA_MARKS, or beside the
    checkout. None when there is none."""
    named = os.environ.get(ENVIRONMENT)
    for folder in (given, Path(named) if named else None, BESIDE_CHECKOUT):
        if folder is not None and (folder / "crops" / "labels.csv").is_file():
            return folder
    return None


def load(folder: Path, sheets: Iterable[str]) -> RealMarks:
    """All marks of the named photographed sheets."""
    wanted = set(sheets)
    marks: dict[Kind, list[RealMark]] = {}
    with (folder / "crops" / "labels.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["form"] in wanted and row["label"] in KINDS:
                crop = cv2.imread(str(folder / "crops" / row["file"]), cv2.IMREAD_GRAYSCALE)
                if crop is None:
                    raise FileNotFoundError(row["file"])
                mark = extract(np.asarray(crop, dtype=np.uint8), row["kind"], _distinct(row))
                if mark is not None:
                    marks.setdefault(KINDS[row["label"]], []).append(mark)
    return RealMarks(marks)


def _distinct(row: Mapping[str, str]) -> str:
    """``FORM_KIND_POSITION`` of a file name ``FORM_IMG_..._KIND_POSITION_LABEL.png``."""
    return f"{row['form']}_{row['kind']}_{row['file'].split('_')[-2]}"


def extract(crop: Pixels, kind: str, distinct: str) -> RealMark | None:
    """The ink of one crop, without frame, neighbours and paper; None when no frame is found."""
    cover = _cover(crop)
    frame = _frame(cover, FRAMES[kind])
    if frame is None:
        return None
    left, top, right, bottom = frame
    lines = np.zeros(crop.shape[:2], dtype=np.uint8)
    cv2.rectangle(lines, (left, top), (right, bottom), 1, 2 * FRAME_HALF_PX + 1)
    bare = np.where(lines > 0, 0, cover).astype(np.float32)
    closed = cv2.morphologyEx(
        bare, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (BRIDGE_PX,) * 2)
    )
    ink = np.where(lines > 0, closed, bare).astype(np.float32)
    ink *= _belongs(ink, (left, top, right, bottom))
    middle = ((left + right) / 2 + 0.5, (top + bottom) / 2 + 0.5)
    mm_per_px = BOX_MM / float(np.sqrt((right - left) * (bottom - top)))
    return RealMark(ink, middle, mm_per_px, distinct)


def _cover(crop: Pixels) -> Cover:
    """Ink as share of light taken away from the paper round it, 0-1."""
    paper = _plane(crop)
    cover = 1 - crop / np.maximum(paper, 1)
    return np.asarray(np.clip((cover - PAPER_NOISE) / (1 - PAPER_NOISE), 0, 1), dtype=np.float32)


def _plane(crop: Pixels) -> Cover:
    """Paper under the light of a photo: a plane through the brighter half, fitted twice."""
    height, width = crop.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    basis = np.stack([np.ones_like(x), x - width / 2, y - height / 2], axis=2).reshape(-1, 3)
    grey = cv2.medianBlur(crop, 5).astype(np.float32).ravel()
    paper = np.full_like(grey, np.percentile(grey, 75))
    for _ in range(2):
        bright = np.abs(grey / paper - 1) < 0.12
        weights = np.linalg.lstsq(basis[bright], grey[bright], rcond=None)[0]
        paper = np.maximum(basis @ weights, 1)
    return np.asarray(paper.reshape(height, width), dtype=np.float32)


def _frame(cover: Cover, expected: tuple[int, int, int, int]) -> tuple[int, int, int, int] | None:
    """Left, top, right, bottom of the frame's centre lines: where most of a line is dark, which
    no stroke of a pen makes it."""
    left, top, width, height = expected
    rows = np.percentile(cover[top + 8 : top + height - 8, :], 30, axis=0)
    columns = np.percentile(cover[:, left + 8 : left + width - 8], 30, axis=1)
    x0, x1 = _pair(rows, left, width)
    y0, y1 = _pair(columns, top, height)
    darkness = min(
        *(float(rows[x - 1 : x + 2].max()) for x in (x0, x1)),
        *(float(columns[y - 1 : y + 2].max()) for y in (y0, y1)),
    )
    return (x0, y0, x1, y1) if darkness >= FRAME_DARKNESS else None


def _pair(profile: NDArray[np.floating[Any]], near: int, apart: int) -> tuple[int, int]:
    """Two dark lines about ``apart`` px from each other, the first one close to ``near``."""
    soft = np.convolve(profile, np.ones(3) / 3, mode="same")
    pairs = [
        (start, start + apart + stretch)
        for start in range(max(near - SEARCH_PX, 0), near + SEARCH_PX + 1)
        for stretch in (-2, -1, 0, 1, 2)
        if start + apart + stretch < len(soft)
    ]
    return max(pairs, key=lambda pair: float(soft[pair[0]] + soft[pair[1]]))


def _belongs(ink: Cover, frame: tuple[int, int, int, int]) -> Cover:
    """1 on ink that reaches into the frame, and round it; 0 on neighbours and table lines."""
    left, top, right, bottom = frame
    _, labels, stats, _ = cv2.connectedComponentsWithStats((ink > 0.12).astype(np.uint8))
    inner = labels[top + FRAME_HALF_PX : bottom - FRAME_HALF_PX, left:right]
    counts = np.bincount(inner.ravel(), minlength=len(stats))
    counts[0] = 0
    kept = counts >= 12
    near = cv2.dilate(kept[labels].astype(np.uint8), np.ones((5, 5), dtype=np.uint8))
    return np.asarray(near, dtype=np.float32)
