"""How far a long run has come, on standard error."""

from __future__ import annotations

import sys
import time

EVERY_S = 20.0


class Progress:
    """Says every `EVERY_S` seconds how many of ``total`` are done, and about how long it will
    still take."""

    def __init__(self, total: int, what: str) -> None:
        self.total, self.what = total, what
        self.done = 0
        self.started = self.said = time.monotonic()

    def step(self, doing: str) -> None:
        """One more is done; ``doing``: what it belonged to."""
        self.done += 1
        now = time.monotonic()
        if now - self.said < EVERY_S and self.done < self.total:
            return
        self.said = now
        gone = now - self.started
        left = gone / self.done * (self.total - self.done)
        text = (
            f"{self.done}/{self.total} {self.what}, {doing}; {gone:.0f} s gone, {left:.0f} s left"
        )
        print(text, file=sys.stderr, flush=True)
