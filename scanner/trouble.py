"""What is wrong with a page as a whole, and with the place of single boxes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from forms.layout import Layout
from scanner import geometry
from scanner.align import Alignment
from scanner.landmarks import Landmarks
from scanner.placed import PlacedBoxes
from scanner.reading import Reason
from scanner.settings import PageSettings
from scanner.streaks import Streak, crossed

MM_PER_INCH = 25.4
PAGE_MARKERS = 4
CARRYING = 3
"""Trusted landmarks that fix the place of a box."""


def print_scale(alignment: Alignment, dpi: float | None) -> float | None:
    """Size of the print on the scan against the layout (1.0 = printed at 100 %)."""
    return None if dpi is None else alignment.px_per_mm * MM_PER_INCH / dpi


def page_trouble(
    layout: Layout,
    page: int,
    alignment: Alignment,
    markers: frozenset[int],
    dpi: float | None,
    limits: PageSettings,
    streaks: Sequence[Streak],
) -> tuple[Reason, ...]:
    """Reasons that concern the whole page. ``markers`` are the ids of those found."""
    cut = _cut_off(layout, page, alignment, limits)
    scale = print_scale(alignment, dpi)
    checks = {
        Reason.CORNER_MISSING: _missing(layout, page, alignment, markers, cut),
        Reason.BOTTOM_CUT_OFF: cut,
        Reason.PRINT_SCALE_OFF: scale is not None and abs(scale - 1) > limits.scale_tolerance,
        Reason.LOW_RESOLUTION: alignment.px_per_mm * MM_PER_INCH < limits.low_dpi,
        Reason.ALIGNMENT_UNCERTAIN: alignment.trusted_share < limits.trusted_share
        or alignment.residual_mm > limits.residual_mm,
        Reason.SCANNER_STREAK: bool(streaks),
    }
    return tuple(reason for reason, holds in checks.items() if holds)


def _on_image(alignment: Alignment, points_mm: list[tuple[float, float]]) -> list[bool]:
    px = geometry.apply(alignment.homography, np.array(points_mm))
    width, height = alignment.image_size
    return [0 <= x <= width and 0 <= y <= height for x, y in px.tolist()]


def _cut_off(layout: Layout, page: int, alignment: Alignment, limits: PageSettings) -> bool:
    """Whether the strip above the page's lower edge lies beyond the image."""
    size = layout.pages[page - 1]
    low = size.height_mm - limits.cut_off_mm
    return not any(_on_image(alignment, [(size.width_mm * part, low) for part in (0.3, 0.5, 0.7)]))


def _missing(
    layout: Layout, page: int, alignment: Alignment, markers: frozenset[int], cut: bool
) -> bool:
    """Whether a marker was not found for another reason than a cut-off bottom."""
    boxes = {box.id: box for box in layout.on_page(page)}
    lost = [boxes[f"marker:{page}:{n}"] for n in range(PAGE_MARKERS) if n not in markers]
    if cut:
        low = layout.pages[page - 1].height_mm / 2
        lost = [box for box in lost if box.y_mm < low]
    return bool(lost)


def missing_corners(layout: Layout, page: int, markers: frozenset[int]) -> list[str]:
    """Corners of the upright page, by name, whose marker was not found."""
    size, boxes = layout.pages[page - 1], {box.id: box for box in layout.on_page(page)}
    lost = [boxes[f"marker:{page}:{n}"] for n in range(PAGE_MARKERS) if n not in markers]
    return [
        ("top" if box.y_mm < size.height_mm / 2 else "bottom")
        + ("_left" if box.x_mm < size.width_mm / 2 else "_right")
        for box in lost
    ]


def box_trouble(
    placed: PlacedBoxes,
    marks: Landmarks,
    alignment: Alignment,
    limits: PageSettings,
    streaks: Sequence[Streak],
) -> Mapping[str, Reason]:
    """Boxes on the image that cannot be measured, by id: their place is not certain, or a streak
    of the scanner crosses them."""
    lonely = np.flatnonzero(_lonely(marks, alignment, limits))
    found = {placed.boxes[row].id: Reason.BOX_NOT_FOUND for row in lonely}
    torn = dict.fromkeys(_torn(marks, alignment, limits), Reason.ALIGNMENT_UNCERTAIN)
    streaked = dict.fromkeys(crossed(placed, streaks, alignment.px_per_mm), Reason.SCANNER_STREAK)
    return {**streaked, **found, **torn}


def _lonely(marks: Landmarks, alignment: Alignment, limits: PageSettings) -> NDArray[np.bool_]:
    """Boxes (in the order of the layout) whose own frame was not trusted, with too few trusted
    landmarks near their frame. A box's own landmark is trusted only where it matched the blank
    and its neighbours, however far they are, agree."""
    trusted = alignment.landmark_trusted
    near = (marks.beside_mm <= limits.lonely_mm) @ trusted.astype(np.int32)
    framed = (marks.own >= 0) & trusted[marks.own]
    return np.asarray((near < CARRYING) & ~framed)


def _torn(marks: Landmarks, alignment: Alignment, limits: PageSettings) -> Iterator[str]:
    """Mark boxes found clearly, but elsewhere than their neighbours say."""
    error, score = alignment.landmark_error_mm, alignment.landmark_score
    torn = (score >= limits.torn_score) & (limits.torn_mm < error) & np.isfinite(error)
    return (box_id for box_id, index in marks.of_box.items() if torn[index])
