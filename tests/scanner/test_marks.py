"""What each kind of ink in or round a mark box is taken for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest

from forms.layout import Box
from samples.simulator.filling import DrawnMarks, Filling, Mark, Writer, some_writer
from samples.simulator.marks import Kind
from samples.simulator.page import simulate
from samples.simulator.profiles import OFFICE
from scanner.certificate import Certificate
from scanner.classify import DOUBT, Verdict, classify
from scanner.marknet import MarkClass
from scanner.marks import NO_INK, NOTHING, InkMeasure, MarkEvidence
from scanner.pages import PageImage
from scanner.pipeline import read_page
from scanner.reading import FieldReading, MarkState, OptionReading, Reason
from scanner.settings import MarkSettings
from tests.scanner.conftest import SHEETS, Grey, PrintedOffice

PAGE, DPI = 2, 200
EVERY = 4
"""One box in this many is marked: neighbours keep clear of each other."""

Line = Sequence[tuple[float, float]]


def _writer(seed: int) -> Writer:
    return some_writer(np.random.default_rng(seed), "blue_ballpoint")


def _options(office: PrintedOffice, grey: Grey, dpi: float = DPI) -> dict[str, OptionReading]:
    """The reading of every mark box by box id."""
    fields = read_page(PageImage("x.png", 0, grey, dpi, {}), office.context()).fields
    return {
        box.id: (fields[box.name].options or {})[str(box.option)]
        for box in office.layout.on_page(PAGE)
        if box.kind == "mark"
    }


def _field_of(office: PrintedOffice, grey: Grey, name: str) -> FieldReading:
    return read_page(PageImage("x.png", 0, grey, DPI, {}), office.context()).fields[name]


def _drawn(office: PrintedOffice, kind: Kind) -> tuple[list[OptionReading], list[OptionReading]]:
    """Readings of the boxes drawn in, and of the others, on one simulated scan."""
    boxes = [box for box in office.layout.on_page(PAGE) if box.kind == "mark"]
    marks = {box.id: Mark(kind) for box in boxes[::EVERY]}
    filling = Filling(_writer(5), marks)
    page = simulate(
        office.pdf,
        office.pages[SHEETS[0], PAGE],
        office.layout,
        PAGE,
        filling,
        OFFICE,
        DrawnMarks(),
        np.random.default_rng(3),
    )
    options = _options(office, page.picture.pixels, page.picture.dpi)
    return (
        [options[box_id] for box_id in marks],
        [option for box_id, option in options.items() if box_id not in marks],
    )


@pytest.mark.parametrize("kind", [Kind.TICK, Kind.CROSS, Kind.STROKE, Kind.CIRCLE])
def test_clear_marks_are_marked_and_no_other_box(a4: PrintedOffice, kind: Kind) -> None:
    inked, others = _drawn(a4, kind)
    assert {option.state for option in inked} == {MarkState.MARKED}
    assert {option.state for option in others} == {MarkState.EMPTY}
    assert min(o.score or 0 for o in inked) > 2 * max(o.score or 0 for o in others)


def test_a_circle_round_a_box_is_never_taken_for_nothing(a4: PrintedOffice) -> None:
    inked, others = _drawn(a4, Kind.AROUND)
    assert MarkState.EMPTY not in {option.state for option in inked}
    assert MarkState.MARKED not in {option.state for option in others}


@pytest.mark.parametrize("kind", [Kind.FILLED, Kind.SCRIBBLE])
def test_what_only_its_writer_knows_goes_to_a_person(a4: PrintedOffice, kind: Kind) -> None:
    inked, others = _drawn(a4, kind)
    assert {option.state for option in inked} == {MarkState.DOUBTFUL}
    assert {option.state for option in others} == {MarkState.EMPTY}


@pytest.mark.parametrize("kind", [Kind.DOT, Kind.FAINT, Kind.CANCELLED])
def test_dots_faint_and_cancelled_marks_are_hardly_ever_marks(
    a4: PrintedOffice, kind: Kind
) -> None:
    inked, _ = _drawn(a4, kind)
    marked = sum(option.state is MarkState.MARKED for option in inked)
    asked = sum(option.state is MarkState.DOUBTFUL for option in inked)
    assert marked <= len(inked) // 10
    assert asked >= len(inked) * 0.8


def _with_line(office: PrintedOffice, box: Box, line: Line, width_mm: float = 0.4) -> Grey:
    """The rendered page with one pen line, given in box sizes from the box's corner."""
    grey = office.render(SHEETS[0], PAGE, DPI)
    corners = office.corners_px(box.id, grey.shape)
    points = corners[0] + np.array(line) * (corners[2] - corners[0])
    fixed = np.round((points - 0.5) * 16).astype(np.int32)
    thickness = max(1, round(width_mm / 25.4 * DPI))
    cv2.polylines(grey, [fixed], False, 70, thickness, cv2.LINE_AA, 4)
    return cv2.GaussianBlur(grey, (3, 3), 0).astype(np.uint8)


