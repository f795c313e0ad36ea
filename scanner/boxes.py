"""The field boxes of a page on paper: what is to be found on a scan."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from forms.layout import FIELD_KINDS, Box, Layout
from scanner.geometry import Points


def field_boxes(layout: Layout, page: int) -> tuple[Box, ...]:
    """Every mark, cell and ink box of page ``page``, in the order of the layout."""
    return tuple(box for box in layout.on_page(page) if box.kind in FIELD_KINDS)


def centres_mm(boxes: Sequence[Box]) -> Points:
    """Middles of boxes on paper, (n, 2)."""
    return np.array([[b.x_mm + b.w_mm / 2, b.y_mm + b.h_mm / 2] for b in boxes]).reshape(-1, 2)


def halves_mm(boxes: Sequence[Box]) -> Points:
    """Half the width and height of boxes, (n, 2)."""
    return np.array([[b.w_mm / 2, b.h_mm / 2] for b in boxes]).reshape(-1, 2)
