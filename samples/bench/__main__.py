"""``python -m samples.bench``: accuracy and speed on held-out simulated pages."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from samples.bench import accuracy, pack, report, speed
from samples.bench.score import Tally
from samples.bench.stock import print_stock
from samples.simulator import realink
from samples.simulator.profiles import PROFILES

PRINTED = {"registrasi": 50, "sosialisasi": 12, "kehadiran": 24, "umpan-balik": 24}

MAIN = {"registrasi": 80, "sosialisasi": 12, "kehadiran": 30, "umpan-balik": 20}
"""Sheets of an ordinary office scan: over 20,000 mark boxes."""

TROUBLE = {"registrasi": 4, "sosialisasi": 1, "kehadiran": 1, "umpan-balik": 1}
"""Sheets of each kind of trouble: about 950 mark boxes."""

FULL = 4
"""How many times more with --full."""


def main() -> None:
    args = _arguments()
    started = time.monotonic()
    times = FULL if args.full else 1
    names = args.profiles.split(",") if args.profiles else list(PROFILES)
    unknown = sorted(set(names) - set(PROFILES))
    if unknown:
        sys.exit(f"no such profile: {', '.join(unknown)}; there are: {', '.join(PROFILES)}")
    with tempfile.TemporaryDirectory() as passing:
        folder = Path(passing)
        print_stock(folder, PRINTED)
        _accuracy(folder, names, times, args)
        if not args.profiles:
            print("\n== Speed (process CPU time; the machine may be shared)")
            for line in speed.measure(folder, 20 * times):
                print(line)
            print(pack.measure())
    print(f"\n{time.monotonic() - started:.0f} s in all")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="samples.bench", description=__doc__)
    parser.add_argument("--full", action="store_true", help="four times as many pages")
    parser.add_argument("--profiles", help="only these, comma-separated; no speed figures")
    parser.add_argument("--seed", type=int, default=accuracy.HELD_OUT_SEED)
    parser.add_argument("--tuning", action="store_true", help="real ink of the sheet for tuning")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


def _accuracy(folder: Path, names: Iterable[str], times: int, args: argparse.Namespace) -> None:
    plan = {
        name: {form: n * times for form, n in (MAIN if name == "office300" else TROUBLE).items()}
        for name in names
    }
    inks = [accuracy.DRAWN]
    if realink.find_folder() is None:
        print(f"No real ink (${realink.ENVIRONMENT} names no folder of photographed marks).")
    else:
        inks.append(accuracy.REAL)
    todo = list(accuracy.tasks(plan, inks, args.seed, tuning=args.tuning))
    tallies: dict[str, Tally] = {}
    for task, tally in accuracy.run(todo, folder, args.processes):
        tallies.setdefault(f"{task.profile} {task.ink}", Tally()).add(tally)
    _print(tallies)


def _print(tallies: Mapping[str, Tally]) -> None:
    print("== Pages")
    print(report.table(report.PAGE_HEAD, report.page_rows(tallies)))
    print("\n== Mark boxes (clear: a person could not doubt them; 95 % bound: Clopper-Pearson)")
    print(report.table(report.BOX_HEAD, report.box_rows(tallies)))
    print("\n== Position of boxes, and ink in cells and writing areas")
    print(report.table(report.AREA_HEAD, report.area_rows(tallies)))
    for name, tally in tallies.items():
        if name.startswith("office300"):
            print(f"\n== What became of each kind of mark, {name}")
            print(report.table(report.KIND_HEAD, report.kind_rows(tally)))
    lines = report.incident_lines(tallies)
    if lines:
        print("\n== What went wrong")
        print("\n".join(lines))


if __name__ == "__main__":
    main()
