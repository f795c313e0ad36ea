"""The steps of making the two nets: labels, pages, cells, fit, card."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from samples.bench.accuracy import stock_in
from samples.simulator.handdata import CAPITALS, DIGITS, Part, mnist, unipen
from samples.training.steps import best_temperature
from samples.training.writing import clean
from samples.training.writing.crops import Crops, cut_set, load_crops
from samples.training.writing.figures import confusions, figures, picture, table
from samples.training.writing.plan import ALPHABETS, SETS
from samples.training.writing.sheets import PROFILES
from samples.training.writing.store import make_pages
from samples.workers import workers
from scanner.handwriting.evidence import NOT_A_CHARACTER
from scanner.handwriting.nets import Kind, logits
from scanner.handwriting.page import STRUCK_UNREAD
from scanner.marknet import MODELS, softmax

KINDS = (DIGITS, CAPITALS)
LETTERS = {kind: ALPHABETS[kind].rstrip("'-.") for kind in KINDS}

CLEANING_EPOCHS = {DIGITS: 7, CAPITALS: 10}
CLEANING_MNIST = 10_000
"""MNIST's characters that the nets that judge UNIPEN's digits learn beside it."""

EPOCHS = {DIGITS: 9, CAPITALS: 14}
LIGHT_EPOCHS = 2
"""With hardly any distortion."""
SHARP_EPOCHS = 1
"""And with labels believed in wholly: nets that never were hold back where they are sure, and a
number of 16 digits is sure only where each of them is."""
SEED = 1


def find_wrong_labels(folder: Path, data: Path) -> None:
    """Write ``folder/labels-KIND.csv`` and which labels are called wrong (`clean`)."""
    for kind in KINDS:
        characters = unipen(data, kind)
        more = _some_mnist(data) if kind == DIGITS else None
        chances = clean.judged(characters, LETTERS[kind], CLEANING_EPOCHS[kind], more)
        wrong = clean.wrong(chances, characters, LETTERS[kind])
        clean.write_list(folder / f"labels-{kind}.csv", characters, chances, wrong, LETTERS[kind])
        print(f"{kind}: {wrong.sum()} of {len(wrong)} labels called wrong", flush=True)


def _some_mnist(data: Path) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    every = mnist(data).of(Part.TRAINING)
    rows = np.random.default_rng(0).permutation(len(every))[:CLEANING_MNIST]
    some = every.only(rows)
    return clean.pictures(some), some.labels.astype(np.uint8)


def make_all_pages(folder: Path, data: Path, processes: int) -> None:
    """The pages of all sets."""
    with workers(processes) as pool:
        list(pool.map(partial(_pages, folder, data), SETS))


def _pages(folder: Path, data: Path, name: str) -> None:
    make_pages(folder, data, stock_in(folder / "stock"), name, SETS[name])


def cut_all(folder: Path, processes: int) -> None:
    """The cells of all sets."""
    with workers(processes) as pool:
        list(pool.map(partial(_cells, folder), SETS))


def _cells(folder: Path, name: str) -> None:
    cut_set(folder, stock_in(folder / "stock"), name)


def make_net(folder: Path, kind: str) -> None:
    """Train, set the temperature on calibration writers, and write the model."""
    from samples.training.writing import net as nets  # PyTorch is needed here alone

    alphabet, kept = ALPHABETS[kind], _known(folder, kind, Part.CALIBRATION)
    truth = kept.truth(alphabet)
    for epoch, net in enumerate(_lessons(_known(folder, kind, Part.TRAINING), kind)):
        answers = nets.logits(net, kept.seen)
        right = float((answers.argmax(axis=1) == truth).mean())
        print(f"{kind}, epoch {epoch + 1}: {100 * right:.2f} % right", flush=True)
    temperature, none = best_setting(answers, truth)
    nets.cool(net, temperature, none)
    (MODELS / f"{kind}.onnx").write_bytes(nets.exported(net))
    told = {
        "epochs": [EPOCHS[kind], LIGHT_EPOCHS, SHARP_EPOCHS],
        "seed": SEED,
        "temperature": round(temperature, 3),
        "no_character": none,
    }
    (folder / f"fit-{kind}.json").write_text(json.dumps(told), encoding="utf-8")


def best_setting(answers: NDArray[np.float32], truth: NDArray[np.uint8]) -> tuple[float, float]:
    """Temperature, and what is then added to "not a character": cells that hold none are 7 % in
    training, and on paper rarer than the 2 % among calibration cells. Those that make the truth
    most likely."""
    tried = []
    for none in np.arange(-3.0, 0.25, 0.25).tolist():
        moved = answers.copy()
        moved[:, -1] += none
        temperature = best_temperature(moved, truth)
        chances = softmax(moved / np.float32(temperature))[np.arange(len(truth)), truth]
        likely = float(np.log(np.maximum(chances, 1e-12)).mean())
        tried.append((likely, temperature, none / temperature))
    _, temperature, none = max(tried)
    return temperature, round(none, 3)


def _lessons(known: Crops, kind: str) -> Iterator[Any]:
    """The net after each epoch of its three lessons."""
    from samples.training.writing import net as nets
    from samples.training.writing.distort import LIGHT

    had, truth, classes = None, known.truth(ALPHABETS[kind]), len(ALPHABETS[kind]) + 1
    light = partial(nets.Lesson, how=LIGHT, decay=1e-3, warm_share=0.1)
    for lesson in (
        nets.Lesson(EPOCHS[kind], SEED),
        light(LIGHT_EPOCHS, SEED + 1, top_rate=2e-3),
        light(SHARP_EPOCHS, SEED + 2, top_rate=1e-3, smoothing=0.0),
    ):
        for net in nets.fit(known.seen, truth, classes, lesson, had):
            yield net
        had = net


def _known(folder: Path, kind: str, part: Part) -> Crops:
    """The cells that have ink, without those whose label is called wrong."""
    sets = [name for name, of in SETS.items() if (of.kind, of.part) == (kind, part)]
    crops = load_crops(folder, *sets)
    return crops.only(~crops.empty & ~mislabelled(folder, crops, kind))


def mislabelled(folder: Path, crops: Crops, kind: str) -> NDArray[np.bool_]:
    """(n,): cells with characters whose labels are called wrong."""
    with (folder / f"labels-{kind}.csv").open(newline="", encoding="utf-8") as file:
        wrong = {int(row["origin"]) for row in csv.DictReader(file) if row["wrong"] == "1"}
    named = np.isin(crops.origin, np.array(sorted(wrong), dtype=np.int64))
    return np.asarray(crops.written & (crops.source == f"unipen_{kind}") & named)


def make_card(folder: Path, kind: str) -> None:
    """Measure the net as the reader runs it; writes its card, and beside the crops a picture of its
    worst errors and a table of all its confusions."""
    sets = [name for name in SETS if name.startswith(f"{kind}-test")]
    card = {
        "about": f"Net for handwritten {kind}; see scanner/handwriting/nets.py",
        "classes": [*ALPHABETS[kind], "not a character"],
        "data": DATA[kind],
        "scans": "simulated, of this project's own printed forms",
        "writers": {part.value: PARTS[part] for part in Part},
        "labels_called_wrong": dict(_removed(folder, kind)),
        "trained_on": dict(PROFILES),
        "fit": json.loads((folder / f"fit-{kind}.json").read_text(encoding="utf-8")),
        "measured": {name: measured(folder, name, kind) for name in sets},
    }
    text = json.dumps(card, indent=1, ensure_ascii=False) + "\n"
    (MODELS / f"{kind}.json").write_text(text, encoding="utf-8")


def _removed(folder: Path, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    with (folder / f"labels-{kind}.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for part in Part:
        of_part = [row["wrong"] == "1" for row in rows if row["part"] == part.value]
        share = round(100 * sum(of_part) / max(len(of_part), 1), 2)
        yield part.value, {"of": len(of_part), "wrong": sum(of_part), "percent": share}


def measured(folder: Path, name: str, kind: str) -> Mapping[str, Any]:
    """Figures of one set of test pages."""
    import cv2

    crops, names = load_crops(folder, name), ALPHABETS[kind] + "?"
    answers = logits(crops.seen, cast("Kind", kind))
    truth, wrong = crops.truth(ALPHABETS[kind]), mislabelled(folder, crops, kind)
    whole = ~crops.empty
    good = whole & ~wrong
    shown = picture(crops.seen[good], answers[good], truth[good], names)
    cv2.imwrite(str(folder / f"errors-{name}.png"), shown)
    told = table(answers[good], truth[good], names)
    (folder / f"confusions-{name}.txt").write_text(told + "\n", encoding="utf-8")
    return {
        "called_empty": int(crops.empty.sum()),
        "all_labels": _parted(answers, truth, crops, whole, names),
        "without_labels_called_wrong": _parted(answers, truth, crops, good, names),
        "confusions": confusions(answers[good], truth[good], names),
    }


def _parted(
    answers: NDArray[np.float32],
    truth: NDArray[np.uint8],
    crops: Crops,
    rows: NDArray[np.bool_],
    names: str,
) -> Mapping[str, Any]:
    """Figures of characters, and of cells that hold none by how they are spoilt."""
    none = truth == len(names) - 1
    told = {"characters": figures(answers[rows & ~none], truth[rows & ~none])}
    for how in _spoilt(crops):
        of_kind = rows & none & (crops.spoilt == how)
        unread = softmax(answers[of_kind])[:, -1]
        asked = (unread >= NOT_A_CHARACTER) | (crops.struck[of_kind] & (unread >= STRUCK_UNREAD))
        told[how] = {
            "cells": int(of_kind.sum()),
            "likeliest_to_net": int((answers[of_kind].argmax(axis=1) == len(names) - 1).sum()),
            "told_by_reader": int(asked.sum()),
        }
    return told


def _spoilt(crops: Crops) -> Sequence[str]:
    return [how for how in np.unique(crops.spoilt).tolist() if how]


PARTS = {
    Part.TRAINING: "md5 of the writer's name, mod 100: 38-99; MNIST: the first 55,000",
    Part.CALIBRATION: "30-37; MNIST: training pictures 55,001-60,000",
    Part.TEST: "0-29; MNIST: its 10,000 test pictures",
}

_UNIPEN = "UNIPEN train_r01_v07, {} (CC BY 4.0, doi 10.5281/zenodo.1195803), drawn with pens"
DATA = {
    DIGITS: [
        "MNIST (Y. LeCun, C. Cortes, C. Burges; commonly given as CC BY-SA 3.0)",
        _UNIPEN.format("isolated digits 1a"),
        "NIST Special Database 19 (public domain), 12 writers of the FEMNIST selection",
    ],
    CAPITALS: [
        _UNIPEN.format("isolated capitals 1b"),
        "apostrophe, hyphen and full stop: drawn by rule, no real ones were at hand",
    ],
}
