"""Blank pages drawn in parts are those that a printer gives, each with its own codes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from samples.bench.stock import FORMS, PAPERS, load_stock, print_stock
from samples.simulator.blanks import blank
from samples.simulator.canvas import render
from samples.simulator.filling import DrawnMarks, Filling, Mark, some_writer
from samples.simulator.marks import Kind
from samples.simulator.page import simulate, simulate_twice
from samples.simulator.profiles import PROFILES

MOST_LEVELS, MOST_PIXELS = 2, 2_000
"""At edges of letters; one QR module alone is 50 pixels and 255 levels."""


@pytest.fixture(scope="module")
def stock_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stock")
    print_stock(folder, dict.fromkeys(FORMS, 2))
    return folder


def test_every_page_of_every_form_is_as_if_drawn_at_once(stock_folder: Path) -> None:
    stock = load_stock(stock_folder)
    seen = 0
    for paper in PAPERS:
        for form in FORMS:
            page = stock.sheets[paper, form][-1][-1]
            layout = stock.context.forms[stock.context.printed[page.sheet]].layout
            other = stock.sheets[paper, form][0][-1]
            pdf = stock.pdfs[paper]
            blank(pdf, other.pdf_page, layout, page.page, coloured=False)
            parts = blank(pdf, page.pdf_page, layout, page.page, coloured=False)
            whole = render(pdf, page.pdf_page)
            off = np.maximum(parts.pixels, whole.pixels) - np.minimum(parts.pixels, whole.pixels)
            assert off.max() <= MOST_LEVELS
            assert np.count_nonzero(off) <= MOST_PIXELS
            assert np.array_equal(parts.scale, whole.scale)
            seen += other.sheet != page.sheet
    assert seen >= len(FORMS)


@pytest.mark.parametrize("profile", ["one_bit", "photocopy1"])
def test_the_page_without_marks_is_taken_by_the_same_chance(
    stock_folder: Path, profile: str
) -> None:
    stock = load_stock(stock_folder)
    page = stock.sheets["a4", "kehadiran"][0][0]
    layout = stock.context.forms[stock.context.printed[page.sheet]].layout
    writer = some_writer(np.random.default_rng(1), "marker")
    box = next(box for box in layout.on_page(1) if box.kind == "mark")
    marked = Filling(writer, {box.id: Mark(Kind.CROSS)})
    what = (stock.pdfs["a4"], page.pdf_page, layout, 1)
    how = PROFILES[profile], DrawnMarks()
    done, without = simulate_twice(*what, marked, *how, np.random.default_rng(2))
    plain = simulate(*what, Filling(writer), *how, np.random.default_rng(2))
    assert np.array_equal(without.pixels, plain.picture.pixels)
    changed = np.argwhere(done.picture.pixels != without.pixels)[:, ::-1] + 0.5
    middle = np.array([[box.x_mm + box.w_mm / 2, box.y_mm + box.h_mm / 2]])
    near_px = done.picture.geometry.to_px(middle)[0]
    assert len(changed) > 50
    assert np.abs(changed - near_px).max() < 12 * done.picture.dpi / 25.4
