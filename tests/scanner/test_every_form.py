"""Every form of the catalog, freshly printed, leaves nothing to ask."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from forms.spec import catalog_forms
from scanner.pages import PageImage
from scanner.pipeline import read_file, read_page
from scanner.reading import FieldState, PageStatus
from tests.scanner.conftest import SHEETS, Grey, Office, PrintedOffice


@pytest.mark.parametrize("paper", ["a4", "f4"])
@pytest.mark.parametrize("form", catalog_forms())
def test_a_clean_form_is_empty_everywhere(print_office: Office, form: str, paper: str) -> None:
    office = print_office(paper, form=form)
    for page in range(1, len(office.layout.pages) + 1):
        grey = office.render(SHEETS[1], page)
        reading = read_page(PageImage("x.png", 0, grey, 200, {}), office.context())
        assert (reading.sheet, reading.page, reading.reasons) == (SHEETS[1], page, ())
        asked = {n: f.reasons for n, f in reading.fields.items() if f.state is not FieldState.EMPTY}
        assert asked == {}


def _photographed(grey: Grey) -> Grey:
    """Seen at an angle, as a telephone sees a sheet: the far edge is 12 % shorter."""
    height, width = grey.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    away = np.array([[60, 40], [width - 160, 120], [width - 60, height - 40], [40, height - 90]])
    turn = cv2.getPerspectiveTransform(corners, away.astype(np.float32))
    seen = cv2.warpPerspective(grey, turn, (width, height), borderValue=255)
    return np.asarray(seen, dtype=np.uint8)


def _bent(grey: Grey) -> Grey:
    """Paper that lay in the rain: waves of 1 mm."""
    height, width = grey.shape
    x = np.tile(np.arange(width, dtype=np.float32), (height, 1))
    y = np.arange(height)[:, None] + 8 * np.sin(2 * np.pi * x / width)
    bent = cv2.remap(grey, x, y.astype(np.float32), cv2.INTER_LINEAR, borderValue=255)
    return np.asarray(bent, dtype=np.uint8)


@pytest.mark.parametrize("bend", [_photographed, _bent])
@pytest.mark.parametrize("form", ["sosialisasi", "umpan-balik"])
def test_the_frame_of_a_wide_area_is_not_writing(
    print_office: Office, form: str, bend: Callable[[Grey], Grey]
) -> None:
    """It runs across the whole page, and bends with it."""
    office = print_office("a4", form=form)
    grey = bend(office.render(SHEETS[1]))
    fields = read_page(PageImage("x.png", 0, grey, 200, {}), office.context()).fields
    wide = {box.name for box in office.layout.on_page(1) if box.kind == "ink" and box.w_mm > 60}
    assert wide
    assert {fields[name].state for name in wide} == {FieldState.EMPTY}


def test_the_explaining_picture_shows_marks_and_changes_nothing(
    a4: PrintedOffice, tmp_path: Path
) -> None:
    grey = a4.render(SHEETS[0], 1)
    start, end = a4.corners_px("mark:rumah_lantai:bambu", grey.shape)[[0, 2]].astype(int).tolist()
    cv2.line(grey, start, end, 60, 3, cv2.LINE_AA)
    scan, pictures = tmp_path / "x.png", tmp_path / "gambar"
    cv2.imwrite(str(scan), grey)
    plain, explained = (list(read_file(scan, a4.context(), d)) for d in (None, pictures))
    assert plain == explained
    (path,) = pictures.iterdir()
    picture = cv2.imread(str(path))
    assert picture is not None
    assert picture.shape[0] == grey.shape[0]
    column = picture[:, grey.shape[1] :]
    assert column.shape[1] > 300, "beside the page stands what it means"
    assert (column.max(axis=2) < 120).mean() > 0.002, "in words"
    drawn = picture[start[1] - 4 : end[1] + 4, start[0] - 4 : end[0] + 4]
    assert (drawn.max(axis=2) - drawn.min(axis=2) > 60).any()


def test_a_page_that_is_not_read_is_explained_too(a4: PrintedOffice, tmp_path: Path) -> None:
    scan, pictures = tmp_path / "x.png", tmp_path / "gambar"
    cv2.imwrite(str(scan), np.full((2339, 1654), 250, np.uint8))
    (reading,) = read_file(scan, a4.context(), pictures)
    assert reading.status is PageStatus.UNIDENTIFIED
    (path,) = pictures.iterdir()
    picture = cv2.imread(str(path))
    assert picture is not None
    assert (picture[:, 1654:].max(axis=2) < 120).any()
