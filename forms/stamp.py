"""What is stamped on a base page, as PDF content: QR codes, codes in letters, short texts.

QR modules are drawn as filled rectangles, one per run of dark modules, not as an image:
rasterised by pdfium and poppler at 100-600 dpi their edges lie where they belong (largest
error of a pixel 0.44, mean 0.005 at 600 dpi), while a 25 x 25 image mask has its edges
rounded to whole pixels (largest error 1.0) and is blurred by viewers that smooth images.
It costs 366 bytes a QR instead of 138, compressed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, Protocol

from forms.qr import QR_MODULES, qr_modules
from forms.stampfont import StampFont

POINTS_PER_MM = 72 / 25.4
LINE_HEIGHT = 1.15
"""Distance of baselines in em; also the least height of a box for one line."""

MAX_LINES = 3
_DARK_RUN = re.compile(b"\x01+")
Align = Literal["left", "centre", "right"]
_SLACK_BEFORE: dict[Align, float] = {"left": 0.0, "centre": 0.5, "right": 1.0}


class Rectangle(Protocol):
    """A place on paper in mm from the top left: a Box or a Stamp of a Layout."""

    @property
    def x_mm(self) -> float: ...
    @property
    def y_mm(self) -> float: ...
    @property
    def w_mm(self) -> float: ...
    @property
    def h_mm(self) -> float: ...


@dataclass(frozen=True)
class Area:
    """A place on a PDF page in points, origin bottom left."""

    x: float
    y: float
    w: float
    h: float


def area(place: Rectangle, page_height_mm: float) -> Area:
    """Where ``place`` lies in the coordinates of a PDF page of this height."""
    bottom_mm = page_height_mm - place.y_mm - place.h_mm
    return Area(
        place.x_mm * POINTS_PER_MM,
        bottom_mm * POINTS_PER_MM,
        place.w_mm * POINTS_PER_MM,
        place.h_mm * POINTS_PER_MM,
    )


@cache
def _rectangles() -> dict[tuple[int, int], str]:
    """The rectangle of every possible run of dark modules, by its span in rows joined by one
    light module. A unit is a module, y runs up. Looking them up halves the time of a QR code.
    """
    return {
        (row * (QR_MODULES + 1) + start, row * (QR_MODULES + 1) + end): (
            f"{start} {QR_MODULES - 1 - row} {end - start} 1 re"
        )
        for row in range(QR_MODULES)
        for start in range(QR_MODULES)
        for end in range(start + 1, QR_MODULES + 1)
    }


def draw_qr(payload: str, at: Area) -> bytes:
    """The QR code filling ``at`` (symbol without quiet zone), one path, black."""
    scale_x, scale_y = at.w / QR_MODULES, at.h / QR_MODULES
    rectangles, modules = _rectangles(), b"\0".join(qr_modules(payload))
    lines = [f"q {scale_x:.5f} 0 0 {scale_y:.5f} {at.x:.3f} {at.y:.3f} cm"]
    lines += [rectangles[run.span()] for run in _DARK_RUN.finditer(modules)]
    return "\n".join([*lines, "f Q\n"]).encode("ascii")


def _wrap(words: Sequence[str], lines: int, font: StampFont) -> tuple[str, ...]:
    """``words`` on at most ``lines`` lines, the longest line as short as possible."""
    if lines == 1 or len(words) == 1:
        return (" ".join(words),)
    options = (
        (" ".join(words[:cut]), *_wrap(words[cut:], lines - 1, font))
        for cut in range(1, len(words))
    )
    return min(options, key=lambda option: max(map(font.width, option)))


def _size(lines: Sequence[str], font: StampFont, at: Area, max_pt: float) -> float:
    """The largest size up to ``max_pt`` at which ``lines`` fit into ``at``."""
    widest = max(map(font.width, lines))
    return min(max_pt, at.h / (LINE_HEIGHT * len(lines)), at.w / widest)


def fit(text: str, font: StampFont, at: Area, max_pt: float) -> tuple[float, tuple[str, ...]]:
    """Size in points and lines of a printable text, shrunk and broken to fit, never cut.

    A second or third line is taken only when the text is then larger than on fewer lines.
    """
    words = text.split(" ")
    options = [_wrap(words, count, font) for count in range(1, min(MAX_LINES, len(words)) + 1)]
    sized = [(_size(lines, font, at, max_pt), -len(lines), lines) for lines in options]
    size, _, lines = max(sized)
    return size, lines


def _escaped(text: str) -> bytes:
    raw = text.encode("cp1252")
    return raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def show(text: str, font_name: str, size_pt: float, x: float, y: float) -> bytes:
    """One line of printable text with its baseline starting at ``x``, ``y`` (points)."""
    where = f"BT /{font_name} {size_pt:.2f} Tf {x:.2f} {y:.2f} Td (".encode("ascii")
    return where + _escaped(text) + b") Tj ET\n"


def draw_text(
    text: str, font: StampFont, font_name: str, at: Area, max_pt: float, align: Align = "left"
) -> bytes:
    """``text`` inside ``at``, centred in height, as large as fits up to ``max_pt``.

    ``font_name`` is the font's name in the resources of the page.
    """
    words = font.printable(text)
    if not words:
        return b""
    size, lines = fit(words, font, at, max_pt)
    size = int(size * 100) / 100
    leading = LINE_HEIGHT * size
    top = at.y + at.h / 2 + (len(lines) - 1) * leading / 2 - font.cap_height * size / 2
    content = b""
    for index, line in enumerate(lines):
        x = at.x + (at.w - font.width(line) * size) * _SLACK_BEFORE[align]
        content += show(line, font_name, size, x, top - index * leading)
    return content
