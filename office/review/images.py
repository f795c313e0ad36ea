"""Page images of stored originals, decoded once and kept for a short while in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from office.intake.models import ScanPage
from office.intake.store import stored_path
from office.review.pictures import Grey, fraction_box, turned_shape
from scanner.pages import PageImage, open_pages
from scanner.reading import BoxPx

CACHED_PAGES = 6
"""Two reviewers with a two-page sheet each, and the next one; 9 MB a page at 300 dpi."""


class NoImageError(Exception):
    """The stored file gives no image for this page (it was refused, or is damaged)."""


@lru_cache(maxsize=CACHED_PAGES)
def _decode(path: Path, index: int) -> Grey:
    for page in open_pages(path):
        if isinstance(page, PageImage) and page.page_index == index:
            return page.grey
        if page.page_index >= index:
            break
    raise NoImageError(f"{path.name} page {index}")


def page_image(page: ScanPage) -> Grey:
    """The page as decoded, not turned. Raises NoImageError."""
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
    """How a page lies on the screen: its decoded shape (height, width) and its turning."""

    shape: tuple[int, int]
    rotation: int

    @property
    def upright(self) -> tuple[int, int]:
        """Height and width in pixels of the page as it is shown."""
        return turned_shape(self.shape, self.rotation)

    def place(self, box_px: BoxPx) -> str:
        """``x0 y0 x1 y1`` as fractions of the page shown, for the light on a field."""
        return " ".join(str(part) for part in fraction_box(box_px, self.rotation, self.shape))


def frame_of(page: ScanPage) -> Frame | None:
    """The frame of a read page; None when its image cannot be shown."""
    try:
        grey = page_image(page)
    except NoImageError:
        return None
    return Frame((grey.shape[0], grey.shape[1]), rotation_of(latest_reading(page)))
