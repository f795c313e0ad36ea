"""Measuring ink in a whole stack of windows at once: its connected pieces, how dark it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Labels = NDArray[Any]


@dataclass(frozen=True)
class Pieces:
    """Connected pieces (8 neighbours) of a stack of windows (n, h, w); arrays over pieces.

    Piece 0 is the background; it has no window.
    """

    window: NDArray[np.intp]
    left: NDArray[np.intp]
    top: NDArray[np.intp]
    width: NDArray[np.intp]
    height: NDArray[np.intp]
    area: NDArray[np.intp]

    @property
    def diagonal(self) -> NDArray[np.float64]:
        """Diagonal of each piece's bounding box in pixels; the background has 0."""
        diagonal = np.hypot(self.width, self.height)
        diagonal[0] = 0.0
        return np.asarray(diagonal)

    def longest(self, count: int) -> NDArray[np.float64]:
        """The largest diagonal in each of ``count`` windows, px."""
        longest = np.zeros(count)
        np.maximum.at(longest, self.window, self.diagonal)
        return longest


def tiled(stack: Mask | NDArray[np.uint8]) -> NDArray[np.uint8]:
    """All windows below one another, each with an empty row and column after it."""
    count, height, width = stack.shape
    apart = np.zeros((count, height + 1, width + 1), dtype=np.uint8)
    apart[:, :-1, :-1] = stack
    return apart.reshape(-1, width + 1)


def untiled(mosaic: NDArray[np.uint8], shape: tuple[int, ...]) -> Mask:
    """The stack (n, h, w) again, set where the mosaic is."""
    tiles = mosaic.reshape(shape[0], shape[1] + 1, shape[2] + 1)[:, :-1, :-1]
    return np.asarray(tiles > 0)


MOST_SHORT_LABELS = 65_535
"""OpenCV begins with a label for each block of 2 x 2 pixels. Where so many suffice it counts in 16
bits, in 0.4 of the time."""


def pieces(mosaic: NDArray[np.uint8], shape: tuple[int, ...]) -> Pieces:
    """The pieces of a mosaic made by `tiled` from a stack of ``shape`` (n, h, w)."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(mosaic, connectivity=8, ltype=_kind(mosaic))
    numbers = stats.astype(np.intp)
    rows = numbers[:, cv2.CC_STAT_TOP]
    return Pieces(
        window=rows // (shape[1] + 1),
        left=numbers[:, cv2.CC_STAT_LEFT],
        top=rows % (shape[1] + 1),
        width=numbers[:, cv2.CC_STAT_WIDTH],
        height=numbers[:, cv2.CC_STAT_HEIGHT],
        area=numbers[:, cv2.CC_STAT_AREA],
    )


def labelled(mosaic: NDArray[np.uint8], shape: tuple[int, ...]) -> tuple[int, Labels]:
    """As `pieces`: how many there are with the background, and which each pixel of the stack
    belongs to (n, h, w). A quarter of the time."""
    count, labels = cv2.connectedComponents(mosaic, connectivity=8, ltype=_kind(mosaic))
    tiles: Labels = labels.reshape(shape[0], shape[1] + 1, shape[2] + 1)[:, :-1, :-1]
    return count, tiles


def _kind(mosaic: NDArray[np.uint8]) -> int:
    """The type of labels that suffices."""
    blocks = ((mosaic.shape[0] + 1) // 2) * ((mosaic.shape[1] + 1) // 2)
    return cv2.CV_16U if blocks < MOST_SHORT_LABELS else cv2.CV_32S


def nth_darkest(dark: NDArray[np.uint8], ink: Mask, passed: NDArray[np.intp]) -> NDArray[np.uint8]:
    """The darkness of the pixel of ``ink`` (n, h, w) than which ``passed`` (n,) others of its
    window are as dark or darker; 0 where there are not that many."""
    count = len(ink)
    places = np.flatnonzero(ink)
    window = places // max(ink[0].size, 1) if count else places
    levels = np.bincount(window * 256 + dark.ravel()[places], minlength=count * 256)
    darker = levels.reshape(count, 256)[:, ::-1].cumsum(axis=1) > passed[:, None]
    return np.where(darker.any(axis=1), 255 - darker.argmax(axis=1), 0).astype(np.uint8)
