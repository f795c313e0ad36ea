"""From the raw scan to a working picture in which paper is white everywhere."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from scanner.windows import Grey

WORK_PX_PER_MM = 5.9
"""The scan is halved, thirded ... by area as long as this many pixels a mm remain (150 dpi).
A ballpoint line (0.3-0.5 mm) stays two pixels wide, noise falls, and 600 dpi costs what 300
does. 300 dpi gives 5.9, 200 dpi stays 7.9."""

WHITE_PX_PER_MM = 2.0
WHITE_REACH_MM = 8.0
"""Paper white at a point is the brightest that half-millimetre means come to within this
distance (a morphological closing): wider than a filled box (5 mm) or a QR module, so ink
never counts as paper; narrower than shadows, which do."""


@dataclass(frozen=True)
class WorkImage:
    """``grey`` with paper at 255 and ``reduction`` raw pixels to each of its pixels."""

    grey: Grey
    reduction: int


def work_image(raw: Grey, px_per_mm: float) -> WorkImage:
    """Reduce ``raw`` (n x m, 8 bit) to working resolution and divide by local paper white."""
    reduction = max(1, int(px_per_mm / WORK_PX_PER_MM + 0.02))
    small = reduce_area(raw, reduction)
    white = paper_white(small, px_per_mm / reduction)
    return WorkImage(np.asarray(cv2.divide(small, white, scale=255), dtype=np.uint8), reduction)


def reduce_area(raw: Grey, factor: int) -> Grey:
    """Means of ``factor`` x ``factor`` pixels; a rest at the right and bottom is cut off."""
    if factor == 1:
        return raw
    height, width = (side // factor * factor for side in raw.shape)
    return np.asarray(
        cv2.resize(
            raw[:height, :width],
            (width // factor, height // factor),
            interpolation=cv2.INTER_AREA,
        ),
        dtype=np.uint8,
    )


def paper_white(small: Grey, px_per_mm: float) -> Grey:
    """Local paper white of every pixel of ``small``, smooth."""
    factor = max(1, round(px_per_mm / WHITE_PX_PER_MM))
    coarse = reduce_area(small, factor)
    reach = 2 * round(WHITE_REACH_MM * px_per_mm / factor / 2) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (reach, reach))
    closed = cv2.morphologyEx(coarse, cv2.MORPH_CLOSE, kernel, borderType=cv2.BORDER_REPLICATE)
    smooth = cv2.blur(closed, (reach, reach), borderType=cv2.BORDER_REPLICATE)
    height, width = small.shape
    whole = cv2.resize(
        smooth,
        (coarse.shape[1] * factor, coarse.shape[0] * factor),
        interpolation=cv2.INTER_LINEAR,
    )
    rest = (0, height - whole.shape[0], 0, width - whole.shape[1])
    padded = cv2.copyMakeBorder(whole, *rest, cv2.BORDER_REPLICATE)
    return np.asarray(np.maximum(padded, 1), dtype=np.uint8)
