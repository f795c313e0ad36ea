"""CPU time of reading one page, stage by stage, and how two processes share the work."""

from __future__ import annotations

import resource
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

import cv2
import numpy as np

from samples.bench.accuracy import encode
from samples.bench.stock import FORMS, Stock, load_stock
from samples.simulator.anything import Mix, any_writer, fill_anyhow
from samples.simulator.filling import DrawnMarks
from samples.simulator.page import simulate
from samples.simulator.profiles import PROFILES
from scanner import pipeline
from scanner.pages import PageFault, PageImage, open_pages

SEED = 920_000
WRITING = ("cut_cells", "written_combs", "with_suggestions")
"""Those of them that read handwriting, which has a budget of its own."""

STAGES = (
    "identify",
    "landmarks_of",
    "find_seeds",
    "align",
    "place_boxes",
    "find_streaks",
    "measure_marks",
    "measure_areas",
    "doubtful_frames",
    "box_trouble",
    "capture_facts",
    "explain_fields",
    "page_trouble",
    *WRITING,
)
"""Functions that `scanner.pipeline.read_page` calls, in order."""


def write_pages(folder: Path, stock: Stock, profile: str, form: str, n: int) -> list[Path]:
    """``n`` filled pages of a form as files, its pages by turns."""
    files = []
    sheets = stock.sheets["a4", form]
    pages = [page for sheet in sheets for page in sheet]
    for number in range(n):
        page = pages[number % len(pages)]
        rng = np.random.default_rng([SEED, number])
        layout = stock.context.forms[stock.context.printed[page.sheet]].layout
        filling = fill_anyhow(layout, page.page, any_writer(Mix(), rng), Mix(), rng)
        shape = PROFILES[profile]
        pdf = stock.pdfs["a4"]
        done = simulate(pdf, page.pdf_page, layout, page.page, filling, shape, DrawnMarks(), rng)
        path = folder / f"{profile}-{form}-{number}.jpg"
        path.write_bytes(encode(done.picture, shape, rng))
        files.append(path)
    return files


@contextmanager
def _timed(names: Sequence[str], times: dict[str, float]) -> Iterator[None]:
    """While inside, the pipeline's functions add their CPU seconds to ``times``."""
    kept = {name: getattr(pipeline, name) for name in names if hasattr(pipeline, name)}

    def wrap(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **more: Any) -> Any:
            start = time.process_time()
            try:
                return function(*args, **more)
            finally:
                times[name] += time.process_time() - start

        return timed

    for name, function in kept.items():
        setattr(pipeline, name, wrap(name, function))
    try:
        yield
    finally:
        for name, function in kept.items():
            setattr(pipeline, name, function)


def stage_times(files: Sequence[Path], stock: Stock) -> dict[str, float]:
    """Median CPU ms a page of each stage, ``decode`` first and ``whole`` last. The first file is
    read once before, so that blanks and fonts are in memory as they are in a batch."""
    cv2.setNumThreads(1)
    _read(files[0], stock)
    rows = []
    for file in files:
        times: dict[str, float] = defaultdict(float)
        with _timed(STAGES, times):
            start = time.process_time()
            image = _open(file)
            times["decode"] = time.process_time() - start
            pipeline.read_page(image, stock.context)
            times["whole"] = time.process_time() - start
        rows.append(times)
    names = ["decode", *(name for name in STAGES if name in rows[0]), "whole"]
    return {name: 1000 * median(row[name] for row in rows) for name in names}


def _open(file: Path) -> PageImage:
    image = next(iter(open_pages(file)))
    if isinstance(image, PageFault):
        raise RuntimeError(f"{file.name}: {image.reason.value}")
    return image


def _read(file: Path, stock: Stock) -> None:
    pipeline.read_page(_open(file), stock.context)


_loaded: list[Stock] = []


def _start_worker(folder: Path) -> None:
    cv2.setNumThreads(1)
    _loaded.append(load_stock(folder))


def _read_in_worker(file: Path) -> int:
    """The most memory this process ever held, KiB."""
    _read(file, _loaded[0])
    return _peak_kib()


def _peak_kib() -> int:
    """Where Linux tells it, since the program was started: ``ru_maxrss`` also holds what the
    parent had at that moment."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.exists() else []
    peaks = [int(line.split()[1]) for line in lines if line.startswith("VmHWM:")]
    return peaks[0] if peaks else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


WARM_UP = 10
"""Pages a process reads before the clock starts, so that the last of them has loaded, too."""


def pages_per_second(files: Sequence[Path], folder: Path, processes: int) -> tuple[float, float]:
    """Wall-clock throughput of a pool that is already warm, and the most memory any worker held
    (MB). Workers are started afresh: a forked one would begin with its parent's memory."""
    pool = ProcessPoolExecutor(
        processes, get_context("spawn"), initializer=_start_worker, initargs=(folder,)
    )
    with pool:
        list(pool.map(_read_in_worker, [files[0]] * (WARM_UP * processes)))
        start = time.perf_counter()
        peaks = list(pool.map(_read_in_worker, files))
        rate = len(files) / (time.perf_counter() - start)
    return rate, max(peaks) * 1024 / 1e6


PROFILES_TIMED = ("office200", "office300")
BASE_MS = {"office200": 20.0, "office300": 30.0}
MS_A_BOX, MS_A_CELL, FREE_BOXES = 0.25, 0.05, 60
"""The time a page may take: so much with 60 boxes, and so much more for each box and cell."""


def budget_ms(profile: str, boxes: int, cells: int) -> float:
    """CPU time allowed for a page."""
    further = MS_A_BOX * max(boxes - FREE_BOXES, 0) + MS_A_CELL * cells
    return BASE_MS[profile] + further


def measure(folder: Path, n: int) -> Iterator[str]:
    """The lines of this part of the report."""
    stock = load_stock(folder)
    with tempfile.TemporaryDirectory() as passing:
        for profile in PROFILES_TIMED:
            files = write_pages(Path(passing), stock, profile, "registrasi", n)
            one, peak = pages_per_second(files, folder, 1)
            two, second = pages_per_second(files, folder, 2)
            rates = f"{one:.1f} pages/s in one process, {two:.1f} in two ({two / one:.2f} x)"
            yield f"{profile}: {rates}; most memory of a worker {max(peak, second):.0f} MB"
        yield f"CPU ms a page, median of {n} pages each, and the time allowed (decoding included):"
        for form in FORMS:
            yield from _page_lines(Path(passing), stock, form, n)


def _page_lines(folder: Path, stock: Stock, form: str, n: int) -> Iterator[str]:
    """Each page of a form: its stages in both resolutions."""
    layout = stock.context.forms[stock.context.printed[stock.sheets["a4", form][0][0].sheet]].layout
    pages = len(layout.pages)
    for page in range(1, pages + 1):
        kinds = [box.kind for box in layout.on_page(page)]
        boxes, cells = kinds.count("mark"), kinds.count("cell")
        yield f"  {form} page {page}: {boxes} boxes, {cells} cells"
        for profile in PROFILES_TIMED:
            files = write_pages(folder, stock, profile, form, n * pages)[page - 1 :: pages]
            times = stage_times(files, stock)
            written = sum(times.get(name, 0.0) for name in WRITING)
            whole, allowed = times.pop("whole") - written, budget_ms(profile, boxes, cells)
            stages = ", ".join(f"{name} {ms:.1f}" for name, ms in times.items())
            yield f"    {profile} {whole:.1f} of {allowed:.1f} ms ({stages})"
            yield f"      and {written:.1f} ms for handwriting"
