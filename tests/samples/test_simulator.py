"""Filled pages: the same seed gives the same page, and ink lies in the boxes it is said to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from forms.printed import PrintedForm
from forms.typeset import typeset
from samples.simulator import files
from samples.simulator.anything import Mix, fill_anyhow
from samples.simulator.canvas import Canvas, render
from samples.simulator.filling import DrawnMarks, Filling, Mark, some_writer, truths, write
from samples.simulator.marks import TRAINING_CLASS, TRUTH, Kind, Truth
from samples.simulator.page import SimulatedPage, simulate
from samples.simulator.profiles import PROFILES


@pytest.fixture(scope="module")
def form() -> PrintedForm:
    return typeset("umpan-balik", "a4")


def filled(form: PrintedForm, seed: int) -> SimulatedPage:
    rng = np.random.default_rng(seed)
    filling = fill_anyhow(form.layout, 1, some_writer(rng), Mix(), rng)
    profile = replace(PROFILES["phone_colour"], dpi=80)
    return simulate(form.base_pdf, 0, form.layout, 1, filling, profile, DrawnMarks(), rng)


def test_the_same_seed_gives_the_same_page(form: PrintedForm) -> None:
    one, two, other = filled(form, 4), filled(form, 4), filled(form, 5)
    assert np.array_equal(one.picture.pixels, two.picture.pixels)
    assert one.fields == two.fields
    assert not np.array_equal(one.picture.pixels, other.picture.pixels)


def inked(form: PrintedForm, kinds: dict[str, Kind], seed: int) -> tuple[Canvas, Canvas, Filling]:
    """The page without and with these marks (by box id)."""
    blank, page = render(form.base_pdf, 0), render(form.base_pdf, 0)
    writer = some_writer(np.random.default_rng(seed), "black_gel")
    filling = Filling(writer, {box: Mark(kind) for box, kind in kinds.items()})
    write(page, form.layout, 1, filling, DrawnMarks(), seed)
    return blank, page, filling


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.AROUND_WIDE])
def test_ink_is_in_its_box_and_only_there(form: PrintedForm, kind: Kind) -> None:
    boxes = [box for box in form.layout.on_page(1) if box.kind == "mark"]
    blank, page, _ = inked(form, {boxes[0].id: kind}, seed=8)
    darker = blank.pixels.astype(int) - page.pixels
    for box in boxes:
        x0, y0 = (np.array([box.x_mm, box.y_mm]) * page.scale).astype(int)
        x1, y1 = (np.array([box.x_mm + box.w_mm, box.y_mm + box.h_mm]) * page.scale).astype(int)
        has_ink = int(darker[y0:y1, x0:x1].max()) > 5
        assert has_ink == (box.id == boxes[0].id), (kind, box.id)


def test_truth_follows_the_marks(form: PrintedForm) -> None:
    yes, unsure = "mark:paham_hak:ya", "mark:paham_hak:ragu"
    for kind in Kind:
        _, _, filling = inked(form, {yes: kind}, seed=1)
        truth = truths(form.layout, 1, filling)["paham_hak"]
        assert truth.value == "ya"
        assert truth.unclear == (TRUTH[kind] is Truth.UNCLEAR)
        assert truth.options == {"ya": TRUTH[kind], "ragu": Truth.EMPTY, "tidak": Truth.EMPTY}
    _, _, two = inked(form, {yes: Kind.TICK, unsure: Kind.CROSS}, seed=1)
    both = truths(form.layout, 1, two)["paham_hak"]
    assert both.unclear
    assert both.value is None


def test_unclear_looks_are_told_apart_for_training() -> None:
    assert set(TRAINING_CLASS) == set(TRUTH) == set(Kind)
    for kind, truth in TRUTH.items():
        clear = TRAINING_CLASS[kind].value in ("empty", "marked")
        assert clear == (truth is not Truth.UNCLEAR)


def test_one_mark_more_leaves_the_others_as_they_were(form: PrintedForm) -> None:
    first, second = "mark:paham_hak:ya", "mark:akan_musdes:ya"
    _, one, _ = inked(form, {first: Kind.TICK}, seed=3)
    blank, two, _ = inked(form, {first: Kind.TICK, second: Kind.TICK}, seed=3)
    changed = np.nonzero((one.pixels != two.pixels).any(axis=1))[0]
    inks = np.nonzero((blank.pixels != two.pixels).any(axis=1))[0]
    box = next(box for box in form.layout.boxes if box.id == second)
    assert changed.min() > (box.y_mm - 8) * two.scale[1]
    assert inks.min() < changed.min()


def test_files_are_the_same_byte_for_byte(form: PrintedForm) -> None:
    pixels = render(form.base_pdf, 0).pixels[::8, ::8]
    two_level = np.where(pixels > 128, 255, 0).astype(np.uint8)

    def made() -> list[bytes]:
        return [
            files.scanned_pdf([pixels, pixels], 70, 100),
            files.g4_tiff([two_level, two_level], 100),
            files.jpeg(pixels, 70, 100),
        ]

    assert made() == made()
