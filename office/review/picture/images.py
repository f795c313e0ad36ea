"""Page images of stored originals, decoded once and kept for a short while in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from django.conf import settings

from forms.layout import Box
from office.intake.models import ScanPage
from office.intake.store import stored_path
from office.review.picture.pictures import (
    CROP_MARGIN_MM,
    CropArea,
    Grey,
    crop_area,
    fraction_box,
    label_room_mm,
    size_mm,
    turned_box,
    turned_shape,
    words_left_mm,
)
from office.rounds.printed import printed_form
from scanner.pages import PageImage, open_pages
from scanner.reading import BoxPx

CACHED_PAGES = 6
"""Two reviewers with a two-page sheet each, and the next one; 9 MB a page at 300 dpi."""


_one_at_a_time = Lock()
"""A browser asks for a page and its crops at once: one thread decodes, the others find it done."""


class NoImageError(Exception):
    """The stored file gives no image for this page (it was refused, or is damaged)."""


@lru_cache(maxsize=CACHED_PAGES)
def _decode(path: Path, index: int) -> Grey:
    page = next(open_pages(path, first=index), None)
    if isinstance(page, PageImage) and page.page_index == index:
        return page.grey
    raise NoImageError(f"{path.name} page {index}")


def page_image(page: ScanPage) -> Grey:
    """The page as decoded, not turned. Raises NoImageError."""
    with _one_at_a_time:
        return _decode(stored_path(settings.DATA.scans, page.file.sha256), page.index)


def latest_reading(page: ScanPage) -> Mapping[str, Any] | None:
    """The JSON of the newest reading, if the page was ever read."""
    reading = page.readings.order_by("-id").first()
    return None if reading is None else reading.json


def rotation_of(reading: Mapping[str, Any] | None) -> int:
    """Degrees clockwise to turn the page; 0 where the reader found no direction."""
    return int(reading["rotation"] or 0) if reading else 0


@dataclass(frozen=True)
class Frame:
    """How a read page lies on the screen: decoded shape (height, width), turning, layout.
    ``label_mm``: how much of its right belongs to each mark field; ``left_mm``: how much of its
    left shows the words of each comb."""

    shape: tuple[int, int]
    rotation: int
    fields: Mapping[str, tuple[Box, ...]]
    label_mm: Mapping[str, float]
    left_mm: Mapping[str, float] = field(default_factory=dict)

    @property
    def upright(self) -> tuple[int, int]:
        """Height and width in pixels of the page as it is shown."""
        return turned_shape(self.shape, self.rotation)

    def place(self, box_px: BoxPx) -> str:
        """``x0 y0 x1 y1`` as fractions of the page shown, for the light on a field."""
        return " ".join(str(part) for part in fraction_box(box_px, self.rotation, self.shape))

    def crop_of(self, name: str, box_px: BoxPx) -> CropArea:
        """The part of the upright page that shows this field."""
        boxes = self.fields[name]
        right_mm = self.label_mm.get(name, CROP_MARGIN_MM)
        box = turned_box(box_px, self.rotation, self.shape)
        return crop_area(box, size_mm(boxes), self.upright, right_mm)


def outline(place: str, height: float) -> tuple[float, float, float, float]:
    """Left, top, width and height of what `Frame.place` tells, in thousandths of the page's width;
    ``height``: the page's, in the same."""
    x0, y0, x1, y1 = (float(part) for part in place.split())
    sides = (1000 * x0, height * y0, 1000 * (x1 - x0), height * (y1 - y0))
    x, y, across, down = (round(side, 1) for side in sides)
    return x, y, across, down


def frame_in(page: ScanPage, reading: Mapping[str, Any]) -> Frame | None:
    """The frame of a page with this reading; None when its place or its image is not to be had."""
    if reading["layout"] is None:
        return None
    shape = _shape(page, reading)
    if shape is None:
        return None
    place = reading["layout"], reading["page"]
    return Frame(
        shape, rotation_of(reading), _fields_on(*place), _labels_on(*place), _lefts_on(*place)
    )


@lru_cache(maxsize=64)
def _fields_on(layout_hash: str, page: int) -> Mapping[str, tuple[Box, ...]]:
    """A layout that was printed never changes, and a grid asks for the same page a dozen times."""
    return printed_form(layout_hash).layout.fields_on_page(page)


@lru_cache(maxsize=64)
def _labels_on(layout_hash: str, page: int) -> Mapping[str, float]:
    """In mm, of the mark fields of a page. 15 ms once: every box is compared with every other."""
    fields, form = _fields_on(layout_hash, page), printed_form(layout_hash).spec
    marks = (name for name, boxes in fields.items() if boxes[0].kind == "mark")
    words = {spec.id: {one.id: one.label for one in spec.options} for spec in form.fields}
    return {name: label_room_mm(name, fields, words[name.partition(".")[0]]) for name in marks}


@lru_cache(maxsize=64)
def _lefts_on(layout_hash: str, page: int) -> Mapping[str, float]:
    """In mm, of the combs of a page."""
    fields = _fields_on(layout_hash, page)
    every = printed_form(layout_hash).layout.on_page(page)
    edge = min((box.x_mm for box in every if box.kind == "marker"), default=0.0)
    combs = (name for name, boxes in fields.items() if boxes[0].kind == "cell")
    return {name: words_left_mm(name, fields, edge) for name in combs}


def _shape(page: ScanPage, reading: Mapping[str, Any]) -> tuple[int, int] | None:
    """Height and width as the reading tells them, so that the image need not be decoded yet."""
    facts = reading["facts"]
    if "height_px" in facts and "width_px" in facts:
        return int(facts["height_px"]), int(facts["width_px"])
    try:
        grey = page_image(page)
    except NoImageError:
        return None
    return grey.shape[0], grey.shape[1]
