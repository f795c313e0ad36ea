"""A page told by codes that no decoder reads: by comparing them with all codes we printed.

Markers say where both QR codes must be. What is left of their modules is held against the
codes of every sheet this office printed. Scores are in units of what chance gives: a code of a
sheet that was never printed, or of another office, scores as if drawn from a normal
distribution of sigma 1 (ids are random, tags and Reed-Solomon parity spread them over 275
modules), the true one 13 to 23.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from forms.sheetcode import Position
from scanner.codebook import Codes, telling_modules, unpacked
from scanner.codecheck import PageName
from scanner.context import ReaderContext
from scanner.modules import soft_modules
from scanner.windows import Grey

LEAST_SCORE = 9.0
"""Half again what chance reached: over 2,160 pages ruined in 18 ways, each held against 20,160
pages without its sheet, 6.1 at most, and 8.0 with its own id under another office's key (ids of
45 random bits do not meet). The right page had 13 to 23 on 99 of 100. On 1,079 fresh
pages chance had 5.9 and 7.5, and 1,078 of the right ones passed. By the normal distribution
chance reaches 9 once in 9e18 comparisons."""

LEAST_LEAD = 3.0
"""And this far before the next best page: chance gave 2.0 at most, 1.3 on the fresh
pages. Two half codes of two sheets stand level."""

LEAST_WEIGHT = 0.05
"""Of a code that looks like nothing (its likeness may be negative), beside 0.5-1 for a good one."""

_CHUNK = 4096
"""Codes unpacked at once: 4.5 MB."""

Scores = NDArray[np.float32]
LayoutPage = tuple[str, int]
"""Layout hash and page: one page of one form."""


def page_by_known_position(
    crops: Mapping[Position, Grey], pages: Sequence[LayoutPage], context: ReaderContext
) -> PageName | None:
    """The printed page whose two codes these crops show (`codeplaces.Placed.code_crops`), among
    all printed sheets of these pages of forms; None when that is not beyond doubt."""
    names = list(printed_pages(pages, context))
    if not names:
        return None
    scores = page_scores(crops, pages, context)
    best = int(scores.argmax())
    others = np.delete(scores, best)
    lead = float(scores[best] - others.max()) if len(others) else np.inf
    if scores[best] < LEAST_SCORE or lead < LEAST_LEAD:
        return None
    return names[best]


def printed_pages(pages: Sequence[LayoutPage], context: ReaderContext) -> Iterator[PageName]:
    """These pages of all printed sheets, in the order of `page_scores`."""
    for full, page in pages:
        for sheet in context.code_book.page(full, page).sheets:
            yield PageName(sheet, full, page)


def page_scores(
    crops: Mapping[Position, Grey], pages: Sequence[LayoutPage], context: ReaderContext
) -> Scores:
    """How well each printed page fits both codes together: the better code counts more."""
    scores, weights = [], []
    for position, crop in crops.items():
        likeness, looks = soft_modules(crop)
        weight = max(likeness, LEAST_WEIGHT)
        books = (context.code_book.page(full, page) for full, page in pages)
        parts = [_scores_of(book.codes[position], looks) for book in books]
        scores.append(weight * np.concatenate(parts))
        weights.append(weight)
    return np.asarray(sum(scores) / np.linalg.norm(weights), dtype=np.float32)


def _scores_of(codes: Codes, looks: NDArray[np.float32]) -> Scores:
    """The score of each code where it fits best: (n,)."""
    seen = looks[:, telling_modules()]
    size = np.linalg.norm(seen, axis=1, keepdims=True)
    seen = seen / np.maximum(size, 1e-6)
    light = seen.sum(axis=1)
    scores = [
        (2 * (unpacked(codes[at : at + _CHUNK]).astype(np.float32) @ seen.T) - light).max(axis=1)
        for at in range(0, len(codes), _CHUNK)
    ]
    return np.concatenate([np.empty(0, dtype=np.float32), *scores])
