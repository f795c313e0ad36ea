"""NIK and family-card numbers as they are shown: the middle hidden until somebody asks."""

from __future__ import annotations

HIDDEN = "•"
SHOWN_FRONT, SHOWN_BACK = 6, 2
"""Region and the last two digits tell two people of a list apart, and nobody's birth date."""


def masked(number: str | None) -> str:
    """``6311 02•• •••• ••12``; an empty text for no number."""
    if not number:
        return ""
    if len(number) <= SHOWN_FRONT + SHOWN_BACK:
        return HIDDEN * len(number)
    hidden = HIDDEN * (len(number) - SHOWN_FRONT - SHOWN_BACK)
    return grouped(number[:SHOWN_FRONT] + hidden + number[-SHOWN_BACK:])


def grouped(number: str) -> str:
    """The digits in groups of four, as on the card."""
    return " ".join(number[i : i + 4] for i in range(0, len(number), 4))
