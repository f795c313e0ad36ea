"""Where both codes of a page say that its markers are, they are found as by a whole search."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest

from scanner import decoders
from scanner.codecheck import judge
from scanner.foretold import markers_foretold
from scanner.markers import find_markers
from tests.scanner.conftest import Grey, PrintedOffice

SHEET = "7KQ2MX94D"


def foretold(office: PrintedOffice, grey: Grey) -> dict[int, Any]:
    ((name, codes),) = judge(decoders.quick(grey), office.context()).pages.items()
    return dict(markers_foretold(grey, office.layout, name.page, codes))


@pytest.mark.parametrize("turn", [None, cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180])
@pytest.mark.parametrize("dpi", [150, 300])
def test_the_same_corners_as_by_searching_the_whole_page(a4: Any, dpi: int, turn: Any) -> None:
    grey = a4.render(SHEET, dpi=dpi)
    grey = grey if turn is None else np.asarray(cv2.rotate(grey, turn))
    found, searched = foretold(a4, grey), find_markers(grey)
    assert sorted(found) == [0, 1, 2, 3]
    for number, corners in found.items():
        assert np.abs(corners - searched[number]).max() < 0.1


def test_all_four_or_none(a4: Any, painter: Any) -> None:
    grey = a4.render(SHEET)
    assert foretold(a4, painter(grey, a4.corners_px("marker:1:2", grey.shape), 255)) == {}


def test_one_code_foretells_nothing(a4: Any, painter: Any) -> None:
    grey = a4.render(SHEET)
    assert foretold(a4, painter(grey, a4.corners_px("qr:1:A", grey.shape), 255)) == {}


def test_a_marker_aside_of_its_place_is_left_to_the_whole_search(a4: Any, painter: Any) -> None:
    grey = a4.render(SHEET)
    corners = a4.corners_px("marker:1:2", grey.shape)
    (x0, y0), (x1, y1) = corners.min(axis=0).astype(int) - 4, corners.max(axis=0).astype(int) + 4
    moved = painter(grey, corners, 255, 4.0)
    moved[y0 - 60 : y1 - 60, x0:x1] = grey[y0:y1, x0:x1]
    assert foretold(a4, moved) == {}
    assert sorted(find_markers(moved)) == [0, 1, 2, 3]
