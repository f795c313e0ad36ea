"""Finding small pictures near where they are expected, to a hundredth of a millimetre."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner import windows
from scanner.geometry import Points
from scanner.landmarks import MATCH_PX_PER_MM
from scanner.windows import Grey

SEARCH_MM = 1.25
"""How far from its foretold place a landmark is looked for. Foretelling from neighbours errs
by 0.1 mm under a 2 mm warp; the page's own homography by up to 2 mm, in a page's middle only."""

AT_RIM = 0.01
"""Score of a landmark whose best place is the rim of the search: looked for, not found."""


def match(
    picture: Grey, centres: Points, slopes: NDArray[np.float64], templates: Grey
) -> tuple[Points, NDArray[np.float64]]:
    """Find each template near its centre in ``picture`` (px of that picture, edge coordinates).

    Returns offsets on paper in mm (n, 2) and the correlations (n,), at least `AT_RIM`.
    """
    reach = round(SEARCH_MM * MATCH_PX_PER_MM)
    side = templates.shape[1] + 2 * reach
    cut = windows.cut(picture, centres, slopes, (side, side), MATCH_PX_PER_MM)
    surface = np.empty((len(cut), 2 * reach + 1, 2 * reach + 1), dtype=np.float32)
    for index in range(len(cut)):
        cv2.matchTemplate(cut[index], templates[index], cv2.TM_CCOEFF_NORMED, surface[index])
    places, score = _peaks(surface)
    return (places - reach) / MATCH_PX_PER_MM, score


def _peaks(surface: NDArray[np.float32]) -> tuple[Points, NDArray[np.float64]]:
    """Sub-pixel maxima of correlation surfaces (n, h, w), by a parabola each way."""
    count, side = surface.shape[:2]
    y, x = np.divmod(surface.reshape(count, -1).argmax(axis=1), side)
    rows = np.arange(count)
    top = surface[rows, y, x].astype(np.float64)
    rim = (x == 0) | (y == 0) | (x == side - 1) | (y == side - 1)
    x, y = np.clip(x, 1, side - 2), np.clip(y, 1, side - 2)
    across = [surface[rows, y, x + step].astype(np.float64) for step in (-1, 0, 1)]
    down = [surface[rows, y + step, x].astype(np.float64) for step in (-1, 0, 1)]
    fine = np.column_stack([x + _vertex(*across), y + _vertex(*down)])
    return fine, np.where(rim, AT_RIM, np.maximum(top, AT_RIM))


def _vertex(
    before: NDArray[np.float64], at: NDArray[np.float64], after: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Top of the parabola through three neighbouring values, within half a step."""
    bend = before - 2 * at + after
    safe = np.where(bend < -1e-9, bend, -1.0)
    return np.asarray(np.clip((before - after) / (2 * safe), -0.5, 0.5))
