"""Sheets of our forms with all cells written by real people, as files of a scanner.

Every cell of a page is written in, whatever its field is for: a page of 240 cells costs the
simulator as much as one with ten.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from forms.layout import Box, Layout
from samples.bench.accuracy import encode
from samples.bench.stock import PrintedPage, Stock
from samples.simulator.canvas import Canvas
from samples.simulator.filling import PEN_SHARES, DrawnMarks, Filling, Writer, some_writer
from samples.simulator.handdata import Characters, runs
from samples.simulator.hands import (
    PUNCTUATION,
    SPOILT_SHARES,
    Spoilt,
    Style,
    lay_character,
    lay_in_place,
    punctuation,
    some_style,
    spoil,
)
from samples.simulator.page import simulate
from samples.simulator.pens import Rng
from samples.simulator.profiles import of_page

NOT_A_CHARACTER = "?"
"""Stands for the class after all characters."""

RUN = 16
"""Cells in a row of one writer and style."""

PROFILES: Mapping[str, float] = {
    "office200": 0.36,
    "office300": 0.28,
    "phone": 0.10,
    "photocopy1": 0.08,
    "one_bit": 0.07,
    "faint": 0.06,
    "low_toner": 0.05,
}
"""Kinds of capture in training; shares by estimate of what an office scans."""

FAINT_FLOW = (0.55, 0.85)
PENS = {**PEN_SHARES, "pencil": 0.05}
"""Pens in training, markers among them."""
THIN_PENS = {pen: share for pen, share in PENS.items() if pen != "marker"}
"""Pens of 0.3-0.6 mm, which fit a cell of 5 mm; what is measured is written with these."""


@dataclass(frozen=True)
class Item:
    """What one cell gets: row ``row`` of pool ``pool``, and when ``spoilt``, how, with ``second``
    of the same pool; or a mark of punctuation."""

    label: str
    pool: int
    row: int
    style: int
    spoilt: Spoilt | None = None
    second: int = 0


@dataclass(frozen=True, eq=False)
class WrittenPage:
    """A page's file, and what stands in each cell (by its box id)."""

    name: str
    file: bytes
    items: Mapping[str, Item]


@dataclass(frozen=True)
class Wanted:
    """``punctuation``, ``spoilt``, ``foreign``: shares of cells; foreign ones are characters of the
    pools that are none of ``alphabet``, not a character to this net."""

    alphabet: str
    punctuation: float = 0.0
    spoilt: float = 0.0


@dataclass(frozen=True)
class Manner:
    """How pages are written; ``pens``: shares of pens."""

    seed: int
    pens: Mapping[str, float] = field(default_factory=lambda: THIN_PENS)


def items(pools: Sequence[Characters], wanted: Wanted, rng: Rng) -> Iterator[Item]:
    """All characters of all pools once, in shuffled runs of one writer; in their rows, spoilt cells
    and punctuation."""
    for number, (pool, rows) in enumerate(_shuffled(pools, rng)):
        for row in rows:
            label = str(pools[pool].labels[row])
            known = label if label in wanted.alphabet else NOT_A_CHARACTER
            yield Item(known, pool, row, number)
            if rng.random() < wanted.spoilt:
                yield _spoilt(pools[pool], pool, row, number, rng)
            if rng.random() < wanted.punctuation:
                yield Item(PUNCTUATION[int(rng.integers(3))], pool, row, number)


def _shuffled(pools: Sequence[Characters], rng: Rng) -> list[tuple[int, list[int]]]:
    """Runs of one writer, as (pool, rows), of all pools."""
    together = [(number, run) for number, pool in enumerate(pools) for run in runs(pool, RUN, rng)]
    return [together[place] for place in rng.permutation(len(together)).tolist()]


def _spoilt(characters: Characters, pool: int, row: int, style: int, rng: Rng) -> Item:
    how = list(SPOILT_SHARES)[int(rng.choice(len(SPOILT_SHARES), p=list(SPOILT_SHARES.values())))]
    others = np.flatnonzero(characters.labels != characters.labels[row])
    second = int(rng.choice(others)) if len(others) else row
    return Item(NOT_A_CHARACTER, pool, row, style, how, second)


