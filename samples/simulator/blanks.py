"""Printed pages without ink: what all sheets of a pack share is drawn once, and each sheet's own
codes and number are drawn into a copy of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from forms.layout import Box, Layout, Stamp
from forms.sheetpages import SHEET_NUMBER, stamp_name
from samples.simulator.canvas import Canvas, Window, coloured_copy, redraw, render

KEPT = 6
"""Pages in memory, 16 MB each: those of one form on two papers, and two more."""

MARGIN_MM = 0.5
"""Drawn anew round what differs: letters may stand out of their place by a hair."""

_Key = tuple[bytes, str, int]
_kept: dict[_Key, Canvas] = {}


def blank(pdf: bytes, pdf_page: int, layout: Layout, page: int, *, coloured: bool) -> Canvas:
    """Page ``pdf_page`` (from 0) of a pack, which is page ``page`` (from 1) of ``layout``.

    As `canvas.render` draws it, but for one or two grey levels at edges of letters within the
    parts that are drawn by themselves (783 pixels of 16 million at most, 30 pages). All pages of
    one form in one PDF must be sheets of one pack.
    """
    key = pdf, layout.hash, page
    if key not in _kept:
        while len(_kept) >= KEPT:
            _kept.pop(next(iter(_kept)))
        _kept[key] = render(pdf, pdf_page)
    shared = _kept[key]
    canvas = Canvas(shared.pixels.copy(), shared.scale)
    redraw(canvas, list(_own_windows(shared, layout, page)), pdf, pdf_page)
    if coloured:
        canvas.pixels = coloured_copy(canvas.pixels)
    return canvas


def _own_windows(canvas: Canvas, layout: Layout, page: int) -> Iterator[Window]:
    """Where sheets of one pack differ."""
    height, width = canvas.pixels.shape
    for box in _own(layout, page):
        first = np.array([box.x_mm, box.y_mm]) - MARGIN_MM
        last = np.array([box.x_mm + box.w_mm, box.y_mm + box.h_mm]) + MARGIN_MM
        px = np.round(canvas.px(np.stack([first, last]))).astype(int)
        (left, top), (right, bottom) = np.clip(px, 0, [width, height]).tolist()
        yield left, top, right, bottom


def _own(layout: Layout, page: int) -> Iterator[Box | Stamp]:
    yield from (box for box in layout.on_page(page) if box.kind in ("qr", "code"))
    for stamp in layout.stamps:
        if stamp.page == page and stamp_name(stamp.id) == SHEET_NUMBER:
            yield stamp
