"""Specimens for training: one sheet of a form, plainly marked CONTOH.

Its codes are made with the public demo key and one fixed sheet id, so a real office refuses
it by name and nobody can mistake it for a sheet that counts.
"""

from __future__ import annotations

import math

from forms import stampfont
from forms.layout import Layout, PageSize
from forms.pdfout import TEXT_FONT, PackFile
from forms.printed import PrintedForm
from forms.sheetpages import add_personal_page, base_pages
from forms.stamp import POINTS_PER_MM, Area, area

SPECIMEN_SHEET = "C0NT0H000"
"""The sheet id of every specimen; reads as CONTOH."""

WORD = "CONTOH"
STAMPS = {
    "desa": "CONTOH",
    "putaran": "Untuk latihan",
    "tanggal": "Tidak berlaku",
    "kunjungan": "CONTOH",
}

WORD_GREY = 0.85
"""0 black, 1 white. Seen from across a table, and 9 pt text over it stays easy to read."""

WORD_LENGTH = 0.76
"""Length of the word as a part of the diagonal: its corners stay 8 mm inside the paper."""

QUIET_MM = 3.2
"""White round a QR code (its quiet zone of 4 modules of 0.8 mm) and round a marker."""


def make_specimen(printed: PrintedForm, demo_key: bytes) -> bytes:
    """One specimen sheet as PDF. ``demo_key`` must be the public key, never an office's own."""
    layout = printed.layout
    beneath = {number: _watermark(layout, number) for number in range(1, len(layout.pages) + 1)}
    with PackFile() as file:
        for base in base_pages(file, printed, STAMPS, beneath):
            add_personal_page(file, base, SPECIMEN_SHEET, WORD, demo_key)
        return file.saved(f"CONTOH {printed.spec.title}", WORD, two_sided=len(beneath) > 1)


def _watermark(layout: Layout, page: int) -> bytes:
    """The word across the page, under everything, blanked out where codes and marks are read."""
    size = layout.pages[page - 1]
    blank = b""
    for box in layout.on_page(page):
        if box.kind != "ink":
            margin_mm = QUIET_MM if box.kind in {"qr", "marker"} else 0.0
            blank += _rectangle(area(box, size.height_mm), margin_mm * POINTS_PER_MM)
    return b"q " + _diagonal_word(size) + b"1 g\n" + blank + b"f Q\n"


def _diagonal_word(size: PageSize) -> bytes:
    """WORD in light grey from the lower left to the upper right, centred on the page."""
    width, height = size.width_mm * POINTS_PER_MM, size.height_mm * POINTS_PER_MM
    em = stampfont.TEXT.width(WORD)
    size_pt = WORD_LENGTH * math.hypot(width, height) / em
    angle = math.atan2(height, width)
    cos, sin = math.cos(angle), math.sin(angle)
    along, across = em * size_pt / 2, stampfont.TEXT.cap_height * size_pt / 2
    x = width / 2 - cos * along + sin * across
    y = height / 2 - sin * along - cos * across
    turned = f"{cos:.5f} {sin:.5f} {-sin:.5f} {cos:.5f} {x:.2f} {y:.2f} Tm"
    text = f"{WORD_GREY} g BT /{TEXT_FONT} {size_pt:.1f} Tf {turned} ({WORD}) Tj ET\n"
    return text.encode("ascii")


def _rectangle(at: Area, margin: float) -> bytes:
    """The path of an area grown by ``margin`` points on each side."""
    corner = f"{at.x - margin:.2f} {at.y - margin:.2f}"
    return f"{corner} {at.w + 2 * margin:.2f} {at.h + 2 * margin:.2f} re\n".encode("ascii")
