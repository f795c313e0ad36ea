"""The machine's best guess at a field that a person is asked about: what a screen presets."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from forms.spec import FieldSpec
from office.review.current import CurrentField
from office.review.values import Value, tidied
from office.review.wording import ReviewReason
from scanner.reading import FieldState, MarkState, Reason


@dataclass(frozen=True)
class Guess:
    """``certainty`` from 0 to 1; 0 means that there is no guess, and ``value`` says nothing."""

    value: Value
    certainty: float

    @property
    def exists(self) -> bool:
        return self.certainty > 0


NO_GUESS = Guess(None, 0.0)


def guess_of(field: CurrentField) -> Guess:
    """What a screen presets for a field that a person is asked about. Where an audit differed,
    nothing: who settles it should see the paper and not what the machine said."""
    asked = field.demand.reasons
    if ReviewReason.AUDIT_DIFFERS in asked:
        return NO_GUESS
    if ReviewReason.FULL_REVIEW in asked:
        return Guess(field.reading["value"], field.reading["confidence"] or 0.5)
    return guess_at(field.spec, field.reading)


def guess_at(spec: FieldSpec, reading: Mapping[str, Any]) -> Guess:
    """What most probably stands there. Never counts by itself: a person confirms it."""
    if spec.kind == "mark":
        return _marks(spec, reading)
    if Reason.REQUIRED_BUT_EMPTY in reading["reasons"]:
        return Guess(False if spec.kind == "ink" else "", reading["confidence"] or 0.5)
    if spec.kind == "cell" and reading["value"] is not None:
        return Guess(tidied(spec, reading["value"]), max(reading["confidence"] or 0.0, 0.001))
    if spec.kind == "ink" and reading["state"] == FieldState.DOUBTFUL:
        return Guess(True, INK_IS_THERE)
    return NO_GUESS


BESIDE_A_MARK = 0.95
"""A doubtful box of a single choice, beside a clear mark, is not its answer: 33 of 34 on 110
simulated office scans."""

LONE_IS_MEANT = 0.5
"""A small or faint mark that is the only ink of a single choice is its answer: 34 of 34 in two
simulated villages where every question has one (seeds 300,000 and 310,000), but 28 of 102 on 200
random sheets (330,000 and 340,000), where a dot never counts as an answer. A stroke begun is none
(`Reason.UNCLEAR_MARK`): 49 of 55 on the random sheets."""

SOLID, FILLED_IS_MEANT = 0.53, 0.77
"""Of the inside of a box that is heavy, from which share of dark ink on it is filled in rather than
scribbled over. Filled in, it is meant: 118 of 155 such boxes on 100 of the random sheets, and
227 of 241 in the villages."""

HEAVY_IS_NOTHING = 0.92
"""A heavy box with less ink was taken back: 202 of 217 on the random sheets, where it stands in a
question without another mark; 86 of 95 multiple choices of the villages."""

WIDE, WIDE_IS_MEANT = 0.15, 0.75
"""So much ink in a box that is not heavy is a circle that reaches beyond it: 22 of 30 and 31 of 33
meant."""

PALE, PALE_IS_MEANT = 0.012, 0.7
"""Less dark ink than the smallest dot holds: a pen that hardly writes, or a tick whose most part
lies outside, and so meant: 90 of 119 on the random sheets, where erased marks and specks look the
same, and 163 of 163 in the villages."""

BARE_IS_NOTHING = 0.98
"""Where a kind of capture has no certificate every box is doubtful, also one without ink: it is
empty. All 195 such boxes on the three black-and-white pages of the demo were; taken for a pale
pen, all 35 multiple choices were preset wrongly, each with every box that nobody had ticked."""

SMALL_IS_NOTHING = 0.8
"""Between the two it is a dot or a stroke begun: 46 of 55 and 58 of 79 in multiple choices."""

INK_IS_THERE = 0.95
"""An area with doubtful ink holds a signature: 61 of 61 (so at least 95 %, with 95 % confidence)
on 88 simulated sheets."""


def _marks(spec: FieldSpec, reading: Mapping[str, Any]) -> Guess:
    """By what each box looks like; of two marks in a single choice nobody knows which."""
    options: Mapping[str, Any] = reading.get("options") or {}
    if not options or any(_belief(option) is None for option in options.values()):
        return NO_GUESS
    looks = {name: _look(option, reading["reasons"]) for name, option in options.items()}
    if spec.choice == "multiple":
        chosen = [option.id for option in spec.options if looks[option.id].value]
        return Guess(chosen, math.prod(look.certainty for look in looks.values()))
    return _single(options, looks, reading["reasons"])


_TAKEN_BACK = {Reason.HEAVY_OR_CANCELLED, Reason.UNCLEAR_MARK}
"""Reasons why the only ink of a question may be no answer."""


def _single(
    options: Mapping[str, Any], looks: Mapping[str, Guess], reasons: Collection[str]
) -> Guess:
    """A clear mark wins over what is doubtful beside it, and so does what the net believes in. A
    box alone with ink is the answer unless it looks taken back."""
    believed = [name for name, option in options.items() if (_belief(option) or 0.0) >= 0.5]
    inked = [name for name, option in options.items() if option["state"] != MarkState.EMPTY]
    chosen = believed or [name for name in inked if looks[name].value]
    if len(chosen) > 1:
        return NO_GUESS
    if chosen and options[chosen[0]]["state"] == MarkState.MARKED:
        return Guess(chosen[0], BESIDE_A_MARK)
    if not chosen and len(inked) == 1 and not _TAKEN_BACK & set(reasons):
        return Guess(inked[0], LONE_IS_MEANT)
    sure = math.prod(looks[name].certainty for name in inked)
    return Guess(chosen[0] if chosen else None, sure)


def _look(option: Mapping[str, Any], reasons: Collection[str]) -> Guess:
    """Whether one box is marked, by itself: what the net believes in, or else by how much dark ink
    lies in it. ``reasons`` are those of its field."""
    belief, score = _belief(option) or 0.0, option["score"] or 0.0
    if option["state"] != MarkState.DOUBTFUL or belief >= 0.5:
        return Guess(belief >= 0.5, max(belief, 1 - belief))
    if score >= SOLID:
        return Guess(True, FILLED_IS_MEANT)
    if score >= WIDE and Reason.HEAVY_OR_CANCELLED in reasons:
        return Guess(False, HEAVY_IS_NOTHING)
    if score >= WIDE:
        return Guess(True, WIDE_IS_MEANT)
    if score >= PALE:
        return Guess(False, SMALL_IS_NOTHING)
    if Reason.NOT_CERTIFIED in reasons:
        return Guess(False, BARE_IS_NOTHING)
    return Guess(True, PALE_IS_MEANT)


def _belief(option: Mapping[str, Any]) -> float | None:
    """That the box is marked; a claim is as good as certain, and a reading of an older reader
    has no belief for the others."""
    if option["state"] == MarkState.DOUBTFUL:
        belief: float | None = option.get("belief")
        return belief
    return 1.0 if option["state"] == MarkState.MARKED else 0.0


def doubtful_cells(reading: Mapping[str, Any], threshold: float = 0.95) -> list[int]:
    """Which cells (from 0) a person should look at first: not read, or less sure than
    ``threshold`` (an estimate: about one written cell in twenty is below it)."""
    cells = reading.get("cells") or []
    if reading["state"] != FieldState.DOUBTFUL:
        return []
    return [n for n, cell in enumerate(cells) if _is_doubtful(cell, threshold)]


def _is_doubtful(cell: Mapping[str, Any], threshold: float) -> bool:
    return cell["char"] is None or (cell["confidence"] or 0.0) < threshold
