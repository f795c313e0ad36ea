"""``python -m samples.bench.handwriting``: whole numbers read from people whom no net has seen.

Second pages of families are filled with NIK and birth dates in test writers' digits, each field
by one writer, scanned at 200 dpi, cut, read by the nets and decoded. Needs a folder of
handwriting (`simulator.handdata`). Cells by themselves are measured by the nets' cards
(``python -m samples.training.writing card``).
"""

from __future__ import annotations

import argparse
import csv
import datetime
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from forms.layout import Layout
from samples.bench.accuracy import as_filed
from samples.bench.stock import PrintedPage, Stock, load_stock, print_stock
from samples.simulator.filling import DrawnMarks, Filling, some_writer
from samples.simulator.handdata import DIGITS, Characters, Part, find_folder, mnist, unipen
from samples.simulator.hands import HandCells
from samples.simulator.page import simulate
from samples.simulator.pens import Rng
from samples.simulator.profiles import of_page
from scanner.bounds import upper_bound
from scanner.handwriting.alphabet import DIGITS as ALPHABET
from scanner.handwriting.cells import CellCrops, cut_cells
from scanner.handwriting.comb import Comb
from scanner.handwriting.evidence import cellwise
from scanner.handwriting.nets import chances
from scanner.handwriting.nik import decode_person
from scanner.pages import PageImage
from scanner.pipeline import Located, locate

SEED = 930_000
PEOPLE = 5
"""On a page."""

LOCAL_SHARE = 0.9
SMALL_SERIALS = 0.5
"""Of numbers, those of the eight districts, and of serials below 10: estimates."""

FIRST_BIRTH, LAST_BIRTH = datetime.date(1940, 1, 1), datetime.date(2026, 11, 1)
SURE = (0.99, 0.999)


@dataclass(frozen=True)
class Person:
    nik: str
    birth: str
    sex: str


@dataclass(frozen=True)
class Outcome:
    """One NIK: right cell by cell, right with its birth date, at what confidence, with reasons."""

    cells_right: bool
    right: bool
    confidence: float
    reasons: bool
    birth_right: bool


def some_person(rng: Rng) -> Person:
    days = (LAST_BIRTH - FIRST_BIRTH).days
    born = FIRST_BIRTH + datetime.timedelta(days=int(rng.integers(days)))
    sex = "LP"[int(rng.integers(2))]
    day = born.day + (40 if sex == "P" else 0)
    serial = int(rng.integers(1, 10 if rng.random() < SMALL_SERIALS else 10_000))
    nik = f"{_region(rng)}{day:02d}{born:%m%y}{serial:04d}"
    return Person(nik, born.strftime("%d%m%Y"), sex)


def _region(rng: Rng) -> str:
    if rng.random() < LOCAL_SHARE:
        return f"6311{rng.integers(1, 9):02d}"
    province = rng.choice([33, 35, 51, 62, 63, 64, 73])
    return f"{province}{rng.integers(1, 30):02d}{rng.integers(1, 30):02d}"


def page_outcomes(
    stock: Stock, printed: PrintedPage, hands: HandCells, profile: str, number: int
) -> tuple[list[Outcome], float]:
    """The NIKs of one page, and the processor's time for cutting and reading them, ms."""
    rng = np.random.default_rng([SEED, number])
    people = [some_person(rng) for _ in range(PEOPLE)]
    layout = stock.context.forms[stock.context.printed[printed.sheet]].layout
    texts = {f"nik.{row}": person.nik for row, person in enumerate(people, 1)}
    texts |= {f"tanggal_lahir.{row}": person.birth for row, person in enumerate(people, 1)}
    filling = Filling(some_writer(rng), texts=texts, cells=hands.reseeded(SEED + number))
    image = _scanned(stock, printed, layout, filling, profile, rng)
    at = locate(image, stock.context) if isinstance(image, PageImage) else None
    if not isinstance(image, PageImage) or not isinstance(at, Located):
        return [], 0.0
    start = time.process_time()
    cut = cut_cells(image.grey, at.work, at.placed, at.printed, at.page)
    combs = _combs(cut, texts)
    outcomes = [
        _outcome(person, combs[f"nik.{row}"], combs[f"tanggal_lahir.{row}"])
        for row, person in enumerate(people, 1)
    ]
    return outcomes, 1000 * (time.process_time() - start)


