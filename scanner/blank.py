"""The known blank: what a printed form looks like before anyone writes on it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

import numpy as np
import pypdfium2
from numpy.typing import NDArray

from forms.printed import PrintedForm
from scanner.paper import reduce_area
from scanner.windows import Grey

BLANK_PX_PER_MM = 8.0
"""Resolution of the blank (203 dpi): more than any window is sampled at (6 px/mm), so that a
0.25 mm frame is two pixels wide and its edges are found again to a hundredth of a mm."""

RENDER_FACTOR = 3
"""The page is drawn this many times finer and reduced by area. pdfium puts each letter on a whole
pixel: drawn at 8 px/mm, text lay up to 0.15 mm aside (standard deviation 0.03), at 16 and more it
is found within 0.005 mm of its place."""

CACHED_PAGES = 32
"""Pages kept per process, 4 MB each at most: an office uses about a dozen at a time."""

_Made = TypeVar("_Made")


@dataclass(frozen=True)
class Blank:
    """One page of a base PDF as a grey picture (255 is paper)."""

    grey: Grey
    px_per_mm: NDArray[np.float64]
    """Horizontal and vertical scale. pdfium rounds the bitmap up and stretches the page into
    it (0.06 mm at the far edge of A4), so the scale is pixels over millimetres, not the dpi."""


def render_blank(printed: PrintedForm, page: int) -> Blank:
    """Render page ``page`` (from 1) of a form. QR codes and personal texts are not on it."""
    size = printed.layout.pages[page - 1]
    document = pypdfium2.PdfDocument(printed.base_pdf)
    try:
        fine = BLANK_PX_PER_MM * RENDER_FACTOR * 25.4 / 72
        drawn = document[page - 1].render(scale=fine, grayscale=True).to_numpy()
        height, width = drawn.shape[:2]
        grey = reduce_area(drawn.reshape(height, width), RENDER_FACTOR).copy()
    finally:
        document.close()
    scale = np.array([width / size.width_mm, height / size.height_mm]) / RENDER_FACTOR
    return Blank(grey, scale)


class PageCache(Generic[_Made]):
    """What ``make`` gives for each page of a layout, the least recently used dropped first.

    Keyed by layout hash and page: a layout never changes once printed.
    """

    def __init__(self, make: Callable[[PrintedForm, int], _Made]) -> None:
        self._make = make
        self._lock = Lock()
        self._kept: OrderedDict[tuple[str, int], _Made] = OrderedDict()

    def get(self, printed: PrintedForm, page: int) -> _Made:
        key = (printed.layout.hash, page)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = self._make(printed, page)
            self._kept.move_to_end(key)
            if len(self._kept) > CACHED_PAGES:
                self._kept.popitem(last=False)
            return self._kept[key]
