"""A pack: personalised sheets stamped onto shared base pages, behind a cover.

Each form is typeset once. Its page content, fonts and the texts that are the same on every
sheet (desa, round, date) are stored once; a sheet adds per page one small content stream
with its two QR codes, its code in letters and its number. The same order gives the same
bytes, so a reprint is the same pack.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict

from forms.codelist import NumberedSheet
from forms.cover import CoverFacts, CoverKind, add_cover
from forms.dates import long_date
from forms.layout import PageSize
from forms.pdfout import PackFile
from forms.printed import PrintedForm
from forms.sheetpages import BasePage, add_personal_page, base_pages


class PackError(ValueError):
    """An order that cannot be printed; the message is one sentence for staff."""


class PageEntry(TypedDict):
    """One PDF page of the manifest; sheet, form and page are None on covers and blank backs."""

    pdf_page: int
    sheet: str | None
    form: str | None
    page: int | None
    prefilled: dict[str, str]


@dataclass(frozen=True)
class SheetToPrint:
    """One sheet: its id (9 characters), the name of its form, its number within that kind.

    The number is for people; without one it is the sheet's place among those of its kind.
    """

    sheet: str
    form: str
    number: int | None = None


@dataclass(frozen=True)
class PackOrder:
    """All that decides what a pack looks like, byte for byte.

    ``sheets`` in the order of printing; ``printed_forms`` by form name, all on one paper;
    ``one_sided`` leaves out the blank backs that printing on both sides needs.
    """

    visit: str
    round_name: str
    desa: str
    date: datetime.date
    key: bytes = field(repr=False)
    sheets: tuple[SheetToPrint, ...]
    printed_forms: Mapping[str, PrintedForm]
    one_sided: bool = False

    def kinds(self) -> dict[str, tuple[NumberedSheet, ...]]:
        """Numbered sheet ids by form, both in the order of printing."""
        kinds: dict[str, list[NumberedSheet]] = {}
        for sheet in self.sheets:
            kind = kinds.setdefault(sheet.form, [])
            kind.append((sheet.number or len(kind) + 1, sheet.sheet))
        return {form: tuple(sheets) for form, sheets in kinds.items()}

    def stamps(self) -> dict[str, str]:
        """The texts that stand on every page of the pack, by the name of their place."""
        return {
            "desa": self.desa,
            "putaran": self.round_name,
            "tanggal": long_date(self.date),
            "kunjungan": self.visit,
        }


@dataclass(frozen=True)
class Pack:
    """The PDF and, for each of its pages in order, what it is."""

    visit: str
    round_name: str
    pdf: bytes
    pages: list[PageEntry]

    def contract(self) -> dict[str, Any]:
        """The published manifest (``sotarsa round print --json``)."""
        return {"round": self.round_name, "visit": self.visit, "pages": self.pages}


def make_pack(order: PackOrder) -> Pack:
    """Print an order. Raises PackError when it is empty, mixed up or on two papers."""
    _check(order)
    with PackFile() as file:
        add_cover(file, _cover_facts(order))
        pages = [_entry(number) for number in range(1, len(file) + 1)]
        _pad(file, pages, _size(order), order.one_sided)
        bases = {
            form: base_pages(file, order.printed_forms[form], order.stamps())
            for form in order.kinds()
        }
        for sheet, number in _numbered(order):
            pages += _add_sheet(file, bases[sheet.form], sheet, number, order.key)
            _pad(file, pages, _size(order), order.one_sided)
        title = f"Paket lembar {order.desa}, {long_date(order.date)}"
        pdf = file.saved(title, order.visit, two_sided=not order.one_sided)
        return Pack(order.visit, order.round_name, pdf, pages)


def _check(order: PackOrder) -> None:
    """Refuse what would give a wrong or useless pack."""
    if not order.sheets:
        raise PackError("Paket ini kosong: pesan paling sedikit satu lembar.")
    missing = sorted(set(order.kinds()) - set(order.printed_forms))
    if missing:
        raise PackError(f"Formulir ini tidak tersedia untuk dicetak: {', '.join(missing)}.")
    twice = [sheet for sheet, n in Counter(s.sheet for s in order.sheets).items() if n > 1]
    if twice:
        raise PackError(f"Kode lembar dipakai dua kali dalam satu paket: {', '.join(twice)}.")
    sizes = {order.printed_forms[form].layout.pages for form in order.kinds()}
    papers = sorted({order.printed_forms[form].layout.paper.upper() for form in order.kinds()})
    if len(papers) > 1 or len({size for pages in sizes for size in pages}) > 1:
        raise PackError(f"Satu paket hanya boleh memakai satu ukuran kertas: {', '.join(papers)}.")


def _size(order: PackOrder) -> PageSize:
    """The one page size of a checked order."""
    return order.printed_forms[order.sheets[0].form].layout.pages[0]


def _cover_facts(order: PackOrder) -> CoverFacts:
    """What the cover says about this order."""
    return CoverFacts(
        visit=order.visit,
        round_name=order.round_name,
        desa=order.desa,
        date=long_date(order.date),
        paper=order.printed_forms[order.sheets[0].form].layout.paper,
        size=_size(order),
        two_sided=not order.one_sided,
        kinds=tuple(
            CoverKind(order.printed_forms[form].spec.title, len(printed.layout.pages), sheets)
            for form, sheets in order.kinds().items()
            for printed in [order.printed_forms[form]]
        ),
    )


def _numbered(order: PackOrder) -> list[tuple[SheetToPrint, str]]:
    """Each sheet with its number within its kind, ``12 dari 40``, as the cover lists it."""
    places = {
        sheet: f"{number} dari {max(sheets)[0]}"
        for sheets in order.kinds().values()
        for number, sheet in sheets
    }
    return [(sheet, places[sheet.sheet]) for sheet in order.sheets]


def _add_sheet(
    file: PackFile, bases: tuple[BasePage, ...], sheet: SheetToPrint, number: str, key: bytes
) -> list[PageEntry]:
    """Append all pages of one sheet; their manifest entries."""
    entries = []
    for base in bases:
        add_personal_page(file, base, sheet.sheet, number, key)
        entries.append(_entry(len(file), sheet, base.page))
    return entries


def _entry(pdf_page: int, sheet: SheetToPrint | None = None, page: int | None = None) -> PageEntry:
    return PageEntry(
        pdf_page=pdf_page,
        sheet=sheet.sheet if sheet else None,
        form=sheet.form if sheet else None,
        page=page,
        prefilled={},
    )


def _pad(file: PackFile, pages: list[PageEntry], size: PageSize, one_sided: bool) -> None:
    """A blank back after an odd number of pages, so that no two sheets share a leaf."""
    if len(file) % 2 and not one_sided:
        file.add_blank(size)
        pages.append(_entry(len(file)))
