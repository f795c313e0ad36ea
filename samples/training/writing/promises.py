"""From which confidence on a whole number may be called sure: families written in the digits of
calibration writers, scanned, read, and held against what was written.

    python -m samples.training.writing.promises --pages 1000
    python -m samples.training.writing.promises --pages 5000 --captures grey_scan

Writes ``scanner/models/writing.json``; kinds of capture that are not named keep what they have.
Needs a folder of handwriting (`simulator.handdata`).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from forms.layout import Layout
from samples.bench.accuracy import as_filed, read_image
from samples.bench.handwriting import PEOPLE, some_person
from samples.bench.stock import Stock, load_stock, print_stock
from samples.simulator.filling import DrawnMarks, Filling, Mark, some_writer
from samples.simulator.handdata import DIGITS, Part, find_folder, mnist, unipen
from samples.simulator.hands import HandCells
from samples.simulator.marks import Kind
from samples.simulator.page import simulate
from samples.simulator.pens import Rng
from samples.simulator.profiles import PROFILES
from samples.training.certify import Claims, certify
from samples.workers import workers
from scanner.capture import CaptureClass
from scanner.marknet import MODELS
from scanner.reading import PageReading, PageStatus, Reason

SEED = 860_000

PROMISED = {
    CaptureClass.GREY_SCAN: ("office200", "office300"),
    CaptureClass.PHONE: ("phone",),
    CaptureClass.PHOTOCOPY: ("photocopy1",),
}
"""Scans by what they should be told as."""

MEANS = {"nik": "nik", "tanggal_lahir": "birth_date"}
"""Fields of a page of members, and what they mean."""

RISKS = (1e-3,)

THRESHOLDS = (0.9999, 0.9998, 0.9995, 0.999, 0.998, 0.997, 0.995, 0.99, 0.98, 0.96, 0.93, 0.9)
"""Confidences walked from strict to lax; fixed before any calibration page was made."""

CARD = MODELS / "writing.json"

Key = tuple[CaptureClass, str]
Outcome = tuple[Key, float, bool, int]
"""Capture as told and meaning, confidence, whether wrong, page: of one field without reasons."""


@cache
def _stock(folder: Path) -> Stock:
    return load_stock(folder)


@cache
def _hands(data: Path) -> HandCells:
    pools = [mnist(data).of(Part.CALIBRATION), unipen(data, DIGITS).of(Part.CALIBRATION)]
    return HandCells(pools, SEED)


def outcomes(stock_folder: Path, data: Path, task: tuple[str, int]) -> list[Outcome]:
    """What is said of the numbers of one page, ``task``: profile and number of the page."""
    (profile, number), stock = task, _stock(stock_folder)
    rng = np.random.default_rng([SEED, number, len(profile)])
    sheets = [pages for (_, form), some in sorted(stock.sheets.items()) for pages in some]
    printed = sheets[number % len(sheets)][1]
    layout = stock.context.forms[stock.context.printed[printed.sheet]].layout
    filling = _family(layout, printed.page, _hands(data).reseeded(SEED + number), rng)
    drawn, pdf = PROFILES[profile], stock.pdfs[printed.paper]
    done = simulate(pdf, printed.pdf_page, layout, printed.page, filling, drawn, DrawnMarks(), rng)
    image = as_filed(done.picture, drawn, rng, f"{profile}/{number}")
    return list(_held_against(filling.texts, read_image(image, stock), number))


def _family(layout: Layout, page: int, hands: HandCells, rng: Rng) -> Filling:
    """Members of a family: their numbers, birth dates and sexes."""
    people = dict(enumerate((some_person(rng) for _ in range(PEOPLE)), 1))
    texts = {f"nik.{row}": person.nik for row, person in people.items()}
    texts |= {f"tanggal_lahir.{row}": person.birth for row, person in people.items()}
    marks = {
        box.id: Mark(Kind.CROSS)
        for box in layout.on_page(page)
        if box.field == "jenis_kelamin" and box.row in people and box.option == people[box.row].sex
    }
    return Filling(some_writer(rng), marks=marks, texts=texts, cells=hands)


def _held_against(texts: Mapping[str, str], reading: PageReading, number: int) -> Iterator[Outcome]:
    if reading.status is not PageStatus.READ:
        return
    capture = CaptureClass(reading.facts["capture"])
    for name, text in texts.items():
        field = reading.fields[name]
        if field.value is not None and set(field.reasons) <= {Reason.UNSURE_WRITING}:
            key = capture, MEANS[name.partition(".")[0]]
            yield key, field.confidence or 0.0, field.value != text, number


def promises(found: Iterable[Outcome]) -> dict[str, dict[str, Any]]:
    """Certificates by meaning and kind of capture."""
    rows: dict[Key, list[Outcome]] = {}
    for outcome in found:
        rows.setdefault(outcome[0], []).append(outcome)
    held: dict[str, dict[str, Any]] = {}
    for (capture, means), some in sorted(rows.items()):
        claims = Claims(
            np.array([one[1] for one in some]),
            np.array([one[2] for one in some]),
            np.array([one[3] for one in some]),
        )
        certificate = certify(claims, RISKS, THRESHOLDS)
        if certificate is not None:
            held.setdefault(means, {})[capture.value] = asdict(certificate)
    return held


def measure(
    stock: Path, data: Path, pages: int, captures: Iterable[CaptureClass], processes: int
) -> Iterator[Outcome]:
    """``pages`` of each of ``captures``."""
    tasks = [
        (PROMISED[capture][number % len(PROMISED[capture])], number)
        for capture in captures
        for number in range(pages)
    ]
    with workers(processes) as pool:
        for found in pool.map(partial(outcomes, stock, data), tasks, chunksize=8):
            yield from found


def main() -> int:
    args = _arguments()
    data = find_folder(args.data)
    if data is None:
        print("no folder of handwriting: name it with --data", file=sys.stderr)
        return 2
    captures = [CaptureClass(name) for name in args.captures]
    with tempfile.TemporaryDirectory() as passing:
        print_stock(Path(passing), {"registrasi": 8})
        found = list(measure(Path(passing), data, args.pages, captures, args.processes))
    card = renewed(json.loads(CARD.read_text(encoding="utf-8")), found, args.pages, captures)
    CARD.write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(card["certificates"], indent=1))
    return 0


def renewed(
    card: Mapping[str, Any], found: Iterable[Outcome], pages: int, captures: Sequence[CaptureClass]
) -> dict[str, Any]:
    """The card with what was found of ``captures`` in the place of what it said of them. A page
    may be told as another kind of capture than it was drawn as: that says nothing of either."""
    told = [outcome for outcome in found if outcome[0][0] in captures]
    held = {
        means: {name: of for name, of in by_capture.items() if CaptureClass(name) not in captures}
        for means, by_capture in card["certificates"].items()
    }
    for means, by_capture in promises(told).items():
        held.setdefault(means, {}).update(by_capture)
    return {
        "about": "From which confidence on numbers written by hand are called sure",
        "calibrated_on": {kind.value: list(names) for kind, names in PROMISED.items()},
        "pages": {**card["pages"], **{capture.value: pages for capture in captures}},
        "scans": "simulated",
        "certificates": {means: by_capture for means, by_capture in held.items() if by_capture},
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="samples.training.writing.promises", description=__doc__)
    kinds = [capture.value for capture in PROMISED]
    parser.add_argument("--captures", nargs="+", choices=kinds, default=kinds)
    parser.add_argument("--pages", type=int, default=1000, help="pages a kind of capture")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--data", type=Path, help="folder of handwriting")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
