"""The steps of making a net for mark boxes: crops, fit, certificates; and its card."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samples.bench.sheets import Task
from samples.simulator import realink
from samples.simulator.anything import HARD_MIX, PENCIL_MIX, Mix
from samples.training import plan
from samples.training.calibrate import Key, ledgers
from samples.training.certify import Claims, certify
from samples.training.crops import Crops, cut
from scanner.capture import CaptureClass
from scanner.handwriting import refit
from scanner.marknet import CLASSES, COPIES, MARKS, MODELS, NETS_OF, MarkClass, softmax

SHARD_SHEETS = 150
CHECK_EVERY = 10
"""One sheet in so many is kept from training, to check it and to set the temperature."""

SEED = 1

CARD = MODELS / "marks.json"


@dataclass(frozen=True)
class Lesson:
    """What one net learns from. ``start``: the net that it was before; None for a new one."""

    net: str
    profiles: Sequence[str]
    sheets: Callable[[int], Iterator[Task]]
    mix: Mix
    start: str | None = None


LESSONS = (
    Lesson(MARKS, plan.TRAINING_PROFILES, plan.training_sheets, HARD_MIX),
    Lesson(COPIES, plan.COPY_PROFILES, plan.copied_sheets, PENCIL_MIX, start=MARKS),
)
"""In the order in which they are to be taken."""


def make_crops(folder: Path, lesson: Lesson, n: int, processes: int) -> None:
    """Shards of crops in ``folder``; those that are there stay."""
    shards = _shards(folder, lesson)
    shards.mkdir(exist_ok=True, parents=True)
    sheets = lesson.sheets(n)
    for first in range(0, n, SHARD_SHEETS):
        part = list(islice(sheets, SHARD_SHEETS))
        path = shards / f"{first:06d}.npz"
        if not path.exists():
            crops = Crops.joined(cut(folder / "stock", part, lesson.mix, processes))
            passing = path.with_suffix(".part.npz")
            np.savez(passing, **vars(crops))
            passing.rename(path)
            told = f"{first + len(part)} of {n} sheets, {len(crops.truth)} boxes more"
            print(f"{lesson.net}: {told}", flush=True)


def _shards(folder: Path, lesson: Lesson) -> Path:
    return folder / "crops" / lesson.net


def load_crops(folder: Path, lesson: Lesson) -> Crops:
    """All shards of a lesson."""
    paths = sorted(_shards(folder, lesson).glob("??????.npz"))
    return Crops.joined(Crops(**np.load(path)) for path in paths)


def make_net(folder: Path, lesson: Lesson, epochs: int) -> None:
    """Train on a lesson's crops; writes the net, and what the check said into the card. The
    certificates that rested on the net before are gone with it."""
    from samples.training import net as nets  # PyTorch is needed here alone

    crops = load_crops(folder, lesson).told()
    check = crops.sheet % CHECK_EVERY == 0
    kept = crops.only(check)
    start = None if lesson.start is None else nets.imported(MODELS / f"{lesson.start}.onnx")
    last = None
    for epoch, net in enumerate(nets.fit(crops.only(~check), epochs, SEED, start)):
        answers = nets.logits(net, kept.seen)
        print(f"epoch {epoch + 1}: {100 * _right(answers, kept.truth):.2f} % right", flush=True)
        last = net, answers
    if last is None:
        raise ValueError("no epochs")
    net, answers = last
    temperature = best_temperature(answers, kept.truth)
    nets.cool(net, temperature)
    (MODELS / f"{lesson.net}.onnx").write_bytes(nets.exported(net))
    fit = _fit_told(crops, epochs, _check_told(answers, kept.truth, temperature))
    _write_fit(lesson, fit)


def _fit_told(crops: Crops, epochs: int, check: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "sheets": len(np.unique(crops.sheet)),
        "boxes": len(crops.truth),
        "epochs": epochs,
        "seed": SEED,
        "real_ink": list(realink.TUNING_SHEETS) if realink.find_folder() else [],
        "check": check,
    }


Logits = NDArray[np.float32]
Truth = NDArray[np.uint8]


def _check_told(answers: Logits, truth: Truth, temperature: float) -> Mapping[str, Any]:
    return {
        "boxes": len(truth),
        "temperature": round(temperature, 3),
        "calibration_error": round(calibration_error(answers / temperature, truth), 4),
        "confusion": confusion(answers, truth),
    }


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


def _card() -> dict[str, Any]:
    return dict(json.loads(CARD.read_text(encoding="utf-8")))


def _write_card(card: Mapping[str, Any]) -> None:
    CARD.write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


def _write_fit(lesson: Lesson, fit: Mapping[str, Any]) -> None:
    card = _card()
    told = {"trained_on": list(lesson.profiles), "started_from": lesson.start, "fit": fit}
    card["nets"][lesson.net] = told
    for capture in CaptureClass:
        if lesson.net in NETS_OF.get(capture, (MARKS,)):
            card["certificates"][capture.value] = {}
    _write_card(card)


def certify_captures(
    folder: Path, captures: Iterable[CaptureClass], n: int, processes: int
) -> None:
    """Read calibration sheets of these kinds of capture, and write what they certify into the
    card; of other kinds it keeps what it said."""
    wanted, totals = list(captures), dict[Key, list[Claims]]()
    for capture in wanted:
        sheets = list(plan.calibration_sheets(capture.value, n))
        for ledger in ledgers(folder / "stock", sheets, HARD_MIX, processes):
            for key, claims in ledger.items():
                totals.setdefault(key, []).append(claims)
        print(f"calibration: {capture.value} read", flush=True)
    card = _card()
    card["certificates"] |= {of.value: _certificates(of, totals) for of in wanted}
    card["calibrated_on"] = {name: list(of) for name, of in plan.CERTIFIED_PROFILES.items()}
    _write_card(card)


def _certificates(
    capture: CaptureClass, totals: Mapping[Key, Sequence[Claims]]
) -> Mapping[str, Mapping[str, Any]]:
    held = {}
    for state in (MarkClass.EMPTY, MarkClass.MARKED):
        parts = totals.get((capture, state))
        certificate = None if parts is None else certify(Claims.joined(parts))
        if certificate is not None:
            held[state.value] = asdict(certificate)
    return held
