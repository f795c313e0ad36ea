"""The answers that a doubtful mark field may have, the likeliest first: what one key goes through
when the first guess is wrong."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from forms.spec import FieldSpec
from office.review.guesses import Guess
from office.review.values import Value
from scanner.reading import MarkState

FREE_BOXES = 3
"""Of a multiple choice, the least sure boxes are gone through: eight ways at most. Others are
reached by their digits."""


def ways_of(spec: FieldSpec, reading: Mapping[str, Any], guess: Guess) -> list[Value]:
    """All answers worth a key, each once; the guess first where there is one."""
    if spec.kind == "ink":
        found: list[Value] = [True, False]
    elif spec.choice == "multiple":
        found = [list(chosen) for chosen in _multiple(spec, _beliefs(reading))]
    else:
        found = list(_single(spec, _beliefs(reading)))
    first = [guess.value] if guess.exists else []
    return first + [way for way in found if way not in first]


def _beliefs(reading: Mapping[str, Any]) -> dict[str, float]:
    """That a box is marked; one half where nobody says."""
    return {name: _belief(read) for name, read in (reading.get("options") or {}).items()}


def _belief(read: Mapping[str, Any]) -> float:
    if read["state"] != MarkState.DOUBTFUL:
        return 1.0 if read["state"] == MarkState.MARKED else 0.0
    belief = read.get("belief")
    return 0.5 if belief is None else float(belief)


def _single(spec: FieldSpec, beliefs: Mapping[str, float]) -> Iterator[str | None]:
    """Boxes with any ink, and none; all of them where no box has any."""
    some = {option.id: beliefs.get(option.id, 0.0) for option in spec.options}
    inked = {name: belief for name, belief in some.items() if belief > 0} or some
    chances: list[tuple[float, str | None]] = [(belief, name) for name, belief in inked.items()]
    chances.append((math.prod(1 - belief for belief in inked.values()), None))
    for _, name in sorted(chances, key=lambda one: -one[0]):
        yield name


def _multiple(spec: FieldSpec, beliefs: Mapping[str, float]) -> Iterator[list[str]]:
    """The least sure boxes ticked or not, in all ways; the others as they most probably are."""
    names = [option.id for option in spec.options]
    some = {name: beliefs.get(name, 0.0) for name in names}
    free = sorted(names, key=lambda name: abs(some[name] - 0.5))[:FREE_BOXES]
    free = [name for name in free if 0 < some[name] < 1] or free[:1]
    fixed = {name for name in names if name not in free and some[name] >= 0.5}
    ticked = [{n for n, on in zip(free, way, strict=True) if on} for way in _all(len(free))]
    ticked.sort(key=lambda own: -math.prod(some[n] if n in own else 1 - some[n] for n in free))
    for own in ticked:
        yield [name for name in names if name in fixed or name in own]


def _all(n: int) -> list[tuple[bool, ...]]:
    return list(product((True, False), repeat=n))