BOX = "mark:hubungan.2:anak"


@pytest.mark.parametrize(
    ("line", "state", "reason"),
    [
        ([(0.2, 0.5), (0.4, 0.8), (0.9, 0.1)], MarkState.MARKED, None),
        ([(0.3, 0.6), (0.5, 0.9), (1.5, -0.4)], MarkState.MARKED, None),
        ([(0.5, -0.6), (0.5, 1.6)], MarkState.DOUBTFUL, Reason.INK_FROM_OUTSIDE),
        ([(-0.6, 1.6), (0.35, 0.65)], MarkState.DOUBTFUL, Reason.INK_FROM_OUTSIDE),
        ([(0.45, 0.5), (0.6, 0.52)], MarkState.DOUBTFUL, Reason.FAINT_MARK),
        ([(-0.6, 1.6), (0.1, 0.9)], MarkState.EMPTY, None),
        ([(1.2, -0.5), (1.2, 0.5)], MarkState.EMPTY, None),
    ],
    ids=["tick", "long tail", "streak", "from outside", "dash", "tip of a stroke", "beside"],
)
def test_lines_in_and_through_a_box(
    a4: PrintedOffice, line: Line, state: MarkState, reason: Reason | None
) -> None:
    grey = _with_line(a4, a4.box(BOX), line)
    assert _options(a4, grey)[BOX].state is state
    reasons = _field_of(a4, grey, "hubungan.2").reasons
    assert reason is None or reason in reasons


def test_more_ink_never_gives_a_lower_score(a4: PrintedOffice) -> None:
    line = [(0.2, 0.5), (0.4, 0.8), (0.8, 0.2)]
    grey = [_with_line(a4, a4.box(BOX), line, width) for width in (0.25, 0.4, 0.7, 1.2)]
    scores = [_options(a4, image)[BOX].score or 0 for image in grey]
    assert scores == sorted(scores)
    assert 0 < scores[0] < scores[-1] <= 1


def test_uneven_light_changes_no_state(a4: PrintedOffice) -> None:
    """Darkness counts against the paper beside it, not against the page."""
    grey = _with_line(a4, a4.box(BOX), [(0.2, 0.5), (0.4, 0.8), (0.8, 0.2)])
    light = np.linspace(1.0, 0.45, grey.shape[1])[None, :]
    shaded = np.round(grey * light).astype(np.uint8)
    plain, shadow = _options(a4, grey), _options(a4, shaded)
    assert {k: o.state for k, o in plain.items()} == {k: o.state for k, o in shadow.items()}


CLEAR = InkMeasure(
    share=0.12,
    length_mm=3.0,
    pale_mm=3.2,
    darkness=0.6,
    cover=0.2,
    line_mm=4.0,
    crowded=0.0,
    stroke_mm=4.0,
    own_share=0.9,
    through=False,
    round_share=0.1,
)


SURE: dict[MarkClass, float] = {state: float(state is MarkClass.MARKED) for state in MarkClass}
HELD = {
    state: Certificate(0.9, 1e-4, 0.95, 40_000, 0, 500)
    for state in (MarkClass.EMPTY, MarkClass.MARKED)
}


def _judged(ink: InkMeasure, seen_as: MarkClass) -> Verdict:
    chances = {state: float(state is seen_as) for state in MarkClass}
    return classify(MarkEvidence(ink, chances), MarkSettings(), HELD)


def _verdict(**changes: Any) -> Verdict:
    return _judged(replace(CLEAR, **changes), MarkClass.MARKED)


def test_nothing_is_empty_and_certain() -> None:
    assert classify(NOTHING, MarkSettings(), HELD) == Verdict(MarkState.EMPTY, 1.0)


def test_nothing_is_claimed_without_a_certificate() -> None:
    for evidence in (NOTHING, MarkEvidence(CLEAR, SURE)):
        verdict = classify(evidence, MarkSettings(), {})
        assert (verdict.state, verdict.reason) == (MarkState.DOUBTFUL, Reason.NOT_CERTIFIED)


