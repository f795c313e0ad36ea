"""Plausible wrong answers: what a reader or a tired eye would take a field for."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from forms.spec import FieldSpec
from office.review.guesses import guess_at
from office.review.values import Value, same

CHARS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ALIKE = (
    "6778930134RRGOFPCNLIXINMDROPBIVUMKVS",
    "8435165207HDOBBEOMJURCHHQFGKGYOYVYXE",
)
"""For each of `CHARS` two that pass for it in a hurry. Nothing is measured by which of them is
taken: they only have to look possible."""


def slip(spec: FieldSpec, reading: Mapping[str, Any], truth: Value, rng: Random) -> Value:
    """A wrong answer: the machine's own guess where that was wrong, else one box or one
    character off. Returns ``truth`` where there is nothing to be wrong about."""
    guess = guess_at(spec, reading)
    if guess.exists and not same(guess.value, truth):
        return guess.value
    if spec.kind == "ink":
        return not truth
    if isinstance(truth, str) and spec.kind == "cell":
        return _text(truth, rng)
    return _marks(spec, truth, rng)


def _marks(spec: FieldSpec, truth: Value, rng: Random) -> Value:
    options = [option.id for option in spec.options]
    if spec.choice == "single":
        return rng.choice([option for option in options if option != truth])
    off, ticked = rng.choice(options), truth if isinstance(truth, list) else []
    return [option for option in options if (option in ticked) != (option == off)]


def _text(truth: str, rng: Random) -> str:
    places = [n for n, char in enumerate(truth) if char in CHARS]
    if not places:
        return truth
    at = rng.choice(places)
    return truth[:at] + rng.choice(ALIKE)[CHARS.index(truth[at])] + truth[at + 1 :]
