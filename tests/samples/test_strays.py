"""Ink that belongs to no box: it comes as near as it is said to, and leaves boxes empty."""

from __future__ import annotations

import numpy as np
import pytest

from forms.layout import Box
from forms.printed import PrintedForm
from forms.typeset import typeset
from samples.simulator.anything import HARD_MIX, Mix, any_writer, fill_anyhow
from samples.simulator.around import SIDES, room, some_stray
from samples.simulator.canvas import Canvas, render
from samples.simulator.filling import DrawnMarks, Filling, some_writer, write
from samples.simulator.marks import Truth
from samples.simulator.strays import ENTERS_MM, Stray, StrayKind


@pytest.fixture(scope="module")
def form() -> PrintedForm:
    return typeset("umpan-balik", "a4")


def boxes_of(form: PrintedForm) -> list[Box]:
    return [box for box in form.layout.on_page(1) if box.kind == "mark"]


def darkened(form: PrintedForm, strays: dict[str, Stray], seed: int) -> tuple[Canvas, np.ndarray]:
    """The page with strays alone, and where (h, w) they took light away."""
    blank, page = render(form.base_pdf, 0), render(form.base_pdf, 0)
    writer = some_writer(np.random.default_rng(seed), "black_gel")
    write(page, form.layout, 1, Filling(writer, strays=strays), DrawnMarks(), seed)
    return page, blank.pixels.astype(int) - page.pixels > 8


def ink_in(box: Box, ink: np.ndarray, page: Canvas, inset_mm: float) -> bool:
    """Whether there is ink more than ``inset_mm`` inside a box."""
    x0, y0 = ((np.array([box.x_mm, box.y_mm]) + inset_mm) * page.scale).astype(int)
    ends = np.array([box.x_mm + box.w_mm, box.y_mm + box.h_mm]) - inset_mm
    x1, y1 = (ends * page.scale).astype(int)
    return bool(ink[y0:y1, x0:x1].any())


@pytest.mark.parametrize("seed", range(12))
def test_a_word_reaches_over_the_frame_a_little_at_most(form: PrintedForm, seed: int) -> None:
    boxes = boxes_of(form)
    rng = np.random.default_rng(seed)
    box = boxes[int(rng.integers(len(boxes)))]
    stray = some_stray(StrayKind.WORD, box, list(form.layout.on_page(1)), frozenset(), rng)
    assert stray is not None
    page, ink = darkened(form, {box.id: stray}, seed)
    assert ink.any()
    assert not ink_in(box, ink, page, ENTERS_MM + 0.1)
    assert not any(ink_in(other, ink, page, 0.0) for other in boxes if other.id != box.id)


@pytest.mark.parametrize("seed", range(6))
def test_a_tail_comes_from_a_marked_neighbour(form: PrintedForm, seed: int) -> None:
    boxes = boxes_of(form)
    rng = np.random.default_rng(seed)
    found = (
        (box, some_stray(StrayKind.OVERSHOOT, box, boxes, {other.id}, rng), other)
        for box in boxes
        for other in boxes
    )
    box, stray, other = next(entry for entry in found if entry[1] is not None)
    page, ink = darkened(form, {box.id: stray}, seed) if stray else pytest.fail("no neighbours")
    assert ink_in(box, ink, page, 0.1)
    assert ink_in(other, ink, page, 0.5)


def test_alone_on_a_page_a_box_has_room_on_all_sides(form: PrintedForm) -> None:
    box = boxes_of(form)[5]
    assert all(room(box, [box], side) > 10 for side in SIDES)


def touched(form: PrintedForm, mix: Mix) -> tuple[float, float]:
    """Shares of boxes with any ink, and of those among them that are empty all the same."""
    boxes = boxes_of(form)
    labels, empty = 0, 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        filling = fill_anyhow(form.layout, 1, any_writer(mix, rng), mix, rng)
        inked = [box.id for box in boxes if filling.label(box.id) != "empty"]
        labels += len(inked)
        empty += sum(filling.look(box) is Truth.EMPTY for box in inked)
    return labels / (60 * len(boxes)), empty / labels


def test_the_hard_mix_touches_about_half_of_the_boxes(form: PrintedForm) -> None:
    share, stray = touched(form, HARD_MIX)
    assert 0.4 < share < 0.75
    assert stray > 0.15
    share, stray = touched(form, Mix())
    assert 0.2 < share < 0.45
    assert 0.01 < stray < 0.1
