"""Real people's characters in cells, with small characters made here; no data folder is needed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from forms.layout import Box
from samples.simulator.canvas import PX_PER_MM, Canvas
from samples.simulator.filling import some_writer
from samples.simulator.handdata import (
    Characters,
    Part,
    find_folder,
    mnist,
    part_of,
    pictured,
    runs,
    stroked,
    unipen,
)
from samples.simulator.hands import (
    PUNCTUATION,
    HandCells,
    Spoilt,
    lay_character,
    lay_in_place,
    punctuation,
    some_style,
    spoil,
)

CELL = Box(
    id="cell:nik.1:1",
    field="nik",
    kind="cell",
    page=1,
    x_mm=5.0,
    y_mm=5.0,
    w_mm=5.0,
    h_mm=7.4,
    means="nik",
    index=1,
    row=1,
    chars="digits",
)


def strokes() -> Characters:
    """A "7" of one stroke and a "4" of two, by two writers, y up."""
    seven = [[0, 1000], [600, 1000], [200, 0]]
    four = [[300, 1000], [0, 400], [600, 400]], [[450, 700], [450, 0]]
    points = np.array([*seven, *four[0], *four[1]], dtype=np.int16)
    return stroked(
        points,
        np.array([3, 3, 2], dtype=np.int32),
        np.array([1, 2], dtype=np.int16),
        np.array(["7", "4"]),
        np.array(["a/1", "a/2"]),
        "made here",
    )


def pictures() -> Characters:
    one = np.zeros((28, 28), dtype=np.uint8)
    one[4:24, 13:16] = 255
    return pictured(one[None], np.array(["1"]), np.array(["b/1"]), "made here")


def page() -> Canvas:
    side = round(20 * PX_PER_MM)
    return Canvas(np.full((side, side), 255, dtype=np.uint8), np.array([PX_PER_MM, PX_PER_MM]))


def inked_mm(canvas: Canvas) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of all ink."""
    rows, columns = np.nonzero(canvas.pixels < 128)
    return tuple(  # type: ignore[return-value]
        float(edge) / PX_PER_MM
        for edge in (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    )


def test_strokes_stand_upright_in_a_unit_box() -> None:
    seven, four = (strokes().ink(number) for number in (0, 1))
    assert isinstance(seven, tuple)
    assert seven[0].tolist() == [[0.0, 0.0], [0.6, 0.0], [0.2, 1.0]]
    assert isinstance(four, tuple)
    assert [len(stroke) for stroke in four] == [3, 2]


def test_only_keeps_each_ones_own_ink() -> None:
    four = strokes().only(np.array([False, True]))
    assert four.labels.tolist() == ["4"]
    ink = four.ink(int(four.origins[0]))
    assert isinstance(ink, tuple)
    assert len(ink) == 2


def test_a_writer_has_one_part_for_ever() -> None:
    assert part_of("val/val01") is Part.TRAINING
    assert part_of("syn/jab-dig9") is Part.CALIBRATION
    assert part_of("uqb/pe_3828") is Part.TEST
    assert part_of("mnist/test") is Part.TEST


def test_runs_hold_every_character_once_and_one_writer_each() -> None:
    labels = np.array(list("0123456789"))
    writers = np.array(["a"] * 7 + ["b"] * 3)
    ten = pictured(np.zeros((10, 28, 28), dtype=np.uint8), labels, writers, "made here")
    found = list(runs(ten, 4, np.random.default_rng(1)))
    assert sorted(row for run in found for row in run) == list(range(10))
    assert all(len(run) <= 4 and len({writers[row] for row in run}) == 1 for run in found)


@pytest.mark.parametrize("characters", [strokes(), pictures()], ids=["strokes", "picture"])
def test_a_character_fills_its_cell(characters: Characters) -> None:
    for seed in range(8):
        canvas, rng = page(), np.random.default_rng(seed)
        style = some_style(rng, "black_gel")
        lay_character(canvas, CELL, characters.ink(0), style, rng)
        left, top, right, bottom = inked_mm(canvas)
        assert 3.0 < bottom - top < 8.0
        assert abs((left + right) / 2 - 7.5) < 2.5
        assert abs((top + bottom) / 2 - 8.7) < 3.0


@pytest.mark.parametrize("pen", ["black_ballpoint", "black_gel"])
def test_a_pictures_ink_is_about_as_wide_as_the_pen(pen: str) -> None:
    canvas, rng = page(), np.random.default_rng(3)
    style = some_style(rng, pen)
    lay_character(canvas, CELL, pictures().ink(0), style, rng)
    widths = (canvas.pixels < 150).sum(axis=1)
    assert 0.6 * style.pen.width_mm < np.median(widths[widths > 0]) / PX_PER_MM < 0.95


def test_punctuation_is_small_and_in_its_place() -> None:
    heights = {}
    for char in PUNCTUATION:
        canvas, rng = page(), np.random.default_rng(4)
        lay_in_place(canvas, CELL, punctuation(char, rng), some_style(rng, "black_gel"), rng)
        left, top, right, bottom = inked_mm(canvas)
        assert max(right - left, bottom - top) < 4.2
        heights[char] = (top + bottom) / 2
    assert heights["'"] < heights["-"] < heights["."]


@pytest.mark.parametrize("how", list(Spoilt))
def test_spoilt_cells_hold_ink_and_other_ink_each_time(how: Spoilt) -> None:
    both = strokes()
    inks = both.ink(0), both.ink(1)
    drawn = []
    for seed in (1, 2):
        canvas, rng = page(), np.random.default_rng(seed)
        spoil(canvas, CELL, how, inks, some_style(rng, "blue_ballpoint"), rng)
        assert (canvas.pixels < 170).sum() > 50
        drawn.append(canvas.pixels)
    assert (drawn[0] != drawn[1]).any()


def test_a_field_has_one_writer_and_one_style() -> None:
    source = HandCells([strokes(), pictures()], seed=1)
    writer = some_writer(np.random.default_rng(1), "black_gel")
    first, again = page(), page()
    source.lay(first, CELL, "7", writer, np.random.default_rng(5))
    source.lay(again, CELL, "7", writer, np.random.default_rng(5))
    assert (first.pixels == again.pixels).all()
    assert (first.pixels < 128).any()
    with pytest.raises(ValueError, match="nobody wrote"):
        source.lay(first, CELL, "Q", writer, np.random.default_rng(5))


@pytest.fixture
def folder() -> Path:
    found = find_folder()
    if found is None:
        pytest.skip("no folder of handwriting: set SOTARSA_WRITING to measure with it")
    return found


def test_parts_share_no_writer(folder: Path) -> None:
    for characters in (unipen(folder, "digits"), unipen(folder, "capitals"), mnist(folder)):
        writers = [set(characters.of(part).writers.tolist()) for part in Part]
        assert not writers[0] & writers[1]
        assert not (writers[0] | writers[1]) & writers[2]
        assert all(writers)
