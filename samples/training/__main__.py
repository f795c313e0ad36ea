"""``python -m samples.training``: the nets for mark boxes, made anew.

Needs the ``train`` extra (PyTorch, ONNX) and by estimate three hours on two cores. Each step
keeps what it made in a folder, so that it can be gone on with: ``crops`` simulates sheets and
cuts their boxes out, ``fit`` trains, ``certify`` reads calibration sheets; both write into the
card.

    python -m samples.training --nets marks-copies --captures photocopy   # that net alone
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from samples.bench.stock import print_stock
from samples.training import plan, steps
from scanner.capture import CaptureClass

PRINTED = {"registrasi": 50, "sosialisasi": 12, "kehadiran": 24, "umpan-balik": 24}

STEPS = ("all", "crops", "fit", "certify")


def main() -> None:
    args = _arguments()
    args.folder.mkdir(parents=True, exist_ok=True)
    stock = args.folder / "stock"
    if not stock.is_dir():
        stock.mkdir()
        print_stock(stock, PRINTED)
    for lesson in (one for one in steps.LESSONS if one.net in args.nets):
        if args.step in ("crops", "all"):
            steps.make_crops(args.folder, lesson, args.sheets, args.processes)
        if args.step in ("fit", "all"):
            steps.make_net(args.folder, lesson, args.epochs)
    if args.step in ("certify", "all"):
        captures = [CaptureClass(name) for name in args.captures]
        steps.certify_captures(args.folder, captures, args.calibration, args.processes)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="samples.training", description=__doc__)
    parser.add_argument("step", nargs="?", choices=STEPS, default="all")
    parser.add_argument("--folder", type=Path, default=Path("build/training"))
    nets, captures = [one.net for one in steps.LESSONS], list(plan.CERTIFIED_PROFILES)
    parser.add_argument("--nets", nargs="+", choices=nets, default=nets)
    parser.add_argument("--captures", nargs="+", choices=captures, default=captures)
    parser.add_argument("--sheets", type=int, default=2600, help="sheets to train a net on")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--calibration", type=int, default=1420, help="sheets a kind of capture")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
