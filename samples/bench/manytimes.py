"""Many cheap captures of one filled sheet: what `volume` reads.

An office scanner at 200 dpi: print scale and offset, skew, shift, light and noise are drawn anew
for every capture; ink, toner, show-through and blur are those of the sheet. What costs time and
is not done: JPEG, warped paper, the shadow of the sheet's edge.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from samples.bench.accuracy import stock_in
from samples.bench.score import Case, mark_scores
from samples.bench.sheets import DRAWN, Task
from samples.bench.stock import PrintedPage
from samples.simulator import damage
from samples.simulator.anything import Mix, any_writer, fill_anyhow
from samples.simulator.blanks import blank
from samples.simulator.canvas import PX_PER_MM, Canvas
from samples.simulator.capture import Capture, light, noise, some_geometry, uniform
from samples.simulator.filling import DrawnMarks, Writer, truths, write
from samples.simulator.page import SimulatedPage
from samples.simulator.pens import Rng
from samples.simulator.profiles import PROFILES
from scanner.pages import PageImage
from scanner.pipeline import read_page
from scanner.reading import PageStatus

PROFILE = "office200"
CAPTURES = 12
"""Of each page; filling and rendering it costs as much as two captures."""

LID = 244

FORMS = ("registrasi",) * 8 + ("kehadiran", "sosialisasi")
"""By block: most sheets of a round, and most boxes, are registrations."""


@dataclass
class Block:
    """What became of all captures of one filled sheet. ``states``: outcomes as in `Tally`."""

    states: Counter[str] = field(default_factory=Counter)
    incidents: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> int:
        return sum(self.states[key] for key in ("false_marked", "false_empty", "gone_claimed"))


def read_block(stock_folder: Path, seed: int, number: int, form: str | None = None) -> Block:
    """Fill the sheet of block ``number`` and read all captures of its pages. ``form``: instead
    of the one whose turn it is."""
    cv2.setNumThreads(1)
    stock, block = stock_in(stock_folder), Block()
    form = form or FORMS[number % len(FORMS)]
    paper = "f4" if number % 4 == 3 else "a4"
    sheets = stock.sheets[paper, form]
    rng = np.random.default_rng([seed, number])
    writer = any_writer(Mix(), rng)
    task = Task(PROFILE, DRAWN, paper, form, number, seed)
    for page in sheets[number % len(sheets)]:
        _read_page(stock_folder, task, page, writer, block, rng)
    return block


def _read_page(
    stock_folder: Path, task: Task, page: PrintedPage, writer: Writer, block: Block, rng: Rng
) -> None:
    stock = stock_in(stock_folder)
    layout = stock.context.forms[stock.context.printed[page.sheet]].layout
    filling = fill_anyhow(layout, page.page, writer, Mix(), rng)
    canvas = blank(stock.pdfs[page.paper], page.pdf_page, layout, page.page, coloured=False)
    _ink(canvas, rng)
    write(canvas, layout, page.page, filling, DrawnMarks(), int(rng.integers(2**32)))
    blur = uniform(PROFILES[PROFILE].blur_mm, rng) * PX_PER_MM
    canvas.pixels = np.asarray(cv2.GaussianBlur(canvas.pixels, (0, 0), blur), dtype=np.uint8)
    fields = truths(layout, page.page, filling)
    size = layout.pages[page.page - 1]
    for number in range(CAPTURES):
        picture = _capture(canvas, np.array([size.width_mm, size.height_mm]), rng)
        done = SimulatedPage(picture, fields)
        case = Case(task, page.sheet, layout, page.page, filling, done)
        _count(case, stock_folder, number, block)


def _ink(canvas: Canvas, rng: Rng) -> None:
    profile = PROFILES[PROFILE]
    damage.fade_print(canvas, uniform(profile.toner, rng))
    damage.show_through(canvas, float(rng.uniform(0, profile.show_through)))


def _capture(canvas: Canvas, size_mm: np.ndarray, rng: Rng) -> Capture:
    profile = PROFILES[PROFILE]
    geometry = some_geometry(size_mm, profile, rng)
    picture = geometry.resample(canvas.pixels, canvas.scale, LID)
    light(picture, profile, rng)
    noise(picture, uniform(profile.noise, rng), rng)
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * size_mm
    return Capture(picture, geometry, corners, profile.dpi)


def _count(case: Case, stock_folder: Path, number: int, block: Block) -> None:
    picture = case.simulated.picture
    height, width = picture.pixels.shape
    facts = {"file": "none", "width_px": width, "height_px": height, "bits": 8, "colour": False}
    image = PageImage(
        case.label, number, picture.pixels, picture.dpi, {**facts, "dpi": picture.dpi}
    )
    reading = read_page(image, stock_in(stock_folder).context)
    block.states["captures"] += 1
    told = (reading.sheet, reading.page, reading.rotation)
    if reading.status is not PageStatus.READ:
        block.states["captures_not_read"] += 1
    elif told != (case.sheet, case.page, 0):
        block.states["captures_misidentified"] += 1
    else:
        for one in mark_scores(case, reading):
            block.states[one.outcome] += 1
            if one.outcome in ("false_marked", "false_empty", "gone_claimed"):
                text = f"{case.label} capture {number} {one.box.id}: {one.kind} {one.outcome}"
                block.incidents.append(text)
