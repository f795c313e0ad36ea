"""The field boxes of one page, each with its place on the scan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from forms.layout import Box
from forms.printed import PrintedForm
from scanner.align import Alignment
from scanner.boxes import field_boxes_of
from scanner.geometry import Points
from scanner.reading import BoxPx

WIDE_MM = 12.0
"""Within boxes up to this the page is taken as affine: on a photo tilted by 12 % their edges are
off by 0.02 mm. Twice as wide, waves of 1 mm put frames into blank areas. The edges of a writing
area of 180 mm would be off by 3 mm: one blank area in forty of phone photos, warped, wet and folded
pages was taken for written on."""

OUTSIDE_TOLERANCE_MM = 0.3
"""A box may reach this far beyond the image's edge: less than its frame's width and error."""


@dataclass(frozen=True)
class PlacedBoxes:
    """Boxes and their places, arrays over boxes. Pixels are raw ones, edge coordinates."""

    boxes: tuple[Box, ...]
    middles_px: Points
    slopes: NDArray[np.float64]
    """(n, 2, 2): px per mm at each box."""
    outside: NDArray[np.bool_]
    """Whether a part of the box lies beyond the image."""
    corners_px: NDArray[np.float64]
    """(n, 4, 2): top left, top right, bottom right, bottom left of each box."""

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Row of each box by its id."""
        return {box.id: row for row, box in enumerate(self.boxes)}

    def rows(self, boxes: Sequence[Box]) -> NDArray[np.intp]:
        return np.array([self.index[box.id] for box in boxes], dtype=np.intp)

    @cached_property
    def rectangles(self) -> Mapping[str, BoxPx]:
        """The upright rectangle round each box that lies on the image, by its id."""
        ends = np.hstack([self.corners_px.min(axis=1), self.corners_px.max(axis=1)]).tolist()
        rows = zip(self.boxes, ends, self.outside.tolist(), strict=True)
        return {box.id: tuple(end) for box, end, outside in rows if not outside}

    def box_px(self, boxes: Sequence[Box]) -> BoxPx | None:
        """The upright rectangle round the places of those that lie on the image, if any do."""
        seen = [self.rectangles[box.id] for box in boxes if box.id in self.rectangles]
        if not seen:
            return None
        left, top, right, bottom = zip(*seen, strict=True)
        return min(left), min(top), max(right), max(bottom)


def place_boxes(printed: PrintedForm, page: int, alignment: Alignment) -> PlacedBoxes:
    """Where every mark, cell and ink box of the page lies."""
    fields = field_boxes_of(printed, page)
    half = fields.halves_mm
    middles, slopes = alignment.places(fields.centres_mm)
    away = half[:, None] * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    corners = middles[:, None] + np.einsum("nij,nkj->nki", slopes, away)
    wide = (2 * half > WIDE_MM).any(axis=1)
    at_corners = fields.centres_mm[wide][:, None] + away[wide]
    corners[wide] = alignment.places(at_corners.reshape(-1, 2))[0].reshape(-1, 4, 2)
    room = OUTSIDE_TOLERANCE_MM * alignment.px_per_mm
    beyond = (corners < -room) | (corners > np.array(alignment.image_size) + room)
    return PlacedBoxes(fields.boxes, middles, slopes, beyond.any(axis=(1, 2)), corners)
