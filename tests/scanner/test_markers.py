"""Markers are found to a tenth of a pixel, in all rotations, and never made up."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest

from scanner import markers
from scanner.markers import find_markers

SHEET = "7KQ2MX94D"
TURNS = {0: None, 90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: 2}


def turned(points: Any, degrees: int, shape: tuple[int, ...]) -> Any:
    """Points of an image of ``shape`` after turning it clockwise (edge coordinates)."""
    height, width = shape
    x, y = points[:, 0], points[:, 1]
    places = {
        0: (x, y),
        90: (height - y, x),
        180: (width - x, height - y),
        270: (y, width - x),
    }
    return np.stack(places[degrees], axis=1)


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
@pytest.mark.parametrize("dpi", [150, 200, 300])
def test_corners_are_where_they_were_printed(a4: Any, dpi: int, degrees: int) -> None:
    grey = a4.render(SHEET, dpi=dpi)
    turn = TURNS[degrees]
    found = find_markers(grey if turn is None else cv2.rotate(grey, turn))
    assert sorted(found) == [0, 1, 2, 3]
    for number, corners in found.items():
        true = turned(a4.corners_px(f"marker:1:{number}", grey.shape), degrees, grey.shape)
        assert np.abs(corners - true).max() < 0.2
        assert np.abs((corners - true).mean(axis=0)).max() < 0.05


def test_one_bit_and_skewed(a4: Any) -> None:
    grey = a4.render(SHEET, dpi=300)
    height, width = grey.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 2.0, 1.0)
    skewed = cv2.warpAffine(grey, turn, (width, height), borderValue=255)
    bits = cv2.threshold(skewed, 128, 255, cv2.THRESH_BINARY)[1]
    found = find_markers(np.asarray(bits, dtype=np.uint8))
    assert sorted(found) == [0, 1, 2, 3]
    for number, corners in found.items():
        centres = a4.corners_px(f"marker:1:{number}", grey.shape) - 0.5
        true = centres @ turn[:, :2].T + turn[:, 2] + 0.5
        assert np.abs(corners - true).max() < 1.1


def test_a_covered_marker_is_missing_and_the_others_stay(a4: Any, painter: Any) -> None:
    grey = a4.render(SHEET)
    torn = painter(grey, a4.corners_px("marker:1:2", grey.shape), 255)
    assert sorted(find_markers(torn)) == [0, 1, 3]


def test_two_sheets_on_the_glass_give_no_markers(a4: Any) -> None:
    grey = a4.render(SHEET, dpi=150)
    assert find_markers(np.hstack([grey, grey])) == {}


def test_a_marker_turned_against_the_others_is_left_out(a4: Any) -> None:
    grey = a4.render(SHEET)
    x0, y0, x1, y1 = (round(v) for v in a4.corners_px("marker:1:3", grey.shape)[[0, 2]].ravel())
    grey[y0:y1, x0:x1] = cv2.rotate(grey[y0:y1, x0:x1], cv2.ROTATE_180)
    assert sorted(find_markers(grey)) == [0, 1, 2]


def test_half_filled_markers_are_found(a4: Any) -> None:
    """Low toner: three of ten black pixels are missing."""
    grey = a4.render(SHEET, dpi=300)
    grey[np.random.default_rng(1).random(grey.shape) < 0.3] = 255
    found = find_markers(grey)
    assert sorted(found) == [0, 1, 2, 3]
    for number, corners in found.items():
        true = a4.corners_px(f"marker:1:{number}", grey.shape)
        assert np.abs(corners - true).max() < 4.0
        assert np.abs(corners - true).mean() < 1.5


@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (40, 7), (2400, 3)])
def test_tiny_images_hold_none(shape: tuple[int, int]) -> None:
    assert find_markers(np.full(shape, 255, dtype=np.uint8)) == {}


def test_noise_holds_none() -> None:
    noise = np.random.default_rng(2).integers(0, 256, (1200, 900), dtype=np.uint8)
    assert find_markers(noise) == {}


def strewn(side_px: int) -> Any:
    """A page full of squares in squares, as the finder patterns of QR codes are."""
    ring = np.full((side_px, side_px), 255, np.uint8)
    edge = side_px // 7
    cv2.rectangle(ring, (edge, edge), (side_px - edge, side_px - edge), 0, edge)
    return np.tile(ring, (2339 // side_px, 1654 // side_px))


@pytest.mark.parametrize("side_px", [28, 42, 60])
def test_a_page_strewn_with_squares_is_not_searched_thoroughly(side_px: int) -> None:
    """The search would take seconds: its time grows with the square of their number."""
    assert markers._is_crowded(markers._reduced(strewn(side_px))[0])
    assert not find_markers(strewn(side_px))


def test_a_page_of_ours_is_not_crowded(a4: Any) -> None:
    small, _ = markers._reduced(a4.render(SHEET, dpi=200))
    assert not markers._is_crowded(small)
