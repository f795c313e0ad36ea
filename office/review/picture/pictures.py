"""Pictures for the screen: a stored page turned upright, and crops of its fields.

Pure functions on arrays (height x width, uint8 grey, 0 = black). Boxes are x0, y0, x1, y1 in
pixels of the page as it was decoded; turning is clockwise in degrees, as in a reading.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.layout import Box
from scanner.reading import BoxPx

Grey = NDArray[np.uint8]

CROP_MARGIN_MM = 4.0
"""Shows writing that leaves its box, which explains most doubts."""

LABEL_MARGIN_MM = 20.0
"""On the right of mark fields: the words of the last option stand there."""

LETTER_MM = 1.9
"""On paper, of these words: “dibacakan petugas” takes 31 mm, and was cut in half at 20."""

MOST_LEFT_MM = 27.0
"""On the left of a comb: the words of its question stand there, 26 mm wide at most."""

MOST_LABEL_MM = 40.0
"""Longer words go on in a second line."""

PAGE_WIDTH_PX = 1654
"""A4 at 200 dpi: digits in 5 mm cells stay sharp at three times zoom, and a JPEG of the page
stays below 0.5 MB."""

CROP_WIDTH_PX = 1100
"""Twice the widest place for a crop on a 1366 px screen."""

THUMB_WIDTH_PX = 240
"""About 29 dpi: shows which form it is, and no handwriting."""

JPEG_QUALITY = 80


def turned(grey: Grey, rotation: int) -> Grey:
    """The page turned clockwise by 0, 90, 180 or 270 degrees."""
    return cast(Grey, np.ascontiguousarray(np.rot90(grey, k=-(rotation // 90) % 4)))


def turned_box(box: BoxPx, rotation: int, shape: tuple[int, int]) -> BoxPx:
    """Where ``box`` of a page of ``shape`` (height, width) lies after `turned`."""
    height, width = shape
    x0, y0, x1, y1 = box
    if rotation == 90:
        return height - y1, x0, height - y0, x1
    if rotation == 180:
        return width - x1, height - y1, width - x0, height - y0
    if rotation == 270:
        return y0, width - x1, y1, width - x0
    return box


def turned_shape(shape: tuple[int, int], rotation: int) -> tuple[int, int]:
    """Height and width after `turned`."""
    return (shape[1], shape[0]) if rotation in (90, 270) else shape


def fraction_box(box: BoxPx, rotation: int, shape: tuple[int, int]) -> tuple[float, ...]:
    """The box on the upright page as fractions of its width and height, 4 digits, within 0-1."""
    height, width = turned_shape(shape, rotation)
    x0, y0, x1, y1 = turned_box(box, rotation, shape)
    parts = (x0 / width, y0 / height, x1 / width, y1 / height)
    return tuple(round(min(1.0, max(0.0, part)), 4) for part in parts)


def size_mm(boxes: Iterable[Box]) -> tuple[float, float]:
    """Width and height of the smallest rectangle round the printed boxes of one field."""
    boxes = tuple(boxes)
    left, top = min(b.x_mm for b in boxes), min(b.y_mm for b in boxes)
    right = max(b.x_mm + b.w_mm for b in boxes)
    bottom = max(b.y_mm + b.h_mm for b in boxes)
    return right - left, bottom - top


def label_room_mm(
    name: str, fields: Mapping[str, tuple[Box, ...]], words: Mapping[str, str]
) -> float:
    """How much paper on the right of a mark field shows its last words (``words``: by option),
    without a box of another field on the same lines."""
    own = fields[name]
    right = max(box.x_mm + box.w_mm for box in own)
    last = (words.get(box.option or "", "") for box in own if box.x_mm + box.w_mm > right - 3)
    needed = min(MOST_LABEL_MM, 4 + LETTER_MM * max(map(len, last)))
    top, bottom = min(box.y_mm for box in own), max(box.y_mm + box.h_mm for box in own)
    beside = (
        box.x_mm - right - 1
        for other, boxes in fields.items()
        for box in boxes
        if other != name and box.x_mm > right and box.y_mm < bottom and box.y_mm + box.h_mm > top
    )
    return max(LABEL_MARGIN_MM, min([needed, *beside]))


def words_left_mm(name: str, fields: Mapping[str, tuple[Box, ...]], edge_mm: float) -> float:
    """How much paper on the left of a field shows its printed words, without a box of another
    field on the same lines; ``edge_mm``: from where on anything is printed."""
    own = fields[name]
    left = min(box.x_mm for box in own)
    top, bottom = min(box.y_mm for box in own), max(box.y_mm + box.h_mm for box in own)
    beside = (
        left - box.x_mm - box.w_mm - 1
        for other, boxes in fields.items()
        for box in boxes
        if other != name and box.x_mm < left and box.y_mm < bottom and box.y_mm + box.h_mm > top
    )
    return max(0.0, min([MOST_LEFT_MM, left - edge_mm, *beside]))


@dataclass(frozen=True)
class CropArea:
    """Which part of an upright page a crop shows, in pixels, and its size on paper in mm.

    ``field`` is where the field's box lies in the crop, left and right, as fractions.
    """

    x0: int
    y0: int
    x1: int
    y1: int
    px_per_mm: float
    field: tuple[float, float]

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height of the paper shown."""
        return (self.x1 - self.x0) / self.px_per_mm, (self.y1 - self.y0) / self.px_per_mm

    def cut(self, upright: Grey) -> Grey:
        """The pixels of the crop."""
        return upright[self.y0 : self.y1, self.x0 : self.x1]


def crop_area(
    box: BoxPx, box_mm: tuple[float, float], shape: tuple[int, int], right_mm: float
) -> CropArea:
    """The field with `CROP_MARGIN_MM` of paper round it, ``right_mm`` on its right; cut at the
    edges of the image.

    ``box`` is on the upright page of ``shape``, ``box_mm`` the field's printed width and
    height; together they give the scale, so that no dpi of a file header has to be believed.
    """
    px_per_mm = math.hypot(box[2] - box[0], box[3] - box[1]) / math.hypot(*box_mm)
    margin, right = CROP_MARGIN_MM * px_per_mm, right_mm * px_per_mm
    height, width = shape
    x0 = min(max(0, int(box[0] - margin)), width - 1)
    y0 = min(max(0, int(box[1] - margin)), height - 1)
    x1 = max(x0 + 1, min(width, math.ceil(box[2] + right)))
    y1 = max(y0 + 1, min(height, math.ceil(box[3] + margin)))
    field = (box[0] - x0) / (x1 - x0), (box[2] - x0) / (x1 - x0)
    return CropArea(x0, y0, x1, y1, px_per_mm, field)


def jpeg(grey: Grey, max_width_px: int) -> bytes:
    """A JPEG no wider than ``max_width_px``. Made from pixels: nothing of the file's own
    bytes (metadata, scripts, a polyglot) reaches a browser."""
    height, width = grey.shape
    if width > max_width_px:
        size = (max_width_px, max(1, round(height * max_width_px / width)))
        grey = cast(Grey, cv2.resize(grey, size, interpolation=cv2.INTER_AREA))
    encoded, data = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not encoded:
        raise ValueError(f"page of {width} x {height} px cannot be written as JPEG")
    return data.tobytes()
