"""A page being written on: the printed page as a raster, and the laying down of ink on it."""

from __future__ import annotations

import atexit
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray

from samples.simulator.geometry import Points

PX_PER_MM = 16.0
"""Raster of paper and ink, 406 dpi: a third finer than the finest picture the bench takes, so
that strokes of 0.25 mm are four pixels wide."""

Pixels = NDArray[np.uint8]
Window = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; the last two are not of it."""
_PX_PER_PT = PX_PER_MM * 25.4 / 72

Cover = NDArray[np.float32]
"""How much of each pixel ink covers, 0-1."""


@dataclass
class Canvas:
    """``pixels`` (h, w) grey or (h, w, 3) BGR, 255 is white; ``scale`` (2,) px per mm."""

    pixels: Pixels
    scale: Points

    @property
    def coloured(self) -> bool:
        return self.pixels.ndim == 3

    def px(self, mm: Points) -> Points:
        """Canvas px (edge coordinates) of points (n, 2) in mm."""
        return np.asarray(mm * self.scale, dtype=np.float64)

    def lay(self, cover: Cover, left: int, top: int, bgr: tuple[float, float, float]) -> None:
        """Put ink of reflectance ``bgr`` over the paper. Ink multiplies what is there, as
        transparent ink does: print under it stays visible, two strokes together are darker.

        ``left``, ``top``: canvas pixel of the cover's first pixel; may hang over the edge.
        """
        height, width = self.pixels.shape[:2]
        x0, y0 = max(left, 0), max(top, 0)
        x1, y1 = min(left + cover.shape[1], width), min(top + cover.shape[0], height)
        if x0 >= x1 or y0 >= y1:
            return
        part = cover[y0 - top : y1 - top, x0 - left : x1 - left]
        target = self.pixels[y0:y1, x0:x1]
        if self.coloured:
            passed = 1 - part[:, :, None] * (1 - np.array(bgr, dtype=np.float32))
        else:
            passed = 1 - part * np.float32(1 - luminance(bgr))
        target[...] = target * passed + 0.5


def luminance(bgr: tuple[float, float, float]) -> float:
    """Grey of a colour as scanners and JPEG have it (ITU-R BT.601)."""
    return 0.114 * bgr[0] + 0.587 * bgr[1] + 0.299 * bgr[2]


def render(pdf: bytes, pdf_page: int, *, coloured: bool = False) -> Canvas:
    """Page ``pdf_page`` (from 0) of a PDF as a canvas of white paper.

    pdfium rounds the bitmap up and stretches the page into it, so each axis has its own scale.
    """
    page = _document(pdf)[pdf_page]
    size_mm = np.array([page.get_width(), page.get_height()]) * 25.4 / 72
    bitmap = page.render(scale=_PX_PER_PT, grayscale=True)
    grey = np.array(bitmap.to_numpy(), dtype=np.uint8)
    height, width = grey.shape[0], grey.shape[1]
    grey = grey.reshape(height, width)
    scale = np.array([width, height]) / size_mm
    return Canvas(coloured_copy(grey) if coloured else grey, scale)


def redraw(canvas: Canvas, windows: Sequence[Window], pdf: bytes, pdf_page: int) -> None:
    """Put parts of another page into a grey canvas, as `render` draws them there."""
    page = _document(pdf)[pdf_page]
    height, width = canvas.pixels.shape
    for left, top, right, bottom in windows:
        # pdfium is told points and rounds up to pixels: half a pixel less gives the very pixel
        cut = [max(px - 0.5, 0) / _PX_PER_PT for px in (left, height - bottom, width - right, top)]
        bitmap = page.render(
            scale=_PX_PER_PT, grayscale=True, crop=(cut[0], cut[1], cut[2], cut[3])
        )
        part = canvas.pixels[top:bottom, left:right]
        part[...] = bitmap.to_numpy().reshape(part.shape)


@lru_cache(maxsize=4)
def _document(pdf: bytes) -> pypdfium2.PdfDocument:
    """Kept open: a pack of thousands of pages is not read anew for each of them."""
    return pypdfium2.PdfDocument(pdf)


atexit.register(_document.cache_clear)
"""Documents that are still open when pypdfium2 leaves make it complain."""


def coloured_copy(grey: Pixels) -> Pixels:
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
