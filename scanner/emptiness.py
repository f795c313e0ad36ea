"""Whether a page is surely blank: a white page, dirt, a shadow, the other side shining through.

"Surely" matters: what is called blank may be put aside without anybody looking at it.
"""

from __future__ import annotations

import cv2
import numpy as np

from scanner.decoders import PAGE_SHORT_MM
from scanner.paper import paper_white, reduce_area
from scanner.windows import Grey

LOOK_PX_PER_MM = 3.9
"""100 dpi: a line of 0.3 mm keeps 0.59 to all of its darkness, as it falls on the pixels."""

EDGE_MM = 6.0
"""Not looked at along the edges: scanner shadows, and the glass beyond the paper."""

INK = 0.75
"""Ink is darker than this share of the paper round it. Simulated (200 and 300 dpi, 8 marks a
kind): ballpoint and gel ticks leave 0.2-0.4 where they are darkest, pencil 0.54-0.62. The printed
other side shining through with 12 % of its darkness leaves 0.85, with 20 % 0.78. Pale pencil and
dying pens (0.79-0.92) cannot be told from that and count as paper."""

MOST_INK_MM2 = 3.0
"""Dirt and staple holes of a blank page (an estimate: simulated blank scans have none).
Simulated, a handwritten word has 6-10 mm2, a lone tick 2.6-3.9, a stroke or the letter "x"
1.3-3."""

SPECK_MM2 = 0.15
"""Spots below this count as dirt whatever their number (an estimate)."""

DARKEST_PAPER = 110
"""A page whose own grey is darker is not white paper: an open lid, a picture, coloured card
(an estimate)."""


def is_blank(grey: Grey) -> bool:
    """Whether there is next to nothing on a page (raw image, any turning)."""
    if min(grey.shape) < 2 * LOOK_PX_PER_MM * EDGE_MM * 2:
        return False
    factor = max(1, int(min(grey.shape) / PAGE_SHORT_MM / LOOK_PX_PER_MM))
    small = reduce_area(grey, factor)
    px_per_mm = min(small.shape) / PAGE_SHORT_MM
    white = paper_white(small, px_per_mm)
    edge = round(EDGE_MM * px_per_mm)
    inside = (slice(edge, -edge), slice(edge, -edge))
    if float(np.median(white[inside])) < DARKEST_PAPER:
        return False
    ink = (small[inside] < INK * white[inside]).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    areas_mm2 = stats[1:count, cv2.CC_STAT_AREA] / px_per_mm**2
    return float(areas_mm2[areas_mm2 >= SPECK_MM2].sum()) <= MOST_INK_MM2
