"""Finding the four ArUco markers of a page: coarsely on a small picture, then to a fraction
of a pixel on the whole one.

Coordinates are edge coordinates (see `scanner.geometry`): pixel ``i`` covers ``[i, i + 1)``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner.paper import reduce_area
from scanner.windows import Grey

Corners = NDArray[np.float32]
"""Shape (4, 2): top left, top right, bottom right, bottom left *of the printed marker*, px."""

PAGE_MARKERS = 4
"""Ids 0-3 of DICT_4X4_50: the corners of the page, clockwise from its top left."""

MARKER_MODULES = 6
"""Modules along a marker's side: four of the code and its black border."""

SEARCH_SHORT_SIDE_PX = 910
"""Markers are looked for with the page's short side (210 mm) reduced to this: 110 dpi. At full
resolution detection costs four times as much and misses half-filled (low toner) markers,
whose outline is closed again by the reduction."""

QUICK_WINDOWS_PX = (23, 23)
THOROUGH_WINDOWS_PX = (13, 53)
"""Smallest and largest window of the adaptive threshold, in steps of 10. One of half a marker
(5 mm) is enough on nearly all pages; the others are tried when fewer than three are found."""

QUICK_LEAST_PERIMETER = 0.065
WINDOW_LEAST_PERIMETER = 1.0
THOROUGH_LEAST_PERIMETER = 0.03
"""Perimeter of the smallest outline looked at, as a share of the image's long side. A marker
has 0.12 where the page fills the image; the mark boxes (0.059), over a hundred on a page, stay
below the quick limit and cost nothing: 4.8 ms instead of 7.3. In a window round one marker it has
1.6 and more."""

ENOUGH_MARKERS = 3

MOST_OUTLINES = {THOROUGH_LEAST_PERIMETER: 1600, QUICK_LEAST_PERIMETER: 600}
"""By least perimeter, how many outlines a picture may have to be searched thoroughly: the time
grows with their square, and a page strewn with finder patterns of QR codes took 8.5 s. Most on
288 simulated pages of all forms and kinds of damage: 1,172 and 420."""

MOST_FACTOR = 0.85
"""A picture that would shrink by less is taken as it is."""

LEAST_SIDE_SHARE = 0.65
"""A marker (9 mm) smaller than this share of the largest found is not one of ours. A page held
at an angle shrinks the far ones to 0.75; what might pass for one inside a QR code is 6 or 7
modules wide (0.53 or 0.62)."""

MOST_TURN = 0.35
"""Markers may differ from their common direction by this much (radians, 20 degrees)."""

REFINE_MODULES = 0.45
"""Half the side of the window in which a corner is refined, in modules: a whole one would
reach the white code modules inside the black border."""

BLUR_MODULES = 0.06
"""Sigma of the blur before refining (0.09 mm). Without it the grain of thin toner pulls
corners 0.2-0.4 mm away (300-600 dpi, three of ten black pixels missing); with it 0.05-0.09.
On clean grey scans the blur costs 0.006 mm, on 1-bit scans nothing: 0.04 mm at 300 dpi."""

MOST_SHIFT_MODULES = 0.5
"""A refined corner further from the coarse one than this slid along an edge: keep the coarse."""

_CRITERIA = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_MAX_ITER, 30, 0.01)


@cache
def _detector(windows_px: tuple[int, int], least_perimeter: float) -> cv2.aruco.ArucoDetector:
    parameters = cv2.aruco.DetectorParameters()
    parameters.adaptiveThreshWinSizeMin, parameters.adaptiveThreshWinSizeMax = windows_px
    parameters.minMarkerPerimeterRate = least_perimeter
    parameters.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_NONE
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    return cv2.aruco.ArucoDetector(dictionary, parameters)


def find_markers(grey: Grey) -> Mapping[int, Corners]:
    """The page markers of a raw page image (h x w, 8 bit), by id: whatever was found, 0 to 4.

    An id seen twice is left out (two sheets on the glass), and so is a marker that differs
    from the others in size or direction. Corners are exact to about 0.1 px on a good scan.
    """
    small, reduction = _reduced(grey)
    found = _believable(small, QUICK_WINDOWS_PX, QUICK_LEAST_PERIMETER)
    if len(found) < ENOUGH_MARKERS and not _is_crowded(small):
        found = _believable(small, THOROUGH_WINDOWS_PX, THOROUGH_LEAST_PERIMETER)
    return {
        number: refined(grey, found[number] * np.float32(reduction)) for number in sorted(found)
    }


