"""The net for mark boxes, and what its card promises."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pytest

from samples.simulator.filling import DrawnMarks, Filling, Mark, some_writer
from samples.simulator.marks import Kind
from samples.simulator.page import simulate
from samples.simulator.profiles import PROFILES
from scanner.bounds import upper_bound
from scanner.capture import CaptureClass
from scanner.certificate import certificates
from scanner.marknet import CLASSES, COPIES, MARKS, MODELS, NET_PX, MarkClass, chances
from scanner.marks import see_marks
from scanner.pages import PageImage
from scanner.pipeline import Located, locate, measure_page, read_page
from scanner.reading import FieldReading, FieldState, MarkState, PageReading, Reason
from tests.scanner.conftest import SHEETS, PrintedOffice

PAGE = 2
EVERY = 5


def _page(office: PrintedOffice, kind: Kind, profile: str) -> tuple[PageImage, set[str]]:
    """A page with this kind of mark in every fifth box, and the boxes marked."""
    boxes = [box.id for box in office.layout.on_page(PAGE) if box.kind == "mark"][::EVERY]
    filling = Filling(
        some_writer(np.random.default_rng(2), "blue_ballpoint"), {box: Mark(kind) for box in boxes}
    )
    rng = np.random.default_rng(8)
    sheet = office.pages[SHEETS[0], PAGE]
    shape = PROFILES[profile]
    done = simulate(office.pdf, sheet, office.layout, PAGE, filling, shape, DrawnMarks(), rng)
    facts = {"bits": shape.bits}
    return PageImage("x", 0, done.picture.pixels, done.picture.dpi, facts), set(boxes)


def _read(office: PrintedOffice, kind: Kind, profile: str) -> tuple[PageReading, set[str]]:
    image, boxes = _page(office, kind, profile)
    return read_page(image, office.context()), boxes


@pytest.mark.parametrize("capture", [CaptureClass.GREY_SCAN, CaptureClass.PHOTOCOPY])
def test_beliefs_are_shares_and_do_not_depend_on_the_batch(capture: CaptureClass) -> None:
    rng = np.random.default_rng(1)
    seen = rng.integers(0, 256, (5, 2, NET_PX, NET_PX), dtype=np.uint8)
    together = chances(seen, capture)
    assert together.shape == (5, len(CLASSES))
    one_net = capture is not CaptureClass.PHOTOCOPY
    assert (together.sum(axis=1) < 1 + 1e-5).all()
    assert (together.sum(axis=1) > 1 - 1e-5).all() == one_net
    alone = np.concatenate([chances(seen[i : i + 1], capture) for i in range(5)])
    assert alone == pytest.approx(together, abs=1e-4)
    assert chances(seen[:0], capture).shape == (0, len(CLASSES))


@pytest.mark.parametrize(
    ("kind", "seen_as"),
    [
        (Kind.TICK, MarkClass.MARKED),
        (Kind.CROSS, MarkClass.MARKED),
        (Kind.AROUND, MarkClass.MARKED),
        (Kind.CANCELLED, MarkClass.CANCELLED),
        (Kind.FILLED, MarkClass.UNCLEAR),
    ],
)
def test_the_net_tells_kinds_of_ink_apart(
    a4: PrintedOffice, kind: Kind, seen_as: MarkClass
) -> None:
    image, boxes = _page(a4, kind, "office200")
    at = locate(image, a4.context())
    assert isinstance(at, Located)
    marks = measure_page(image, at, a4.context().settings).marks
    told = [max(of, key=of.__getitem__) for box in boxes if (of := marks[box].chances) is not None]
    assert len(told) == len(boxes)
    assert told.count(seen_as) >= 0.9 * len(told)


@pytest.mark.parametrize(
    ("profile", "capture"),
    [("office200", CaptureClass.GREY_SCAN), ("photocopy1", CaptureClass.PHOTOCOPY)],
)
def test_on_a_copied_page_both_nets_must_agree_on_a_mark(
    a4: PrintedOffice, profile: str, capture: CaptureClass
) -> None:
    image, _ = _page(a4, Kind.TICK, profile)
    at = locate(image, a4.context())
    assert isinstance(at, Located)
    measured = measure_page(image, at, a4.context().settings)
    assert measured.capture.capture is capture
    beliefs = {}
    for seen in see_marks(image.grey, at.work, at.placed, at.printed, at.page):
        told = chances(seen.net_input, capture).tolist()
        beliefs.update({box.id: belief for box, belief in zip(seen.inked, told, strict=True)})
    judged = {box: one.chances for box, one in measured.marks.items() if one.chances is not None}
    assert {box: list(of.values()) for box, of in judged.items()} == beliefs
    own, plain = (chances(seen.net_input, one) for one in (capture, CaptureClass.PHONE))
    marked = CLASSES.index(MarkClass.MARKED)
    assert (own[:, marked] <= plain[:, marked]).all()
    assert (np.abs(own - plain).max() > 1e-4) == (capture is CaptureClass.PHOTOCOPY)


def test_every_certificate_is_worth_what_it_promises() -> None:
    assert certificates().keys() >= {CaptureClass.GREY_SCAN}
    for held in certificates().values():
        for state, one in held.items():
            assert state in (MarkClass.EMPTY, MarkClass.MARKED)
            assert upper_bound(one.errors, one.claims, one.confidence) <= one.risk <= 1e-3
            assert one.sheets > 100


@pytest.mark.parametrize("name", [MARKS, COPIES])
def test_the_card_says_where_a_net_comes_from_and_the_net_is_small(name: str) -> None:
    card = json.loads((MODELS / "marks.json").read_text(encoding="utf-8"))
    net = card["nets"][name]
    assert card["scans"] == "simulated"
    assert not set(net["trained_on"]) & {"streaked", "folded", "wet", "mixed", "photocopy2"}
    assert net["fit"]["check"]["calibration_error"] < 0.01
    assert (MODELS / f"{name}.onnx").stat().st_size < 1_000_000


def test_a_reading_says_which_promise_it_carries(a4: PrintedOffice) -> None:
    reading, _ = _read(a4, Kind.TICK, "office300")
    held = certificates()[CaptureClass.GREY_SCAN][MarkClass.MARKED]
    assert reading.facts["promise"]["marked"]["risk"] == held.risk
    assert reading.facts["promise"]["marked"]["claims"] == held.claims


def test_without_a_certificate_every_mark_is_asked_about(
    a4: PrintedOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scanner.pipeline.certificates", dict)
    reading, _ = _read(a4, Kind.TICK, "office300")
    assert reading.facts["promise"] is None
    options = [one for field in reading.fields.values() for one in (field.options or {}).values()]
    assert {one.state for one in options} == {MarkState.DOUBTFUL}
    reasons = {reason for field in reading.fields.values() for reason in field.reasons}
    assert Reason.NOT_CERTIFIED in reasons


def test_what_is_unclear_is_never_claimed_as_marked(a4: PrintedOffice) -> None:
    for kind in (Kind.SCRIBBLE, Kind.CANCELLED, Kind.CROSSED):
        reading, boxes = _read(a4, kind, "office300")
        by_id = {
            box.id: (reading.fields[box.name].options or {})[str(box.option)].state
            for box in a4.layout.on_page(PAGE)
            if box.kind == "mark"
        }
        assert {by_id[box] for box in boxes} == {MarkState.DOUBTFUL}


def _field(office: PrintedOffice, choice: str, kinds: Sequence[Kind | None]) -> FieldReading:
    """The first field of this choice with one box for each kind, or none, marked so."""
    fields = office.layout.fields_on_page(PAGE)
    name = next(
        name
        for name, boxes in fields.items()
        if boxes[0].kind == "mark" and boxes[0].choice == choice and len(boxes) == len(kinds)
    )
    marks = {box.id: Mark(kind) for box, kind in zip(fields[name], kinds, strict=True) if kind}
    filling = Filling(some_writer(np.random.default_rng(2), "blue_ballpoint"), marks)
    pdf_page, rng = office.pages[SHEETS[0], PAGE], np.random.default_rng(8)
    shape = PROFILES["office300"]
    done = simulate(office.pdf, pdf_page, office.layout, PAGE, filling, shape, DrawnMarks(), rng)
    image = PageImage("x", 0, done.picture.pixels, done.picture.dpi, {})
    return read_page(image, office.context()).fields[name]


def _boxes_of(office: PrintedOffice, choice: str) -> int:
    """How many boxes the smallest such field of three or more has."""
    fields = office.layout.fields_on_page(PAGE).values()
    found = [len(boxes) for boxes in fields if boxes[0].choice == choice and len(boxes) > 2]
    return min(found)


def test_a_mark_beside_a_cancelled_one_is_asked_about(a4: PrintedOffice) -> None:
    rest = [None] * (_boxes_of(a4, "single") - 2)
    field = _field(a4, "single", [Kind.TICK, Kind.CANCELLED, *rest])
    assert (field.state, field.value) == (FieldState.DOUBTFUL, None)
    assert field.reasons[0] is Reason.MARK_AND_CANCELLED


def test_all_boxes_marked_are_asked_about_and_all_but_one_are_not(a4: PrintedOffice) -> None:
    n = _boxes_of(a4, "multiple")
    everything = _field(a4, "multiple", [Kind.TICK] * n)
    assert (everything.state, everything.reasons) == (FieldState.DOUBTFUL, (Reason.ALL_MARKED,))
    assert _field(a4, "multiple", [*[Kind.TICK] * (n - 1), None]).state is FieldState.SURE
