"""Doubtful cells of handwriting: where they stand on the picture and in the text, and what else
they may hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from forms.spec import FieldSpec
from office.review.guesses import doubtful_cells
from office.review.picture.images import Frame
from office.review.picture.pictures import CropArea, turned_box
from office.review.values import tidied

RING_MM = 0.6
"""How far a ring stands off its cell, so that it covers no ink."""


@dataclass(frozen=True)
class Doubt:
    """One cell to look at first. ``at``: its character in the suggested text, from 0. ``x y width
    height``: its ring, as fractions of the crop. ``char`` was chosen; ``other`` is the likeliest
    of the rest, or empty."""

    at: int
    x: float
    y: float
    width: float
    height: float
    char: str
    other: str


def doubts_of(
    spec: FieldSpec, reading: Mapping[str, Any], frame: Frame, area: CropArea
) -> tuple[Doubt, ...]:
    """The doubtful cells of a suggestion; none where nothing was read at all."""
    if not reading.get("cells") or reading["value"] is None:
        return ()
    places = text_places(reading["value"], tidied(spec, reading["value"]))
    return tuple(_doubts(reading, places, frame, area))


def _doubts(
    reading: Mapping[str, Any], places: Mapping[int, int], frame: Frame, area: CropArea
) -> Iterator[Doubt]:
    for number in doubtful_cells(reading):
        cell = reading["cells"][number]
        if number in places and cell["box_px"]:
            ring = _ring(cell["box_px"], frame, area)
            yield Doubt(places[number], *ring, cell["char"] or "", _other(cell))


def _ring(box_px: list[float], frame: Frame, area: CropArea) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = box_px
    left, top, right, bottom = turned_box((x0, y0, x1, y1), frame.rotation, frame.shape)
    off = RING_MM * area.px_per_mm
    width, height = area.x1 - area.x0, area.y1 - area.y0
    return (
        round((left - off - area.x0) / width, 4),
        round((top - off - area.y0) / height, 4),
        round((right - left + 2 * off) / width, 4),
        round((bottom - top + 2 * off) / height, 4),
    )


def _other(cell: Mapping[str, Any]) -> str:
    """Not always the second: what was chosen fits its word or number, and need not be the first."""
    rest = (char for char, _ in cell.get("top") or () if char != cell["char"] and char.strip())
    return next(rest, "")


def text_places(raw: str, shown: str) -> dict[int, int]:
    """Where each cell's character stands in the text shown. A blank cell that was tidied away has
    no place."""
    if raw == shown:
        return {n: n for n in range(len(raw))}
    written = [n for n, char in enumerate(raw) if char != " "]
    stands = [n for n, char in enumerate(shown) if char != " "]
    return dict(zip(written, stands, strict=True))
