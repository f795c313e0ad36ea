"""One decoded picture, whatever file it came from, and the limits every file must keep."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from scanner.reading import Reason
from scanner.windows import Grey

MAX_FILE_BYTES = 200_000_000
"""500 pages of 300 dpi grey JPEG are 100-150 MB. Files are read whole, so this bounds memory."""

MAX_PAGES = 500
"""Ten reams' feeder loads; a 185 kB PDF can declare 20,000 pages."""

MAX_PIXELS = 89_000_000
"""A3 at 600 dpi has 70 million, A4 35. Pillow's own limit against decompression bombs is just
above (89.5 million)."""

MM_PER_INCH = 25.4

PAPER_SHORT_MM, PAPER_LONG_MM = (80.0, 325.0), (110.0, 450.0)
"""Sides of what may lie on a scanner, from a postcard to A3 with room. A resolution that makes
the picture larger or smaller (72 dpi of a telephone picture: 1.4 m) tells nothing."""

SQUARE_ENOUGH = 1.2
"""Ratio of the two resolutions above which pixels are made square. Fax in standard mode has
204 x 98 dpi; 204 x 196 is within what alignment undoes by itself."""


@dataclass(frozen=True)
class Picture:
    """A page as grey pixels (h x w, 0 is black), not turned, and what its file told of it."""

    grey: Grey
    bits: int
    """Bits per sample in the file."""
    colour: bool
    dpi: float | None = None
    """None when nothing believable is known."""
    dpi_source: str | None = None
    """``page_size`` (a PDF's page), ``file`` (a tag) or ``rendered``."""
    device: str | None = None
    """What made the file, as it says itself (`scanner.device`)."""


Decoded = Picture | Reason
"""A picture, or why there is none."""


def too_large(width: int, height: int) -> bool:
    """Whether a picture must not even be decoded."""
    return width <= 0 or height <= 0 or width * height > MAX_PIXELS


def believable(width: int, height: int, x_dpi: float, y_dpi: float) -> bool:
    """Whether these resolutions make the picture as large as a sheet of paper can be."""
    if not (x_dpi > 0 and y_dpi > 0):
        return False
    short, long = sorted((width / x_dpi * MM_PER_INCH, height / y_dpi * MM_PER_INCH))
    return (
        PAPER_SHORT_MM[0] <= short <= PAPER_SHORT_MM[1]
        and PAPER_LONG_MM[0] <= long <= PAPER_LONG_MM[1]
    )


def picture(
    grey: Grey, bits: int, colour: bool, dpi: tuple[float, float] | None, source: str
) -> Picture:
    """Put together what was decoded; ``dpi`` (x, y) is dropped when it cannot be true."""
    height, width = grey.shape
    if dpi is None or not believable(width, height, *dpi):
        return Picture(grey, bits, colour)
    x_dpi, y_dpi = dpi
    if max(dpi) > SQUARE_ENOUGH * min(dpi):
        grey, x_dpi = _square(grey, x_dpi, y_dpi)
    return Picture(grey, bits, colour, round(x_dpi, 1), source)


def _square(grey: Grey, x_dpi: float, y_dpi: float) -> tuple[Grey, float]:
    """The picture stretched to the finer of its two resolutions."""
    fine = max(x_dpi, y_dpi)
    height, width = grey.shape
    size = (round(width * fine / x_dpi), round(height * fine / y_dpi))
    if too_large(*size):
        return grey, x_dpi
    return np.asarray(cv2.resize(grey, size), dtype=np.uint8), fine
