"""One simulated page against its reading: what was right, what was wrong, what was asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from forms.layout import Box, Layout
from samples.simulator.capture import Capture
from samples.simulator.filling import Filling
from samples.simulator.geometry import Points
from samples.simulator.marks import Truth
from samples.simulator.page import SimulatedPage
from scanner.reading import FieldReading, FieldState, MarkState, PageReading, PageStatus

EDGE_MM = 0.3
"""A box counts as cut when more than this of it lies off the picture or off the torn sheet."""


@dataclass
class Tally:
    """Counts, positions (mm) and, for people, what went wrong where."""

    counts: Counter[str] = field(default_factory=Counter)
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    errors_mm: list[float] = field(default_factory=list)
    incidents: list[str] = field(default_factory=list)
    bad_sheets: set[str] = field(default_factory=set)
    sheets: set[str] = field(default_factory=set)

    def add(self, other: Tally) -> None:
        self.counts += other.counts
        self.kinds += other.kinds
        self.errors_mm += other.errors_mm
        self.incidents += other.incidents
        self.bad_sheets |= other.bad_sheets
        self.sheets |= other.sheets


@dataclass(frozen=True, eq=False)
class Case:
    """One page under test."""

    name: str
    sheet: str
    layout: Layout
    page: int
    filling: Filling
    simulated: SimulatedPage


def score(case: Case, reading: PageReading) -> Tally:
    """The tally of one page."""
    tally = Tally(sheets={case.sheet})
    tally.counts["pages"] += 1
    outcome = _identity(case, reading)
    tally.counts[outcome] += 1
    if outcome == "wrong_page":
        tally.bad_sheets.add(case.sheet)
    if outcome != "read":
        reasons = ",".join(reason.value for reason in reading.reasons)
        tally.incidents.append(f"{case.name}: {outcome} {reading.status.value} {reasons}")
        return tally
    for name, boxes in case.layout.fields_on_page(case.page).items():
        if boxes[0].kind == "mark":
            for box in boxes:
                _score_mark(case, box, reading.fields[name], tally)
        else:
            _score_area(case, name, boxes, reading.fields[name], tally)
    return tally


def _identity(case: Case, reading: PageReading) -> str:
    """``read``, ``wrong_page``, or ``not_read``."""
    if reading.status is not PageStatus.READ:
        claimed = reading.sheet not in (None, case.sheet)
        return "wrong_page" if claimed else "not_read"
    same = (reading.sheet, reading.page) == (case.sheet, case.page)
    upright = reading.rotation == case.simulated.picture.geometry.turn
    return "read" if same and upright else "wrong_page"


def corners(box: Box) -> Points:
    """(4, 2) mm, clockwise from the top left."""
    x0, y0, x1, y1 = box.x_mm, box.y_mm, box.x_mm + box.w_mm, box.y_mm + box.h_mm
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])


def visible(picture: Capture, box: Box) -> str:
    """``whole``, ``cut`` or ``gone``."""
    inside = list(_inside(picture, corners(box)))
    return "whole" if all(inside) else "cut" if any(inside) else "gone"


def _inside(picture: Capture, points: Points) -> Iterator[bool]:
    """Whether form points are on the picture and on the sheet."""
    height, width = picture.pixels.shape[:2]
    slack = EDGE_MM * picture.dpi / 25.4
    px = picture.geometry.to_px(points)
    paper = picture.geometry.to_paper(points)
    for (x, y), (px_x, px_y) in zip(paper, px, strict=True):
        on_picture = -slack <= px_x <= width + slack and -slack <= px_y <= height + slack
        yield on_picture and _in_polygon(picture.outline_mm, float(x), float(y))


def _in_polygon(polygon: Points, x: float, y: float) -> bool:
    """Even-odd rule."""
    x0, y0 = polygon[:, 0], polygon[:, 1]
    x1, y1 = np.roll(x0, -1), np.roll(y0, -1)
    crossing = (y0 > y) != (y1 > y)
    at = x0 + (y - y0) * (x1 - x0) / np.where(crossing, y1 - y0, 1)
    return bool(np.count_nonzero(crossing & (x < at)) % 2)


def _score_mark(case: Case, box: Box, reading: FieldReading, tally: Tally) -> None:
    truths = case.simulated.fields[box.name].options
    if truths is None or reading.options is None or box.option is None:
        raise ValueError(f"no options for {box.id}")
    option = reading.options[box.option]
    truth = truths[box.option]
    seen = visible(case.simulated.picture, box)
    kind = case.filling.label(box.id)
    outcome = _outcome(seen, truth, option.state)
    tally.counts[f"box_{outcome}"] += 1
    if seen == "whole":
        tally.kinds[kind, option.state.value] += 1
        if option.box_px is not None:
            tally.errors_mm.append(_distance(case.simulated.picture, box, option.box_px))
    if outcome in ("wrong", "gone_claimed"):
        tally.bad_sheets.add(case.sheet)
        tally.incidents.append(f"{case.name} {box.id}: {kind} read as {option.state.value}")


def _outcome(seen: str, truth: Truth, state: MarkState) -> str:
    if seen == "cut":
        return "cut"
    if seen == "gone":
        return "gone" if state is MarkState.DOUBTFUL else "gone_claimed"
    if truth is Truth.UNCLEAR:
        return f"unclear_{state.value}"
    if state is MarkState.DOUBTFUL:
        return "doubtful"
    return "right" if state.value == truth.value else "wrong"


def _distance(picture: Capture, box: Box, box_px: tuple[float, float, float, float]) -> float:
    """Between where the reader puts the middle of a box and where it is, mm."""
    claimed = np.array([(box_px[0] + box_px[2]) / 2, (box_px[1] + box_px[3]) / 2])
    true = picture.geometry.to_px(corners(box))
    middle = (true.min(axis=0) + true.max(axis=0)) / 2
    px_per_mm = np.linalg.norm(true[1] - true[0]) / box.w_mm
    return float(np.linalg.norm(claimed - middle) / px_per_mm)


def _score_area(
    case: Case, name: str, boxes: tuple[Box, ...], reading: FieldReading, tally: Tally
) -> None:
    """Cells and ink areas: only whether there is ink is claimed."""
    if any(visible(case.simulated.picture, box) != "whole" for box in boxes):
        tally.counts["area_cut"] += 1
        return
    inked = bool(case.simulated.fields[name].value)
    outcome = _area_outcome(boxes[0].kind, inked, reading.state)
    tally.counts[f"area_{outcome}"] += 1
    if outcome == "wrong":
        tally.incidents.append(f"{case.name} {name}: ink={inked} read as {reading.state.value}")


def _area_outcome(kind: str, inked: bool, state: FieldState) -> str:
    """Cells with ink are never claimed (they are not read): doubt about them is right."""
    if kind == "cell" and inked:
        return "right" if state is FieldState.DOUBTFUL else "wrong"
    if state is FieldState.DOUBTFUL:
        return "doubtful"
    return "right" if (state is FieldState.SURE) == inked else "wrong"
