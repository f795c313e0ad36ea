"""How sure a count of errors is."""

from __future__ import annotations

from math import exp, lgamma, log

BISECTIONS = 60
"""Halvings of the search interval: far below the digits that are printed."""


def upper_bound(errors: int, n: int, confidence: float = 0.95) -> float:
    """One-sided Clopper-Pearson bound: the largest error rate at which ``errors`` or fewer in
    ``n`` independent trials still happen with probability 1 - ``confidence``.

    C. J. Clopper, E. S. Pearson: The use of confidence or fiducial limits illustrated in the
    case of the binomial. Biometrika 26 (1934). Boxes of one page are not quite independent, so
    the true bound is somewhat higher.
    """
    if n == 0 or errors >= n:
        return 1.0
    low, high = errors / n, 1.0
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        if _at_most(errors, n, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def _at_most(k: int, n: int, p: float) -> float:
    """Probability of ``k`` or fewer in ``n`` at rate ``p``."""
    if p <= 0:
        return 1.0
    if p >= 1:
        return 0.0
    steps = (
        lgamma(n + 1) - lgamma(i + 1) - lgamma(n - i + 1) + i * log(p) + (n - i) * log(1 - p)
        for i in range(k + 1)
    )
    return sum(exp(step) for step in steps)
