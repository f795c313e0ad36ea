"""Whole pages through the recipe, and what a field says of its boxes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
import pytest

from scanner.facts import FACTS
from scanner.pages import PageImage
from scanner.pipeline import read_file, read_page
from scanner.reading import (
    FieldReading,
    FieldState,
    MarkState,
    PageReading,
    PageStatus,
    Reason,
    page_json,
)
from tests.scanner.conftest import SHEETS, Grey, Office, PrintedOffice

DPI = 200


@pytest.fixture(scope="module")
def f4(print_office: Office) -> PrintedOffice:
    return print_office("f4")


def _read(office: PrintedOffice, grey: Grey, dpi: float | None = DPI) -> PageReading:
    return read_page(PageImage("x.png", 0, grey, dpi, {"bits": 8}), office.context())


def _ticked(office: PrintedOffice, grey: Grey, box_ids: Iterable[str]) -> Grey:
    """A copy with one diagonal pen stroke in each box."""
    marked = grey.copy()
    for box_id in box_ids:
        top_left, _, bottom_right, _ = office.corners_px(box_id, grey.shape)
        inset = 0.2 * (bottom_right - top_left)
        ends = np.round([top_left + inset, bottom_right - inset]).astype(int)
        cv2.line(marked, tuple(ends[0]), tuple(ends[1]), 60, 3, cv2.LINE_AA)
    return marked


def _summary(reading: PageReading) -> dict[str, tuple[object, FieldState]]:
    return {name: (field.value, field.state) for name, field in reading.fields.items()}


@pytest.mark.parametrize("page", [1, 2])
def test_a_clean_page_has_every_field_and_all_are_empty(a4: PrintedOffice, page: int) -> None:
    reading = _read(a4, a4.render(SHEETS[0], page))
    assert reading.status is PageStatus.READ
    assert (reading.sheet, reading.page, reading.reasons) == (SHEETS[0], page, ())
    assert list(reading.fields) == list(a4.layout.fields_on_page(page))
    assert {field.state for field in reading.fields.values()} == {FieldState.EMPTY}


def test_empty_fields_have_the_value_of_their_kind(a4: PrintedOffice) -> None:
    fields = _read(a4, a4.render(SHEETS[0], 1)).fields
    assert fields["rumah_lantai"].value is None
    assert fields["belum_punya_kk"].value == []
    assert fields["no_kk"].value == ""
    assert fields["no_kk"].cells is None
    assert [f.value for f in fields.values() if f.options is None and f.value != ""] == [False] * 3


def test_boxes_lie_where_they_were_printed(a4: PrintedOffice) -> None:
    grey = a4.render(SHEETS[0], 2)
    reading = _read(a4, grey)
    for name, boxes in a4.layout.fields_on_page(2).items():
        corners = np.vstack([a4.corners_px(box.id, grey.shape) for box in boxes])
        expected = [*corners.min(axis=0), *corners.max(axis=0)]
        assert reading.fields[name].box_px == pytest.approx(expected, abs=0.8)  # 0.1 mm


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_turned_page_reads_the_same(a4: PrintedOffice, turns: int) -> None:
    boxes = ("mark:rumah_lantai:bambu", "mark:belum_punya_kk:ya")
    grey = _ticked(a4, a4.render(SHEETS[0], 1), boxes)
    upright, turned = _read(a4, grey), _read(a4, np.ascontiguousarray(np.rot90(grey, turns)))
    assert turned.rotation == 90 * turns
    assert upright.rotation == 0
    assert _summary(turned) == _summary(upright)
    assert upright.fields["rumah_lantai"].value == "bambu"
    assert upright.fields["belum_punya_kk"].value == ["ya"]


def test_the_same_image_gives_the_same_reading(a4: PrintedOffice) -> None:
    grey = _ticked(a4, a4.render(SHEETS[0], 1), ["mark:rumah_lantai:tanah"])
    assert page_json(_read(a4, grey)) == page_json(_read(a4, grey))


def test_two_marks_of_one_choice_are_asked_about(a4: PrintedOffice) -> None:
    boxes = ("mark:rumah_lantai:bambu", "mark:rumah_lantai:tanah")
    field = _read(a4, _ticked(a4, a4.render(SHEETS[0], 1), boxes)).fields["rumah_lantai"]
    assert (field.value, field.state) == (None, FieldState.DOUBTFUL)
    assert Reason.TWO_MARKS in field.reasons
    assert {name for name, o in (field.options or {}).items() if o.state is MarkState.MARKED} == {
        "bambu",
        "tanah",
    }


def test_several_marks_of_a_multiple_choice_are_its_value(a4: PrintedOffice) -> None:
    options = [b.option for b in a4.layout.fields_on_page(1)["kriteria"]]
    boxes = [f"mark:kriteria:{option}" for option in options[:3]]
    field = _read(a4, _ticked(a4, a4.render(SHEETS[0], 1), boxes)).fields["kriteria"]
    assert (field.value, field.state) == (options[:3], FieldState.SURE)


def test_required_but_empty_is_said_and_changes_no_state(a4: PrintedOffice) -> None:
    field = _read(a4, a4.render(SHEETS[0], 1)).fields["nama_kepala"]
    assert field.reasons == (Reason.REQUIRED_BUT_EMPTY,)
    assert (field.value, field.state) == ("", FieldState.EMPTY)


def test_a_written_comb_is_suggested_and_shows_its_cells(a4: PrintedOffice) -> None:
    grey = _ticked(a4, a4.render(SHEETS[0], 1), ["cell:no_kk:7"])
    field = _read(a4, grey).fields["no_kk"]
    value, cells = str(field.value), field.cells or ()
    assert (value[:6], len(value)) == (" " * 6, 7), "a value keeps its cells' places"
    assert field.state is FieldState.DOUBTFUL
    assert Reason.TOO_FEW_DIGITS in field.reasons
    assert "".join(str(cell.char) for cell in cells) == value.ljust(16)
    assert [len(cell.top) for cell in cells] == [0] * 6 + [3] + [0] * 9
    assert [cell.box_px for cell in cells] == sorted(cell.box_px or () for cell in cells)


def test_a_comb_partly_beyond_the_image_is_not_read(a4: PrintedOffice) -> None:
    grey = _ticked(a4, a4.render(SHEETS[0], 1), ["cell:no_kk:7"])
    cut = np.ascontiguousarray(grey[:, : round(a4.corners_px("cell:no_kk:14", grey.shape)[0, 0])])
    field = _read(a4, cut).fields["no_kk"]
    assert (field.value, field.state) == (None, FieldState.DOUBTFUL)
    assert Reason.OUTSIDE_IMAGE in field.reasons
    assert {(cell.char, cell.top) for cell in field.cells or ()} == {(None, ())}


def _ink_field(office: PrintedOffice, value: int, thickness: int) -> FieldReading:
    """The first ink area of page 1 with one long line of this grey and thickness."""
    box = next(box for box in office.layout.on_page(1) if box.kind == "ink")
    grey = office.render(SHEETS[0], 1)
    corners = office.corners_px(box.id, grey.shape)
    middle, reach = corners.mean(axis=0), 0.3 * (corners[2] - corners[0])
    ends = np.round([middle - reach, middle + reach]).astype(int)
    cv2.line(grey, tuple(ends[0]), tuple(ends[1]), value, thickness, cv2.LINE_AA)
    return _read(office, grey).fields[box.name]


def test_a_stroke_in_an_ink_area_is_ink(a4: PrintedOffice) -> None:
    field = _ink_field(a4, value=70, thickness=3)
    assert (field.value, field.state) == (True, FieldState.SURE)


@pytest.mark.parametrize(("value", "thickness"), [(205, 3), (195, 20)])
def test_pale_ink_and_stains_are_not_claimed_as_ink(
    a4: PrintedOffice, value: int, thickness: int
) -> None:
    assert _ink_field(a4, value, thickness).state is FieldState.DOUBTFUL


def test_f4_cut_by_an_a4_glass(f4: PrintedOffice) -> None:
    """297 of 330 mm: what is below is null, what is above is read, the reason is said."""
    whole = f4.render(SHEETS[0], 1)
    grey = np.ascontiguousarray(whole[: round(297 / 25.4 * DPI)])
    reading = _read(f4, grey)
    assert reading.status is PageStatus.READ
    assert Reason.BOTTOM_CUT_OFF in reading.reasons
    assert Reason.CORNER_MISSING not in reading.reasons
    assert list(reading.fields) == list(f4.layout.fields_on_page(1))


def test_fields_beyond_the_image_are_null(a4: PrintedOffice) -> None:
    whole = a4.render(SHEETS[0], 1)
    cut_mm = a4.box("mark:rumah_jamban:sendiri").y_mm - 2
    grey = np.ascontiguousarray(whole[: round(cut_mm / 25.4 * DPI)])
    reading = _read(a4, grey)
    lost, kept = reading.fields["rumah_jamban"], reading.fields["rumah_lantai"]
    assert (kept.state, kept.value) == (FieldState.EMPTY, None)
    assert (lost.state, lost.value, lost.confidence, lost.box_px) == (
        FieldState.DOUBTFUL,
        None,
        None,
        None,
    )
    assert lost.reasons == (Reason.OUTSIDE_IMAGE,)
    assert {(o.score, o.box_px, o.state) for o in (lost.options or {}).values()} == {
        (None, None, MarkState.DOUBTFUL)
    }
    signature = reading.fields[next(b.name for b in a4.layout.on_page(1) if b.kind == "ink")]
    assert (signature.value, signature.confidence) == (None, None)


def test_a_missing_corner_is_said_and_costs_nothing_else(a4: PrintedOffice) -> None:
    grey = a4.render(SHEETS[0], 1)
    corners = a4.corners_px("marker:1:0", grey.shape)
    grey[: int(corners[2][1]) + 8, : int(corners[2][0]) + 8] = 245
    reading = _read(a4, grey)
    assert reading.reasons == (Reason.CORNER_MISSING,)
    assert reading.facts["missing_corners"] == ["top_left"]
    assert {field.state for field in reading.fields.values()} == {FieldState.EMPTY}


@pytest.mark.parametrize(
    ("scale", "expected"),
    [(0.95, (Reason.PRINT_SCALE_OFF,)), (0.985, ()), (1.04, (Reason.PRINT_SCALE_OFF,))],
)
def test_print_scale(a4: PrintedOffice, scale: float, expected: tuple[Reason, ...]) -> None:
    grey = a4.render(SHEETS[0], 1)
    assert _read(a4, grey, dpi=DPI / scale).reasons == expected


def test_no_scale_is_claimed_without_a_resolution(a4: PrintedOffice) -> None:
    reading = _read(a4, a4.render(SHEETS[0], 1), dpi=None)
    assert reading.facts["scale"] is None
    assert reading.reasons == ()


def test_a_coarse_scan_is_called_so(a4: PrintedOffice) -> None:
    reading = _read(a4, a4.render(SHEETS[0], 1, dpi=120), dpi=120)
    assert Reason.LOW_RESOLUTION in reading.reasons


def test_codes_on_another_page_are_refused_as_not_aligned(a4: PrintedOffice) -> None:
    """QR codes of page 2 on the print of page 1: the code says one thing, the paper another."""
    first, second = a4.render(SHEETS[0], 1), a4.render(SHEETS[0], 2)
    mixed = first.copy()
    for letter in "AB":
        x0, y0 = (a4.corners_px(f"qr:1:{letter}", first.shape)[0] - 8).astype(int)
        x1, y1 = (a4.corners_px(f"qr:1:{letter}", first.shape)[2] + 8).astype(int)
        mixed[y0:y1, x0:x1] = second[y0:y1, x0:x1]
    reading = _read(a4, mixed)
    assert (reading.status, reading.reasons) == (PageStatus.REFUSED, (Reason.NOT_ALIGNED,))
    assert (reading.sheet, reading.page, reading.fields) == (SHEETS[0], 2, {})


def test_a_file_is_read_page_by_page_with_pictures(a4: PrintedOffice, tmp_path: Path) -> None:
    scan, pictures = tmp_path / "scan.png", tmp_path / "d"
    cv2.imwrite(str(scan), _ticked(a4, a4.render(SHEETS[1], 1), ["mark:rumah_lantai:bambu"]))
    (reading,) = read_file(scan, a4.context(), pictures)
    assert (reading.status, reading.sheet) == (PageStatus.READ, SHEETS[1])
    (picture,) = pictures.iterdir()
    drawn = cv2.imread(str(picture))
    assert drawn is not None
    assert (drawn[:, :, 0] != drawn[:, :, 1]).any()


def test_every_fact_of_a_page_is_documented(a4: PrintedOffice, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    cv2.imwrite(str(path), a4.render(SHEETS[0], 1))
    (reading,) = read_file(path, a4.context())
    assert set(reading.facts) == set(FACTS)


def test_a_bad_file_is_answered(a4: PrintedOffice, tmp_path: Path) -> None:
    path = tmp_path / "teks.pdf"
    path.write_text("bukan pdf")
    (reading,) = read_file(path, a4.context())
    assert (reading.status, reading.sheet, reading.page_index) == (PageStatus.REFUSED, None, 0)
    assert reading.reasons
