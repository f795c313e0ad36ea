"""The field boxes of a page on paper: what is to be found on a scan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forms.layout import FIELD_KINDS, Box, Layout
from forms.printed import PrintedForm
from scanner.blank import PageCache
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


@dataclass(frozen=True)
class FieldBoxes:
    """The field boxes of one page on paper, in the order of the layout."""

    boxes: tuple[Box, ...]
    centres_mm: Points
    halves_mm: Points
    framed: NDArray[np.bool_]
    """Mark boxes and cells: what a frame on four sides is printed round."""
    by_field: Mapping[str, tuple[Box, ...]]
    """See `Layout.fields_on_page`."""


def _field_boxes(printed: PrintedForm, page: int) -> FieldBoxes:
    boxes = field_boxes(printed.layout, page)
    framed = np.array([box.kind != "ink" for box in boxes], dtype=np.bool_)
    by_field = printed.layout.fields_on_page(page)
    return FieldBoxes(boxes, centres_mm(boxes), halves_mm(boxes), framed, by_field)


field_boxes_of = PageCache(_field_boxes).get
