"""Tiles: what a grid's template is given of each field."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString

from office.review.grid.crops import Spot
from office.review.markup import attributes_of
from office.review.values import Value
from office.review.wording import Wording
from office.rounds.models import Sheet

SHORT_CELLS = 8
"""Combs as short as a date stand three in a row."""

SURE, FAIRLY = 0.9, 0.7
"""Where the words for a guess's certainty change; they only put into words, and decide nothing."""


@dataclass(frozen=True)
class CellView:
    """A doubtful cell of a strip: its place in the text, its ring, and the likeliest characters."""

    at: int
    spot: Spot
    top: tuple[str, ...]


@dataclass(frozen=True)
class ShotView:
    """The crop of a tile: its address, and its size in CSS pixels where there is room."""

    url: str
    width: int
    height: int
    comb: str
    spots: tuple[Spot, ...] = ()
    is_wide: bool = False


@dataclass(frozen=True)
class RivalView:
    """One of two values that people keyed. ``parts``: its characters, and whether each differs
    from the other value's at its place."""

    value: Value
    parts: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class ItemView:
    """One tile. ``key`` comes back with the answer and means nothing to the screen."""

    key: str
    sheet: Sheet
    field: str
    label: str
    row: str
    page: int
    seen: int
    kind: str
    preset: Value
    has_preset: bool
    certainty: float
    shot: ShotView | None
    why: tuple[Wording, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    ways: tuple[Value, ...] = ()
    cells: tuple[CellView, ...] = ()
    rivals: tuple[RivalView, ...] = ()
    warning: str = ""
    length: int = 0
    chars: str = ""
    tidy: bool = False
    is_date: bool = False

    @property
    def is_short(self) -> bool:
        """Whether three stand in a row."""
        return 0 < self.length <= SHORT_CELLS

    @property
    def is_exact(self) -> bool:
        """Whether a shorter text is nearly always a slip."""
        return self.chars == "digits" and self.length == 16

    @property
    def sureness(self) -> tuple[str, str]:
        """A shape and the words for it."""
        if self.certainty >= SURE:
            return "●●●", "hampir pasti"
        return ("●●○", "cukup yakin") if self.certainty >= FAIRLY else ("●○○", "kurang yakin")

    @property
    def name(self) -> str:
        """What it asks of which sheet, for who does not see it."""
        return f"{self.label}, lembar {self.sheet.seq}{', ' if self.row else ''}{self.row}"

    @property
    def data(self) -> SafeString:
        """What the script is told, as attributes: in a template a screen takes 1 ms longer. The
        preset is empty where the person has to say everything."""
        told: dict[str, object] = {
            "tile": self.key,
            "sheet": self.sheet.code,
            "field": self.field,
            "page": self.page,
            "seen": self.seen,
            "kind": self.kind,
            "preset": json.dumps(self.preset) if self.has_preset else "",
            "choices": json.dumps(self.choices),
            "ways": json.dumps(self.ways),
            "desk": f"{reverse('desk', args=[self.sheet.code])}#{self.field}",
            "length": self.length,
            "chars": self.chars,
            "tidy": self.tidy and 1,
            "exact": self.is_exact and 1,
        }
        return attributes_of({f"data-{name}": value for name, value in told.items()})

    @property
    def image(self) -> SafeString:
        """Attributes of its crop."""
        if self.shot is None:
            return SafeString()
        told: dict[str, object] = {
            "src": self.shot.url,
            "width": self.shot.width,
            "height": self.shot.height,
            "data-comb": self.kind == "text" and f"{self.shot.comb} {self.length}",
            "alt": f"Potongan kertas: {self.label}, lembar {self.sheet.seq}",
        }
        return attributes_of(told)
