"""``python -m samples.bench.identity``: which way tells a page whose codes are ruined, and how long
that takes. `samples.bench` prints the same table from fewer pages."""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from samples.bench import ruins
from samples.bench.accuracy import cases, stock_in
from samples.bench.progress import Progress
from samples.bench.report import Row, table
from samples.bench.sheets import DRAWN, Task
from samples.bench.stock import FORMS, PrintedPage, Stock, print_stock
from samples.simulator.canvas import render
from samples.simulator.profiles import NAMES
from samples.workers import workers
from scanner.context import ReaderContext
from scanner.identify import Identity, identify
from scanner.pages import PageFault
from scanner.reading import IdentifiedBy
from scanner.windows import Grey

SEED = 930_000
DPIS = (200, 300, 150)
PAPERS = ("a4", "f4", "a4", "a4")
"""By turns, beside three resolutions, so that everything meets everything."""

QUICK, FULL = 4, 40
"""Pages of each kind in the bench: 144 take 50 s of CPU."""

PRINTED = dict.fromkeys(FORMS, 8)
CODES, LETTERS = "codes", "letters"
WAYS = tuple(way.value for way in IdentifiedBy if way is not IdentifiedBy.PERSON)
MISIDENTIFIED = "misidentified"
OUTCOMES = (*WAYS, "unidentified", "refused", MISIDENTIFIED)
HEAD = ("what is ruined", "pages", *OUTCOMES, "identify ms: median", "max")


@dataclass(frozen=True)
class Ruined:
    """One page to ruin: both codes in this way (``codes``), or, with both codes gone altogether,
    the letters in this way (``letters``)."""

    what: str
    kind: str
    number: int
    seed: int

    @property
    def row(self) -> str:
        return f"{self.what}: {self.kind}"

    @property
    def dpi(self) -> int:
        return DPIS[self.number % len(DPIS)]


@dataclass
class Told:
    """Outcomes of the pages of one row, and what each cost (CPU ms, Tesseract's too)."""

    outcomes: Counter[str] = field(default_factory=Counter)
    cpu_ms: list[float] = field(default_factory=list)

    def add(self, other: Told) -> None:
        self.outcomes += other.outcomes
        self.cpu_ms += other.cpu_ms

    def row(self, name: str) -> Row:
        counts = (str(self.outcomes[outcome]) for outcome in OUTCOMES)
        times = (f"{value:.0f}" for value in (np.median(self.cpu_ms), max(self.cpu_ms)))
        return [name, str(len(self.cpu_ms)), *counts, *times]


def ruined_pages(n: int, seed: int = SEED) -> list[Ruined]:
    """``n`` pages of each kind of ruin."""
    return [
        Ruined(what, kind, number, seed)
        for what in (CODES, LETTERS)
        for kind in ruins.kinds()
        for number in range(n)
    ]