def _scanned(
    stock: Stock, printed: PrintedPage, layout: Layout, filling: Filling, profile: str, rng: Rng
) -> object:
    drawn = of_page(profile, rng)
    pdf = stock.pdfs[printed.paper]
    done = simulate(pdf, printed.pdf_page, layout, printed.page, filling, drawn, DrawnMarks(), rng)
    return as_filed(done.picture, drawn, rng, f"hand/{printed.sheet}")


def _combs(cut: CellCrops, fields: Iterable[str]) -> dict[str, Comb]:
    """The combs of these fields, all their cells read together."""
    places: dict[str, list[tuple[int, int]]] = {name: [] for name in fields}
    for row, box in enumerate(cut.boxes):
        if box.name in places:
            places[box.name].append((box.index or 0, row))
    rows = {name: [row for _, row in sorted(found)] for name, found in places.items()}
    every = np.array([row for found in rows.values() for row in found], dtype=np.intp)
    said = np.zeros((len(cut.boxes), len(ALPHABET)))
    said[every] = chances(cut.seen[every], "digits")[:, :-1]
    return {name: Comb(ALPHABET, said[found], cut.empty[found]) for name, found in rows.items()}


def _outcome(person: Person, nik: Comb, birth: Comb) -> Outcome:
    belief = (1.0, 0.0) if person.sex == "L" else (0.0, 1.0)
    read = decode_person(nik, birth, belief)
    return Outcome(
        cellwise(nik).value == person.nik,
        read.nik.value == person.nik,
        read.nik.confidence,
        bool(read.nik.reasons),
        read.birth.value == person.birth,
    )


def told(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Lines of a report."""
    n = len(outcomes)
    yield f"{n} NIK"
    for what in ("cells_right", "right", "birth_right"):
        wrong = sum(not getattr(one, what) for one in outcomes)
        yield f"  {what}: {100 * (1 - wrong / n):.2f} % ({wrong} wrong)"
    for limit in SURE:
        sure = [one for one in outcomes if one.confidence >= limit and not one.reasons]
        wrong = sum(not one.right for one in sure)
        bound = 100 * upper_bound(wrong, len(sure))
        yield (
            f"  confidence >= {limit}, no reason: {100 * len(sure) / n:.1f} %, {wrong} wrong"
            f" (at most {bound:.2f} %)"
        )


def pools(folder: Path, source: str, labels: Path | None) -> list[Characters]:
    """Test writers of MNIST or of UNIPEN; with ``labels`` (``labels-digits.csv``) without those
    whose label is called wrong."""
    if source == "mnist":
        return [mnist(folder).of(Part.TEST)]
    every = unipen(folder, DIGITS).of(Part.TEST)
    if labels is None:
        return [every]
    with labels.open(newline="", encoding="utf-8") as file:
        wrong = [int(row["origin"]) for row in csv.DictReader(file) if row["wrong"] == "1"]
    return [every.only(~np.isin(every.origins, wrong))]


def main() -> int:
    args = _arguments()
    data = find_folder(args.data)
    if data is None:
        print("no folder of handwriting: name it with --data", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as passing:
        print_stock(Path(passing), {"registrasi": 8})
        stock = load_stock(Path(passing))
    blanks = [pages[1] for (_, form), some in stock.sheets.items() for pages in some]
    for source in ("mnist", "unipen"):
        hands = HandCells(pools(data, source, args.labels), SEED)
        found, spent = [], 0.0
        for number in range(-(-args.fields // PEOPLE)):
            printed = blanks[number % len(blanks)]
            outcomes, ms = page_outcomes(stock, printed, hands, args.profile, number)
            found += outcomes
            spent += ms
        print(
            f"{source}, {args.profile}: {PEOPLE * spent / len(found):.0f} ms a page of 120 digits"
        )
        print("\n".join(told(found)), flush=True)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="samples.bench.handwriting", description=__doc__)
    parser.add_argument("--fields", type=int, default=500, help="NIK of each source")
    parser.add_argument("--profile", default="office200")
    parser.add_argument("--data", type=Path, help="folder of handwriting")
    parser.add_argument("--labels", type=Path, help="list of labels called wrong, to leave out")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
