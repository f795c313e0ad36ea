"""The first known points of a page: corners of its markers and of its QR codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forms.layout import Box, Layout
from forms.sheetcode import Position
from scanner.geometry import Points

Corners = NDArray[np.floating]
"""Shape (4, 2), px."""

MARKER_SIGMA_PX = 0.5
QR_SIGMA_PX = 1.5
"""Expected error of a corner: markers are refined below a pixel, a QR decoder tells whole
pixels of a symbol whose outermost modules may be smeared."""

SURE_MARKERS = 3
"""From three markers on the whole page is within `match.SEARCH_MM` of its homography."""

NARROW_REACH_MM = 60.0
"""With fewer, landmarks are first looked for this near to a known point only."""


@dataclass(frozen=True)
class Seeds:
    """Points known on paper (mm) and on the raw image (px, edge coordinates), (n, 2) each."""

    mm: Points
    px: Points
    sigma_px: NDArray[np.float64]
    reach_mm: float
    """How far from the points their homography may be believed at first."""


def find_seeds(
    layout: Layout,
    page: int,
    markers: Mapping[int, Corners],
    codes: Mapping[Position, Corners],
) -> Seeds | None:
    """Put layout and image together. None when nothing was found on the image.

    ``markers`` (by ArUco id) and ``codes`` are four corners each, in the order top left, top
    right, bottom right, bottom left *of the printed symbol*, in edge coordinates.
    """
    boxes = {box.id: box for box in layout.on_page(page)}
    found = [(f"marker:{page}:{n}", px, MARKER_SIGMA_PX) for n, px in sorted(markers.items())]
    found += [(f"qr:{page}:{p.value}", px, QR_SIGMA_PX) for p, px in sorted(codes.items())]
    known = [(corners_mm(boxes[name]), px, sigma) for name, px, sigma in found if name in boxes]
    if not known:
        return None
    return Seeds(
        mm=np.vstack([mm for mm, _, _ in known]),
        px=np.vstack([np.asarray(px, dtype=np.float64) for _, px, _ in known]),
        sigma_px=np.repeat([sigma for _, _, sigma in known], 4),
        reach_mm=np.inf if len(markers) >= SURE_MARKERS else NARROW_REACH_MM,
    )


def corners_mm(box: Box) -> Points:
    """The four corners of a box: top left, top right, bottom right, bottom left."""
    x0, y0, x1, y1 = box.x_mm, box.y_mm, box.x_mm + box.w_mm, box.y_mm + box.h_mm
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
