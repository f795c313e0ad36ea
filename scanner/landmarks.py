"""Landmarks: small pieces of the known blank that can be found again on a scan.

Every mark box is one, so are points along each comb, the corners of ink frames, and, between
them, any printed text with structure. They are matched as pictures (frame, dividers and text
together), so a comb is never aligned by its dividers alone: these repeat every 5 mm.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.layout import Box, Layout, Stamp
from forms.printed import PrintedForm
from scanner import windows
from scanner.blank import Blank, PageCache, render_blank
from scanner.boxes import centres_mm, field_boxes, halves_mm
from scanner.geometry import Points
from scanner.windows import Grey

MATCH_PX_PER_MM = 4.0
"""Resolution of matching. The peak is placed to 1/25 pixel = 0.01 mm; at 8 px/mm matching
costs sixteen times as much and the boxes lie no better (measured on warped pages)."""

TEMPLATE_MM = 9.0
"""Side of a landmark: a 4.5 mm box with half its size round it, so that its label and the
next frame help; larger windows bend under a 2 mm paper warp."""

BLUR_MM = 0.15
"""Both pictures are blurred by this sigma: without it 0.25 mm lines alias at 4 px/mm."""

GRID_MM = 16.0
"""Pitch of the landmarks laid over text, where no box is nearer than half of this."""

FRAME_APART_MM = 4.0
"""Points on combs and ink frames nearer than this to a mark box tell nothing new."""

COMB_STEP_MM = 10.0
"""Distance of landmarks along a comb: two cells, so that a bent comb stays followed."""

MIN_STRUCTURE = 60.0
"""Least structure (smaller eigenvalue of the gradient covariance, grey levels^2) of a landmark
that is not a mark box. A single straight line has 0-10, three words of 9 pt text 300."""

SAME_PLACE_MM = 0.01
"""A landmark this near to a box's middle shows the box's own frame (both are layout geometry)."""

NEIGHBOURS = 10
"""Landmarks nearest to each, of which its place is foretold: one ring and a little more."""


@dataclass(frozen=True)
class Landmarks:
    """The landmarks of one page of a layout. ``n`` of them, in no special order."""

    centres_mm: Points
    templates: Grey
    """(n, 36, 36): the blurred blank round each centre."""
    of_box: Mapping[str, int]
    """Which landmark is the middle of this mark box (by box id)."""
    neighbours: NDArray[np.intp]
    """(n, NEIGHBOURS): the nearest other landmarks; fewer columns on a sparse page."""

    boxes: tuple[Box, ...] = ()
    """The field boxes of the page, in the order of the layout (`scanner.placed`)."""

    @cached_property
    def beside_mm(self) -> NDArray[np.float32]:
        """(boxes, n): how far each landmark lies from the frame of each box; 0 within it. From
        the frame, since the middle of a writing area is far from everything printed."""
        away = np.abs(centres_mm(self.boxes)[:, None] - self.centres_mm)
        away -= halves_mm(self.boxes)[:, None]
        return np.asarray(np.linalg.norm(np.maximum(away, 0), axis=2), dtype=np.float32)

    @cached_property
    def own(self) -> NDArray[np.intp]:
        """(boxes,): the landmark in the middle of each box, -1 where there is none."""
        away = np.abs(centres_mm(self.boxes)[:, None] - self.centres_mm).max(axis=2)
        nearest = away.argmin(axis=1)
        there = away[np.arange(len(nearest)), nearest] <= SAME_PLACE_MM
        return np.where(there, nearest, -1)

    @cached_property
    def patterns(self) -> NDArray[np.float32]:
        """(n, 36 * 36): the templates without their mean, of length 1."""
        flat = self.templates.reshape(len(self.templates), -1).astype(np.float64)
        flat -= flat.mean(axis=1, keepdims=True)
        length = np.linalg.norm(flat, axis=1, keepdims=True)
        return np.asarray(flat / np.maximum(length, 1.0), dtype=np.float32)

    @cached_property
    def steps(self) -> NDArray[np.float32]:
        """(n, 3, 36 * 36): what a window is multiplied with to learn its contrast (1 is that of
        the blank) and that times its shift right and down, px. It solves ``window = contrast *
        (template - shift . gradient) + brightness`` for windows that are not blurred: what is
        multiplied is, instead."""
        design = _design(self.templates.astype(np.float64))
        soft = _design(np.stack([_soft(template) for template in self.templates]))
        normal = soft @ design.transpose(0, 2, 1) + np.eye(3)
        return np.asarray(np.linalg.solve(normal, soft), dtype=np.float32)


def _soft(template: Grey) -> NDArray[np.float64]:
    sigma = BLUR_MM * MATCH_PX_PER_MM
    soft = cv2.GaussianBlur(template.astype(np.float64), (5, 5), sigma)
    return np.asarray(soft, dtype=np.float64)


def _design(pictures: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 3, h * w): each picture and what a shift right or down by one pixel takes from it."""
    down, right = np.gradient(pictures, axis=(1, 2))
    design = np.stack([pictures, -right, -down], axis=1).reshape(len(pictures), 3, -1)
    return np.asarray(design - design.mean(axis=2, keepdims=True))


