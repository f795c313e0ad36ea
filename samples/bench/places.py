"""Where the boxes of a simulated page lie in its picture, and whether they can be seen at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from forms.layout import Box
from samples.simulator.capture import Capture
from samples.simulator.geometry import Points

EDGE_MM = 0.3
"""A box counts as cut when more than this of it lies off the picture or off the torn sheet."""

Seen = Literal["whole", "cut", "gone"]


@dataclass(frozen=True, eq=False)
class Place:
    """``corners_px`` (4, 2): clockwise from the box's own top left."""

    seen: Seen
    corners_px: Points
    px_per_mm: float

    def distance_mm(self, box_px: tuple[float, float, float, float]) -> float:
        """From the true middle to the middle of x0, y0, x1, y1 as the reader claims them."""
        claimed = np.array([(box_px[0] + box_px[2]) / 2, (box_px[1] + box_px[3]) / 2])
        middle = (self.corners_px.min(axis=0) + self.corners_px.max(axis=0)) / 2
        return float(np.linalg.norm(claimed - middle) / self.px_per_mm)


def places(picture: Capture, boxes: Sequence[Box]) -> Mapping[str, Place]:
    """By box id, all at once: one by one it would cost as much as reading the page."""
    return dict(_places(picture, boxes))


def _places(picture: Capture, boxes: Sequence[Box]) -> Iterator[tuple[str, Place]]:
    if not boxes:
        return
    corners = np.array([_corners(box) for box in boxes]).reshape(-1, 2)
    px = picture.geometry.to_px(corners)
    inside = _on_picture(picture, px)
    inside &= in_polygon(picture.outline_mm, picture.geometry.to_paper(corners))
    for box, at, within in zip(boxes, px.reshape(-1, 4, 2), inside.reshape(-1, 4), strict=True):
        seen: Seen = "whole" if within.all() else "cut" if within.any() else "gone"
        yield box.id, Place(seen, at, float(np.linalg.norm(at[1] - at[0]) / box.w_mm))


def _corners(box: Box) -> list[tuple[float, float]]:
    x0, y0, x1, y1 = box.x_mm, box.y_mm, box.x_mm + box.w_mm, box.y_mm + box.h_mm
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]


def _on_picture(picture: Capture, px: Points) -> NDArray[np.bool_]:
    size = np.array(picture.pixels.shape[1::-1])
    slack = EDGE_MM * picture.dpi / 25.4
    return np.asarray(((px >= -slack) & (px <= size + slack)).all(axis=1))


def in_polygon(polygon: Points, points: Points) -> NDArray[np.bool_]:
    """Even-odd rule for each of ``points`` (n, 2)."""
    x, y = points[:, :1], points[:, 1:]
    x0, y0 = polygon[:, 0], polygon[:, 1]
    x1, y1 = np.roll(x0, -1), np.roll(y0, -1)
    crossing = (y0 > y) != (y1 > y)
    at = x0 + (y - y0) * (x1 - x0) / np.where(y1 == y0, 1, y1 - y0)
    return np.asarray(np.count_nonzero(crossing & (x < at), axis=1) % 2 == 1)
