"""A box is judged where its own frame is: not beside a fold that slid, not on missing paper."""

from __future__ import annotations

import numpy as np

from samples.bench.places import places
from samples.simulator.filling import DrawnMarks, Filling, some_writer
from samples.simulator.page import simulate
from samples.simulator.profiles import PROFILES
from scanner.frames import doubtful_frames
from scanner.landmarks import landmarks_of
from scanner.pages import PageImage
from scanner.pipeline import Located, locate, measure_page, read_page
from scanner.reading import MarkState, Reason
from tests.scanner.conftest import SHEETS, Grey, PrintedOffice

PAGE, DPI = 2, 200
MOST_MM = 0.3


def _located(office: PrintedOffice, grey: Grey, dpi: float = DPI) -> tuple[PageImage, Located]:
    image = PageImage("x.png", 0, grey, dpi, {})
    at = locate(image, office.context())
    assert isinstance(at, Located)
    return image, at


def test_frames_of_an_undamaged_page_are_where_they_should_be(a4: PrintedOffice) -> None:
    _, at = _located(a4, a4.render(SHEETS[0], PAGE, DPI))
    marks = landmarks_of(at.printed, PAGE)
    assert doubtful_frames(at.work, at.placed, at.alignment, marks, at.printed, PAGE) == {}


def test_boxes_on_missing_paper_are_never_claimed(a4: PrintedOffice) -> None:
    """A white lid looks like empty paper."""
    grey = a4.render(SHEETS[0], PAGE, DPI)
    boxes = [box for box in a4.layout.on_page(PAGE) if box.kind == "mark"]
    corners = {box.id: a4.corners_px(box.id, grey.shape) for box in boxes}
    middle_x, middle_y = grey.shape[1] * 0.55, grey.shape[0] * 0.6
    grey[int(middle_y) :, int(middle_x) :] = 245
    gone = {
        box_id
        for box_id, at in corners.items()
        if at[:, 0].min() > middle_x + 4 and at[:, 1].min() > middle_y + 4
    }
    fields = read_page(PageImage("x.png", 0, grey, DPI, {}), a4.context()).fields
    states = {
        box.id: (fields[box.name].options or {})[str(box.option)].state
        for box in boxes
        if box.id in gone
    }
    assert len(states) > 10
    assert set(states.values()) == {MarkState.DOUBTFUL}


def test_every_mark_box_beside_a_sheared_fold_is_placed_or_doubted(a4: PrintedOffice) -> None:
    pdf_page, profile = a4.pages[SHEETS[0], PAGE], PROFILES["folded"]
    filling = Filling(some_writer(np.random.default_rng(1)))
    moved = 0
    for seed in (3, 4, 6):
        rng = np.random.default_rng(seed)
        done = simulate(a4.pdf, pdf_page, a4.layout, PAGE, filling, profile, DrawnMarks(), rng)
        image, at = _located(a4, done.picture.pixels, done.picture.dpi)
        measured = measure_page(image, at, a4.context().settings)
        boxes = [box for box in at.placed.boxes if box.kind == "mark"]
        true = places(done.picture, boxes)
        for box in boxes:
            x, y = at.placed.middles_px[at.placed.index[box.id]].tolist()
            if true[box.id].distance_mm((x, y, x, y)) > MOST_MM:
                moved += 1
                assert measured.trouble[box.id] in (
                    Reason.ALIGNMENT_UNCERTAIN,
                    Reason.BOX_NOT_FOUND,
                )
    assert moved > 0
