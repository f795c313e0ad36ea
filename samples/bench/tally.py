"""What the bench counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from samples.bench.sheets import Task


@dataclass(frozen=True)
class PageScore:
    """One page, for finding the worst: how many boxes were claimed wrongly and how many asked
    about without need. A page that was not read asks about everything."""

    task: Task
    page: int
    wrong: int
    doubtful: int
    not_read: bool


@dataclass
class Tally:
    """Counts, positions (mm), CPU times (ms a page), and what went wrong where, for people.

    ``counts``: ``pages``; ``read``, ``not_read``, ``wrong_page``; of clear boxes ``right_marked``,
    ``right_empty``, ``false_marked``, ``false_empty``, ``doubtful``, ``no_certificate``; of others
    ``erased``, ``cut``, ``gone``, ``gone_claimed``, ``unclear_STATE``, ``unclear_erased``;
    ``field_...`` and ``area_...`` likewise. ``kinds``: by what is in a box and how it was read.
    """

    counts: Counter[str] = field(default_factory=Counter)
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    identified_by: Counter[str] = field(default_factory=Counter)
    errors_mm: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    incidents: list[str] = field(default_factory=list)
    bad_sheets: set[str] = field(default_factory=set)
    sheets: set[str] = field(default_factory=set)
    pages: list[PageScore] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.counts += other.counts
        self.kinds += other.kinds
        self.identified_by += other.identified_by
        self.errors_mm += other.errors_mm
        self.cpu_ms += other.cpu_ms
        self.incidents += other.incidents
        self.bad_sheets |= other.bad_sheets
        self.sheets |= other.sheets
        self.pages += other.pages

    @property
    def wrong(self) -> int:
        return self.counts["false_marked"] + self.counts["false_empty"]

    @property
    def sure(self) -> int:
        return self.wrong + self.counts["right_marked"] + self.counts["right_empty"]

    @property
    def clear(self) -> int:
        """Boxes whose truth is clear, that are whole and of whose mark something is left."""
        return self.sure + self.counts["doubtful"] + self.counts["no_certificate"]
