"""Printed sheets to fill in: one pack of all forms on each paper, in a passing folder."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import numpy as np

from forms.pack import PackOrder, SheetToPrint, make_pack
from forms.printed import load_all, store
from forms.sheetcode import ALPHABET, SHEET_CHARS
from forms.typeset import PaperName, typeset
from samples.simulator.pens import Rng
from scanner.context import ReaderContext

FORMS = ("registrasi", "sosialisasi", "kehadiran", "umpan-balik")
PAPERS: tuple[PaperName, ...] = ("a4", "f4")
SHARES: Mapping[PaperName, float] = {"a4": 0.75, "f4": 0.25}
"""How many of the sheets are on which paper."""
KEY = b"the bench's own key, not secret!"


@dataclass(frozen=True)
class PrintedPage:
    """One printed page: what it is, and where in the pack of its paper (from 0)."""

    sheet: str
    form: str
    paper: str
    page: int
    pdf_page: int


@dataclass(frozen=True)
class Stock:
    """All printed sheets by (paper, form), each a tuple of its pages; packs by paper."""

    context: ReaderContext
    pdfs: Mapping[str, bytes]
    sheets: Mapping[tuple[str, str], list[tuple[PrintedPage, ...]]]


def sheet_id(rng: Rng) -> str:
    """A sheet id from a seed, where a real office draws it from the system."""
    return "".join(ALPHABET[int(i)] for i in rng.integers(0, len(ALPHABET), SHEET_CHARS))


def print_stock(folder: Path, sheets_per_form: Mapping[str, int]) -> None:
    """Typeset and print everything into ``folder``, from where many processes load it. The
    numbers are of both papers together (`SHARES`, rounded up)."""
    for number, paper in enumerate(PAPERS):
        printed = {form: typeset(form, paper) for form in sheets_per_form}
        for one in printed.values():
            store(one, folder / "layouts")
        rng = np.random.default_rng(number)
        sheets = [
            SheetToPrint(sheet_id(rng), form)
            for form, n in sheets_per_form.items()
            for _ in range(ceil(SHARES[paper] * n))
        ]
        date = datetime.date(2026, 12, 1)
        pack = make_pack(
            PackOrder(
                "bench", "Uji ukur", "Liyu", date, KEY, tuple(sheets), printed, one_sided=True
            )
        )
        (folder / f"{paper}.pdf").write_bytes(pack.pdf)
        (folder / f"{paper}.json").write_text(json.dumps(pack.pages), encoding="utf-8")


def load_stock(folder: Path) -> Stock:
    """What `print_stock` left in ``folder``."""
    forms = load_all(folder / "layouts")
    hashes = {(p.layout.paper, p.layout.form): full for full, p in forms.items()}
    sheets: dict[tuple[str, str], dict[str, list[PrintedPage]]] = {}
    printed: dict[str, str] = {}
    for paper in PAPERS:
        for entry in json.loads((folder / f"{paper}.json").read_text(encoding="utf-8")):
            sheet, form = entry["sheet"], entry["form"]
            if sheet is None:
                continue
            page = PrintedPage(sheet, form, paper, entry["page"], entry["pdf_page"] - 1)
            sheets.setdefault((paper, form), {}).setdefault(sheet, []).append(page)
            printed[sheet] = hashes[paper, form]
    return Stock(
        ReaderContext(KEY, forms, printed),
        {paper: (folder / f"{paper}.pdf").read_bytes() for paper in PAPERS},
        {key: [tuple(pages) for pages in found.values()] for key, found in sheets.items()},
    )
