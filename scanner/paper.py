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

WHITE_PX_PER_MM = 1.4
WHITE_REACH_MM = 8.0
"""Paper white at a point is the brightest that means over half a millimetre (1 / 1.4 mm at most)
come to within this distance (a morphological closing): wider than a filled box (5 mm) or a QR
module, so ink never counts as paper; narrower than shadows, which do."""


@dataclass(frozen=True)
class WorkImage:
    """``grey`` with paper at 255 and ``reduction`` raw pixels to each of its pixels."""

    grey: Grey
    reduction: int


def work_image(raw: Grey, px_per_mm: float, halved: Grey | None = None) -> WorkImage:
    """Reduce ``raw`` (n x m, 8 bit) to working resolution and divide by local paper white."""
    reduction = max(1, int(px_per_mm / WORK_PX_PER_MM + 0.02))
    small = reduce_area(raw, reduction, halved)
    white = paper_white(small, px_per_mm / reduction, halved if small is raw else None)
    return WorkImage(np.asarray(cv2.divide(small, white, scale=255), dtype=np.uint8), reduction)


def reduce_area(raw: Grey, factor: int, halved: Grey | None = None) -> Grey:
    """Means of ``factor`` x ``factor`` pixels; a rest at the right and bottom is cut off.
    ``halved``: the same by 2, where it is at hand (0.3 ms at 200 dpi, 0.8 at 300)."""
    if halved is not None and factor % 2 == 0:
        raw, factor = halved, factor // 2
    if factor == 1:
        return raw
    height, width = (side // factor * factor for side in raw.shape)
    small = raw[:height, :width]
    while factor % 2 == 0:  # halving is what OpenCV does fastest: 0.3 ms instead of 2.1 for 4
        small, factor = _shrunk(small, 2), factor // 2
    return small if factor == 1 else _shrunk(small, factor)


def _shrunk(picture: Grey, factor: int) -> Grey:
    size = (picture.shape[1] // factor, picture.shape[0] // factor)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def paper_white(small: Grey, px_per_mm: float, halved: Grey | None = None) -> Grey:
    """Local paper white of every pixel of ``small``, smooth, at least 1."""
    factor = 1
    while px_per_mm / (2 * factor) >= WHITE_PX_PER_MM:
        factor *= 2
    coarse = reduce_area(small, factor, halved)
    reach = 2 * round(WHITE_REACH_MM * px_per_mm / factor / 2) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (reach, reach))
    closed = cv2.morphologyEx(coarse, cv2.MORPH_CLOSE, kernel, borderType=cv2.BORDER_REPLICATE)
    smooth = cv2.blur(closed, (reach, reach), borderType=cv2.BORDER_REPLICATE)
    return _enlarged(np.maximum(smooth, 1), small.shape, factor)


def _enlarged(coarse: Grey, shape: tuple[int, ...], factor: int) -> Grey:
    """``coarse`` with ``factor`` pixels to each of its own, its last row and column repeated as
    far as ``shape`` reaches beyond."""
    height, width = coarse.shape
    padded = cv2.copyMakeBorder(coarse, 0, 1, 0, 1, cv2.BORDER_REPLICATE)
    size = ((width + 1) * factor, (height + 1) * factor)
    whole = cv2.resize(padded, size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(whole[: shape[0], : shape[1]], dtype=np.uint8)
