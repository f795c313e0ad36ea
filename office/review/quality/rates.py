"""A share with what it is worth: how many were looked at, and between which shares the true one
lies."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor

from scanner.bounds import interval

LEAST_AUDITED = 72
"""So many audits are needed before a share is told: from here on the interval of a stratum without
any error ends below 5 % (1 - 0.025 ** (1 / 72)). Below, even a faultless sample says so little
that a number would only mislead."""

LEAST_ANSWERED = 30
"""For people's work, which is measured to help and not to accept it: a faultless sample of so many
ends at 12 %, and one slip moves it by no more than 6 points."""

HALF = 0.5


def percent(share: float) -> str:
    """``0,41 %``, ``4,1 %``, ``41 %``: two digits that say something."""
    digits = 0 if share >= 0.1 or share == 0 else 1 if share >= 0.01 else 2
    return f"{100 * share:.{digits}f} %".replace(".", ",")


@dataclass(frozen=True)
class Rate:
    """``errors`` of ``n``; told from ``least`` on."""

    errors: int
    n: int
    least: int = LEAST_ANSWERED

    @property
    def is_told(self) -> bool:
        return self.n >= self.least

    @property
    def lacking(self) -> int:
        """How many more are needed before it is told."""
        return max(0, self.least - self.n)

    @cached_property
    def bounds(self) -> tuple[float, float]:
        """Two-sided 95 % interval of Clopper and Pearson."""
        return interval(self.errors, self.n)

    @property
    def share(self) -> str:
        return percent(self.errors / self.n) if self.n else "–"

    @property
    def span(self) -> str:
        low, high = self.bounds
        return f"{percent(low)} sampai {percent(high)}"

    @property
    def words(self) -> str:
        """The upper end for somebody who does not think in percent; never less than it is."""
        high = self.bounds[1]
        if high >= HALF:
            return f"paling banyak sekitar {ceil(10 * high)} dari 10"
        return f"paling banyak sekitar 1 dari {_rounded_down(1 / high)}"


def _rounded_down(number: float) -> int:
    """To two digits: 1 of 143 is told as 1 of 140."""
    digits = str(floor(number))
    return max(1, int(digits[:2].ljust(len(digits), "0")))
