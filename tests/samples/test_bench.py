"""The bench: what it counts is what is true of the pages it simulated."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from forms.layout import Box
from forms.printed import PrintedForm
from forms.typeset import typeset
from samples.bench import report, sheets, volume, worst
from samples.bench.accuracy import cases, run_task
from samples.bench.erased import erased
from samples.bench.manytimes import CAPTURES, Block, read_block
from samples.bench.places import in_polygon, places
from samples.bench.sheets import CALM, DRAWN, OFFICE, Task
from samples.bench.stock import print_stock
from samples.bench.tally import PageScore, Tally
from samples.simulator.capture import Capture, some_geometry
from samples.simulator.filling import DrawnMarks, Filling, Mark, some_writer
from samples.simulator.marks import Kind
from samples.simulator.page import simulate
from samples.simulator.profiles import PROFILES, Profile

FORM = "umpan-balik"
BOXES = 25


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stock")
    print_stock(folder, {FORM: 1})
    return folder


@pytest.fixture(scope="module")
def form() -> PrintedForm:
    return typeset(FORM, "a4")


def test_every_box_of_a_sheet_is_counted_once(stock: Path) -> None:
    tally = run_task(stock, Task("mixed", DRAWN, "a4", FORM, 0, 3))
    c = tally.counts
    others = ("erased", "cut", "gone", "gone_claimed", "unclear_erased")
    unclear = sum(c[f"unclear_{state}"] for state in ("doubtful", "marked", "empty"))
    assert c["pages"] == c["read"] == 1
    assert tally.clear + unclear + sum(c[key] for key in others) == BOXES
    assert len(tally.pages) == len(tally.cpu_ms) == 1
    assert report.plain(tally)["clear"] == tally.clear


def test_the_same_task_gives_the_same_picture(stock: Path) -> None:
    task = Task("one_bit", DRAWN, "f4", FORM, 0, 4)
    one, two = (next(iter(cases(stock, task))) for _ in range(2))
    assert one[0].filling.marks == two[0].filling.marks
    first, second = (case.simulated.picture.pixels for case, _ in (one, two))
    assert np.array_equal(first, second)


def taken(form: PrintedForm, profile: Profile, marks: dict[str, Mark]) -> Capture:
    writer = some_writer(np.random.default_rng(1), "black_gel")
    page = simulate(
        form.base_pdf,
        0,
        form.layout,
        1,
        Filling(writer, marks),
        profile,
        DrawnMarks(),
        np.random.default_rng(2),
    )
    return page.picture


def test_only_marks_without_a_trace_are_erased(form: PrintedForm) -> None:
    profile = replace(PROFILES["one_bit"], dpi=100, noise=(0.0, 0.0))
    boxes = [box for box in form.layout.on_page(1) if box.kind == "mark"]
    kinds = {boxes[0].id: Kind.ERASED, boxes[5].id: Kind.TICK}
    picture = taken(form, profile, {box: Mark(kind) for box, kind in kinds.items()})
    without = taken(form, profile, {}).pixels
    assert erased(picture, without, boxes, kinds) == {boxes[0].id}


def box_at(x_mm: float, y_mm: float) -> Box:
    return Box(
        id=f"{x_mm}",
        field="f",
        kind="mark",
        page=1,
        x_mm=x_mm,
        y_mm=y_mm,
        w_mm=4.5,
        h_mm=4.5,
        means="other",
    )


def test_boxes_are_whole_cut_or_gone() -> None:
    size = np.array([210.0, 297.0])
    profile = replace(PROFILES["clean"], skew_deg=0.0, shift_mm=0.0)
    geometry = some_geometry(size, profile, np.random.default_rng(1))
    outline = np.array([[30.0, 0], [210, 0], [210, 297], [0, 297], [0, 30.0]])
    picture = Capture(np.zeros((3508, 2480), np.uint8), geometry, outline, 300)
    boxes = [box_at(100, 100), box_at(13, 13), box_at(3, 3), box_at(208, 200)]
    seen = [place.seen for place in places(picture, boxes).values()]
    assert seen == ["whole", "cut", "gone", "cut"]
    middle = places(picture, boxes)["100"]
    x, y = middle.corners_px.mean(axis=0)
    assert middle.distance_mm((x - 20, y - 20, x + 20, y + 20)) == pytest.approx(0, abs=0.01)
    assert middle.distance_mm((x - 20 + 11.8, y - 20, x + 20 + 11.8, y + 20)) == pytest.approx(
        1.0, abs=0.02
    )


def test_the_even_odd_rule() -> None:
    hollow = np.array([[0.0, 0], [4, 0], [4, 4], [2, 1], [0, 4]])
    points = np.array([[1.0, 1.0], [2.0, 3.0], [5.0, 1.0], [3.0, 1.0]])
    assert in_polygon(hollow, points).tolist() == [True, False, False, True]


def test_the_full_plan_is_as_large_as_its_claims() -> None:
    todo = sheets.tasks(sheets.plan(DRAWN, full=True), DRAWN)
    boxes = {"registrasi": 218, "sosialisasi": 26, "kehadiran": 72, FORM: BOXES}
    by_profile = {task.profile: 0 for task in todo}
    for task in todo:
        by_profile[task.profile] += boxes[task.form]
    assert sum(by_profile[name] for name in OFFICE) > 1.03 * 300_000
    assert min(by_profile[name] for name in by_profile if name not in OFFICE) > 1.03 * 30_000
    office = [(t.paper, t.form, t.number) for t in todo if t.profile in OFFICE]
    assert len(set(office)) == len(office) >= 3_000
    printed = sheets.printed(full=True)
    assert all(number < 0.75 * printed[form] + 1 for _, form, number in office)
    assert set(CALM) < set(by_profile)


def page(wrong: int, doubtful: int, not_read: bool = False) -> PageScore:
    return PageScore(Task("wet", DRAWN, "a4", FORM, 0, 3), 1, wrong, doubtful, not_read)


def test_the_worst_pages_come_first_and_good_ones_not_at_all() -> None:
    good, asked, unread, wrong = page(0, 0), page(0, 9), page(0, 0, not_read=True), page(1, 0)
    assert worst.worst_of([good, asked, unread, wrong]) == [wrong, unread, asked]


def test_the_worst_pages_are_drawn(stock: Path, tmp_path: Path) -> None:
    tally = Tally(pages=[page(0, 3)])
    worst.write(tmp_path, stock, {"wet": tally})
    pictures = sorted(path.name for path in (tmp_path / "wet").iterdir())
    assert any(name.startswith("00-wrong0-asked3") for name in pictures)


def test_volume_counts_go_on_where_they_stopped(stock: Path, tmp_path: Path) -> None:
    block = read_block(stock, 3, 0, form=FORM)
    boxes = CAPTURES * BOXES
    assert block.states["captures"] == CAPTURES
    assert block.states["captures_not_read"] == block.states["captures_misidentified"] == 0
    assert sum(block.states.values()) == boxes + CAPTURES
    run = volume.Run()
    run.add(block)
    run.add(Block(Counter({"right_empty": 5, "false_marked": 1}), ["a box"]))
    kept = tmp_path / "counts" / "volume.json"
    volume.save(kept, "one", run)
    volume.save(kept, "two", volume.Run())
    assert volume.load(kept, "one") == run
    assert volume.load(kept, "two") == volume.load(kept, "three") == volume.Run()
    assert run.bad_blocks == 1 + (block.wrong > 0)
    assert "not met" in volume.text(run, "one")
