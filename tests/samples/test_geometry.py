"""The simulator's truth about position: ink lies where the map says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from samples.simulator.canvas import Canvas
from samples.simulator.capture import capture, some_geometry
from samples.simulator.damage import tear
from samples.simulator.geometry import Crease, Geometry, Points, Warp
from samples.simulator.profiles import PROFILES

SIZE_MM = np.array([210.0, 297.0])
SPOTS_MM = np.array([[20.0, 30.0], [185.0, 40.0], [60.0, 150.0], [105.0, 200.0], [190.0, 250.0]])
TOLERANCE_MM = 0.06
"""Half a pixel at 200 dpi: what the middle of a blurred, noisy spot can be told to."""


def spotted() -> Canvas:
    """White paper with black squares of 3 mm round `SPOTS_MM`."""
    canvas = Canvas(np.full((4752, 3360), 255, dtype=np.uint8), np.array([16.0, 16.0]))
    for x, y in (SPOTS_MM * 16).astype(int):
        canvas.pixels[y - 24 : y + 24, x - 24 : x + 24] = 0
    return canvas


def middle_of_ink(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], near: Points) -> Points:
    """Centre of darkness within 40 px of a point, in edge coordinates."""
    left, top = np.round(near).astype(int) - 40
    window = pixels[max(top, 0) : top + 80, max(left, 0) : left + 80].astype(np.float64)
    dark = np.clip(0.55 * np.median(window) - window, 0, None)
    rows, columns = np.indices(window.shape)
    x, y = (float((axis * dark).sum() / dark.sum()) + 0.5 for axis in (columns, rows))
    return np.array([x + max(left, 0), y + max(top, 0)])


@pytest.mark.parametrize(
    "name",
    [
        "office300",
        "office200",
        "rotated",
        "enlarged",
        "fit_to_page",
        "warped",
        "phone",
        "photocopy1",
        "folded",
        "wet",
        "torn2",
        "cropped",
        "upside_down",
    ],
)
def test_spots_lie_where_the_map_says(name: str) -> None:
    profile = PROFILES[name]
    picture = capture(spotted(), SIZE_MM, profile, np.random.default_rng(5))
    for spot, told in zip(SPOTS_MM, picture.geometry.to_px(SPOTS_MM), strict=True):
        found = middle_of_ink(picture.pixels, told)
        error_mm = np.linalg.norm(found - told) / (profile.dpi / 25.4)
        assert error_mm < TOLERANCE_MM, (name, spot, error_mm)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_turned_picture_holds_the_whole_sheet(turn: int) -> None:
    profile = replace(PROFILES["office200"], turns=(turn,), skew_deg=0.0, shift_mm=0.0)
    geometry = some_geometry(SIZE_MM, profile, np.random.default_rng(1))
    corners = np.array([[0.0, 0.0], SIZE_MM])
    px = geometry.paper_to_px(corners)
    width, height = geometry.size_px if turn % 180 == 0 else geometry.size_px[::-1]
    assert px.min(axis=0) == pytest.approx([0, 0], abs=1)
    assert px.max(axis=0) == pytest.approx([width, height], abs=1)
    first_corner = {0: (0, 0), 90: (0, height), 180: (width, height), 270: (width, 0)}[turn]
    assert px[0] == pytest.approx(first_corner, abs=1)


@pytest.mark.parametrize("shear_mm", [None, (0.5, 1.2)])
def test_the_warp_and_its_inverse_meet(shear_mm: tuple[float, float] | None) -> None:
    profile = replace(PROFILES["warped"], folds=2, shear_mm=shear_mm)
    warp = some_geometry(SIZE_MM, profile, np.random.default_rng(2)).warp
    assert np.abs(warp.displacement(SPOTS_MM)).max() > 0.1
    assert warp.to_paper(warp.to_seen(SPOTS_MM)) == pytest.approx(SPOTS_MM, abs=1e-5)


def test_a_sheared_crease_makes_a_square_across_it_a_parallelogram() -> None:
    crease = Crease((0.0, 100.0), (0.0, 1.0), 0.1, 0.6, shear_mm=0.8)
    square = np.array([[50.0, 95.0], [55.0, 95.0], [55.0, 105.0], [50.0, 105.0]])
    seen = Warp((), (crease,)).to_seen(square)
    assert seen[1] - seen[0] == pytest.approx([5, 0], abs=1e-6)
    assert abs(seen[3, 0] - seen[0, 0]) == pytest.approx(0.8, abs=1e-3)
    assert abs(seen[3, 1] - seen[0, 1]) == pytest.approx(9.9, abs=1e-3)


@pytest.mark.parametrize("corners", [1, 2, 3])
def test_as_many_corners_are_torn_off_as_asked(corners: int) -> None:
    outline = tear(SIZE_MM, corners, np.random.default_rng(corners))
    whole = np.array([[0, 0], [0, 1], [1, 1], [1, 0]]) * SIZE_MM
    left = [bool((np.abs(outline - corner) < 1e-6).all(axis=1).any()) for corner in whole]
    assert left.count(False) == corners


@pytest.mark.parametrize("height", [95, 96, 97, 191, 192, 193])
def test_a_picture_of_any_height_is_filled_to_its_last_row(height: int) -> None:
    """Also where its height is a whole number of the bands that it is made in."""
    geometry = Geometry(np.eye(3), Warp(), np.eye(3), (120, height))
    raster = np.full((400, 400, 3), 7, np.uint8)
    picture = geometry.resample(raster, np.array([1.0, 1.0]))
    assert picture.shape == (height, 120, 3)
    assert (picture[1:, 1:] == 7).all()
