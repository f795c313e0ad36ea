"""Random answers for measuring: any form filled with no sense at all."""

from __future__ import annotations

from dataclasses import dataclass

from forms.layout import Box, Layout
from forms.sheetcode import ALPHABET
from samples.simulator.filling import SIGNATURE, THUMBPRINT, Filling, Mark, Writer
from samples.simulator.marks import Kind
from samples.simulator.pens import Rng

_CHARS = {"digits": "0123456789", "capitals": "ABCDEFGHIJKLMNOPRSTUWY  ", "code": ALPHABET}
_WORDS = ("warga", "bertanya", "kartu", "rumah", "jalan", "dusun", "beras", "bantuan", "kapan")


@dataclass(frozen=True)
class Mix:
    """How boxes are marked. ``unclear``: share of marks that only a person can judge;
    ``other``: share of clear marks that are not the writer's usual kind."""

    answered: float = 0.85
    ticked: float = 0.22
    unclear: float = 0.05
    other: float = 0.12
    kinds: tuple[Kind, ...] = (Kind.TICK, Kind.CROSS, Kind.STROKE, Kind.CIRCLE)
    unclear_kinds: tuple[Kind, ...] = (
        Kind.FILLED,
        Kind.SCRIBBLE,
        Kind.CANCELLED,
        Kind.FAINT,
        Kind.DOT,
        Kind.AROUND,
    )


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
    return Filling(writer, marks, texts, inks)


def _ink(box: Box, rng: Rng) -> str:
    if box.w_mm > 60:
        return " ".join(str(word) for word in rng.choice(_WORDS, 14))
    return THUMBPRINT if box.h_mm >= 25 and rng.random() < 0.15 else SIGNATURE


def _marks(boxes: tuple[Box, ...], writer: Writer, mix: Mix, rng: Rng) -> dict[str, Mark]:
    if boxes[0].choice == "single":
        chosen = [boxes[int(rng.integers(len(boxes)))]] if rng.random() < mix.answered else []
    else:
        chosen = [box for box in boxes if rng.random() < mix.ticked]
    return {box.id: _mark(writer, mix, rng) for box in chosen}


def _mark(writer: Writer, mix: Mix, rng: Rng) -> Mark:
    if mix.unclear_kinds and rng.random() < mix.unclear:
        kind = mix.unclear_kinds[int(rng.integers(len(mix.unclear_kinds)))]
        return Mark(kind, meant=kind not in (Kind.CANCELLED, Kind.SCRIBBLE, Kind.DOT))
    if writer.kind in mix.kinds and rng.random() >= mix.other:
        return Mark(writer.kind)
    return Mark(mix.kinds[int(rng.integers(len(mix.kinds)))])
