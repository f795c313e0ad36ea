"""A whole village as the office meets it: many families, each on one sheet of a printed pack.

Simulated throughout: invented people, handwriting from fonts, an office scanner at 200 dpi. It
shows the way through the program; it says nothing about reading real hands.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from forms.printed import PrintedForm
from samples.demo.answers import Answers, filling
from samples.demo.families import registration
from samples.demo.visit import DATE, DemoSheet
from samples.simulator import files
from samples.simulator.anything import NOT_MEANT, UNCLEAR, drawn
from samples.simulator.canvas import Pixels
from samples.simulator.filling import DrawnMarks, Mark, some_writer
from samples.simulator.page import simulate
from samples.simulator.pens import Rng
from samples.simulator.people import Registry
from samples.simulator.profiles import PROFILES
from samples.workers import workers

SCANNER = PROFILES["office200"]
QUALITY = 80
"""Of the JPEG in a scanned PDF; office scanners send 75-90."""

OFFICERS = ("blue_ballpoint", "black_ballpoint", "blue_gel", "blue_ballpoint", "black_ballpoint")
"""Pens of the people who filled in the sheets, each a hand of its own."""

PER_FILE = 5
"""Sheets in one stack on the scanner."""

UNCLEAR_SHARE = 0.025
"""Marks that only a person can judge, of the kinds and as often as the bench draws them; those
that are not meant stand beside the right answer. An estimate, and more than careful officers
make, so that a reviewer has something to decide."""

PdfPages = Mapping[tuple[str, int], int]
"""Where (sheet id, page from 1) lies in the pack, from 0."""


@dataclass(frozen=True, eq=False)
class Stack:
    """One file of the scanner: its sheets, and the pack they were printed in."""

    name: str
    sheets: tuple[DemoSheet, ...]
    pack: bytes
    pdf_pages: PdfPages


def families(
    printed: PrintedForm, sheets: Sequence[str], members: int, seed: int
) -> list[DemoSheet]:
    """One family of ``members`` on each of the registration sheets named by ``sheets``."""
    rng = np.random.default_rng(seed)
    registry = Registry(rng, DATE)
    officers = [some_writer(rng, pen) for pen in OFFICERS]
    made = []
    for seq, sheet in enumerate(sheets, start=1):
        household = registry.household(members, with_card=rng.random() > 0.1)
        answers = registration(printed.spec, household, rng)
        writer = officers[seq % len(officers)]
        _slip(answers, rng)
        ink = filling(answers, printed.layout, writer)
        made.append(DemoSheet(sheet, printed.spec.form, seq, printed, answers, ink))
    return made


def _slip(answers: Answers, rng: Rng) -> None:
    """Some marks look otherwise than they were meant; the answers stay as they are."""
    for name, value in answers.values.items():
        spec = answers.spec.field(name.partition(".")[0])
        if spec.kind != "mark":
            continue
        chosen = value if isinstance(value, list) else [value] if value else []
        others = [option.id for option in spec.options if option.id not in chosen]
        for option in chosen:
            if rng.random() < UNCLEAR_SHARE:
                kind = drawn(UNCLEAR, rng)
                if kind not in NOT_MEANT:
                    answers.slips[f"mark:{name}:{option}"] = Mark(kind)
                elif others:
                    wrong = others[int(rng.integers(len(others)))]
                    answers.slips[f"mark:{name}:{wrong}"] = Mark(kind, meant=False)


def stacks(everything: Stack, n: int) -> list[Stack]:
    """The first ``n`` sheets as they are laid on the scanner, a few at a time."""
    return [
        replace(
            everything,
            name=f"tumpukan-{start // PER_FILE + 1:02d}.pdf",
            sheets=everything.sheets[start : min(start + PER_FILE, n)],
        )
        for start in range(0, n, PER_FILE)
    ]


def scanned(stacks: Sequence[Stack], processes: int) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each stack's PDF, made by several processes."""
    names = [stack.name for stack in stacks]
    with workers(processes) as pool:
        yield from zip(names, pool.map(scan, stacks), strict=True)


def scan(stack: Stack, pages: Sequence[int] = (1, 2)) -> bytes:
    """These pages of every sheet of one stack, as one PDF."""
    return files.scanned_pdf(
        [_page(stack, sheet, page) for sheet in stack.sheets for page in pages],
        QUALITY,
        SCANNER.dpi,
    )


def _page(stack: Stack, sheet: DemoSheet, page: int) -> Pixels:
    if sheet.filling is None:
        raise ValueError(f"nothing is written on {sheet.sheet}")
    rng = np.random.default_rng(zlib.crc32(f"{sheet.seq} {page}".encode()))
    where = stack.pdf_pages[sheet.sheet, page]
    done = simulate(
        stack.pack, where, sheet.layout, page, sheet.filling, SCANNER, DrawnMarks(), rng
    )
    return done.picture.pixels
