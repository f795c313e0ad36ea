"""``python -m samples.bench.volume``: reads a great many mark positions, night after night if
need be, and reports errors as election equipment is asked to (VVSG 2.0, 1.2-C and 1.3)."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from samples.bench.manytimes import CAPTURES, PROFILE, Block, read_block
from samples.bench.stock import print_stock
from samples.workers import workers
from scanner.bounds import upper_bound

SEED = 950_000
ROOT = Path(__file__).parents[2]
COUNTS = ROOT / "build" / "volume.json"
PRINTED = {"registrasi": 320, "kehadiran": 40, "sosialisasi": 40}
WANTED = 10_000_000
"""Positions that VVSG 2.0 1.2-C asks for, without one error."""

SAVE_EVERY_S = 30.0
KEPT_INCIDENTS = 200
CLEAR = ("right_marked", "right_empty", "false_marked", "false_empty", "doubtful", "no_certificate")
WRONG = ("false_marked", "false_empty", "gone_claimed")


@dataclass
class Run:
    """All that was read by one state of the program. ``blocks``: filled sheets so far."""

    blocks: int = 0
    bad_blocks: int = 0
    seconds: float = 0.0
    states: Counter[str] = field(default_factory=Counter)
    incidents: list[str] = field(default_factory=list)

    @property
    def positions(self) -> int:
        return sum(self.states[key] for key in CLEAR)

    @property
    def wrong(self) -> int:
        return sum(self.states[key] for key in WRONG)

    def add(self, block: Block) -> None:
        self.blocks += 1
        self.bad_blocks += block.wrong > 0
        self.states += block.states
        self.incidents = (self.incidents + block.incidents)[:KEPT_INCIDENTS]


def program() -> str:
    """A digest of everything that decides a reading or a simulated page: counts of two different
    programs are never added up."""
    digest = hashlib.sha256()
    for folder in ("forms", "scanner", "samples/simulator", "samples/bench"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def load(path: Path, key: str) -> Run:
    """What an earlier run of the same program and seed left, or nothing."""
    if not path.exists():
        return Run()
    kept = json.loads(path.read_text(encoding="utf-8")).get(key)
    return Run() if kept is None else Run(**{**kept, "states": Counter(kept["states"])})


def save(path: Path, key: str, run: Run) -> None:
    """Beside the counts of other programs; a kill between two saves loses half a minute."""
    everything: dict[str, Any] = {}
    if path.exists():
        everything = json.loads(path.read_text(encoding="utf-8"))
    everything[key] = {**vars(run), "states": dict(run.states)}
    path.parent.mkdir(parents=True, exist_ok=True)
    passing = path.with_suffix(".new")
    passing.write_text(json.dumps(everything, indent=1) + "\n", encoding="utf-8")
    passing.replace(path)


def main() -> None:
    args = _arguments()
    key = f"{program()}/{args.seed}"
    run = load(args.counts, key)
    if run.blocks:
        print(f"going on after {run.positions:,} positions", file=sys.stderr)
    if run.positions < args.n:
        _go_on(run, key, args)
    print(text(run, key))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="samples.bench.volume", description=__doc__)
    parser.add_argument("--n", type=int, default=WANTED, help="positions, with those of before")
    parser.add_argument("--minutes", type=float, default=600.0, help="stop after so long")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--counts", type=Path, default=COUNTS, metavar="FILE")
    return parser.parse_args()


def _go_on(run: Run, key: str, args: argparse.Namespace) -> None:
    started = said = time.monotonic()
    before = run.seconds
    with tempfile.TemporaryDirectory() as passing:
        print_stock(Path(passing), PRINTED)
        for block in _blocks(Path(passing), run.blocks, args, started):
            run.add(block)
            now = time.monotonic()
            run.seconds = before + now - started
            if now - said > SAVE_EVERY_S:
                said = now
                save(args.counts, key, run)
                print(
                    f"{run.positions:,} positions, {run.wrong} wrong", file=sys.stderr, flush=True
                )
            if run.positions >= args.n:
                break
    save(args.counts, key, run)


def _blocks(stock: Path, first: int, args: argparse.Namespace, started: float) -> Iterator[Block]:
    """Blocks in their order, a few ahead of the one that is waited for."""
    waiting: deque[Future[Block]] = deque()
    number = first
    with workers(args.processes) as pool:
        try:
            while time.monotonic() - started < 60 * args.minutes:
                while len(waiting) < 2 * args.processes:
                    waiting.append(pool.submit(read_block, stock, args.seed, number))
                    number += 1
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def text(run: Run, key: str) -> str:
    """The report, in the parts that VVSG 2.0 1.3 asks every test to have."""
    s, n, wrong = run.states, run.positions, run.wrong
    sure = n - s["doubtful"] - s["no_certificate"]
    unclear = sum(s[f"unclear_{state}"] for state in ("doubtful", "marked", "empty"))
    verdict = "met" if n >= WANTED and wrong == 0 and sure else "not met"
    per_position, per_sheet = upper_bound(wrong, sure), upper_bound(run.bad_blocks, run.blocks)
    return f"""
Requirement    {WANTED:,} mark positions read without one error (VVSG 2.0, 1.2-C): {verdict}.
Program        {key} (digest of reader, forms and simulator / seed)
Rule           Error: a clear box that is empty on paper is claimed marked, or the reverse.
               A position sent to a person is no error and no success.
Evidence       {n:,} clear positions; {s["false_marked"]} falsely marked, {s["false_empty"]} falsely
               empty, {sure:,} claimed, {s["doubtful"]:,} sent to a person,
               {s["no_certificate"]:,} without a certificate.
               One-sided 95 % Clopper-Pearson bound on errors per claimed position:
               {per_position:.2e}; filled sheets with any error: {run.bad_blocks} of {run.blocks:,}
               (bound {per_sheet:.2e}). Positions of one sheet, and captures of one filled
               sheet, are not independent: the second bound is the honest one.
Pages          {s["captures"]:,} captures; {s["captures_not_read"]} not read,
               {s["captures_misidentified"]} misidentified.
Procedure      {run.blocks:,} sheets of three forms, A4 and F4, filled at random (seeded), each
               page captured {CAPTURES} times as profile "{PROFILE}"; {run.seconds:,.0f} s.
Noise          Drawn pens and marks of many kinds, tails, words, specks and bleed-through at
               boxes; worn toner, show-through, blur; print scale 0.997-1.003, offset, skew up to
               1.5 degrees, uneven light, sensor noise. The noise is a model; nobody's hand.
Data cleaning  {unclear:,} positions that only a person can judge and
               {s["cut"] + s["gone"]:,} off the picture are left out; nothing else is.
Not tested     Real hands, pens, printers and scanners; JPEG; damaged, warped, folded or
               photographed sheets (`make bench` has those); handwriting in cells; the way from
               a reading to a register.""" + _wrong_lines(run)


def _wrong_lines(run: Run) -> str:
    if not run.incidents:
        return ""
    shown = run.incidents[:20]
    more = f"\n... and {run.wrong - len(shown)} more" if run.wrong > len(shown) else ""
    return "\nErrors\n" + "\n".join(shown) + more


if __name__ == "__main__":
    main()
