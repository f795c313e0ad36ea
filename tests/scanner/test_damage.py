"""Torn, cut, scaled, bent and photographed pages: every box is placed or asked about."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import cv2
import numpy as np
import pytest

from samples.bench.places import places
from samples.simulator.capture import Capture
from samples.simulator.filling import DrawnMarks, Filling, some_writer
from samples.simulator.page import simulate
from samples.simulator.profiles import OFFICE, PROFILES, Profile
from scanner.pages import PageImage
from scanner.pipeline import Located, locate, measure_page, read_page
from scanner.reading import MarkState, PageStatus, Reason
from tests.scanner.conftest import SHEETS, Grey, Office, PrintedOffice

PAGE, DPI = 2, 200
MOST_MM = 0.3
"""A box placed further off than this must be doubtful."""
TORN_MM = 35.0
"""Along both edges: the marker there is gone, and a QR code where there is one."""
FLAT = replace(OFFICE, dpi=DPI)


def _taken(office: PrintedOffice, profile: Profile, page: int = PAGE) -> Capture:
    """An unmarked page."""
    rng = np.random.default_rng(5)
    filling, pdf_page = Filling(some_writer(rng)), office.pages[SHEETS[0], page]
    source = DrawnMarks()
    return simulate(
        office.pdf, pdf_page, office.layout, page, filling, profile, source, rng
    ).picture


def _off_mm(office: PrintedOffice, picture: Capture) -> list[tuple[float, bool]]:
    """How far off each mark box in the picture is placed, mm, and whether it is doubted."""
    image = PageImage("x.png", 0, _grey(picture), picture.dpi, {})
    at = locate(image, office.context())
    assert isinstance(at, Located)
    measured = measure_page(image, at, office.context().settings)
    boxes = [box for box in at.placed.boxes if box.kind == "mark"]
    true = places(picture, boxes)
    found = []
    for box in boxes:
        number = at.placed.index[box.id]
        x, y = at.placed.middles_px[number].tolist()
        doubted = box.id in measured.trouble or bool(at.placed.outside[number])
        found.append((true[box.id].distance_mm((x, y, x, y)), doubted))
    return found


def _grey(picture: Capture) -> Grey:
    return picture.pixels


def _without(picture: Capture, triangles_mm: list[list[float]]) -> Capture:
    """Corners torn off along a straight line; the white lid is seen there."""
    pixels = picture.pixels.copy()
    for corner in triangles_mm:
        px = picture.geometry.to_px(np.array(corner).reshape(3, 2))
        cv2.fillConvexPoly(pixels, np.round(px).astype(np.int32), 244)
    return replace(picture, pixels=pixels)


def _corners(office: PrintedOffice) -> list[list[float]]:
    size = office.layout.pages[PAGE - 1]
    w, h, t = size.width_mm, size.height_mm, TORN_MM
    outer = 12.0  # beyond the sheet's edge, wherever it was printed
    return [
        [-outer, -outer, t, -outer, -outer, t],
        [w + outer, -outer, w - t, -outer, w + outer, t],
        [w + outer, h + outer, w - t, h + outer, w + outer, h - t],
        [-outer, h + outer, t, h + outer, -outer, h - t],
    ]


@pytest.mark.parametrize("pair", list(combinations(range(4), 2)), ids=str)
def test_with_two_corners_torn_off_boxes_are_placed_or_doubted(
    a4: PrintedOffice, pair: tuple[int, int]
) -> None:
    corners = _corners(a4)
    torn = _without(_taken(a4, FLAT), [corners[i] for i in pair])
    found = _off_mm(a4, torn)
    assert [off for off, doubted in found if off > MOST_MM and not doubted] == []
    assert sum(not doubted for _, doubted in found) > len(found) / 2


@pytest.mark.parametrize("kept", ["A", "B"])
def test_one_code_and_no_marker_is_enough(a4: PrintedOffice, kept: str) -> None:
    picture = _taken(a4, FLAT)
    pixels = picture.pixels.copy()
    for box in a4.layout.on_page(PAGE):
        if box.kind == "marker" or (box.kind == "qr" and not box.id.endswith(kept)):
            unit = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
            first = np.array([box.x_mm - 1, box.y_mm - 1])
            px = picture.geometry.to_px(first + unit * [box.w_mm + 2, box.h_mm + 2])
            cv2.fillConvexPoly(pixels, np.round(px).astype(np.int32), 244)
    found = _off_mm(a4, replace(picture, pixels=pixels))
    assert [off for off, doubted in found if off > MOST_MM and not doubted] == []
    assert sum(not doubted for _, doubted in found) > len(found) / 2


@pytest.mark.parametrize(
    "profile",
    [
        *(replace(FLAT, print_scale=(scale, scale)) for scale in (0.94, 0.97, 1.03)),
        replace(FLAT, warp_mm=2.0),
        replace(PROFILES["phone"], dpi=DPI),
    ],
    ids=["94 %", "97 %", "103 %", "2 mm warp", "phone"],
)
def test_scaled_bent_and_photographed_pages(a4: PrintedOffice, profile: Profile) -> None:
    found = _off_mm(a4, _taken(a4, profile))
    assert [off for off, doubted in found if off > MOST_MM and not doubted] == []
    assert sum(not doubted for _, doubted in found) > 0.9 * len(found)


def test_f4_on_an_a4_glass_says_what_is_lost_and_reads_the_rest(print_office: Office) -> None:
    f4 = print_office("f4")
    picture = _taken(f4, replace(PROFILES["a4_glass"], dpi=DPI), 1)
    reading = read_page(PageImage("x.png", 0, _grey(picture), DPI, {}), f4.context())
    assert reading.status is PageStatus.READ
    assert Reason.BOTTOM_CUT_OFF in reading.reasons
    boxes = [box for box in f4.layout.on_page(1) if box.kind == "mark"]
    where = places(picture, boxes)
    whole = [
        (reading.fields[box.name].options or {})[str(box.option)].state
        for box in boxes
        if where[box.id].seen == "whole"
    ]
    assert MarkState.MARKED not in whole
    assert whole.count(MarkState.EMPTY) > 0.95 * len(whole)


def test_partly_torn_boxes_are_never_claimed(a4: PrintedOffice) -> None:
    """The paper ends within each of these boxes, a third to two thirds of the way across."""
    picture = _taken(a4, FLAT)
    boxes = [box for box in a4.layout.on_page(PAGE) if box.kind == "mark"]
    edges = sorted({box.x_mm for box in boxes})[-3:]
    for share, x_mm in zip((0.33, 0.5, 0.67), edges, strict=True):
        cut = [box for box in boxes if box.x_mm == x_mm]
        at_mm = x_mm + share * cut[0].w_mm
        height = a4.layout.pages[PAGE - 1].height_mm
        strip = np.array([[at_mm, 60], [230, 60], [230, height - 60], [at_mm, height - 60]])
        pixels = picture.pixels.copy()
        px = np.round(picture.geometry.to_px(strip)).astype(np.int32)
        cv2.fillConvexPoly(pixels, px, 244)
        reading = read_page(PageImage("x.png", 0, pixels, DPI, {}), a4.context())
        torn = [box for box in cut if 62 < box.y_mm < height - 70]
        states = {(reading.fields[b.name].options or {})[str(b.option)].state for b in torn}
        assert states <= {MarkState.DOUBTFUL}
