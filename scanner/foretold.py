"""Markers looked for only where the page's own codes say that they are.

Both QR codes of a page, once read, foretell its four markers to a millimetre: looking there costs
a tenth of looking over the whole page. Only all four count; where one is not found (a torn corner,
a bent page, a telephone held at an angle) the whole page is searched as ever.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from forms.layout import Layout
from forms.sheetcode import Position
from scanner import geometry
from scanner.geometry import Matrix, Points
from scanner.markers import PAGE_MARKERS, Corners, marker_side, markers_in, refined
from scanner.paper import reduce_area
from scanner.seeds import corners_mm, find_seeds
from scanner.windows import Grey

NEEDED_CODES = len(Position)
"""Both: one code of 20 mm, known to a pixel, misses the far corner of the page by centimetres."""

AROUND_MM = 5.0
"""Seen round a foretold marker. Corners of QR codes err by 0.5 mm at most; where a marker lies
further away, the page is not flat and a whole search is wanted."""

SEARCH_PX_PER_MM = 3.9
"""Windows are reduced by area as long as this many pixels a mm remain (99 dpi): 200 and 300 dpi to
nearly that, where `markers` searches whole pages."""


def markers_foretold(
    grey: Grey, layout: Layout, page: int, codes: Mapping[Position, Corners]
) -> Mapping[int, Corners]:
    """All four markers of a raw image, by id, or none of them. ``codes`` as from `find_seeds`."""
    to_px = _map(layout, page, codes) if len(codes) >= NEEDED_CODES else None
    if to_px is None:
        return {}
    found = {}
    boxes = {box.id: box for box in layout.on_page(page)}
    for number in range(PAGE_MARKERS):
        box = boxes.get(f"marker:{page}:{number}")
        if box is None:
            return {}
        corners = _look(grey, number, geometry.apply(to_px, corners_mm(box)), box.w_mm)
        if corners is None:
            return {}
        found[number] = corners
    return found


def _map(layout: Layout, page: int, codes: Mapping[Position, Corners]) -> Matrix | None:
    """Millimetres to raw pixels, as far as the codes tell."""
    seeds = find_seeds(layout, page, {}, codes)
    if seeds is None:
        return None
    try:
        to_px = geometry.fit_homography(seeds.mm, seeds.px, seeds.sigma_px)
    except np.linalg.LinAlgError:
        return None
    return to_px if np.isfinite(to_px).all() else None


def _look(grey: Grey, number: int, corners_px: Points, side_mm: float) -> Corners | None:
    """The marker of this number near four foretold corners (4, 2), if it lies on the image."""
    px_per_mm = marker_side(corners_px) / side_mm
    room = AROUND_MM * px_per_mm
    if not np.isfinite(room) or room < 1:
        return None
    start = np.maximum(np.floor(corners_px.min(axis=0) - room), 0).astype(int)
    end = np.minimum(np.ceil(corners_px.max(axis=0) + room), grey.shape[::-1]).astype(int)
    if (end - start < room).any():
        return None
    crop = grey[start[1] : end[1], start[0] : end[0]]
    factor = max(1, int(px_per_mm / SEARCH_PX_PER_MM))
    small = reduce_area(crop, factor)
    found = markers_in(small).get(number)
    if found is None:
        return None
    return refined(grey, np.asarray(found * factor + start, dtype=np.float32))
