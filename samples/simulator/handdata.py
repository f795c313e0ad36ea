"""Characters that real people wrote, where a folder with the data sets is at hand.

``mnist.npz`` (pictures; Y. LeCun, C. Cortes, C. Burges), ``unipen_digits_strokes.npz`` and
``unipen_caps_strokes.npz`` (the pen's way; UNIPEN train_r01_v07), ``femnist_sd19_digits.npz``
(pictures; NIST Special Database 19). They are never part of the project: without them forms are
written in handwriting fonts.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from samples.simulator.canvas import Pixels
from samples.simulator.geometry import Points

ENVIRONMENT = "SOTARSA_WRITING"
BESIDE_CHECKOUT = Path(__file__).parents[3] / "shared" / "data" / "handwriting"

DIGITS, CAPITALS = "digits", "capitals"
FILES = {DIGITS: "unipen_digits_strokes.npz", CAPITALS: "unipen_caps_strokes.npz"}

MNIST_CALIBRATION = 5000
"""The last so many of MNIST's training pictures; its writers are not told there."""


class Part(StrEnum):
    """What a writer's characters may be used for; never for two of these."""

    TRAINING = "training"
    CALIBRATION = "calibration"
    TEST = "test"


Strokes = tuple[Points, ...]
"""The way of the pen, each stroke (n, 2) with y down, the longer side of the whole being 1."""


@dataclass(frozen=True, eq=False)
class Characters:
    """``n`` characters: what each is, who wrote it, where it comes from, and its ink: strokes or
    a picture (28, 28) with ink 255."""

    labels: NDArray[np.str_]
    writers: NDArray[np.str_]
    origins: NDArray[np.int64]
    """Number of the character in the file of its source."""
    source: str
    ink: Callable[[int], Strokes | Pixels]
    """By ``origins``."""

    def __len__(self) -> int:
        return len(self.labels)

    def only(self, rows: NDArray[np.bool_] | NDArray[np.intp]) -> Characters:
        return Characters(
            self.labels[rows], self.writers[rows], self.origins[rows], self.source, self.ink
        )

    def of(self, part: Part) -> Characters:
        """Those of the writers of one part."""
        return self.only(self.parts == part.value)

    @cached_property
    def parts(self) -> NDArray[np.str_]:
        """(n,): the part of each one's writer."""
        known, inverse = np.unique(self.writers, return_inverse=True)
        return np.array([part_of(str(one)).value for one in known], dtype=np.str_)[inverse]


def part_of(writer: str) -> Part:
    """The part of a writer. MNIST's numbered writers stand for its own three parts; all others go
    by a hash of their name: 30 % test, 8 % calibration. Of UNIPEN as it is usually at hand (writers
    below 15 taken out by who made the files) that is about 18 and 9 %."""
    if writer.startswith("mnist/"):
        return Part(writer.removeprefix("mnist/"))
    place = int(hashlib.md5(writer.encode(), usedforsecurity=False).hexdigest(), 16) % 100
    return Part.TEST if place < 30 else Part.CALIBRATION if place < 38 else Part.TRAINING


def find_folder(given: Path | None = None) -> Path | None:
    """The folder with ``mnist.npz``: given, named by SOTARSA_WRITING, or beside the checkout.
    None when there is none."""
    named = os.environ.get(ENVIRONMENT)
    for folder in (given, Path(named) if named else None, BESIDE_CHECKOUT):
        if folder is not None and (folder / "mnist.npz").is_file():
            return folder
    return None


def mnist(folder: Path) -> Characters:
    """70,000 digits in pictures; the writers' names stand for the parts."""
    with np.load(folder / "mnist.npz") as file:
        pictures = np.concatenate([file["x_train"], file["x_test"]])
        labels = np.concatenate([file["y_train"], file["y_test"]]).astype(np.str_)
        n = len(file["y_train"])
    parts = np.full(len(labels), "mnist/training", dtype="<U17")
    parts[n - MNIST_CALIBRATION : n] = "mnist/calibration"
    parts[n:] = "mnist/test"
    return pictured(pictures, labels, parts, "mnist")


def sd19(folder: Path) -> Characters:
    """5,997 digits of twelve writers in pictures."""
    with np.load(folder / "femnist_sd19_digits.npz") as file:
        writers = np.array([f"sd19/{one}" for one in file["writer"].tolist()])
        return pictured(file["x"], file["y"].astype(np.str_), writers, "sd19")


def pictured(
    pictures: NDArray[np.uint8], labels: NDArray[np.str_], writers: NDArray[np.str_], source: str
) -> Characters:
    """Characters in pictures (n, 28, 28)."""

    def ink(number: int) -> Pixels:
        return np.asarray(pictures[number], dtype=np.uint8)

    return Characters(labels, writers, np.arange(len(labels)), source, ink)


def unipen(folder: Path, kind: str) -> Characters:
    """Digits or capitals as the pen went."""
    with np.load(folder / FILES[kind]) as file:
        labels = np.array([chr(code) for code in file["y"].tolist()])
        points, lengths, counts = file["points"], file["stroke_len"], file["strokes_per_char"]
        return stroked(points, lengths, counts, labels, file["writer"], f"unipen_{kind}")


def stroked(
    points: NDArray[np.int16],
    lengths: NDArray[np.int32],
    counts: NDArray[np.int16],
    labels: NDArray[np.str_],
    writers: NDArray[np.str_],
    source: str,
) -> Characters:
    """Characters of strokes: all their points (x, y up), the points of each stroke, and the
    strokes of each character, one after the other."""
    ends = np.cumsum(lengths, dtype=np.int64)
    last = np.cumsum(counts, dtype=np.int64)

    def ink(number: int) -> Strokes:
        rows = range(int(last[number] - counts[number]), int(last[number]))
        strokes = (points[int(ends[row] - lengths[row]) : int(ends[row])] for row in rows)
        return _upright(strokes)

    return Characters(labels, writers, np.arange(len(labels)), source, ink)


def _upright(strokes: Iterable[NDArray[np.int16]]) -> Strokes:
    """With y down, from 0, the longer side 1."""
    turned = [stroke * np.array([1.0, -1.0]) for stroke in strokes]
    everything = np.vstack(turned)
    low = everything.min(axis=0)
    side = max(float((everything.max(axis=0) - low).max()), 1.0)
    return tuple((stroke - low) / side for stroke in turned)


def runs(characters: Characters, length: int, rng: np.random.Generator) -> Iterator[list[int]]:
    """All rows once, in runs of at most ``length`` of one writer, shuffled."""
    cut: list[list[int]] = []
    for writer in np.unique(characters.writers).tolist():
        rows = rng.permutation(np.flatnonzero(characters.writers == writer)).tolist()
        cut += [rows[start : start + length] for start in range(0, len(rows), length)]
    for number in rng.permutation(len(cut)).tolist():
        yield cut[number]
