"""Lines that the scanner drew, found on the raw picture and never taken for ink or for print."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from scanner.pages import PageImage
from scanner.pipeline import read_page
from scanner.reading import FieldState, MarkState, PageReading, PageStatus, Reason, page_json
from tests.scanner.conftest import SHEETS, Grey, Office, PrintedOffice

DPI = 200


def scanned(office: PrintedOffice, page: int = 1, dpi: float = DPI) -> Grey:
    """A page as a scanner gives it: soft, paper below white, some noise."""
    soft = cv2.GaussianBlur(office.render(SHEETS[0], page, dpi), (0, 0), 0.5).astype(np.float32)
    noise = np.random.default_rng(1).normal(0, 2, soft.shape)
    return np.asarray(np.clip(soft * 0.95 + noise, 0, 255), dtype=np.uint8)


def streaked(grey: Grey, x: int, depth: float, width: int = 1) -> Grey:
    """With one line down the whole picture, ``depth`` grey levels dark."""
    picture = grey.astype(np.float32)
    picture[:, x : x + width] -= depth
    return np.asarray(np.clip(picture, 0, 255), dtype=np.uint8)


def read(office: PrintedOffice, grey: Grey) -> PageReading:
    reading = read_page(PageImage("pindai.png", 0, grey, DPI, {}), office.context())
    assert reading.status is PageStatus.READ
    return reading


def middle_of(office: PrintedOffice, box_id: str) -> int:
    return round(office.box(box_id).x_mm / 25.4 * DPI) + round(
        office.box(box_id).w_mm / 25.4 * DPI / 2
    )


@pytest.fixture(scope="module")
def clean(a4: PrintedOffice) -> Grey:
    return scanned(a4)


@pytest.fixture(scope="module")
def crossed_box(a4: PrintedOffice) -> str:
    return next(box.id for box in a4.layout.on_page(1) if box.kind == "mark")


@pytest.mark.parametrize("depth", [10, 40, 120])
def test_box_under_streak_is_asked_about(
    a4: PrintedOffice, clean: Grey, crossed_box: str, depth: int
) -> None:
    box, at = a4.box(crossed_box), middle_of(a4, crossed_box)
    reading = read(a4, streaked(clean, at, depth))
    assert Reason.SCANNER_STREAK in reading.reasons
    field = reading.fields[box.name]
    assert field.state is FieldState.DOUBTFUL
    assert Reason.SCANNER_STREAK in field.reasons
    (streak,) = page_json(reading)["facts"]["streaks"]
    assert streak["along"] == "column"
    assert streak["px"] == pytest.approx(at + 0.5, abs=1)
    assert streak["mm"] == pytest.approx((at + 0.5) / DPI * 25.4, abs=0.2)
    assert streak["darkness"] == pytest.approx(depth, rel=0.25)


def test_boxes_beside_streak_stay_claimed(a4: PrintedOffice, clean: Grey, crossed_box: str) -> None:
    at = middle_of(a4, crossed_box)
    reading = read(a4, streaked(clean, at, 60))
    beside = [
        option.state
        for box in a4.layout.on_page(1)
        if box.kind == "mark" and box.option is not None
        if abs(middle_of(a4, box.id) - at) > 40
        for option in [(reading.fields[box.name].options or {})[box.option]]
    ]
    assert len(beside) > 10
    assert set(beside) == {MarkState.EMPTY}


@pytest.mark.parametrize(("inwards_mm", "asked"), [(-0.2, False), (0.1, False), (0.9, True)])
def test_streak_crosses_a_box_only_within_its_frame(
    a4: PrintedOffice, clean: Grey, crossed_box: str, inwards_mm: float, asked: bool
) -> None:
    """On the frame it hides in print, and beyond it is ink from outside."""
    box = a4.box(crossed_box)
    at = round((box.x_mm + inwards_mm) / 25.4 * DPI)
    reading = read(a4, streaked(clean, at, 60))
    assert Reason.SCANNER_STREAK in reading.reasons
    assert (Reason.SCANNER_STREAK in reading.fields[box.name].reasons) is asked


def test_broken_streak_is_found(a4: PrintedOffice, clean: Grey) -> None:
    broken = streaked(clean, 700, 60)
    for top in range(0, len(clean), 600):
        broken[top : top + 200] = clean[top : top + 200]
    assert Reason.SCANNER_STREAK in read(a4, broken).reasons


def test_light_streak_is_told_from_a_dark_one(a4: PrintedOffice, clean: Grey) -> None:
    facts = page_json(read(a4, streaked(clean, 700, -12)))["facts"]
    assert [streak["darkness"] < 0 for streak in facts["streaks"]] == [True]


def test_page_fed_sideways_has_streaks_along_rows(a4: PrintedOffice, clean: Grey) -> None:
    lying = np.ascontiguousarray(np.rot90(clean))
    drawn = np.ascontiguousarray(streaked(np.ascontiguousarray(lying.T), 900, 60).T)
    facts = page_json(read(a4, drawn))["facts"]
    assert [(streak["along"], round(streak["px"])) for streak in facts["streaks"]] == [("row", 900)]


def pages(print_office: Office) -> Iterator[tuple[PrintedOffice, int]]:
    for form in ("registrasi", "kehadiran", "sosialisasi"):
        office = print_office("a4", form=form)
        yield from ((office, page + 1) for page in range(len(office.layout.pages)))


def test_printed_lines_are_no_streaks(print_office: Office) -> None:
    """Not even where frames and rules lie exactly along the picture."""
    for office, page in pages(print_office):
        for picture in (scanned(office, page), office.render(SHEETS[0], page, DPI)):
            assert page_json(read(office, picture))["facts"]["streaks"] == []


def folded(grey: Grey, x: int, depth: float, drift_px: float) -> Grey:
    """With a crease along the picture: a line as slim as a streak that bends with the paper."""
    picture, down = grey.astype(np.float32), np.linspace(-1, 1, len(grey))
    aside = drift_px * (down**2 + down / 4)
    across = np.arange(grey.shape[1]) - (x + aside[:, None])
    picture -= depth * np.clip(2 - np.abs(across), 0, 1)
    return np.asarray(np.clip(picture, 0, 255), dtype=np.uint8)


@pytest.mark.parametrize("depth", [12, 60])
def test_crease_that_bends_with_the_paper_is_no_streak(
    a4: PrintedOffice, clean: Grey, depth: int
) -> None:
    """Not even one that moves by little more than its width on the whole page."""
    assert Reason.SCANNER_STREAK not in read(a4, folded(clean, 700, depth, 2.5)).reasons
    assert Reason.SCANNER_STREAK in read(a4, folded(clean, 700, depth, 0.0)).reasons


def test_line_ruled_on_paper_is_no_streak(a4: PrintedOffice, clean: Grey) -> None:
    ruled = clean.copy()
    cv2.line(ruled, (700, 300), (714, 2100), 60, 3, cv2.LINE_AA)
    assert Reason.SCANNER_STREAK not in read(a4, ruled).reasons


def test_edge_of_sheet_on_lid_is_no_streak(a4: PrintedOffice, clean: Grey) -> None:
    on_lid = cv2.copyMakeBorder(clean, 30, 30, 30, 30, cv2.BORDER_CONSTANT, value=244)
    cv2.rectangle(on_lid, (30, 30), (on_lid.shape[1] - 31, on_lid.shape[0] - 31), 200, 2)
    reading = read(a4, np.asarray(on_lid, dtype=np.uint8))
    assert Reason.SCANNER_STREAK not in reading.reasons
