"""The three steps of making the net: crops, fit, card."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samples.simulator import realink
from samples.simulator.anything import HARD_MIX
from samples.training import plan
from samples.training.calibrate import Key, ledgers
from samples.training.certify import Claims, certify
from samples.training.crops import Crops, cut
from scanner.capture import CaptureClass
from scanner.handwriting import refit
from scanner.marknet import CLASSES, MODELS, MarkClass, softmax

SHARD_SHEETS = 150
CHECK_EVERY = 10
"""One sheet in so many is kept from training, to check it and to set the temperature."""

SEED = 1


def make_crops(folder: Path, n: int, processes: int) -> None:
    """Shards of crops in ``folder/crops``; those that are there stay."""
    shards = folder / "crops"
    shards.mkdir(exist_ok=True)
    sheets = plan.training_sheets(n)
    for first in range(0, n, SHARD_SHEETS):
        part = list(islice(sheets, SHARD_SHEETS))
        path = shards / f"{first:06d}.npz"
        if not path.exists():
            crops = Crops.joined(cut(folder / "stock", part, HARD_MIX, processes))
            passing = path.with_suffix(".part.npz")
            np.savez(passing, **vars(crops))
            passing.rename(path)
            print(f"{first + len(part)} of {n} sheets, {len(crops.truth)} boxes more")


def load_crops(folder: Path) -> Crops:
    """All shards of ``folder``."""
    paths = sorted((folder / "crops").glob("??????.npz"))
    return Crops.joined(Crops(**np.load(path)) for path in paths)


def make_net(folder: Path, epochs: int) -> None:
    """Train on ``folder``'s crops; writes the net, and ``fit.json`` with what the check said."""
    from samples.training import net as nets  # PyTorch is needed here alone

    crops = load_crops(folder).told()
    check = crops.sheet % CHECK_EVERY == 0
    kept = crops.only(check)
    last = None
    for epoch, net in enumerate(nets.fit(crops.only(~check), epochs, SEED)):
        answers = nets.logits(net, kept.seen)
        print(f"epoch {epoch + 1}: {100 * _right(answers, kept.truth):.2f} % right", flush=True)
        last = net, answers
    if last is None:
        raise ValueError("no epochs")
    net, answers = last
    temperature = best_temperature(answers, kept.truth)
    nets.cool(net, temperature)
    MODELS.mkdir(exist_ok=True)
    (MODELS / "marks.onnx").write_bytes(nets.exported(net))
    told = {
        "sheets": len(np.unique(crops.sheet)),
        "boxes": len(crops.truth),
        "epochs": epochs,
        "seed": SEED,
        "real_ink": list(realink.TUNING_SHEETS) if realink.find_folder() else [],
        "check": {
            "boxes": len(kept.truth),
            "temperature": round(temperature, 3),
            "calibration_error": round(calibration_error(answers / temperature, kept.truth), 4),
            "confusion": confusion(answers, kept.truth),
        },
    }
    (folder / "fit.json").write_text(json.dumps(told, indent=1), encoding="utf-8")


Logits = NDArray[np.float32]
Truth = NDArray[np.uint8]


def _right(logits: Logits, truth: Truth) -> float:
    return float((logits.argmax(axis=1) == truth).mean())


def confusion(logits: Logits, truth: Truth) -> dict[str, dict[str, int]]:
    """How often each class (outer) was taken for each (inner)."""
    counts = np.zeros((len(CLASSES), len(CLASSES)), dtype=int)
    np.add.at(counts, (truth, logits.argmax(axis=1)), 1)
    rows = dict(zip(CLASSES, counts.tolist(), strict=True))
    return {true.value: dict(zip(CLASSES, row, strict=True)) for true, row in rows.items()}


def best_temperature(logits: Logits, truth: Truth) -> float:
    """The divisor of the logits that makes the truth most likely (C. Guo et al., On calibration
    of modern neural networks, ICML 2017), to one part in fifty."""
    tried = 0.5 * 1.02 ** np.arange(110)
    return float(min(tried, key=lambda t: -float(_log_chance(logits / t, truth).mean())))


def _log_chance(logits: Logits, truth: Truth) -> NDArray[np.float64]:
    """Natural logarithm of the chance given to what is true."""
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    chosen = shifted[np.arange(len(truth)), truth]
    return np.asarray(chosen - np.log(np.exp(shifted).sum(axis=1)))


def calibration_error(logits: Logits, truth: Truth) -> float:
    """`refit.calibration_error` of the likeliest classes."""
    belief = softmax(logits).max(axis=1)
    return refit.calibration_error(belief, logits.argmax(axis=1) == truth)


def make_card(folder: Path, n: int, processes: int) -> None:
    """Read calibration sheets, and write ``marks.json`` beside the net."""
    totals: dict[Key, list[Claims]] = {}
    for name in plan.CERTIFIED_PROFILES:
        sheets = list(plan.calibration_sheets(name, n))
        for ledger in ledgers(folder / "stock", sheets, HARD_MIX, processes):
            for key, claims in ledger.items():
                totals.setdefault(key, []).append(claims)
        print(f"calibration: {name} read", flush=True)
    write_card(folder, totals)


def write_card(folder: Path, totals: Mapping[Key, Sequence[Claims]]) -> None:
    """The card of the net trained in ``folder``, with what these claims certify."""
    card = {
        "about": "Net for mark boxes and what is promised of its claims; see scanner/marknet.py",
        "fit": json.loads((folder / "fit.json").read_text(encoding="utf-8")),
        "trained_on": list(plan.TRAINING_PROFILES),
        "calibrated_on": {name: list(of) for name, of in plan.CERTIFIED_PROFILES.items()},
        "scans": "simulated",
        "certificates": dict(_certificates(totals)),
    }
    (MODELS / "marks.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


def _certificates(totals: Mapping[Key, Sequence[Claims]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for capture in CaptureClass:
        held = {}
        for state in (MarkClass.EMPTY, MarkClass.MARKED):
            parts = totals.get((capture, state))
            certificate = None if parts is None else certify(Claims.joined(parts))
            if certificate is not None:
                held[state.value] = asdict(certificate)
        yield capture.value, held