def _is_crowded(small: Grey) -> bool:
    """Whether there are far more outlines than on any page of ours; 7 ms."""
    dark = cv2.adaptiveThreshold(
        small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, QUICK_WINDOWS_PX[0], 7
    )
    outlines, _ = cv2.findContours(dark, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    sizes = np.array([len(outline) for outline in outlines])
    long_side = max(small.shape)
    return any((sizes >= part * long_side).sum() > most for part, most in MOST_OUTLINES.items())


def _reduced(grey: Grey) -> tuple[Grey, float]:
    """The picture to search and how many raw pixels one of its pixels is: halved by area
    (cheap), then to `SEARCH_SHORT_SIDE_PX` by interpolation; never enlarged."""
    small, reduction = grey, 1.0
    while min(small.shape) >= 2 * SEARCH_SHORT_SIDE_PX:
        small, reduction = reduce_area(small, 2), reduction * 2
    factor = SEARCH_SHORT_SIDE_PX / min(small.shape)
    if factor > MOST_FACTOR:
        return small, reduction
    resized = cv2.resize(small, None, fx=factor, fy=factor)
    return np.asarray(resized, dtype=np.uint8), reduction / factor


def markers_in(window: Grey) -> dict[int, Corners]:
    """Markers of a window little wider than one marker, 3-6 px/mm, to about a pixel of it."""
    return _believable(window, QUICK_WINDOWS_PX, WINDOW_LEAST_PERIMETER)


def _believable(
    small: Grey, windows_px: tuple[int, int], least_perimeter: float
) -> dict[int, Corners]:
    """Markers of the reduced picture, in its edge coordinates, to about a pixel."""
    corners, ids, _ = _detector(windows_px, least_perimeter).detectMarkers(small)
    numbers = [] if ids is None else [int(number) for number in np.ravel(ids)]
    found = [
        (number, np.asarray(quad.reshape(4, 2) + 0.5, dtype=np.float32))
        for number, quad in zip(numbers, corners, strict=True)
        if number < PAGE_MARKERS
    ]
    return _consistent(dict(_unique(found)))


def _unique(found: Sequence[tuple[int, Corners]]) -> Iterator[tuple[int, Corners]]:
    """Markers of a believable size whose id occurs once among those."""
    least = LEAST_SIDE_SHARE * max((marker_side(corners) for _, corners in found), default=0.0)
    large = [(number, corners) for number, corners in found if marker_side(corners) >= least]
    numbers = [number for number, _ in large]
    yield from ((n, corners) for n, corners in large if numbers.count(n) == 1)


def _consistent(found: dict[int, Corners]) -> dict[int, Corners]:
    """Those that point where most of them point; two that disagree are both left out."""
    if len(found) < 2:
        return found
    turns = {number: _direction(corners) for number, corners in found.items()}
    agreeing = {
        number: sum(abs(np.angle(turn / other)) <= MOST_TURN for other in turns.values())
        for number, turn in turns.items()
    }
    return {number: c for number, c in found.items() if 2 * agreeing[number] > len(found)}


_BEFORE = [3, 0, 1, 2]


def marker_side(corners: NDArray[np.floating]) -> float:
    """Mean length of the four sides of corners (4, 2)."""
    return float(np.linalg.norm(corners - corners[_BEFORE], axis=1).mean())


def _direction(corners: Corners) -> complex:
    """The direction of the marker's upper and lower edge, as a complex number."""
    right = corners[1] - corners[0] + corners[2] - corners[3]
    return complex(float(right[0]), float(right[1]))


def refined(grey: Grey, corners: Corners) -> Corners:
    """Corners moved to where the edges of the full-size picture cross."""
    module = marker_side(corners) / MARKER_MODULES
    start = np.maximum(corners.min(axis=0) - 2 * module, 0).astype(int)
    end = np.ceil(corners.max(axis=0) + 2 * module).astype(int)
    patch = cv2.GaussianBlur(
        grey[start[1] : end[1], start[0] : end[0]], (0, 0), BLUR_MODULES * module
    )
    reach = max(2, round(REFINE_MODULES * module))
    coarse = (corners - start - 0.5).astype(np.float32).reshape(4, 1, 2)
    moved = cv2.cornerSubPix(patch, coarse, (reach, reach), (-1, -1), _CRITERIA)
    fine = np.asarray(np.reshape(moved, (4, 2)) + start + 0.5, dtype=np.float32)
    slid = np.linalg.norm(fine - corners, axis=1) > max(2.0, MOST_SHIFT_MODULES * module)
    fine[slid] = corners[slid]
    return fine