@pytest.mark.parametrize(
    ("seen_as", "reason"),
    [
        (MarkClass.CANCELLED, Reason.HEAVY_OR_CANCELLED),
        (MarkClass.UNCLEAR, Reason.UNCLEAR_MARK),
        (MarkClass.EMPTY, Reason.UNCLEAR_MARK),
    ],
)
def test_clear_ink_that_the_net_sees_otherwise_is_doubtful(
    seen_as: MarkClass, reason: Reason
) -> None:
    assert _judged(CLEAR, seen_as) == Verdict(MarkState.DOUBTFUL, DOUBT, reason)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"length_mm": 2.5}, Reason.UNCLEAR_MARK),
        ({"round_share": 0.6}, Reason.INK_FROM_OUTSIDE),
    ],
)
def test_ink_objects_to_an_empty_box(changes: dict[str, Any], reason: Reason) -> None:
    assert _judged(NO_INK, MarkClass.EMPTY).state is MarkState.EMPTY
    verdict = _judged(replace(NO_INK, **changes), MarkClass.EMPTY)
    assert verdict == Verdict(MarkState.DOUBTFUL, DOUBT, reason)


@pytest.mark.parametrize(
    ("belief", "state"), [(0.969, MarkState.DOUBTFUL), (0.97, MarkState.EMPTY)]
)
def test_pale_line_objects_unless_the_net_is_surer(belief: float, state: MarkState) -> None:
    """Shore lines of water are such lines; a pencil's are not believed to be empty."""
    chances = dict.fromkeys(MarkClass, 0.0)
    chances |= {MarkClass.EMPTY: belief, MarkClass.UNCLEAR: 1 - belief}
    pale = MarkEvidence(replace(NO_INK, pale_mm=2.0), chances)
    verdict = classify(pale, MarkSettings(), HELD)
    assert verdict.state is state
    assert verdict.reason is (Reason.FAINT_MARK if state is MarkState.DOUBTFUL else None)


@pytest.mark.parametrize("darkness", [18, 30])
def test_pale_pencil_is_never_called_empty(a4: PrintedOffice, darkness: int) -> None:
    """Paler than what counts as ink (38): the net sees it, and the pale line objects."""
    grey = a4.render(SHEETS[0], PAGE, DPI)
    boxes = [box for box in a4.layout.on_page(PAGE) if box.kind == "mark"]
    layer = np.zeros(grey.shape, dtype=np.uint8)
    for box in boxes:
        x, y, w, h = (mm / 25.4 * DPI for mm in (box.x_mm, box.y_mm, box.w_mm, box.h_mm))
        tick = [(x + w * 0.2, y + h * 0.5), (x + w * 0.4, y + h * 0.85), (x + w * 0.9, y + h * 0.1)]
        points = np.round(np.array(tick) * 16).astype(np.int32)
        cv2.polylines(layer, [points], False, darkness, 3, cv2.LINE_AA, 4)
    pale = np.asarray(cv2.subtract(grey, layer), dtype=np.uint8)
    states = {option.state for option in _options(a4, pale).values()}
    assert MarkState.EMPTY not in states


def test_belief_below_the_certified_one_is_doubt() -> None:
    chances = {**SURE, MarkClass.MARKED: 0.89, MarkClass.UNCLEAR: 0.11}
    verdict = classify(MarkEvidence(CLEAR, chances), MarkSettings(), HELD)
    assert (verdict.state, verdict.reason) == (MarkState.DOUBTFUL, Reason.UNCLEAR_MARK)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"cover": 0.85}, Reason.HEAVY_OR_CANCELLED),
        ({"crowded": 0.6}, Reason.HEAVY_OR_CANCELLED),
        ({"line_mm": 15.0}, Reason.HEAVY_OR_CANCELLED),
        ({"through": True}, Reason.INK_FROM_OUTSIDE),
        ({"own_share": 0.1}, Reason.INK_FROM_OUTSIDE),
        ({"darkness": 0.2}, Reason.FAINT_MARK),
        ({"length_mm": 0.9}, Reason.FAINT_MARK),
        ({"stroke_mm": 1.2}, Reason.FAINT_MARK),
    ],
)
def test_each_limit_makes_a_clear_mark_doubtful(changes: dict[str, Any], reason: Reason) -> None:
    assert _verdict().state is MarkState.MARKED
    assert _verdict(**changes) == Verdict(MarkState.DOUBTFUL, DOUBT, reason)


def test_settings_re_judge_what_was_measured() -> None:
    strict = replace(MarkSettings(), faint=0.7)
    verdict = classify(MarkEvidence(CLEAR, SURE), strict, HELD)
    assert verdict.reason is Reason.FAINT_MARK
