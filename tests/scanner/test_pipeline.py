"""Whole pages through the recipe."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from scanner.pages import PageImage
from scanner.pipeline import read_page
from scanner.reading import FieldState, PageReading, PageStatus
from tests.scanner.conftest import SHEETS, Grey, PrintedOffice


def _read(office: PrintedOffice, grey: Grey, dpi: float = 200) -> PageReading:
    return read_page(PageImage("x.png", 0, grey, dpi, {}), office.context())


@pytest.mark.parametrize("page", [1, 2])
def test_a_clean_page_has_every_field_and_all_are_empty(a4: PrintedOffice, page: int) -> None:
    reading = _read(a4, a4.render(SHEETS[0], page))
    assert reading.status is PageStatus.READ
    assert (reading.sheet, reading.page, reading.reasons) == (SHEETS[0], page, ())
    assert list(reading.fields) == list(a4.layout.fields_on_page(page))
    assert {field.state for field in reading.fields.values()} == {FieldState.EMPTY}


def test_boxes_lie_where_they_were_printed(a4: PrintedOffice) -> None:
    grey = a4.render(SHEETS[0], 2)
    reading = _read(a4, grey)
    for name, boxes in a4.layout.fields_on_page(2).items():
        corners = np.vstack([a4.corners_px(box.id, grey.shape) for box in boxes])
        expected = [*corners.min(axis=0), *corners.max(axis=0)]
        assert reading.fields[name].box_px == pytest.approx(expected, abs=0.8)  # 0.1 mm


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_turned_page_reads_the_same(a4: PrintedOffice, turns: int) -> None:
    grey = a4.render(SHEETS[0], 1)
    for box_id in ("mark:rumah_lantai:bambu", "mark:belum_punya_kk:ya"):
        corners = a4.corners_px(box_id, grey.shape)
        start, end = corners[0].astype(int).tolist(), corners[2].astype(int).tolist()
        cv2.line(grey, start, end, 60, 3, cv2.LINE_AA)
    upright = _read(a4, grey)
    turned = _read(a4, np.ascontiguousarray(np.rot90(grey, turns)))
    assert turned.rotation == 90 * turns
    assert {n: (f.value, f.state) for n, f in turned.fields.items()} == {
        n: (f.value, f.state) for n, f in upright.fields.items()
    }
