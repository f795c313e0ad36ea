"""Every box is found to a few hundredths of a millimetre, however the page was scanned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from forms.sheetcode import Position
from samples.simulator.filling import DrawnMarks, Filling, Mark, some_writer
from samples.simulator.marks import Kind
from samples.simulator.page import SimulatedPage, simulate
from samples.simulator.profiles import OFFICE, PROFILES, Profile
from scanner.align import Alignment, align
from scanner.boxes import centres_mm
from scanner.grow import Found, Scene, one_body
from scanner.landmarks import Landmarks, landmarks_of, nearest
from scanner.markers import find_markers
from scanner.placed import PlacedBoxes, place_boxes
from scanner.seeds import Seeds, corners_mm, find_seeds
from tests.scanner.conftest import SHEETS, Office, PrintedOffice

PAGE = 2
MARKED = 0.6
"""Share of boxes with a mark: more than on any real sheet."""


@pytest.fixture(scope="module")
def f4(print_office: Office) -> PrintedOffice:
    return print_office("f4")


def _scanned(office: PrintedOffice, profile: Profile, seed: int = 1) -> SimulatedPage:
    rng = np.random.default_rng(seed)
    boxes = [box for box in office.layout.on_page(PAGE) if box.kind == "mark"]
    marks = {box.id: Mark(Kind.TICK) for box in boxes if rng.random() < MARKED}
    filling = Filling(
        some_writer(rng), marks, {"nama.1": "SITI AMINAH", "nik.2": "6311025504909001"}
    )
    page = office.pages[SHEETS[0], PAGE]
    return simulate(office.pdf, page, office.layout, PAGE, filling, profile, DrawnMarks(), rng)


def _aligned(
    office: PrintedOffice,
    page: SimulatedPage,
    markers: tuple[int, ...] = (0, 1, 2, 3),
    codes: str = "",
) -> Alignment:
    """Aligned by these markers and by QR codes known to a pixel."""
    grey = page.picture.pixels
    found = {n: px for n, px in find_markers(grey).items() if n in markers}
    known = {}
    for letter in codes:
        corners = page.picture.geometry.to_px(corners_mm(office.box(f"qr:{PAGE}:{letter}")))
        known[Position(letter)] = np.round(corners)
    seeds = find_seeds(office.layout, PAGE, found, known)
    assert seeds is not None
    done = align(grey, seeds, landmarks_of(office.printed, PAGE))
    assert done is not None
    return done.alignment


def _errors_mm(
    office: PrintedOffice, page: SimulatedPage, alignment: Alignment
) -> NDArray[np.float64]:
    """Distance on paper between where each box is and where it is thought to be."""
    placed: PlacedBoxes = place_boxes(office.printed, PAGE, alignment)
    seen = ~placed.outside
    truth = page.picture.geometry.to_px(centres_mm(placed.boxes))[seen]
    off_px = placed.middles_px[seen] - truth
    off_mm = np.einsum("nij,nj->ni", np.linalg.inv(placed.slopes[seen]), off_px)
    return np.asarray(np.linalg.norm(off_mm, axis=1))


@pytest.mark.parametrize(
    "profile",
    [
        "office300",
        "office200",
        "rotated",
        "one_bit",
        "fit_to_page",
        "photocopy2",
        "warped",
        "phone",
    ],
)
def test_boxes_are_found_however_the_page_was_scanned(a4: PrintedOffice, profile: str) -> None:
    page = _scanned(a4, PROFILES[profile])
    errors = _errors_mm(a4, page, _aligned(a4, page))
    assert errors.mean() <= 0.03
    assert errors.max() <= 0.3


@pytest.mark.parametrize("profile", ["office300", "office200", "one_bit", "photocopy2"])
def test_a_flat_page_is_known_by_one_surface(a4: PrintedOffice, profile: str) -> None:
    page = _scanned(a4, PROFILES[profile], seed=2)
    alignment = _aligned(a4, page)
    assert alignment.surface is not None
    assert _errors_mm(a4, page, alignment).max() <= 0.05


@pytest.mark.parametrize("slide_px", [2, 4])
def test_a_fold_is_never_smoothed_over(a4: PrintedOffice, slide_px: int) -> None:
    """The lower half slides along the fold by 0.17 and 0.34 mm."""
    page = _scanned(a4, PROFILES["office300"], seed=3)
    pixels = page.picture.pixels.copy()
    pixels[1700:] = np.roll(pixels[1700:], slide_px, axis=1)
    slid = replace(page, picture=replace(page.picture, pixels=pixels))
    assert _aligned(a4, page).surface is not None
    assert _aligned(a4, slid).surface is None


@pytest.mark.parametrize(
    ("markers", "codes"),
    [((0, 2), ""), ((0, 1), ""), ((3,), ""), ((), "AB"), ((), "A"), ((), "B")],
    ids=["diagonal", "top", "one marker", "two codes", "upper code", "lower code"],
)
def test_few_known_points_are_enough_on_a_warped_page(
    a4: PrintedOffice, markers: tuple[int, ...], codes: str
) -> None:
    page = _scanned(a4, replace(OFFICE, dpi=200, warp_mm=1.5))
    errors = _errors_mm(a4, page, _aligned(a4, page, markers, codes))
    assert errors.mean() <= 0.03
    assert errors.max() <= 0.3


def test_f4_on_an_a4_glass_is_found_and_its_lost_boxes_are_known(f4: PrintedOffice) -> None:
    page = _scanned(f4, PROFILES["a4_glass"])
    alignment = _aligned(f4, page)
    assert _errors_mm(f4, page, alignment).max() <= 0.3
    width, height = alignment.image_size
    assert (height, width) == page.picture.pixels.shape


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_rotation_is_what_makes_the_page_upright(a4: PrintedOffice, turn: int) -> None:
    page = _scanned(a4, replace(OFFICE, dpi=150, turns=(turn,)))
    assert _aligned(a4, page).rotation == turn


def test_print_scale_is_told(a4: PrintedOffice) -> None:
    page = _scanned(a4, replace(OFFICE, print_scale=(0.95, 0.95)))
    expected = 300 / 25.4 * 0.95
    assert _aligned(a4, page).px_per_mm == pytest.approx(expected, rel=0.003)


def test_another_page_is_not_aligned(a4: PrintedOffice) -> None:
    """The markers are the same on all pages; what is printed between them is not."""
    grey = a4.render(SHEETS[0], 1)
    seeds = find_seeds(a4.layout, PAGE, find_markers(grey), {})
    assert seeds is not None
    assert align(grey, seeds, landmarks_of(a4.printed, PAGE)) is None


def test_a_page_of_nothing_but_markers_is_not_aligned(a4: PrintedOffice) -> None:
    grey = a4.render(SHEETS[0], PAGE)
    seeds = find_seeds(a4.layout, PAGE, find_markers(grey), {})
    assert seeds is not None
    empty = np.full_like(grey, 250)
    assert align(empty, seeds, landmarks_of(a4.printed, PAGE)) is None


def test_seeds_that_fall_together_are_not_aligned(a4: PrintedOffice) -> None:
    grey = a4.render(SHEETS[0], PAGE)
    same = {n: np.zeros((4, 2)) for n in range(4)}
    seeds = find_seeds(a4.layout, PAGE, same, {})
    assert seeds is not None
    assert align(grey, seeds, landmarks_of(a4.printed, PAGE)) is None


def test_without_known_points_there_are_no_seeds(a4: PrintedOffice) -> None:
    assert find_seeds(a4.layout, PAGE, {}, {}) is None


def test_landmarks_that_agree_only_with_each_other_are_not_trusted() -> None:
    """A comb locked to its neighbour's cells: 5 mm aside, and in perfect agreement."""
    centres = np.array([[x, y] for y in range(20, 200, 10) for x in range(20, 200, 10)], float)
    aside = (centres[:, 0] > 100) & (centres[:, 1] > 100)
    px = 10 * (centres + np.where(aside, 5.0, 0.0)[:, None] * [1.0, 0.0])
    n = len(centres)
    marks = Landmarks(centres, np.zeros((n, 36, 36), np.uint8), {}, nearest(centres))
    seeds = Seeds(np.array([[15.0, 15.0]]), np.array([[150.0, 150.0]]), np.ones(1), 60.0)
    scene = Scene(np.zeros((1, 1), np.uint8), 1, (2200, 2200), seeds, marks)
    found = Found(px, np.ones(n), np.zeros(n), np.ones(n, dtype=bool))
    away = np.linalg.norm(centres - 15.0, axis=1)
    kept = one_body(scene, np.diag([10.0, 10.0, 1.0]), found, away).trusted
    assert (kept == ~aside).all()
