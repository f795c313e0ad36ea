"""``python -m samples.training``: the net for mark boxes, made anew.

Needs the ``train`` extra (PyTorch, ONNX) and by estimate two hours on two cores. Each step
keeps what it made in a folder, so that it can be gone on with: ``crops`` simulates sheets and
cuts their boxes out, ``fit`` trains, ``certify`` reads calibration sheets and writes the card.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from samples.bench.stock import print_stock
from samples.training import steps

PRINTED = {"registrasi": 50, "sosialisasi": 12, "kehadiran": 24, "umpan-balik": 24}

STEPS = ("all", "crops", "fit", "certify")


def main() -> None:
    args = _arguments()
    args.folder.mkdir(parents=True, exist_ok=True)
    stock = args.folder / "stock"
    if not stock.is_dir():
        stock.mkdir()
        print_stock(stock, PRINTED)
    if args.step in ("crops", "all"):
        steps.make_crops(args.folder, args.sheets, args.processes)
    if args.step in ("fit", "all"):
        steps.make_net(args.folder, args.epochs)
    if args.step in ("certify", "all"):
        steps.make_card(args.folder, args.calibration, args.processes)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="samples.training", description=__doc__)
    parser.add_argument("step", nargs="?", choices=STEPS, default="all")
    parser.add_argument("--folder", type=Path, default=Path("build/training"))
    parser.add_argument("--sheets", type=int, default=2600, help="sheets to train on")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--calibration", type=int, default=1420, help="sheets a kind of capture")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
