"""``python -m samples.training.writing``: the nets for handwritten digits and capitals, made anew.

Needs the ``train`` extra (PyTorch, ONNX) and a folder of handwriting (`simulator.handdata`), and
by estimate an hour on two cores. Each step keeps what it made in a folder: ``labels`` finds wrong
labels of UNIPEN, ``pages`` simulates written sheets, ``cells`` has the reader cut them, ``fit``
trains, ``card`` measures.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from samples.bench.stock import print_stock
from samples.simulator.handdata import ENVIRONMENT, find_folder
from samples.training.writing import steps

PRINTED = {"registrasi": 50, "kehadiran": 24}

STEPS = ("all", "labels", "pages", "cells", "fit", "card")


def main() -> int:
    args = _arguments()
    data = find_folder(args.data)
    if data is None:
        print(f"no folder of handwriting: name it with --data or {ENVIRONMENT}", file=sys.stderr)
        return 2
    args.folder.mkdir(parents=True, exist_ok=True)
    stock = args.folder / "stock"
    if not stock.is_dir():
        stock.mkdir()
        print_stock(stock, PRINTED)
    wanted = STEPS[1:] if args.step == "all" else (args.step,)
    for step in wanted:
        _do(step, args, data)
    return 0


def _do(step: str, args: argparse.Namespace, data: Path) -> None:
    if step == "labels":
        steps.find_wrong_labels(args.folder, data)
    elif step == "pages":
        steps.make_all_pages(args.folder, data, args.processes)
    elif step == "cells":
        steps.cut_all(args.folder, args.processes)
    for kind in args.kinds:
        if step == "fit":
            steps.make_net(args.folder, kind)
        elif step == "card":
            steps.make_card(args.folder, kind)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="samples.training.writing", description=__doc__)
    parser.add_argument("step", nargs="?", choices=STEPS, default="all")
    parser.add_argument("--folder", type=Path, default=Path("build/writing"))
    parser.add_argument("--data", type=Path, help="folder of handwriting")
    parser.add_argument("--kinds", nargs="+", choices=steps.KINDS, default=list(steps.KINDS))
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