def find_landmarks(printed: PrintedForm, page: int) -> Landmarks:
    """Choose and cut the landmarks of one page (about 0.2 s; kept by `landmarks_of`)."""
    layout, blank = printed.layout, render_blank(printed, page)
    marks = [box for box in layout.on_page(page) if box.kind == "mark"]
    chosen = [_middle(box) for box in marks]
    chosen += [
        point for point in _frame_points(layout, page) if _far(point, chosen, FRAME_APART_MM)
    ]
    for point in _grid(layout, page):
        if _far(point, chosen, GRID_MM / 2):
            chosen.append(point)
    centres = np.array(chosen, dtype=np.float64).reshape(-1, 2)
    templates = _templates(blank, centres)
    good = _usable(layout, page, centres) & (_structure(templates) >= MIN_STRUCTURE)
    good[: len(marks)] = True
    of_box = {box.id: index for index, box in enumerate(marks)}
    boxes = field_boxes(layout, page)
    return Landmarks(centres[good], templates[good], of_box, nearest(centres[good]), boxes)


landmarks_of = PageCache(find_landmarks).get


def blurred(image: Grey, px_per_mm: float) -> Grey:
    """What landmarks are matched on: the picture, blurred by `BLUR_MM`."""
    return np.asarray(
        cv2.GaussianBlur(image, (5, 5), BLUR_MM * px_per_mm, borderType=cv2.BORDER_REPLICATE),
        dtype=np.uint8,
    )


def nearest(points: Points) -> NDArray[np.intp]:
    """For each point the indices of its nearest others, nearest first."""
    away = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.fill_diagonal(away, np.inf)
    return np.argsort(away, axis=1, kind="stable")[:, : min(NEIGHBOURS, max(len(points) - 1, 0))]


def _middle(box: Box) -> tuple[float, float]:
    return box.x_mm + box.w_mm / 2, box.y_mm + box.h_mm / 2


def _frame_points(layout: Layout, page: int) -> Iterator[tuple[float, float]]:
    """Points along combs and at the corners of ink frames."""
    for boxes in layout.fields_on_page(page).values():
        x0, x1 = min(b.x_mm for b in boxes), max(b.x_mm + b.w_mm for b in boxes)
        y0, y1 = min(b.y_mm for b in boxes), max(b.y_mm + b.h_mm for b in boxes)
        if boxes[0].kind == "cell":
            steps = max(1, round((x1 - x0) / COMB_STEP_MM))
            yield from ((float(x), (y0 + y1) / 2) for x in np.linspace(x0, x1, steps + 1))
        elif boxes[0].kind == "ink":
            yield from ((x, y) for x in (x0, x1) for y in (y0, y1))


def _grid(layout: Layout, page: int) -> Iterator[tuple[float, float]]:
    size = layout.pages[page - 1]
    for y in np.arange(GRID_MM, size.height_mm - GRID_MM / 2, GRID_MM):
        yield from (
            (float(x), float(y)) for x in np.arange(GRID_MM, size.width_mm - GRID_MM / 2, GRID_MM)
        )


def _far(point: tuple[float, float], others: Sequence[tuple[float, float]], mm: float) -> bool:
    return all(abs(point[0] - x) >= mm or abs(point[1] - y) >= mm for x, y in others)


def _templates(blank: Blank, centres: Points) -> Grey:
    size = round(TEMPLATE_MM * MATCH_PX_PER_MM)
    picture = blurred(blank.grey, float(blank.px_per_mm.mean()))
    slopes = np.broadcast_to(np.diag(blank.px_per_mm), (len(centres), 2, 2))
    return windows.cut(picture, centres * blank.px_per_mm, slopes, (size, size), MATCH_PX_PER_MM)


def _structure(templates: Grey) -> NDArray[np.float64]:
    """Smaller eigenvalue of each window's gradient covariance: 0 when it could slide."""
    picture = templates.astype(np.float64)
    down, right = np.gradient(picture, axis=(1, 2))
    xx, yy, xy = (
        (a * b).mean(axis=(1, 2)) for a, b in ((right, right), (down, down), (right, down))
    )
    half = (xx + yy) / 2
    return np.asarray(half - np.sqrt((xx - yy) ** 2 / 4 + xy**2))


def _usable(layout: Layout, page: int, centres: Points) -> NDArray[np.bool_]:
    """Which windows lie on the page and touch nothing that is stamped after typesetting."""
    size, reach = layout.pages[page - 1], TEMPLATE_MM / 2
    limit = np.array([size.width_mm, size.height_mm]) - reach
    good = ((centres >= reach) & (centres <= limit)).all(axis=1)
    stamped: list[Box | Stamp] = [b for b in layout.on_page(page) if b.kind in ("qr", "code")]
    stamped += [stamp for stamp in layout.stamps if stamp.page == page]
    for area in stamped:
        start = np.array([area.x_mm, area.y_mm]) - reach
        end = np.array([area.x_mm + area.w_mm, area.y_mm + area.h_mm]) + reach
        good &= ~((centres > start) & (centres < end)).all(axis=1)
    return np.asarray(good)
