"""What a decoder proposes for one comb field."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.reading import Reason


@dataclass(frozen=True)
class CellChoice:
    """One cell. ``char``: what was chosen, a blank for an empty cell. ``certainty``: its chance,
    given that the other cells hold what was chosen there. ``top``: up to three characters with
    the chances that the net alone gave them, the likeliest first; none for an empty cell."""

    char: str
    certainty: float
    top: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Suggestion:
    """``value``: the text as it would be typed, "" for a comb without writing. ``confidence``:
    the chance that the whole value is what the paper means, 0-1. ``cells``: one for every cell of
    the comb. ``reasons``: what is odd about it; a value with a reason is never to be trusted
    unseen, however great its confidence."""

    value: str
    confidence: float
    cells: tuple[CellChoice, ...]
    reasons: tuple[Reason, ...] = ()
