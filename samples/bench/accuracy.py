"""Reading simulated pages: how many are identified, and how many boxes are read right."""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import cv2
import numpy as np

from samples.bench.score import Case, Tally, score
from samples.bench.stock import PrintedPage, Stock, load_stock
from samples.simulator import files, realink
from samples.simulator.anything import Mix, any_writer, fill_anyhow
from samples.simulator.capture import Capture
from samples.simulator.filling import DrawnMarks, MarkSource, Writer
from samples.simulator.marks import Kind
from samples.simulator.page import simulate
from samples.simulator.profiles import PROFILES, Profile
from scanner.pages import PageFault, open_pages
from scanner.pipeline import read_page
from scanner.reading import PageReading, PageStatus

DRAWN, REAL = "drawn", "real"
HELD_OUT_SEED = 910_000
"""Seeds from here on are the bench's alone; whoever tunes the reader stays below."""

REAL_KINDS = (Kind.TICK, Kind.CROSS, Kind.STROKE, Kind.CIRCLE)
REAL_UNCLEAR = (Kind.FILLED, Kind.SCRIBBLE)


@dataclass(frozen=True)
class Task:
    """One sheet to simulate and read. ``tuning``: use the real ink that tuning may see."""

    profile: str
    ink: str
    paper: str
    form: str
    number: int
    seed: int
    tuning: bool = False


def run(tasks: Iterable[Task], stock: Path, processes: int) -> Iterator[tuple[Task, Tally]]:
    """Tallies of all tasks, in their order, over several processes."""
    with ProcessPoolExecutor(processes, initializer=_quiet) as pool:
        todo = list(tasks)
        yield from zip(todo, pool.map(partial(run_task, stock), todo, chunksize=2), strict=True)


def _quiet() -> None:
    """One thread a process: figures are CPU time of one core."""
    cv2.setNumThreads(1)


def run_task(stock_folder: Path, task: Task) -> Tally:
    """Fill, scan and read one sheet."""
    stock = _stock(stock_folder)
    sheets = stock.sheets[task.paper, task.form]
    source = _source(task)
    total = Tally()
    writer = None
    for page in sheets[task.number % len(sheets)]:
        label = f"{task.profile}/{task.ink}/{task.form}/{task.number}/{page.page}"
        rng = np.random.default_rng([task.seed, zlib.crc32(label.encode())])
        writer = writer or any_writer(_mix(source), rng)
        case, picture = _case(label, stock, page, PROFILES[task.profile], source, writer, rng)
        total.add(score(case, read_picture(picture, PROFILES[task.profile], stock, rng)))
    return total


@cache
def _stock(folder: Path) -> Stock:
    return load_stock(folder)


@cache
def _real(tuning: bool) -> realink.RealMarks:
    folder = realink.find_folder()
    if folder is None:
        raise FileNotFoundError("no folder of real marks")
    sheets = realink.TUNING_SHEETS if tuning else realink.REPORT_SHEETS
    return realink.load(folder, sheets)


def _source(task: Task) -> MarkSource:
    return DrawnMarks() if task.ink == DRAWN else _real(task.tuning)


def _mix(source: MarkSource) -> Mix:
    """With real ink only kinds that were photographed, and no drawn ink in or at any box."""
    if isinstance(source, realink.RealMarks):
        clear, unclear = (
            {kind: 1.0 for kind in kinds if kind in source.marks}
            for kinds in (REAL_KINDS, REAL_UNCLEAR)
        )
        return Mix(0.85, 0.22, 0.15, 0.8, 0.0, clear, unclear, erased=0.0, strays={})
    return Mix()


def _case(
    label: str,
    stock: Stock,
    page: PrintedPage,
    profile: Profile,
    source: MarkSource,
    writer: Writer,
    rng: np.random.Generator,
) -> tuple[Case, Capture]:
    layout = stock.context.forms[stock.context.printed[page.sheet]].layout
    filling = fill_anyhow(layout, page.page, writer, _mix(source), rng)
    pdf = stock.pdfs[page.paper]
    done = simulate(pdf, page.pdf_page, layout, page.page, filling, profile, source, rng)
    return Case(label, page.sheet, layout, page.page, filling, done), done.picture


def encode(picture: Capture, profile: Profile, rng: np.random.Generator) -> bytes:
    """The picture as the file that this kind of machine makes."""
    if profile.bits == 1:
        return files.g4_tiff([picture.pixels], picture.dpi)
    quality = int(rng.integers(profile.jpeg_quality[0], profile.jpeg_quality[1] + 1))
    return files.jpeg(picture.pixels, quality, None if profile.perspective else picture.dpi)


def read_picture(
    picture: Capture, profile: Profile, stock: Stock, rng: np.random.Generator
) -> PageReading:
    """Through a file, as scans come."""
    with tempfile.NamedTemporaryFile(suffix=".scan") as file:
        file.write(encode(picture, profile, rng))
        file.flush()
        image = next(iter(open_pages(Path(file.name))))
    if isinstance(image, PageFault):
        return PageReading(image.source, 0, PageStatus.REFUSED, reasons=(image.reason,))
    return read_page(image, stock.context)


def tasks(
    plan: Mapping[str, Mapping[str, int]],
    inks: Iterable[str],
    seed: int = HELD_OUT_SEED,
    *,
    tuning: bool = False,
) -> Iterator[Task]:
    """``plan``: sheets of each form by profile. Every fourth sheet is F4; an A4 glass gets F4
    sheets only."""
    for ink in inks:
        for profile, forms in plan.items():
            for form, n in forms.items():
                for number in range(n):
                    cropped = PROFILES[profile].glass_mm is not None
                    paper = "f4" if cropped or number % 4 == 3 else "a4"
                    yield Task(profile, ink, paper, form, number, seed, tuning)
