"""How sure a count of errors is: the bounds of Clopper and Pearson.

C. J. Clopper, E. S. Pearson: The use of confidence or fiducial limits illustrated in the case of
the binomial. Biometrika 26 (1934). They hold for independent trials; boxes of one page are not
quite independent, so the true bound is somewhat wider.
"""

from __future__ import annotations

from math import exp, lgamma, log, log1p

BISECTIONS = 60
"""Halvings of the search interval: far below the digits that are printed."""

MAX_TERMS = 10_000
"""Of the continued fraction; its length grows with the root of the trials: 1e7 need 2,000."""

TINY, PRECISION = 1e-300, 1e-13


def upper_bound(errors: int, n: int, confidence: float = 0.95) -> float:
    """One-sided bound: the largest error rate at which ``errors`` or fewer in ``n`` trials still
    happen with probability 1 - ``confidence``."""
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


def lower_bound(errors: int, n: int, confidence: float = 0.95) -> float:
    """One-sided bound from below: that of the trials without error from above, turned round."""
    return 1.0 - upper_bound(n - errors, n, confidence) if n else 0.0


def interval(errors: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Two-sided interval: each side is passed with half of what ``confidence`` leaves."""
    side = (1 + confidence) / 2
    return lower_bound(errors, n, side), upper_bound(errors, n, side)


def _at_most(k: int, n: int, p: float) -> float:
    """Probability of ``k`` or fewer in ``n`` at rate ``p``, 0 <= k < n: the regularised incomplete
    beta function of 1 - p with n - k and k + 1, as long to reckon for many errors as for few."""
    if p <= 0:
        return 1.0
    if p >= 1:
        return 0.0
    a, b = n - k, k + 1
    log_front = lgamma(n + 1) - lgamma(a) - lgamma(b) + a * log1p(-p) + b * log(p)
    if 1 - p < (a + 1) / (a + b + 2):
        return exp(log_front) * _fraction(a, b, 1 - p) / a
    return 1.0 - exp(log_front) * _fraction(b, a, p) / b


def _fraction(a: int, b: int, x: float) -> float:
    """Continued fraction of the incomplete beta function (Abramowitz and Stegun, 26.5.8), by the
    method of Lentz. Converges fast for x below (a + 1) / (a + b + 2)."""
    value, c, d = 1.0, 1.0, 0.0
    for term in range(MAX_TERMS):
        m = term // 2
        if term == 0:
            factor = 1.0
        elif term % 2:
            factor = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            factor = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1.0 / ((1.0 + factor * d) or TINY)
        c = (1.0 + factor / c) or TINY
        value *= c * d
        if abs(1.0 - c * d) < PRECISION:
            break
    return value - 1.0
