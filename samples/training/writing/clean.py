"""Finding wrong labels: characters that nets trained on other writers are sure are others.

UNIPEN's labels are by hand and by machine; about one in twenty names a stroke of a character, or
another one. Each character is judged by nets that never saw its writer.
"""

from __future__ import annotations

import csv
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.simulator.canvas import Pixels
from samples.simulator.handdata import Characters, Strokes
from scanner.marknet import softmax

FOLDS = 3
LEAST_RATIO = 2.0
"""A label is called wrong where the nets' logarithm of chances of their own answer is this much
above the label's: another character is 7.4 times as likely, by nets whose labels were smoothed.
Chosen by eye on training and calibration writers: of what lies above, most lacks strokes or is
plainly another character; below 2 most can still be read as labelled."""

STRAIGHT = 0.10
MAY_BE_STRAIGHT = "1I"
"""One straight line (breadth over length, as standard deviations across and along it) is one of
these; labelled as anything else, the other strokes are missing."""

_FINE = 8
_ROOM_PX = 20


def drawn(strokes: Strokes, pen_px: float) -> Pixels:
    """(28, 28): strokes drawn with a pen so many pixels wide, as the nets see characters: the
    longer side 20 px, the centre of mass in the middle."""
    side = 28 * _FINE
    big = np.zeros((side, side), dtype=np.uint8)
    scale = (_ROOM_PX - pen_px) * _FINE
    everything = np.vstack(strokes)
    offset = side / 2 - scale * (everything.min(axis=0) + everything.max(axis=0)) / 2
    width = max(round(pen_px * _FINE), 1)
    for stroke in strokes:
        points = np.round(stroke * scale + offset).astype(np.int32)[:, None]
        cv2.polylines(big, [points], False, 255, width)
    middle = cv2.moments(big)
    shift = side / 2 - np.array([middle["m10"], middle["m01"]]) / max(middle["m00"], 1.0)
    moved = cv2.warpAffine(big, np.hstack([np.eye(2), shift[:, None]]), (side, side))
    return np.asarray(cv2.resize(moved, (28, 28), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def pictures(characters: Characters, seed: int = 1) -> NDArray[np.uint8]:
    """All characters of strokes (n, 28, 28), with pens 1.6 to 3 px wide."""
    pens = np.random.default_rng(seed).uniform(1.6, 3.0, len(characters))
    inks = (characters.ink(int(number)) for number in characters.origins)
    return np.stack(
        [
            drawn(ink, pen) if isinstance(ink, tuple) else ink
            for ink, pen in zip(inks, pens.tolist(), strict=True)
        ]
    )


def folds(writers: NDArray[np.str_], seed: int = 1) -> NDArray[np.intp]:
    """(n,): the fold of each character, each writer wholly in one, the folds about as large."""
    names, counts = np.unique(writers, return_counts=True)
    order = np.random.default_rng(seed).permutation(len(names))
    order = order[np.argsort(-counts[order], kind="stable")]
    size, place = np.zeros(FOLDS), np.zeros(len(names), dtype=np.intp)
    for name in order.tolist():
        place[name] = int(size.argmin())
        size[place[name]] += counts[name]
    return place[np.searchsorted(names, writers)]


def judged(
    characters: Characters,
    alphabet: str,
    epochs: int,
    more: tuple[NDArray[np.uint8], NDArray[np.uint8]] | None = None,
) -> NDArray[np.float32]:
    """(n, len(alphabet)): the chances that nets of other writers give each character. ``more``:
    characters and classes that every net learns as well."""
    from samples.training.writing import net as nets  # PyTorch is needed here alone

    seen = pictures(characters)
    truth = np.array([alphabet.index(label) for label in characters.labels], dtype=np.uint8)
    fold = folds(characters.writers)
    chances = np.zeros((len(truth), len(alphabet)), dtype=np.float32)
    for one in range(FOLDS):
        others, own = fold != one, fold == one
        parts = [(seen[others], truth[others]), *([more] if more is not None else [])]
        shown, known = (np.concatenate(column) for column in zip(*parts, strict=True))
        lesson = nets.Lesson(epochs, seed=one, widths=nets.SMALL_WIDTHS, ema=0.99)
        for net in nets.fit(shown, known, len(alphabet), lesson):
            last = net
        chances[own] = softmax(nets.logits(last, seen[own]))
        right = float((chances[own].argmax(axis=1) == truth[own]).mean())
        print(f"{characters.source}: fold {one + 1}, {100 * right:.2f} % as labelled", flush=True)
    return chances


def wrong(chances: NDArray[np.float32], characters: Characters, alphabet: str) -> NDArray[np.bool_]:
    """(n,): which labels are called wrong. ``chances`` as `judged` gives them."""
    labels = characters.labels
    own = np.array([alphabet.index(label) for label in labels], dtype=np.intp)
    floor = np.float32(1e-9)
    label = np.maximum(chances[np.arange(len(own)), own], floor)
    unlikely = np.log(chances.max(axis=1) / label) > LEAST_RATIO
    maybe = np.flatnonzero(~np.isin(labels, list(MAY_BE_STRAIGHT)))
    for row in maybe[~unlikely[maybe]].tolist():
        ink = characters.ink(int(characters.origins[row]))
        unlikely[row] = isinstance(ink, tuple) and is_straight(ink)
    return np.asarray(unlikely)


def is_straight(strokes: Strokes) -> bool:
    """Whether all strokes together are one straight line, or a dot."""
    points = np.vstack(strokes)
    spread = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)
    return bool(spread[-1] <= STRAIGHT * spread[0])


def write_list(
    path: Path,
    characters: Characters,
    chances: NDArray[np.float32],
    wrong: NDArray[np.bool_],
    alphabet: str,
) -> None:
    """Every character with its label's chance, the likeliest other, and whether its label is
    called wrong."""
    own = np.array([alphabet.index(label) for label in characters.labels])
    best = chances.argmax(axis=1)
    rows = np.arange(len(own))
    columns = {
        "origin": characters.origins.tolist(),
        "writer": characters.writers.tolist(),
        "part": characters.parts.tolist(),
        "label": characters.labels.tolist(),
        "chance": [f"{chance:.4f}" for chance in chances[rows, own]],
        "likeliest": [alphabet[place] for place in best.tolist()],
        "its_chance": [f"{chance:.4f}" for chance in chances[rows, best]],
        "wrong": wrong.astype(int).tolist(),
    }
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
