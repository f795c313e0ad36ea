"""Reading simulated pages: how many are identified, and how many boxes are read right."""

from __future__ import annotations

import tempfile
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import numpy as np

from forms.layout import Layout
from samples.bench.erased import erased, may_erase
from samples.bench.score import Case, score
from samples.bench.sheets import DRAWN, Task
from samples.bench.stock import PrintedPage, Stock, load_stock
from samples.bench.tally import Tally
from samples.simulator import files, realink
from samples.simulator.anything import FAINT_MIX, Mix, any_writer, fill_anyhow
from samples.simulator.capture import Capture
from samples.simulator.filling import DrawnMarks, MarkSource, Writer
from samples.simulator.marks import Kind
from samples.simulator.page import simulate, simulate_twice
from samples.simulator.pens import Rng
from samples.simulator.profiles import Profile, of_page
from samples.workers import workers
from scanner.pages import PageFault, PageImage, open_pages
from scanner.pipeline import read_page
from scanner.reading import PageReading, PageStatus

REAL_KINDS = (Kind.TICK, Kind.CROSS, Kind.STROKE, Kind.CIRCLE)
REAL_UNCLEAR = (Kind.FILLED, Kind.SCRIBBLE)


def run(tasks: Sequence[Task], stock: Path, processes: int) -> Iterator[tuple[Task, Tally]]:
    """Tallies of all tasks, in their order, over several processes."""
    with workers(processes) as pool:
        yield from zip(tasks, pool.map(partial(run_task, stock), tasks, chunksize=2), strict=True)


def run_task(stock_folder: Path, task: Task) -> Tally:
    """Fill, scan and read one sheet."""
    total = Tally()
    for case, image in cases(stock_folder, task):
        start = time.process_time()
        reading = read_image(image, stock_in(stock_folder))
        total.add(score(case, reading, 1000 * (time.process_time() - start)))
    return total


def cases(
    stock_folder: Path, task: Task, mix: Mix | None = None
) -> Iterator[tuple[Case, PageImage | PageFault]]:
    """The pages of one task as they come out of the scanner; always the same. ``mix``: how boxes
    are marked, when otherwise than is usual for the task."""
    mix = mix or _mix(task)
    stock = stock_in(stock_folder)
    sheets = stock.sheets[task.paper, task.form]
    writer = None
    for page in sheets[task.number % len(sheets)]:
        label = f"{task.label}/{page.page}"
        rng = np.random.default_rng([task.seed, zlib.crc32(label.encode())])
        writer = writer or any_writer(mix, rng)
        profile = of_page(task.profile, rng)
        case = _case(task, stock, page, profile, mix, writer, rng)
        yield case, as_filed(case.simulated.picture, profile, rng, label)


@cache
def stock_in(folder: Path) -> Stock:
    return load_stock(folder)


@cache
def real_marks(tuning: bool) -> realink.RealMarks:
    folder = realink.find_folder()
    if folder is None:
        raise FileNotFoundError("no folder of real marks")
    sheets = realink.TUNING_SHEETS if tuning else realink.REPORT_SHEETS
    return realink.load(folder, sheets)


def _source(task: Task) -> MarkSource:
    return DrawnMarks() if task.ink == DRAWN else real_marks(task.tuning)


def _mix(task: Task) -> Mix:
    """With real ink only kinds that were photographed, and no drawn ink in or at any box."""
    if task.ink == DRAWN:
        return FAINT_MIX if task.profile == "faint" else Mix()
    known = real_marks(task.tuning).marks
    clear, unclear = (
        {kind: 1.0 for kind in kinds if kind in known} for kinds in (REAL_KINDS, REAL_UNCLEAR)
    )
    return Mix(0.85, 0.22, 0.15, 0.8, 0.0, clear, unclear, erased=0.0, strays={})


def _case(
    task: Task,
    stock: Stock,
    page: PrintedPage,
    profile: Profile,
    mix: Mix,
    writer: Writer,
    rng: Rng,
) -> Case:
    layout = stock.context.forms[stock.context.printed[page.sheet]].layout
    filling = fill_anyhow(layout, page.page, writer, mix, rng)
    pdf, source = stock.pdfs[page.paper], _source(task)
    what = pdf, page.pdf_page, layout, page.page, filling, profile, source, rng
    if not may_erase(profile):
        return Case(task, page.sheet, layout, page.page, filling, simulate(*what))
    done, without = simulate_twice(*what)
    case = Case(task, page.sheet, layout, page.page, filling, done)
    return replace(case, erased=_erased(case, layout, without))


def _erased(case: Case, layout: Layout, without: Capture) -> frozenset[str]:
    boxes = [box for box in layout.on_page(case.page) if box.kind == "mark"]
    kinds = {box: mark.kind for box, mark in case.filling.marks.items()}
    return erased(case.simulated.picture, without.pixels, boxes, kinds)


def encode(picture: Capture, profile: Profile, rng: Rng) -> bytes:
    """The picture as the file that this kind of machine makes."""
    if profile.bits == 1:
        return files.g4_tiff([picture.pixels], picture.dpi)
    quality = int(rng.integers(profile.jpeg_quality[0], profile.jpeg_quality[1] + 1))
    dpi = None if profile.perspective else picture.dpi
    return files.jpeg(picture.pixels, quality, dpi, smallest=False)


def as_filed(picture: Capture, profile: Profile, rng: Rng, label: str) -> PageImage | PageFault:
    """Through a file, as scans come."""
    with tempfile.NamedTemporaryFile(suffix=".scan") as file:
        file.write(encode(picture, profile, rng))
        file.flush()
        image = next(iter(open_pages(Path(file.name))))
    return replace(image, source=label.replace("/", "-"))


def read_image(image: PageImage | PageFault, stock: Stock) -> PageReading:
    if isinstance(image, PageFault):
        return PageReading(image.source, 0, PageStatus.REFUSED, reasons=(image.reason,))
    return read_page(image, stock.context)
