"""Words from a closed list, with room for what is not in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scanner.handwriting.comb import Comb
from scanner.handwriting.evidence import (
    cell_choices,
    cell_reasons,
    cellwise,
    likelihoods,
    nearly,
    nothing_written,
)
from scanner.handwriting.suggestion import Suggestion

LISTED = 0.9
"""Share of entries that are one of the list, where the form asks for one: an estimate."""

CLEAR, NEARLY = 0.995, 300.0
"""No word of the list replaces a character seen this clearly, nor by one that much less likely."""

RELATIONS = (
    *("KEPALA", "KEPALA KELUARGA", "ISTRI", "SUAMI", "ANAK", "MENANTU", "CUCU", "ORANG TUA"),
    *("MERTUA", "FAMILI", "FAMILI LAIN", "PEMBANTU", "LAINNYA"),
)
"""Relations to the head of the family, as on family cards."""


def decode_listed(comb: Comb, words: Sequence[str], listed: float = LISTED) -> Suggestion:
    """``words`` in capitals. Blanks need not be where the list has them, and a word that is longer
    than the comb is known by its beginning; one that fits no word stays as it was written."""
    if comb.empty.all():
        return nothing_written(comb)
    plain, inked = cellwise(comb), np.flatnonzero(~comb.empty)
    seen, to_the_edge = likelihoods(comb)[inked], not comb.empty[-1]
    fitting = [word for word in words if _fits(_bare(word), len(seen), to_the_edge)]
    chances = np.array([_seen(word, seen, comb.alphabet).prod() for word in fitting])
    among, outside = listed / max(len(words), 1) * chances, 1 - listed
    total = float(among.sum()) + outside
    stands_in = nearly(seen, CLEAR, NEARLY)
    possible = [_seen(word, stands_in, comb.alphabet).all() for word in fitting]
    row = int((among * np.array(possible)).argmax()) if any(possible) else -1
    if row < 0 or float(among[row]) < outside * plain.confidence:
        value, confidence = " ".join(plain.value.split()), plain.confidence * outside / total
        return Suggestion(value, confidence, plain.cells, plain.reasons)
    chars = [" "] * len(comb.empty)
    for place, char in zip(inked.tolist(), _bare(fitting[row]), strict=False):
        chars[place] = char
    confidence = float(among[row]) / total
    cells = cell_choices(comb, chars, np.full(len(chars), confidence))
    return Suggestion(fitting[row], confidence, cells, tuple(cell_reasons(comb)))


def _bare(word: str) -> str:
    return word.replace(" ", "")


def _fits(letters: str, cells: int, to_the_edge: bool) -> bool:
    return len(letters) == cells or (to_the_edge and len(letters) > cells)


def _seen(word: str, table: NDArray[Any], alphabet: str) -> NDArray[Any]:
    """What a table (cells, characters) holds for the letters of a word."""
    columns = [alphabet.index(char) for char in _bare(word)[: len(table)]]
    return np.asarray(table[np.arange(len(table)), columns])
