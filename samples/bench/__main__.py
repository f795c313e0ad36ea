"""``python -m samples.bench``: accuracy and speed on held-out simulated pages."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from samples.bench import accuracy, identity, pack, report, sheets, speed, worst
from samples.bench.progress import Progress
from samples.bench.sheets import CALM, DRAWN, REAL
from samples.bench.stock import print_stock
from samples.bench.tally import Tally
from samples.simulator import realink
from samples.simulator.profiles import NAMES

INKS = {DRAWN: "drawn ink", REAL: "real ink"}

Tallies = dict[str, Tally]
"""By profile."""


def main() -> None:
    args = _arguments()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as passing:
        folder = Path(passing)
        print_stock(folder, sheets.printed(full=args.full))
        found = {ink: _measure(folder, ink, args) for ink in _inks(args)}
        for ink, tallies in found.items():
            _print(INKS[ink], tallies, args)
        ruined = {} if args.profiles else _identity(folder, args)
        lines = [] if args.profiles else _speed(folder, args)
        for ink, tallies in found.items():
            if args.worst is not None:
                worst.write(args.worst / ink, folder, tallies)
    seconds = time.monotonic() - started
    if args.json is not None:
        whole = {**_plain(found, lines, seconds, args), "identity": identity.plain(ruined)}
        args.json.write_text(json.dumps(whole, indent=1) + "\n")
    print(f"\n{seconds:.0f} s in all")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="samples.bench", description=__doc__)
    parser.add_argument("--full", action="store_true", help="as many sheets as claims need")
    parser.add_argument("--profiles", help="only these, comma-separated; no speed figures")
    parser.add_argument("--ink", choices=list(INKS), help="only drawn or only real ink")
    parser.add_argument("--seed", type=int, default=sheets.HELD_OUT_SEED)
    parser.add_argument("--tuning", action="store_true", help="real ink of the sheet for tuning")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all counts there")
    parser.add_argument("--worst", type=Path, metavar="DIR", help="draw the worst pages there")
    args = parser.parse_args()
    unknown = sorted(set(_names(args)) - set(NAMES))
    if unknown:
        parser.error(f"no such profile: {', '.join(unknown)}; there are: {', '.join(NAMES)}")
    return args


def _names(args: argparse.Namespace) -> list[str]:
    return args.profiles.split(",") if args.profiles else list(NAMES)


def _inks(args: argparse.Namespace) -> list[str]:
    if args.ink != DRAWN and realink.find_folder() is None:
        print(f"No real ink (${realink.ENVIRONMENT} names no folder of photographed marks).")
        return [DRAWN]
    return [args.ink] if args.ink else list(INKS)


def _measure(folder: Path, ink: str, args: argparse.Namespace) -> Tallies:
    chosen = sheets.plan(ink, full=args.full)
    plan = {name: chosen[name] for name in _names(args)}
    todo = sheets.tasks(plan, ink, args.seed, tuning=args.tuning)
    progress = Progress(len(todo), f"sheets with {INKS[ink]}")
    tallies: Tallies = {}
    for task, tally in accuracy.run(todo, folder, args.processes):
        tallies.setdefault(task.profile, Tally()).add(tally)
        progress.step(task.profile)
    return tallies


def _together(tallies: Mapping[str, Tally]) -> Mapping[str, Tally]:
    """The profiles, and those without trouble counted together."""
    calm = Tally()
    for name in CALM:
        calm.add(tallies.get(name, Tally()))
    return {**tallies, "office and clean": calm} if calm.counts else tallies


def _print(ink: str, tallies: Tallies, args: argparse.Namespace) -> None:
    rows = _together(tallies)
    print(f"\n== Pages, {ink} (bound: one-sided 95 %, Clopper-Pearson, on sheets)")
    print(report.table(report.PAGE_HEAD, [report.page_row(*row) for row in rows.items()]))
    print(f"\n== Mark boxes, {ink} (clear: a person could not doubt them; bound: on boxes)")
    print(report.table(report.BOX_HEAD, [report.box_row(*row) for row in rows.items()]))
    print(f"\n== Unclear boxes, choices, cells and writing areas, position, {ink}")
    print(report.table(report.OTHER_HEAD, [report.other_row(*row) for row in rows.items()]))
    _print_kinds(ink, tallies, args)
    lines = report.incident_lines(tallies)
    if lines:
        print(f"\n== What went wrong, {ink}")
        print("\n".join(lines))


def _print_kinds(ink: str, tallies: Tallies, args: argparse.Namespace) -> None:
    calm, trouble = Tally(), Tally()
    for name, tally in tallies.items():
        (calm if name in CALM else trouble).add(tally)
    real = accuracy.real_marks(args.tuning).distinct() if ink == INKS[REAL] else None
    for title, tally in (("office and clean", calm), ("all damage together", trouble)):
        if tally.counts:
            print(f"\n== What became of each kind of ink, {ink}, {title}")
            print(report.table(report.KIND_HEAD, report.kind_rows(tally, real)))


def _identity(folder: Path, args: argparse.Namespace) -> dict[str, identity.Told]:
    """Pages whose codes, or letters, are ruined on purpose."""
    pages = identity.ruined_pages(identity.FULL if args.full else identity.QUICK)
    rows = identity.run(pages, folder, args.processes)
    print("\n== Ruined codes: which way told the page (CPU with what Tesseract takes)")
    print(identity.as_table(rows))
    return rows


def _speed(folder: Path, args: argparse.Namespace) -> list[str]:
    print("\n== Speed (process CPU time; the machine may be shared)")
    lines = []
    for line in (*speed.measure(folder, 60 if args.full else 24), pack.measure()):
        print(line)
        lines.append(line)
    return lines


def _plain(
    found: Mapping[str, Tallies], lines: list[str], seconds: float, args: argparse.Namespace
) -> dict[str, Any]:
    inks = {
        ink: {name: report.plain(tally) for name, tally in _together(tallies).items()}
        for ink, tallies in found.items()
    }
    return {"seed": args.seed, "full": args.full, "seconds": round(seconds), **inks, "speed": lines}


if __name__ == "__main__":
    main()
