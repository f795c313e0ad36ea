"""Words that are expected, and letters that follow each other: what a text is likely to be.

The lists hold common words only. What stands in no list is expected too, letter by letter, so
that an unknown name loses little against a known one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scanner.handwriting.alphabet import CAPITALS
from scanner.handwriting.evidence import Floats

SPELLINGS = (
    *(("F", "P"), ("V", "P"), ("V", "F"), ("Z", "J"), ("KH", "H"), ("KH", "K"), ("SY", "S")),
    *(("Y", "I"), ("I", "Y"), ("Q", "K"), ("TH", "T"), ("DH", "D"), ("CH", "H"), ("CH", "C")),
    *(("U", "OE"), ("AH$", "A"), ("A$", "AH"), (r"(.)\1", r"\1"), ("D$", "T"), ("UDIN", "UDDIN")),
)
"""Ways in which the same name is spelt: pattern and what stands there instead."""

VARIANT_WEIGHT = 0.1
"""Of a spelling that is in no list, beside a listed word: an estimate."""

SHORT_FORMS = ("H", "HJ", "M", "MUH", "MOH", "ABD", "ST", "DR", "RT", "RW", "JL")
"""Often written with a full stop."""

UNLIKE = 0.2
"""Share of letters that follow no pattern of the list at all: names of other languages."""


@dataclass(frozen=True)
class WordList:
    """Listed words of one length: ``letters`` (n, length) columns of `CAPITALS`, ``chances``
    (n,), sum 1."""

    letters: NDArray[np.intp]
    chances: Floats


@dataclass(frozen=True)
class Lexicon:
    """``by_length``: listed words. ``first`` (29,): how likely an unlisted word begins with a
    letter; ``after`` (29, 29): how likely one follows another, rows with sum 1."""

    by_length: Mapping[int, WordList]
    first: Floats
    after: Floats

    def __contains__(self, word: str) -> bool:
        found = self.by_length.get(len(word))
        return found is not None and bool((found.letters == columns(word)).all(axis=1).any())


def columns(word: str) -> NDArray[np.intp]:
    return np.array([CAPITALS.index(char) for char in word])


def spellings(word: str) -> Iterator[str]:
    """Other spellings of a word, one change each."""
    for pattern, instead in SPELLINGS:
        for found in re.finditer(pattern, word):
            yield word[: found.start()] + found.expand(instead) + word[found.end() :]


def _weights(words: Iterable[str]) -> dict[str, float]:
    weights = dict.fromkeys(words, 1.0)
    weights.update({f"{short}.": 1.0 for short in SHORT_FORMS if short in weights})
    for word in tuple(weights):
        for variant in spellings(word) if len(word) > 3 else ():
            weights.setdefault(variant, VARIANT_WEIGHT)
    return weights


def make_lexicon(words: Iterable[str]) -> Lexicon:
    """``words``: of characters in `CAPITALS` only."""
    weights = _weights(words)
    by_length: dict[int, list[str]] = {}
    for word in weights:
        by_length.setdefault(len(word), []).append(word)
    lists = {}
    for length, many in by_length.items():
        chances = np.array([weights[word] for word in many])
        lists[length] = WordList(np.array([columns(w) for w in many]), chances / chances.sum())
    return Lexicon(lists, *_letters(weights))


def _letters(weights: Mapping[str, float]) -> tuple[Floats, Floats]:
    """First letters and letters after letters, a share of them even."""
    size = len(CAPITALS)
    first, after = np.full(size, 0.01), np.full((size, size), 0.01)
    for word, weight in weights.items():
        at = columns(word)
        first[at[0]] += weight
        np.add.at(after, (at[:-1], at[1:]), weight)
    first, after = first / first.sum(), after / after.sum(axis=1, keepdims=True)
    return (1 - UNLIKE) * first + UNLIKE / size, (1 - UNLIKE) * after + UNLIKE / size


def _listed(name: str) -> list[str]:
    lines = (Path(__file__).parent / name).read_text(encoding="ascii").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]


@cache
def given_names() -> Lexicon:
    return make_lexicon(_listed("givennames.txt"))


@cache
def place_names() -> Lexicon:
    return make_lexicon(_listed("placenames.txt"))
