"""Cutting comb cells: whose each stroke is, what is left of the printed lines, what is odd."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
import pytest

from scanner.handwriting.cells import CellCrops, cut_cells
from scanner.handwriting.comb import WrittenComb
from scanner.handwriting.evidence import cell_reasons
from scanner.handwriting.page import written_combs
from scanner.pages import PageImage
from scanner.pipeline import Located, locate
from scanner.reading import FieldReading, FieldState, Reason
from scanner.settings import WritingSettings
from tests.scanner.conftest import SHEETS, Grey, Office, PrintedOffice

PAGE, DPI = 2, 200
COMB = "nik.1"
WIDE, HIGH = 5.0, 7.4
"""mm of a cell."""

Line = Sequence[tuple[float, float]]
"""Points in mm from the upper left corner of the comb's first cell."""

ONE = ((2.5, 1.5), (2.5, 5.5))
ZERO = ((1.2, 3.5), (2.5, 1.5), (3.8, 3.5), (2.5, 5.8), (1.2, 3.5))


def _moved(line: Line, cells: float) -> Line:
    return [(x + cells * WIDE, y) for x, y in line]


def _cut(
    office: PrintedOffice,
    lines: Sequence[Line],
    ink: int = 40,
    wide: int = 3,
    pale: Sequence[Line] = (),
) -> CellCrops:
    grey = office.render(SHEETS[0], PAGE, DPI).copy()
    scale = grey.shape[1] / office.layout.pages[PAGE - 1].width_mm
    first = next(b for b in office.layout.on_page(PAGE) if b.name == COMB and b.index == 1)
    for line, level in [*((line, ink) for line in lines), *((line, 200) for line in pale)]:
        points = (np.array(line) + np.array([first.x_mm, first.y_mm])) * scale
        whole = np.round(points * 16).astype(np.int32)
        cv2.polylines(grey, [whole], False, level, wide, cv2.LINE_AA, shift=4)
    image = PageImage("x.png", 0, grey, DPI, {})
    at = locate(image, office.context())
    assert isinstance(at, Located)
    return cut_cells(grey, at.work, at.placed, at.printed, at.page)


def _of_comb(crops: CellCrops) -> Mapping[int, int]:
    """Row of each cell of the comb, by its index from 0."""
    return {(box.index or 0) - 1: row for row, box in enumerate(crops.boxes) if box.name == COMB}


def _inked(crops: CellCrops) -> set[int]:
    assert not any(not crops.empty[row] for row, box in enumerate(crops.boxes) if box.name != COMB)
    return {cell for cell, row in _of_comb(crops).items() if not crops.empty[row]}


def _glyph(crops: CellCrops, cell: int) -> Grey:
    return np.asarray(crops.seen[_of_comb(crops)[cell]])


def _size(glyph: Grey) -> tuple[int, int]:
    _, _, width, height = cv2.boundingRect((glyph >= 128).astype(np.uint8))
    return width, height


def test_a_blank_page_has_every_cell_and_no_ink(a4: PrintedOffice) -> None:
    crops = _cut(a4, [])
    expected = {box.id for box in a4.layout.on_page(PAGE) if box.kind == "cell"}
    assert {box.id for box in crops.boxes} == expected
    assert crops.empty.all()
    assert not crops.seen.any()


def test_a_page_without_combs_has_no_cells(print_office: Office) -> None:
    office = print_office("a4", form="umpan-balik")
    grey = office.render(SHEETS[0], 1, DPI)
    at = locate(PageImage("x.png", 0, grey, DPI, {}), office.context())
    assert isinstance(at, Located)
    crops = cut_cells(grey, at.work, at.placed, at.printed, at.page)
    assert crops.seen.shape == (0, 28, 28)
    assert not crops.boxes
    assert not crops.flags


def test_ink_is_normalised(a4: PrintedOffice) -> None:
    glyph = _glyph(_cut(a4, [ZERO]), 0)
    assert max(_size(glyph)) in (19, 20, 21)
    moments = cv2.moments(glyph)
    middle = moments["m10"] / moments["m00"], moments["m01"] / moments["m00"]
    assert middle == pytest.approx((13.5, 13.5), abs=0.6)
    assert glyph.max() == 255


def test_pale_and_dark_pens_look_alike(a4: PrintedOffice) -> None:
    dark, pale = (_glyph(_cut(a4, [ZERO], ink), 0) for ink in (20, 150))
    assert dark.max() == pale.max() == 255
    assert pale.sum(dtype=int) == pytest.approx(dark.sum(dtype=int), rel=0.12)


def test_a_stroke_across_a_divider_stays_with_its_cell(a4: PrintedOffice) -> None:
    """A 7 whose bar begins in the cell before."""
    seven = [(3.7, 1.6), (8.6, 1.6), (7.0, 5.8)]
    crops = _cut(a4, [seven])
    assert _inked(crops) == {1}
    width, height = _size(_glyph(crops, 1))
    assert width / height == pytest.approx(4.9 / 4.2, rel=0.12)
    assert crops.flags[_of_comb(crops)[1]].reaches_out


