"""CPU time and size of a large pack."""

from __future__ import annotations

import datetime
import time

import numpy as np

from forms.pack import PackOrder, SheetToPrint, make_pack
from forms.typeset import typeset
from samples.bench.stock import KEY, sheet_id


def measure(n: int = 1000) -> str:
    """One line: what a pack of ``n`` two-page registration sheets costs. Typesetting the form,
    once for all packs, is told apart."""
    start = time.process_time()
    form = typeset("registrasi", "a4")
    typesetting = time.process_time() - start
    rng = np.random.default_rng(3)
    sheets = tuple(SheetToPrint(sheet_id(rng), "registrasi") for _ in range(n))
    date = datetime.date(2026, 12, 1)
    order = PackOrder("bench", "Uji ukur", "Liyu", date, KEY, sheets, {"registrasi": form})
    start = time.process_time()
    pack = make_pack(order)
    seconds = time.process_time() - start
    size, pages = len(pack.pdf), len(pack.pages)
    rate = f"{size / pages:.0f} bytes a page"
    return (
        f"pack of {n} registration sheets: {seconds:.2f} s CPU, {size / 1e6:.2f} MB, "
        f"{pages} pages, {rate} (typesetting the form: {typesetting:.1f} s)"
    )