class PlannedCells:
    """Writes what is planned for each cell."""

    def __init__(
        self, pools: Sequence[Characters], planned: Mapping[str, Item], styles: Mapping[int, Style]
    ) -> None:
        self._pools, self._planned, self._styles = pools, planned, styles

    def lay(self, canvas: Canvas, box: Box, char: str, writer: Writer, rng: Rng) -> None:
        item = self._planned[box.id]
        pool, style = self._pools[item.pool], self._styles[item.style]
        ink = pool.ink(int(pool.origins[item.row]))
        if item.spoilt is not None:
            other = pool.ink(int(pool.origins[item.second]))
            spoil(canvas, box, item.spoilt, (ink, other), style, rng)
        elif item.label in PUNCTUATION:
            lay_in_place(canvas, box, punctuation(item.label, rng), style, rng)
        else:
            lay_character(canvas, box, ink, style, rng)


def pages(
    stock: Stock,
    pools: Sequence[Characters],
    told: Iterable[Item],
    profiles: Mapping[str, float],
    how: Manner,
) -> Iterator[WrittenPage]:
    """Pages full of the items, in order; the last is not full."""
    rest, number = iter(told), 0
    blanks = _blanks(stock)
    while True:
        rng = np.random.default_rng([how.seed, number])
        printed = blanks[int(rng.integers(len(blanks)))]
        layout = stock.context.forms[stock.context.printed[printed.sheet]].layout
        cells = [box for box in layout.on_page(printed.page) if box.kind == "cell"]
        planned = {box.id: item for box, item in zip(cells, islice(rest, len(cells)), strict=False)}
        if not planned:
            return
        profile = str(rng.choice(list(profiles), p=list(profiles.values())))
        yield _page(stock, pools, printed, layout, planned, profile, how, number)
        number += 1


def _blanks(stock: Stock) -> list[PrintedPage]:
    """Pages with the most cells: second pages of families, lists of those present."""
    wanted = {("registrasi", 2), ("kehadiran", 1)}
    every = (page for sheets in stock.sheets.values() for sheet in sheets for page in sheet)
    return [page for page in every if (page.form, page.page) in wanted]


def _page(
    stock: Stock,
    pools: Sequence[Characters],
    printed: PrintedPage,
    layout: Layout,
    planned: Mapping[str, Item],
    profile: str,
    how: Manner,
    number: int,
) -> WrittenPage:
    rng = np.random.default_rng([how.seed, number, 1])
    styles = _styles({item.style for item in planned.values()}, profile, how)
    fields: dict[str, int] = {}
    for box in layout.on_page(printed.page):
        if box.id in planned and box.index:
            fields[box.name] = max(fields.get(box.name, 0), box.index)
    texts = {name: "x" * n for name, n in fields.items()}
    cells = PlannedCells(pools, planned, styles)
    filling = Filling(some_writer(rng), texts=texts, cells=cells)
    drawn = of_page(profile, rng)
    pdf = stock.pdfs[printed.paper]
    done = simulate(pdf, printed.pdf_page, layout, printed.page, filling, drawn, DrawnMarks(), rng)
    return WrittenPage(f"{profile}-{number:05d}", encode(done.picture, drawn, rng), planned)


def _styles(numbers: Iterable[int], profile: str, how: Manner) -> dict[int, Style]:
    """The style of each run. Pens are drawn as usual, with less ink for ``faint``."""
    styles = {}
    for number in numbers:
        rng = np.random.default_rng([how.seed, number, 2])
        shares = np.array(list(how.pens.values()))
        pen = str(rng.choice(list(how.pens), p=shares / shares.sum()))
        flow = float(rng.uniform(*FAINT_FLOW)) if profile == "faint" else 1.0
        styles[number] = some_style(rng, pen, flow)
    return styles
