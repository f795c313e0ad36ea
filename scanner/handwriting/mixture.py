"""Numbers made of pairs of digits, under a prior that is a mixture of products over the pairs.

Such a prior keeps everything exact: sums over 10^6 numbers are products of sums over 100.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scanner.handwriting.evidence import Floats

Codes = NDArray[np.intp]
Part = tuple[float, Sequence[Sequence[int]]]
"""Weight of a component, and for each pair the numbers 0-99 that it allows, all alike."""


@dataclass(frozen=True)
class PairMixture:
    """``weights`` (k,), sum 1; ``chances`` (k, pairs, 100), each row with sum 1."""

    weights: Floats
    chances: Floats

    def total(self, seen: Floats) -> float:
        """Chance of what was seen: ``seen`` (pairs, 100) are likelihoods."""
        return float(self.weights @ (self.chances * seen).sum(axis=2).prod(axis=1))

    def at(self, codes: Codes) -> Floats:
        """Prior chances of numbers (n, pairs) -> (n,)."""
        pairs = np.arange(self.chances.shape[1])
        return np.asarray(self.weights @ self.chances[:, pairs, codes].prod(axis=2))

    def best(self, seen: Floats) -> Codes:
        """The likeliest number (pairs,). Exact where components are alike within: then within
        each shell of nested components none is likelier than the best of its component."""
        found = (self.chances * seen).argmax(axis=2)
        return np.asarray(found[self.scores(found, seen).argmax()])

    def scores(self, codes: Codes, seen: Floats) -> Floats:
        """Prior times likelihood of numbers (n, pairs) -> (n,)."""
        return np.asarray(self.at(codes) * seen[np.arange(len(seen)), codes].prod(axis=1))


def mixture(parts: Sequence[Part]) -> PairMixture:
    chances = np.zeros((len(parts), len(parts[0][1]), 100))
    for row, (_, pairs) in enumerate(parts):
        for column, allowed in enumerate(pairs):
            chances[row, column, list(allowed)] = 1 / len(allowed)
    weights = np.array([weight for weight, _ in parts])
    return PairMixture(weights / weights.sum(), chances)


def variants(code: Codes) -> Codes:
    """All numbers that differ from one in a single digit, and itself ten times a digit:
    (2 pairs x 10, pairs), the ten of the first digit first."""
    digits = np.stack([code // 10, code % 10], axis=1).ravel()
    many = np.tile(digits, (len(digits), 10, 1))
    for place in range(len(digits)):
        many[place, :, place] = np.arange(10)
    flat = many.reshape(-1, len(digits))
    return np.asarray(flat[:, 0::2] * 10 + flat[:, 1::2])


def digit_certainty(code: Codes, scores: Floats) -> Floats:
    """Chance of each digit of a number, given its others: ``scores`` of its `variants`."""
    digits = np.stack([code // 10, code % 10], axis=1).ravel()
    by_digit = scores.reshape(len(digits), 10)
    return np.asarray(by_digit[np.arange(len(digits)), digits] / by_digit.sum(axis=1))


def digits_of(code: Codes) -> str:
    return "".join(f"{pair:02d}" for pair in code.tolist())
