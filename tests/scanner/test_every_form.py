"""Every form of the catalog, freshly printed, leaves nothing to ask."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from forms.spec import catalog_forms
from scanner.pages import PageImage
from scanner.pipeline import read_file, read_page
from scanner.reading import FieldState, PageStatus
from tests.scanner.conftest import SHEETS, Office, PrintedOffice


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
