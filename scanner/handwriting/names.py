"""Names and places: what was written, and between characters that look nearly alike, what is
likely. A word is never made into another that was not seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scanner.handwriting.alphabet import CAPITALS
from scanner.handwriting.comb import Comb
from scanner.handwriting.evidence import (
    Floats,
    cell_choices,
    cell_reasons,
    likelihoods,
    nearly,
    nothing_written,
)
from scanner.handwriting.lexicon import Lexicon, given_names, place_names
from scanner.handwriting.suggestion import Suggestion

LISTED = 0.6
"""Share of words that are expected to stand in the list: an estimate."""

LISTED_SHORT = 0.3
"""The same of one or two letters, mostly initials."""

CLEAR = 0.95
"""A character of which the net is this sure is never replaced."""

NEARLY = 30.0
"""Nor by one that looks this many times less likely."""


@dataclass(frozen=True)
class _Word:
    """``letters`` (length,) columns of `CAPITALS`; ``certainty`` (length,)."""

    letters: NDArray[np.intp]
    confidence: float
    certainty: Floats


def decode_name(comb: Comb) -> Suggestion:
    """A comb of capitals with the name of a person."""
    return decode_words(comb, given_names())


def decode_place(comb: Comb) -> Suggestion:
    """A comb of capitals with the name of a hamlet, a village, a building."""
    return decode_words(comb, place_names())


def decode_words(comb: Comb, lexicon: Lexicon) -> Suggestion:
    """Words are parted by empty cells; several of these count as one blank in the value."""
    if comb.empty.all():
        return nothing_written(comb)
    seen = likelihoods(comb)
    chars, certainty, confidence = [" "] * len(seen), np.ones(len(seen)), 1.0
    for start, stop in _words(comb.empty):
        word = _word(seen[start:stop], lexicon)
        chars[start:stop] = [CAPITALS[column] for column in word.letters]
        certainty[start:stop] = word.certainty
        confidence *= word.confidence
    value = " ".join("".join(chars).split())
    cells = cell_choices(comb, chars, certainty)
    return Suggestion(value, confidence, cells, tuple(cell_reasons(comb)))


def _words(empty: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[True], empty, [True]]).astype(np.int8)))
    yield from zip(edges[0::2].tolist(), edges[1::2].tolist(), strict=True)


def _word(seen: Floats, lexicon: Lexicon) -> _Word:
    """``seen`` (length, 29) likelihoods of one word's cells."""
    listed = lexicon.by_length.get(len(seen))
    share = 0.0 if listed is None else LISTED_SHORT if len(seen) < 3 else LISTED
    rows, total = np.arange(len(seen)), (1 - share) * _of_letters(seen, lexicon)
    allowed = seen * nearly(seen, CLEAR, NEARLY)
    many = [seen.argmax(axis=1), _likeliest(allowed, lexicon)]
    if listed is not None:
        total += share * float(listed.chances @ seen[rows, listed.letters].prod(axis=1))
        among = listed.chances * allowed[rows, listed.letters].prod(axis=1)
        if among.max() > 0:
            many.append(listed.letters[among.argmax()])
    tried = [(word, _variants(word, seen, lexicon, share)) for word in np.unique(many, axis=0)]
    best, each = max(tried, key=lambda one: float(one[1][0, one[0][0]]))
    certainty = each[rows, best] / each.sum(axis=1)
    return _Word(best, min(float(each[0, best[0]]) / total, 1.0), certainty)


def _of_letters(seen: Floats, lexicon: Lexicon) -> float:
    """Chance of what was seen if the word is in no list."""
    state = lexicon.first * seen[0]
    for row in seen[1:]:
        state = (state @ lexicon.after) * row
    return float(state.sum())


def _likeliest(seen: Floats, lexicon: Lexicon) -> NDArray[np.intp]:
    """The likeliest word if it is in no list."""
    state, came = lexicon.first * seen[0], []
    for row in seen[1:]:
        paths = state[:, None] * lexicon.after
        came.append(paths.argmax(axis=0))
        state = paths.max(axis=0) * row
    letters = [int(state.argmax())]
    for back in reversed(came):
        letters.append(int(back[letters[-1]]))
    return np.array(letters[::-1])


def _variants(word: NDArray[np.intp], seen: Floats, lexicon: Lexicon, share: float) -> Floats:
    """Joint chance of what was seen and of the word with each letter exchanged for any other,
    (length, 29); the word itself stands in every row, at its letter."""
    rows = np.arange(len(word))
    steps = np.concatenate([lexicon.first[word[:1]], lexicon.after[word[:-1], word[1:]]])
    before = np.concatenate([lexicon.first[None], lexicon.after[word[:-1]]])
    behind = np.ones_like(seen)
    behind[:-1] = lexicon.after[:, word[1:]].T
    others = steps.prod() / (before[rows, word] * behind[rows, word])
    chances = (1 - share) * others[:, None] * before * behind
    listed = lexicon.by_length.get(len(word))
    if listed is not None:
        same = listed.letters == word
        differing = len(word) - same.sum(axis=1)
        for one in np.flatnonzero(differing == 1):
            place = int(same[one].argmin())
            chances[place, listed.letters[one, place]] += share * listed.chances[one]
        chances[rows, word] += share * listed.chances[differing == 0].sum()
    cells = seen[rows, word]
    return np.asarray(chances * seen * (cells.prod() / cells)[:, None])