def picture(stock: Stock, one: Ruined) -> tuple[PrintedPage, Grey]:
    """What was printed, and what came of it; always the same."""
    page = _printed_page(stock, one.number)
    layout = stock.context.forms[stock.context.printed[page.sheet]].layout
    rng = np.random.default_rng([one.seed, zlib.crc32(f"{one.row}/{one.number}".encode())])
    size = layout.pages[page.page - 1]
    shape = tuple(round(side * ruins.PX_PER_MM) for side in (size.width_mm, size.height_mm))
    sharp = render(stock.pdfs[page.paper], page.pdf_page).pixels
    print_ = np.asarray(cv2.resize(sharp, shape, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    ruin = ruins.ruined if one.what == CODES else ruins.letters_ruined
    return page, ruin(print_, layout, page.page, one.kind, rng, one.dpi)


def _printed_page(stock: Stock, number: int) -> PrintedPage:
    """Papers, forms, their pages and sheets by turns."""
    paper = PAPERS[number % len(PAPERS)]
    forms = sorted(form for on, form in stock.sheets if on == paper)
    sheets = stock.sheets[paper, forms[number // 3 % len(forms)]]
    pages = [page for sheet in sheets for page in sheet]
    return pages[number // 2 % len(pages)]


def tell_ruined(stock_folder: Path, one: Ruined) -> tuple[str, Told]:
    """The row, and what became of one page."""
    stock = stock_in(stock_folder)
    page, grey = picture(stock, one)
    return one.row, told(grey, page.sheet, page.page, stock.context)


def tell_sheet(stock_folder: Path, task: Task) -> tuple[str, Told]:
    """Likewise of the pages of a sheet in one of the simulator's profiles."""
    total, context = Told(), stock_in(stock_folder).context
    for case, image in cases(stock_folder, task):
        if isinstance(image, PageFault):
            raise TypeError(f"{case.label}: {image.reason.value}")
        total.add(told(image.grey, case.sheet, case.page, context))
    return f"profile: {task.profile}", total


def told(grey: Grey, sheet: str, page: int, context: ReaderContext) -> Told:
    """How this page was identified, which is truly that one."""
    start = cpu_seconds()
    found = identify(grey, context)
    cpu_ms = 1000 * (cpu_seconds() - start)
    if not isinstance(found, Identity):
        outcome = found.status.value
    elif (found.sheet, found.page) == (sheet, page):
        outcome = found.identified_by.value
    else:
        outcome = MISIDENTIFIED
    return Told(Counter([outcome]), [cpu_ms])


def cpu_seconds() -> float:
    """CPU time of this process and of the programs it called and waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def run(pages: Sequence[Ruined], stock: Path, processes: int) -> dict[str, Told]:
    """All ruined pages, by row."""
    with workers(processes) as pool:
        return _gathered(pool.map(partial(tell_ruined, stock), pages, chunksize=4), len(pages))


def run_profiles(sheets: Sequence[Task], stock: Path, processes: int) -> dict[str, Told]:
    """All pages of these sheets, by row."""
    with workers(processes) as pool:
        return _gathered(pool.map(partial(tell_sheet, stock), sheets, chunksize=4), len(sheets))


def _gathered(found: Iterator[tuple[str, Told]], n: int) -> dict[str, Told]:
    rows: dict[str, Told] = {}
    progress = Progress(n, "to be identified")
    for row, one in found:
        rows.setdefault(row, Told()).add(one)
        progress.step(row)
    return rows


def as_table(rows: dict[str, Told]) -> str:
    """The rows and their sum."""
    everything = Told()
    for one in rows.values():
        everything.add(one)
    return table(HEAD, [*(one.row(name) for name, one in rows.items()), everything.row("all")])


def plain(rows: dict[str, Told]) -> dict[str, dict[str, float]]:
    """All counts, and the slowest page's CPU ms, for a file."""
    return {
        name: {**one.outcomes, "pages": len(one.cpu_ms), "max_cpu_ms": round(max(one.cpu_ms), 1)}
        for name, one in rows.items()
    }


def _sheets(n: int, seed: int) -> list[Task]:
    """``n`` sheets in each profile; an A4 glass gets F4 sheets only."""
    return [
        Task(
            profile,
            DRAWN,
            "f4" if profile == "a4_glass" or number % 4 == 3 else "a4",
            FORMS[number % len(FORMS)],
            number // len(FORMS),
            seed,
        )
        for profile in NAMES
        for number in range(n)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="samples.bench.identity", description=__doc__)
    parser.add_argument("--n", type=int, default=12, help="pages of each kind of damage")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--ruined", action="store_true", help="only ruined codes, no profiles")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        stock = Path(passing)
        print_stock(stock, PRINTED)
        rows = run(ruined_pages(args.n, args.seed), stock, args.processes)
        if not args.ruined:
            rows |= run_profiles(_sheets(args.n, args.seed), stock, args.processes)
        print(as_table(rows))


if __name__ == "__main__":
    main()
