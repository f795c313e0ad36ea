"""What a tile of a grid shows of the paper: the field with its printed words, or the part of a
wide question that is in doubt, and where on it the doubtful boxes lie."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from office.review.picture.images import Frame
from office.review.picture.pictures import CropArea, size_mm, turned_box
from scanner.reading import BoxPx, MarkState

TILE_WIDTH_MM = 62.0
"""Two neighbouring options of a question with their words (they stand 28 mm apart): four tiles
of that width beside each other show a 5 mm box 24 px wide on a 1366 px screen."""

WORDS_MM = 27.0
"""On the right of a mark box: the words of its option."""

CELL_MARGINS_MM = (3.0, 2.0, 3.0, 2.0)
"""Left, top, right, bottom of a comb: descenders and strokes that leave the cells. Less than at
the desk, so that eight names fit on a screen; but on the left as much as its printed words take,
which show that this is the line that is asked for."""

MARK_MARGIN_MM = 4.0
"""Above and below a mark box: ticks are up to 8 mm high."""

MARK_LEFT_MM = 31.0
"""Left of a mark box: the option before it and its words, or the question's own."""

INK_MARGIN_MM = 3.0

AROUND_MM = (45.0, 25.0, 45.0, 25.0)
"""What is shown round a field when somebody looks closer: about three lines above and below."""


@dataclass(frozen=True)
class Spot:
    """Where one box lies in a crop: left, top, width, height as fractions of it."""

    name: str
    x: float
    y: float
    w: float
    h: float

    @property
    def at(self) -> str:
        """For the script that draws it."""
        return f"{self.x:.4f} {self.y:.4f} {self.w:.4f} {self.h:.4f}"


def tile_area(
    name: str, reading: Mapping[str, Any], frame: Frame, near: Iterable[str] = ()
) -> CropArea | None:
    """The part of the upright page for the tile of a field; ``near``: ids of the options that it
    should show. None for a field that lies outside the image."""
    whole = _upright(reading["box_px"], frame)
    if whole is None:
        return None
    boxes = frame.fields[name]
    printed_mm = size_mm(boxes)
    px_per_mm = math.hypot(whole[2] - whole[0], whole[3] - whole[1]) / math.hypot(*printed_mm)
    if boxes[0].kind == "cell":
        left_mm, *others = CELL_MARGINS_MM
        margins = (max(left_mm, frame.left_mm.get(name, 0.0)), *others)
        return _area(whole, margins, px_per_mm, frame, whole)
    if boxes[0].kind == "ink":
        return _area(whole, (INK_MARGIN_MM,) * 4, px_per_mm, frame, whole)
    box = _round_options(reading, tuple(near), frame) or whole
    if printed_mm[0] + WORDS_MM <= TILE_WIDTH_MM:
        box = whole
    width_mm = (box[2] - box[0]) / px_per_mm
    left_mm = min(MARK_LEFT_MM, max(MARK_MARGIN_MM, TILE_WIDTH_MM - WORDS_MM - width_mm))
    margins = (left_mm, MARK_MARGIN_MM, WORDS_MM, MARK_MARGIN_MM)
    return _area(box, margins, px_per_mm, frame, whole)


def surroundings(name: str, reading: Mapping[str, Any], frame: Frame) -> CropArea | None:
    """A field with a good part of its page; None for one that lies outside the image."""
    whole = _upright(reading["box_px"], frame)
    if whole is None:
        return None
    printed_mm = size_mm(frame.fields[name])
    px_per_mm = math.hypot(whole[2] - whole[0], whole[3] - whole[1]) / math.hypot(*printed_mm)
    return _area(whole, AROUND_MM, px_per_mm, frame, whole)


def _round_options(reading: Mapping[str, Any], near: tuple[str, ...], frame: Frame) -> BoxPx | None:
    options = reading.get("options") or {}
    found = [_upright(options[one]["box_px"], frame) for one in near if one in options]
    boxes = [box for box in found if box is not None]
    if not boxes:
        return None
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


def _upright(box_px: Any, frame: Frame) -> BoxPx | None:
    if box_px is None:
        return None
    x0, y0, x1, y1 = box_px
    return turned_box((x0, y0, x1, y1), frame.rotation, frame.shape)


def _area(
    box: BoxPx, margins_mm: tuple[float, ...], px_per_mm: float, frame: Frame, whole: BoxPx
) -> CropArea:
    left, top, right, bottom = (margin * px_per_mm for margin in margins_mm)
    height, width = frame.upright
    x0 = min(max(0, int(box[0] - left)), width - 1)
    y0 = min(max(0, int(box[1] - top)), height - 1)
    x1 = max(x0 + 1, min(width, math.ceil(box[2] + right)))
    y1 = max(y0 + 1, min(height, math.ceil(box[3] + bottom)))
    field = (whole[0] - x0) / (x1 - x0), (whole[2] - x0) / (x1 - x0)
    return CropArea(x0, y0, x1, y1, px_per_mm, field)


def spot_of(name: str, box_px: Any, frame: Frame, area: CropArea, off_mm: float) -> Spot | None:
    """The box in the crop, ``off_mm`` wider on each side so that no ink is covered."""
    box = _upright(box_px, frame)
    if box is None:
        return None
    off = off_mm * area.px_per_mm
    width, height = area.x1 - area.x0, area.y1 - area.y0
    return Spot(
        name,
        (box[0] - off - area.x0) / width,
        (box[1] - off - area.y0) / height,
        (box[2] - box[0] + 2 * off) / width,
        (box[3] - box[1] + 2 * off) / height,
    )


def options_in_question(reading: Mapping[str, Any]) -> tuple[str, ...]:
    """Options that are doubtful, and those that are marked: “all as on the picture?” cannot be
    answered where the picture leaves out the box that is preset."""
    options: Mapping[str, Any] = reading.get("options") or {}
    doubtful = [one for one, read in options.items() if read["state"] == MarkState.DOUBTFUL]
    marked = [one for one, read in options.items() if read["state"] == MarkState.MARKED]
    return tuple(doubtful + marked)
