"""A comb as the nets see it: chances of every character in every cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forms.layout import Box


@dataclass(frozen=True)
class Comb:
    """One field's cells in the order of the paper.

    ``chances`` (cells, len(alphabet)): of each row what is missing to 1 is the chance that the
    cell holds no character (overwritten, struck out, a stray); rows of empty cells mean nothing.
    ``empty`` (cells,): told by the ink, not by the net.
    """

    alphabet: str
    chances: NDArray[np.float64]
    empty: NDArray[np.bool_]

    @property
    def unread(self) -> NDArray[np.float64]:
        """(cells,): the chance that it holds no character; 0 where it is empty."""
        return np.where(self.empty, 0.0, np.clip(1.0 - self.chances.sum(axis=1), 0.0, 1.0))


@dataclass(frozen=True)
class WrittenComb:
    """A comb field in which something is written: its boxes in order, what the nets say of them,
    and whether a line may strike out any of its cells."""

    boxes: tuple[Box, ...]
    comb: Comb
    struck_out: bool
