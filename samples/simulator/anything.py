"""Random answers for measuring: any form filled with no sense at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from forms.layout import Box, Layout
from forms.sheetcode import ALPHABET
from samples.simulator.around import reached, some_stray
from samples.simulator.filling import SIGNATURE, THUMBPRINT, Filling, Mark, Writer, some_writer
from samples.simulator.marks import TRUTH, Kind, Truth
from samples.simulator.pens import Rng
from samples.simulator.strays import Stray, StrayKind

_CHARS = {"digits": "0123456789", "capitals": "ABCDEFGHIJKLMNOPRSTUWY  ", "code": ALPHABET}
_WORDS = ("warga", "bertanya", "kartu", "rumah", "jalan", "dusun", "beras", "bantuan", "kapan")

Weights = Mapping[Kind, float]
_Key = TypeVar("_Key")

CLEAR: Weights = {
    Kind.TICK: 0.30,
    Kind.CROSS: 0.24,
    Kind.STROKE: 0.14,
    Kind.CIRCLE: 0.12,
    Kind.AROUND: 0.06,
    Kind.DOUBLE: 0.06,
    Kind.PENCIL: 0.05,
    Kind.THICK: 0.03,
}
UNCLEAR: Weights = {
    Kind.FILLED: 0.16,
    Kind.SCRIBBLE: 0.16,
    Kind.CANCELLED: 0.16,
    Kind.FAINT: 0.10,
    Kind.DOT: 0.10,
    Kind.HALF: 0.08,
    Kind.CROSSED: 0.06,
    Kind.PENCIL_PALE: 0.06,
    Kind.CORNER: 0.04,
    Kind.AROUND_WIDE: 0.04,
    Kind.THICK_FILLED: 0.04,
}
PENS_IN_USE: Mapping[str, float] = {
    "blue_ballpoint": 0.40,
    "black_ballpoint": 0.31,
    "blue_gel": 0.11,
    "black_gel": 0.09,
    "pencil": 0.06,
    "marker": 0.03,
}
"""All shares here are estimates: nobody has counted how villages fill in forms."""


@dataclass(frozen=True)
class Mix:
    """How boxes are marked. ``unclear``: share of marks that only a person can judge;
    ``other``: share of clear marks that are not the writer's usual kind; ``second``: share of
    single-choice groups with a mark too many, half of them a cancelled one; ``erased`` and
    ``strays``: chances for each box without a mark (a word: for each box)."""

    answered: float = 0.85
    ticked: float = 0.22
    unclear: float = 0.05
    other: float = 0.12
    second: float = 0.01
    kinds: Weights = field(default_factory=lambda: CLEAR)
    unclear_kinds: Weights = field(default_factory=lambda: UNCLEAR)
    erased: float = 0.002
    strays: Mapping[StrayKind, float] = field(
        default_factory=lambda: {
            StrayKind.WORD: 0.003,
            StrayKind.OVERSHOOT: 0.02,
            StrayKind.BLEED: 0.003,
            StrayKind.SPECKS: 0.005,
        }
    )
    pens: Mapping[str, float] = field(default_factory=lambda: PENS_IN_USE)
    flow: tuple[float, float] = (1.0, 1.0)


HARD_MIX = Mix(
    answered=0.95,
    ticked=0.32,
    unclear=0.35,
    other=0.5,
    second=0.3,
    erased=0.05,
    strays={
        StrayKind.WORD: 0.06,
        StrayKind.OVERSHOOT: 0.35,
        StrayKind.BLEED: 0.06,
        StrayKind.SPECKS: 0.07,
    },
    pens={**PENS_IN_USE, "blue_ballpoint": 0.32, "pencil": 0.10, "marker": 0.07},
)
"""Trouble for training: about half of all boxes are touched by ink."""

PENCIL_MIX = replace(HARD_MIX, pens={**PENS_IN_USE, "pencil": 0.45})
"""For copies, which leave next to nothing of a pencil: each third sheet is filled in with one."""

FAINT_MIX = Mix(
    pens={"pencil": 0.5, "blue_ballpoint": 0.3, "black_ballpoint": 0.2}, flow=(0.55, 0.85)
)
"""Pencils, and pens that are nearly empty; at half its cover a line is still plain to see."""


def any_writer(mix: Mix, rng: Rng) -> Writer:
    """A writer with one of the pens of the mix."""
    writer = some_writer(rng, drawn(mix.pens, rng))
    return replace(writer, flow=float(rng.uniform(*mix.flow)))


def fill_anyhow(layout: Layout, page: int, writer: Writer, mix: Mix, rng: Rng) -> Filling:
    """Random ink in every field of a page."""
    marks: dict[str, Mark] = {}
    texts: dict[str, str] = {}
    inks: dict[str, str] = {}
    for name, boxes in layout.fields_on_page(page).items():
        if boxes[0].kind == "mark":
            marks |= _marks(boxes, writer, mix, rng)
        elif boxes[0].kind == "cell" and rng.random() < mix.answered:
            chars = _CHARS[boxes[0].chars or "capitals"]
            n = int(rng.integers(1, len(boxes) + 1))
            texts[name] = "".join(chars[int(i)] for i in rng.integers(0, len(chars), n))
        elif boxes[0].kind == "ink" and rng.random() < mix.answered:
            inks[name] = _ink(boxes[0], rng)
    strays = _strays(list(layout.on_page(page)), marks, mix, rng)
    return Filling(writer, marks, texts, inks, strays)


def _ink(box: Box, rng: Rng) -> str:
    if box.w_mm > 60:
        return " ".join(str(word) for word in rng.choice(_WORDS, 14))
    return THUMBPRINT if box.h_mm >= 25 and rng.random() < 0.15 else SIGNATURE


def _marks(boxes: tuple[Box, ...], writer: Writer, mix: Mix, rng: Rng) -> dict[str, Mark]:
    if boxes[0].choice == "single":
        chosen = [boxes[int(rng.integers(len(boxes)))]] if rng.random() < mix.answered else []
    else:
        chosen = [box for box in boxes if rng.random() < mix.ticked]
    marks = {box.id: _mark(writer, mix, rng) for box in chosen}
    left = [box for box in boxes if box.id not in marks]
    if boxes[0].choice == "single" and marks and left and rng.random() < mix.second:
        marks[left[int(rng.integers(len(left)))].id] = _second(writer, mix, rng)
    for box in left:
        if box.id not in marks and rng.random() < mix.erased:
            marks[box.id] = Mark(Kind.ERASED, meant=False)
    return marks


def _second(writer: Writer, mix: Mix, rng: Rng) -> Mark:
    """A mark too many: taken back, or a second choice."""
    taken_back = [kind for kind in (Kind.CANCELLED, Kind.CROSSED) if kind in mix.unclear_kinds]
    if taken_back and rng.random() < 0.5:
        return Mark(taken_back[int(rng.integers(len(taken_back)))], meant=False)
    return _mark(writer, mix, rng)


NOT_MEANT = (Kind.CANCELLED, Kind.CROSSED, Kind.SCRIBBLE, Kind.DOT, Kind.HALF)


def _mark(writer: Writer, mix: Mix, rng: Rng) -> Mark:
    if mix.unclear_kinds and rng.random() < mix.unclear:
        kind = drawn(mix.unclear_kinds, rng)
        return Mark(kind, meant=kind not in NOT_MEANT)
    if writer.kind in mix.kinds and rng.random() >= mix.other:
        return Mark(writer.kind)
    return Mark(drawn(mix.kinds, rng))


def drawn(weights: Mapping[_Key, float], rng: Rng) -> _Key:
    """One of the keys, as often as its weight says."""
    names, shares = list(weights), list(weights.values())
    return names[int(rng.choice(len(names), p=[share / sum(shares) for share in shares]))]


def _strays(
    boxes: Sequence[Box], marks: Mapping[str, Mark], mix: Mix, rng: Rng
) -> dict[str, Stray]:
    """What reaches boxes without being theirs; never two things at one box."""
    strays: dict[str, Stray] = {}
    for box in boxes:
        if box.kind != "mark":
            continue
        if box.id in marks and marks[box.id].kind is Kind.AROUND_WIDE:
            strays |= dict.fromkeys(reached(box, boxes), Stray(StrayKind.REACHED))
        for kind, chance in mix.strays.items():
            wanted = kind is StrayKind.WORD or box.id not in marks
            if wanted and box.id not in strays and rng.random() < chance:
                stray = some_stray(kind, box, boxes, _origins(marks), rng)
                if stray is not None:
                    strays[box.id] = stray
    return strays


def _origins(marks: Mapping[str, Mark]) -> frozenset[str]:
    """Boxes from whose marks a tail may fly."""
    clear = (Kind.TICK, Kind.CROSS, Kind.STROKE, Kind.DOUBLE)
    return frozenset(
        box
        for box, mark in marks.items()
        if mark.kind in clear and TRUTH[mark.kind] is Truth.MARKED
    )
