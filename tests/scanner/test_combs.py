"""When a comb or a writing area is called empty, and when a person is asked."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from forms.layout import Box
from scanner.pages import PageImage
from scanner.pipeline import read_page
from scanner.reading import FieldReading, FieldState, Reason
from tests.scanner.conftest import SHEETS, Grey, PrintedOffice

DPI = 200
FIELD = "rt_rw"


def _cell(office: PrintedOffice) -> Box:
    return next(box for box in office.layout.on_page(1) if box.name == FIELD and box.index == 2)


def _drawn(office: PrintedOffice, line: list[tuple[float, float]], darkness: int) -> Grey:
    """A clean page with a line across one cell, in shares of its sides; soft, as washed ink is."""
    grey = office.render(SHEETS[0], 1, DPI)
    corners = office.corners_px(_cell(office).id, grey.shape)
    points = corners[0] + np.array(line) * (corners[2] - corners[0])
    layer = np.zeros(grey.shape, dtype=np.uint8)
    cv2.polylines(layer, [np.round(points).astype(np.int32)], False, darkness, 4)
    return np.asarray(cv2.subtract(grey, cv2.blur(layer, (3, 3))), dtype=np.uint8)


def _read(office: PrintedOffice, grey: Grey, name: str = FIELD, bits: int = 8) -> FieldReading:
    image = PageImage("x.png", 0, grey, DPI, {"bits": bits})
    return read_page(image, office.context()).fields[name]


INSIDE = [(0.3, 0.25), (0.7, 0.3), (0.4, 0.8)]
THROUGH = [(-0.5, 0.2), (0.5, 0.5), (1.5, 0.9)]


@pytest.mark.parametrize("darkness", [28, 36])
def test_washed_out_writing_is_asked_about(a4: PrintedOffice, darkness: int) -> None:
    field = _read(a4, _drawn(a4, INSIDE, darkness))
    assert field.state is FieldState.DOUBTFUL
    assert Reason.FAINT_MARK in field.reasons


def test_a_shore_line_that_runs_through_is_no_writing(a4: PrintedOffice) -> None:
    field = _read(a4, _drawn(a4, THROUGH, 28))
    assert (field.state, field.value) == (FieldState.EMPTY, "")


def test_what_a_black_and_white_scan_shows_empty_may_have_been_lost(a4: PrintedOffice) -> None:
    grey = a4.render(SHEETS[0], 1, DPI)
    two_levels = np.where(grey < 128, 0, 255).astype(np.uint8)
    field = _read(a4, two_levels, "telepon", bits=1)
    assert (field.state, field.value) == (FieldState.DOUBTFUL, None)
    assert field.reasons == (Reason.NOT_CERTIFIED,)
