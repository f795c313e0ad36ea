"""One simulated page against its reading: what was right, what was wrong, what was asked."""

from __future__ import annotations

from dataclasses import dataclass

from forms.layout import FIELD_KINDS, Box, Layout
from samples.bench.places import Place, places
from samples.bench.sheets import Task
from samples.bench.tally import PageScore, Tally
from samples.simulator.filling import FieldTruth, Filling, Value
from samples.simulator.marks import Truth
from samples.simulator.page import SimulatedPage
from scanner.reading import FieldReading, FieldState, MarkState, PageReading, PageStatus

NO_CERTIFICATE = "not_certified"
"""The reason of marks that are asked about because no promise holds for their capture."""


@dataclass(frozen=True, eq=False)
class Case:
    """One page under test. ``erased``: marked boxes of which the capture left nothing."""

    task: Task
    sheet: str
    layout: Layout
    page: int
    filling: Filling
    simulated: SimulatedPage
    erased: frozenset[str] = frozenset()

    @property
    def label(self) -> str:
        return f"{self.task.label}/{self.page}"


@dataclass(frozen=True)
class MarkScore:
    """One mark box: ``kind`` of ink in it, ``outcome`` as in `Tally.counts`, what was read."""

    box: Box
    kind: str
    outcome: str
    state: MarkState
    place: Place


def score(case: Case, reading: PageReading, cpu_ms: float = 0.0) -> Tally:
    """The tally of one page."""
    tally = Tally(sheets={case.sheet}, cpu_ms=[cpu_ms])
    outcome = _identity(case, reading)
    tally.counts.update(["pages", outcome])
    if outcome == "wrong_page":
        tally.bad_sheets.add(case.sheet)
    if reading.identified_by is not None:
        tally.identified_by[reading.identified_by.value] += 1
    if outcome == "read":
        for one in mark_scores(case, reading):
            _count_mark(case, one, reading, tally)
        _score_fields(case, reading, tally)
    else:
        reasons = ",".join(reason.value for reason in reading.reasons)
        tally.incidents.append(f"{case.label}: {outcome} {reading.status.value} {reasons}")
    wrong = tally.wrong + tally.counts["gone_claimed"] + tally.counts["wrong_page"]
    doubtful = tally.counts["doubtful"]
    tally.pages.append(PageScore(case.task, case.page, wrong, doubtful, outcome != "read"))
    return tally


def _identity(case: Case, reading: PageReading) -> str:
    """``read``, ``wrong_page``, or ``not_read``."""
    if reading.status is not PageStatus.READ:
        claimed = reading.sheet not in (None, case.sheet)
        return "wrong_page" if claimed else "not_read"
    same = (reading.sheet, reading.page) == (case.sheet, case.page)
    upright = reading.rotation == case.simulated.picture.geometry.turn
    return "read" if same and upright else "wrong_page"


def mark_scores(case: Case, reading: PageReading) -> list[MarkScore]:
    """Every mark box of a page that was read."""
    boxes = [box for box in case.layout.on_page(case.page) if box.kind == "mark"]
    where = places(case.simulated.picture, boxes)
    return [_score_mark(case, box, where[box.id], reading.fields[box.name]) for box in boxes]


def _score_mark(case: Case, box: Box, place: Place, reading: FieldReading) -> MarkScore:
    if reading.options is None or box.option is None:
        raise ValueError(f"no options for {box.id}")
    state = reading.options[box.option].state
    truth = case.filling.look(box.id)
    certified = all(reason.value != NO_CERTIFICATE for reason in reading.reasons)
    outcome = _outcome(place, truth, state, erased=box.id in case.erased, certified=certified)
    return MarkScore(box, case.filling.label(box.id), outcome, state, place)


def _outcome(place: Place, truth: Truth, state: MarkState, *, erased: bool, certified: bool) -> str:
    if place.seen == "cut":
        return "cut"
    if place.seen == "gone":
        return "gone" if state is MarkState.DOUBTFUL else "gone_claimed"
    if truth is Truth.UNCLEAR:
        return "unclear_erased" if erased else f"unclear_{state.value}"
    if erased:
        return "erased"
    if state is MarkState.DOUBTFUL:
        return "doubtful" if certified else "no_certificate"
    return f"right_{state.value}" if state.value == truth.value else f"false_{state.value}"


def _count_mark(case: Case, one: MarkScore, reading: PageReading, tally: Tally) -> None:
    tally.counts[one.outcome] += 1
    options = reading.fields[one.box.name].options
    option = options[one.box.option] if options and one.box.option else None
    if one.place.seen == "whole":
        shown = "erased" if one.box.id in case.erased else one.state.value
        tally.kinds[one.kind, shown] += 1
        if option is not None and option.box_px is not None:
            tally.errors_mm.append(one.place.distance_mm(option.box_px))
    if one.outcome in ("false_marked", "false_empty", "gone_claimed"):
        tally.bad_sheets.add(case.sheet)
        read = f"{one.kind} read as {one.state.value}"
        tally.incidents.append(f"{case.label} {one.box.id}: {read} ({one.place.seen})")


def _score_fields(case: Case, reading: PageReading, tally: Tally) -> None:
    fields = case.layout.fields_on_page(case.page)
    everything = [box for box in case.layout.on_page(case.page) if box.kind in FIELD_KINDS]
    where = places(case.simulated.picture, everything)
    for name, boxes in fields.items():
        whole = all(where[box.id].seen == "whole" for box in boxes)
        truth, read = case.simulated.fields[name], reading.fields[name]
        if boxes[0].kind != "mark":
            _score_area(case, boxes[0], bool(truth.value), whole, read, tally)
        elif whole and not truth.unclear and not any(box.id in case.erased for box in boxes):
            _score_group(case, name, truth, read, tally)


def _score_group(
    case: Case, name: str, truth: FieldTruth, reading: FieldReading, tally: Tally
) -> None:
    """A whole choice, all of whose boxes are clear: its value is claimed, or asked about."""
    if reading.state is FieldState.DOUBTFUL:
        tally.counts["field_asked"] += 1
    elif _plain(reading.value) == _plain(truth.value):
        tally.counts["field_right"] += 1
    else:
        tally.counts["field_wrong"] += 1
        tally.incidents.append(f"{case.label} {name}: {truth.value} read as {reading.value}")


def _plain(value: Value) -> Value:
    """The order of ticks on paper means nothing; none ticked is an empty answer."""
    return (sorted(value) if isinstance(value, list) else value) or None


def _score_area(
    case: Case, box: Box, inked: bool, whole: bool, reading: FieldReading, tally: Tally
) -> None:
    """Cells and ink areas: only whether there is ink is claimed."""
    if not whole:
        tally.counts["area_cut"] += 1
        return
    outcome = _area_outcome(box.kind, inked, reading.state)
    tally.counts[f"area_{outcome}"] += 1
    if outcome == "wrong":
        read = f"ink={inked} read as {reading.state.value}"
        tally.incidents.append(f"{case.label} {box.name}: {read}")


def _area_outcome(kind: str, inked: bool, state: FieldState) -> str:
    """Cells with ink are never claimed (they are not read): doubt about them is right."""
    if kind == "cell" and inked:
        return "right" if state is FieldState.DOUBTFUL else "wrong"
    if state is FieldState.DOUBTFUL:
        return "doubtful"
    return "right" if (state is FieldState.SURE) == inked else "wrong"
