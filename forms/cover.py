"""The cover of a pack: what is in it, who carries it, and every code to tick off.

The base pages come from ``templates/forms/sampul.html``: a first page, and one that
continues the list of codes. The list and the page numbers are stamped into the areas that
the template leaves for them, on as many pages as the list needs.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Literal

import pikepdf
from weasyprint.document import Page

from forms import codelist, stampfont
from forms.codelist import NumberedSheet
from forms.layout import PageSize
from forms.pdfout import TEXT_FONT, PackFile
from forms.stamp import POINTS_PER_MM, Area, draw_text
from forms.typeset import environment, lay_out

PAPER_NAMES = {"a4": "A4 (210 × 297 mm)", "f4": "F4 (215 × 330 mm)"}
POINTS_PER_PX = 72 / 96
PAGE_NUMBER_PT = 9.0


@dataclass(frozen=True)
class CoverKind:
    """One kind of sheet in the pack: title, pages of a sheet, and all sheets as printed.

    A sheet is its number within the kind and its id.
    """

    title: str
    pages: int
    sheets: tuple[NumberedSheet, ...]


@dataclass(frozen=True)
class CoverFacts:
    """All that the cover says; ``date`` is already in words."""

    visit: str
    round_name: str
    desa: str
    date: str
    paper: Literal["a4", "f4"]
    size: PageSize
    two_sided: bool
    kinds: tuple[CoverKind, ...]

    @property
    def sheet_count(self) -> int:
        return sum(len(kind.sheets) for kind in self.kinds)

    @property
    def page_count(self) -> int:
        """Printed pages of all sheets, without cover and blank backs."""
        return sum(kind.pages * len(kind.sheets) for kind in self.kinds)


def add_cover(file: PackFile, facts: CoverFacts) -> None:
    """Append the cover: one page, and further pages as long as codes are left to list."""
    document, pdf = lay_out("sampul", _html(facts))
    areas = [_areas(page, facts.size) for page in document.pages]
    rows = codelist.rows_of([(kind.title, kind.sheets) for kind in facts.kinds])
    first, later = (codelist.rows_in(codes) for codes, _ in areas)
    parts = list(codelist.on_pages(rows, first, later))
    with pikepdf.open(io.BytesIO(pdf)) as source:
        bases = [file.adopt(source, page) for page in range(len(areas))]
    for number, part in enumerate(parts, start=1):
        (resources, content), (codes, corner) = (bases[number > 1], areas[number > 1])
        label = f"halaman {number} dari {len(parts)}"
        own = codelist.draw_rows(part, codes)
        own += draw_text(label, stampfont.TEXT, TEXT_FONT, corner, PAGE_NUMBER_PT, "right")
        file.add_page(facts.size, resources, [content, file.stream(own)])


def _areas(page: Page, size: PageSize) -> tuple[Area, Area]:
    """Where the list of codes and the page number go on a typeset page of the cover."""
    found = {name.split(":")[0]: anchor for name, anchor in page.anchors.items()}
    return _points(found["daftar"], size), _points(found["nomor"], size)


def _points(anchor: tuple[float, float, float, float], size: PageSize) -> Area:
    x0, y0, x1, y1 = (value * POINTS_PER_PX for value in anchor)
    return Area(x0, size.height_mm * POINTS_PER_MM - y1, x1 - x0, y1 - y0)


def _html(facts: CoverFacts) -> str:
    """The filled-in template; only characters that the forms' faces have."""
    clean = stampfont.TEXT.printable
    return (
        environment()
        .get_template("sampul.html")
        .render(
            facts=facts,
            visit=clean(facts.visit),
            desa=clean(facts.desa),
            round_name=clean(facts.round_name),
            paper_name=PAPER_NAMES[facts.paper],
            grouped=codelist.grouped,
        )
    )
