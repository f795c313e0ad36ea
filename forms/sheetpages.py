"""Personal pages: a form's base pages, and what one sheet adds to them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass

import pikepdf
from pikepdf import Stream

from forms import stampfont
from forms.layout import Box, Layout, PageSize
from forms.pdfout import CODE_FONT, TEXT_FONT, PackFile
from forms.printed import PrintedForm
from forms.sheetcode import Position, printed_code, sign
from forms.stamp import Area, area, draw_qr, draw_text

STAMP_MAX_PT = 10.0
CODE_MAX_PT = 12.0
SHEET_NUMBER = "lembar"
"""The one stamp that differs from sheet to sheet, e.g. ``12 dari 40``."""


@dataclass(frozen=True)
class BasePage:
    """One page of a form inside the PDF being made, ready to be stamped again and again."""

    form: str
    page: int
    layout_hash: str
    size: PageSize
    resources: pikepdf.Object
    content: Stream
    qr: Mapping[Position, Area]
    codes: tuple[Area, ...]
    numbers: tuple[Area, ...]


def base_pages(
    file: PackFile,
    printed: PrintedForm,
    stamps: Mapping[str, str],
    beneath: Mapping[int, bytes] | None = None,
) -> tuple[BasePage, ...]:
    """Copy the pages of a form into ``file``, with the texts that all its sheets share.

    ``stamps`` gives the text of each stamp by name; ``beneath``, by page number, is content
    painted before the page's own. Raises ValueError when the base PDF has another number
    of pages than the layout, KeyError for a stamp that has no text.
    """
    layout = printed.layout
    with pikepdf.open(io.BytesIO(printed.base_pdf)) as source:
        if len(source.pages) != len(layout.pages):
            raise ValueError(f"{layout.form}: base PDF and layout differ in pages")
        return tuple(
            _base_page(
                file,
                source,
                layout,
                number,
                (beneath or {}).get(number, b""),
                _shared_stamps(layout, number, stamps),
            )
            for number in range(1, len(layout.pages) + 1)
        )


def _base_page(
    file: PackFile, source: pikepdf.Pdf, layout: Layout, number: int, below: bytes, above: bytes
) -> BasePage:
    """One base page with what is shared by all sheets below and above its own content."""
    resources, content = file.adopt(source, number - 1, below, above)
    height_mm = layout.pages[number - 1].height_mm
    qr, codes = _reserved(layout, number, height_mm)
    return BasePage(
        form=layout.form,
        page=number,
        layout_hash=layout.hash,
        size=layout.pages[number - 1],
        resources=resources,
        content=content,
        qr=qr,
        codes=codes,
        numbers=tuple(
            area(stamp, height_mm)
            for stamp in layout.stamps
            if stamp.page == number and stamp_name(stamp.id) == SHEET_NUMBER
        ),
    )


def stamp_name(stamp_id: str) -> str:
    """``desa`` of the stamp ``stamp:1:desa``."""
    return stamp_id.rsplit(":", 1)[-1]


def _reserved(
    layout: Layout, page: int, height_mm: float
) -> tuple[dict[Position, Area], tuple[Area, ...]]:
    """Where the QR codes (by position) and the codes in letters of a page go."""
    boxes: list[Box] = list(layout.on_page(page))
    qr = {
        Position(box.id.rsplit(":", 1)[-1]): area(box, height_mm)
        for box in boxes
        if box.kind == "qr"
    }
    return qr, tuple(area(box, height_mm) for box in boxes if box.kind == "code")


def _shared_stamps(layout: Layout, page: int, texts: Mapping[str, str]) -> bytes:
    """The stamps of a page whose text is the same on every sheet."""
    height_mm = layout.pages[page - 1].height_mm
    return b"".join(
        draw_text(
            texts[stamp_name(stamp.id)],
            stampfont.TEXT,
            TEXT_FONT,
            area(stamp, height_mm),
            STAMP_MAX_PT,
        )
        for stamp in layout.stamps
        if stamp.page == page and stamp_name(stamp.id) != SHEET_NUMBER
    )


def personal_content(base: BasePage, sheet: str, number: str, key: bytes) -> bytes:
    """What one sheet adds to a base page: QR codes A and B, codes in letters, its number."""
    parts = [
        draw_qr(sign(sheet, base.page, position, base.layout_hash, key).payload(), at)
        for position, at in base.qr.items()
    ]
    letters = printed_code(sheet, base.page)
    parts += [
        draw_text(letters, stampfont.CODE, CODE_FONT, at, CODE_MAX_PT, "centre")
        for at in base.codes
    ]
    parts += [draw_text(number, stampfont.TEXT, TEXT_FONT, at, STAMP_MAX_PT) for at in base.numbers]
    return b"".join(parts)


def add_personal_page(file: PackFile, base: BasePage, sheet: str, number: str, key: bytes) -> None:
    """Append the page of one sheet: shared content first, then its own."""
    own = file.stream(personal_content(base, sheet, number, key))
    file.add_page(base.size, base.resources, [base.content, own])
