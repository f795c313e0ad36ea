"""Where a page's codes must lie, when its markers are found but its codes are not read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from forms.layout import Box, Layout
from forms.qr import QR_MODULES
from forms.sheetcode import Position
from scanner import geometry
from scanner.context import ReaderContext
from scanner.geometry import Matrix
from scanner.markers import Corners
from scanner.modules import MARGIN_MODULES, MODULE_PX
from scanner.paper import reduce_area
from scanner.seeds import find_seeds
from scanner.windows import Grey

LETTERS_MARGIN_MM = 1.0
LETTERS_PX_PER_MM = 14.0
"""Capitals of 2.8 mm come out 40 px high; Tesseract's engine works on lines of 36."""

OVERSAMPLED = 2.0
"""A picture with this many pixels to one of the crop is first reduced by area."""


ALIKE_TIMES, ALIKE_MM = 3.0, 0.3
"""A skeleton that misses by more than so many times the best one's, and this beyond, is another
paper's: reading its letters would cost half a second for nothing."""


@dataclass(frozen=True)
class Skeleton:
    """Markers and codes of one page: many forms share one. Boxes by id."""

    layout: Layout
    page: int
    names: tuple[tuple[str, int], ...]
    """Layout hash and page of all pages that look like this."""

    @property
    def codes(self) -> tuple[Box, ...]:
        """The QR codes."""
        return tuple(box for box in self.layout.on_page(self.page) if box.kind == "qr")

    @property
    def letters(self) -> tuple[Box, ...]:
        """The codes in letters."""
        return tuple(box for box in self.layout.on_page(self.page) if box.kind == "code")


@dataclass(frozen=True)
class Placed:
    """A skeleton laid over a picture: crops of its areas can be cut."""

    skeleton: Skeleton
    grey: Grey
    to_px: Matrix
    """mm on paper to pixels of ``grey`` (edge coordinates)."""
    px_per_mm: float

    def code_crops(self) -> Mapping[Position, Grey]:
        """Each QR code, upright, `MODULE_PX` pixels a module, with its margin."""
        crops = {}
        for box in self.skeleton.codes:
            module_mm = box.w_mm / QR_MODULES
            margin_mm = MARGIN_MODULES * module_mm
            crop = self._crop(box, margin_mm, MODULE_PX / module_mm, cv2.INTER_LINEAR)
            crops[Position(box.id.rsplit(":", 1)[1])] = crop
        return crops

    def letter_crops(self) -> Iterator[Grey]:
        """Each code in letters, upright, with a margin."""
        for box in self.skeleton.letters:
            yield self._crop(box, LETTERS_MARGIN_MM, LETTERS_PX_PER_MM, cv2.INTER_CUBIC)

    def _crop(self, box: Box, margin_mm: float, px_per_mm: float, interpolation: int) -> Grey:
        """One area at ``px_per_mm``, upright. What lies outside the picture is white."""
        factor = max(1, int(self.px_per_mm / px_per_mm / OVERSAMPLED))
        grey = reduce_area(self.grey, factor)
        width = round((box.w_mm + 2 * margin_mm) * px_per_mm)
        height = round((box.h_mm + 2 * margin_mm) * px_per_mm)
        left, top = box.x_mm - margin_mm, box.y_mm - margin_mm
        half = 0.5 / px_per_mm  # OpenCV's pixel 0 is the middle of ours
        to_mm = np.array(
            [[1 / px_per_mm, 0, left + half], [0, 1 / px_per_mm, top + half], [0, 0, 1]]
        )
        to_cv = np.array([[1 / factor, 0, -0.5], [0, 1 / factor, -0.5], [0, 0, 1]])
        cut = cv2.warpPerspective(
            grey,
            to_cv @ self.to_px @ to_mm,
            (width, height),
            flags=interpolation | cv2.WARP_INVERSE_MAP,
            borderValue=255,
        )
        return np.asarray(cut, dtype=np.uint8)


def placed_skeletons(
    grey: Grey, markers: Mapping[int, Corners], context: ReaderContext
) -> list[Placed]:
    """The skeletons that fit the markers about as well as the best one, best fit first (an A4 form
    on an F4 sheet misses by ten times as much as the right one). None without markers."""
    fitted = []
    for skeleton in _skeletons(context):
        fit = _fit(skeleton, markers)
        if fit is not None:
            miss_mm, to_px, px_per_mm = fit
            fitted.append((miss_mm, Placed(skeleton, grey, to_px, px_per_mm)))
    fitted.sort(key=lambda pair: pair[0])
    worst_mm = min((miss for miss, _ in fitted), default=0.0) * ALIKE_TIMES + ALIKE_MM
    return [placed for miss_mm, placed in fitted if miss_mm <= worst_mm]


def placed_skeleton(
    grey: Grey, to_px: Matrix, px_per_mm: float, name: tuple[str, int], context: ReaderContext
) -> Placed:
    """The skeleton of one page (layout hash, number), where that is known to lie on a picture."""
    (own,) = (skeleton for skeleton in _skeletons(context) if name in skeleton.names)
    return Placed(own, grey, to_px, px_per_mm)


def _skeletons(context: ReaderContext) -> tuple[Skeleton, ...]:
    """One for each different arrangement of markers and codes."""
    alike: dict[object, list[tuple[str, int]]] = {}
    for full, form in sorted(context.forms.items()):
        for page in range(1, len(form.layout.pages) + 1):
            boxes = form.layout.on_page(page)
            reserved = (box for box in boxes if box.kind in ("marker", "qr", "code"))
            key = tuple((b.id.split(":")[2], b.kind, b.x_mm, b.y_mm, b.w_mm) for b in reserved)
            alike.setdefault(key, []).append((full, page))
    return tuple(
        Skeleton(context.forms[names[0][0]].layout, names[0][1], tuple(names))
        for names in alike.values()
    )


def _fit(skeleton: Skeleton, markers: Mapping[int, Corners]) -> tuple[float, Matrix, float] | None:
    """How badly the markers fit (mm), the map from mm to pixels, and its scale."""
    given = {number: np.asarray(px, dtype=np.float64) for number, px in markers.items()}
    seeds = find_seeds(skeleton.layout, skeleton.page, given, {})
    if seeds is None:
        return None
    try:
        to_px = geometry.fit_homography(seeds.mm, seeds.px, seeds.sigma_px)
    except np.linalg.LinAlgError:
        return None
    slopes = geometry.jacobians(to_px, seeds.mm)
    px_per_mm = float(np.sqrt(np.abs(np.linalg.det(slopes)).mean()))
    miss = geometry.apply(to_px, seeds.mm) - seeds.px
    miss_mm = float(np.sqrt((miss**2).sum(axis=1).mean())) / px_per_mm
    if not np.isfinite(miss_mm):
        return None
    return miss_mm, to_px, px_per_mm