def test_a_stroke_upon_a_divider_is_kept(a4: PrintedOffice) -> None:
    crops = _cut(a4, [_moved(ONE, 2.5)])
    assert len(_inked(crops)) == 1
    cell = _inked(crops).pop()
    assert cell in (2, 3)
    assert _size(_glyph(crops, cell))[1] >= 18


def test_dividers_leave_no_gap_in_what_crosses_them(a4: PrintedOffice) -> None:
    slope = [(0.8, 5.8), (5.9, 1.5)]
    glyph = _glyph(_cut(a4, [slope]), 0)
    count, _ = cv2.connectedComponents((glyph >= 64).astype(np.uint8))
    assert count == 2


def test_touching_characters_are_parted_at_the_divider(a4: PrintedOffice) -> None:
    joined = [(3.6, 3.5), (6.4, 3.5)]
    crops = _cut(a4, [ZERO, _moved(ZERO, 1), joined])
    assert _inked(crops) == {0, 1}
    for cell in (0, 1):
        width, height = _size(_glyph(crops, cell))
        assert width / height == pytest.approx(3.5 / 4.3, rel=0.2)


def test_a_line_through_cells_strikes_them_out(a4: PrintedOffice) -> None:
    zeros = [_moved(ZERO, cell) for cell in range(6)]
    crops = _cut(a4, [*zeros, [(0.8, 3.7), (19.2, 3.4)]])
    flags = [crops.flags[_of_comb(crops)[cell]] for cell in range(6)]
    assert [one.struck_out for one in flags] == [True] * 4 + [False] * 2


def _written(office: PrintedOffice, crops: CellCrops) -> WrittenComb:
    boxes = office.layout.fields_on_page(PAGE)[COMB]
    reading = FieldReading(None, FieldState.DOUBTFUL, 0.0, None, (Reason.NOT_READ,))
    return written_combs(crops, {COMB: boxes}, {COMB: reading}, WritingSettings())[COMB]


def _is_told(written: WrittenComb) -> bool:
    return written.struck_out or Reason.OVERWRITTEN_CELL in cell_reasons(written.comb)


SCRIBBLE = [(0.8 + 3.4 * (step % 2), 1.2 + 0.42 * step) for step in range(13)]
TWICE = [(1.0, 1.6), (4.0, 1.6), (2.2, 5.8)]
"""A 7, to be written over a 0."""


@pytest.mark.parametrize("spoilt", [[SCRIBBLE], [ZERO, TWICE]])
def test_a_spoilt_cell_is_told_and_characters_are_not(
    a4: PrintedOffice, spoilt: Sequence[Line]
) -> None:
    good = [ZERO, _moved(ONE, 1), _moved(TWICE, 2)]
    assert not _is_told(_written(a4, _cut(a4, good)))
    bad = [*good, *(_moved(line, 3) for line in spoilt)]
    assert _is_told(_written(a4, _cut(a4, bad)))


def test_a_line_through_a_number_is_told_and_digits_that_touch_are_not(a4: PrintedOffice) -> None:
    """Both are one piece of ink three cells wide."""
    five = [(4.9, 1.6), (1.4, 1.6), (1.2, 3.4), (3.9, 4.0), (3.4, 5.6), (0.1, 5.7)]
    fives = [_moved(five, cell) for cell in range(3)]
    touching = _cut(a4, [*fives, [(0.2, 1.6), (14.9, 1.6)]])
    struck = _cut(a4, [*fives, [(0.2, 3.6), (14.9, 3.4)]])
    for crops in (touching, struck):
        assert all(crops.flags[_of_comb(crops)[cell]].struck_out for cell in range(3))
    assert not _is_told(_written(a4, touching))
    assert _is_told(_written(a4, struck))


def test_specks_neither_fill_a_cell_nor_make_its_character_smaller(a4: PrintedOffice) -> None:
    speck = [(0.7, 1.0), (0.7, 1.0)]
    alone = _cut(a4, [ZERO], wide=2)
    beside = _cut(a4, [ZERO, speck, _moved(speck, 3)], wide=2)
    assert _inked(beside) == {0}
    assert np.abs(_glyph(alone, 0).astype(int) - _glyph(beside, 0)).mean() < 2


def test_what_stands_above_a_comb_is_not_its(a4: PrintedOffice) -> None:
    assert _inked(_cut(a4, [[(1.5, -1.1), (3.5, -0.6)]])) == set()


def test_a_pale_stain_beside_a_character_does_not_make_it_smaller(a4: PrintedOffice) -> None:
    stain = [(4.3, 1.0), (4.3, 6.4)]
    alone, stained = _cut(a4, [ZERO]), _cut(a4, [ZERO], pale=[stain])
    assert np.abs(_glyph(alone, 0).astype(int) - _glyph(stained, 0)).mean() < 2
