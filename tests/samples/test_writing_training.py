"""What the nets of handwriting learn from: sheets, cells and labels. No data folder is needed."""

from __future__ import annotations

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from samples.bench.stock import load_stock, print_stock
from samples.simulator.handdata import Characters, pictured, stroked
from samples.training.writing import clean
from samples.training.writing.crops import cut_set, load_crops
from samples.training.writing.figures import confusions, figures, picture
from samples.training.writing.promises import renewed
from samples.training.writing.sheets import NOT_A_CHARACTER, Manner, Wanted, items, pages
from samples.training.writing.steps import best_setting
from samples.training.writing.store import save_page
from scanner.capture import CaptureClass

DIGITS = "0123456789"


def characters(each: int = 12) -> Characters:
    """Plain digits in pictures, each writer with each digit once."""
    shapes = np.zeros((10, 28, 28), dtype=np.uint8)
    for digit in range(10):
        cv2.putText(shapes[digit], str(digit), (6, 22), cv2.FONT_HERSHEY_SIMPLEX, 0.75, 255, 2)
    labels = np.array(list(DIGITS) * each)
    writers = np.array([f"w{number // 10}" for number in range(10 * each)])
    return pictured(np.tile(shapes, (each, 1, 1)), labels, writers, "made here")


def lines() -> Characters:
    """A straight line and a corner, both labelled L."""
    points = np.array([[0, 0], [10, 500], [0, 1000], [0, 1000], [0, 0], [500, 0]], dtype=np.int16)
    lengths, counts = np.array([3, 3], dtype=np.int32), np.array([1, 1], dtype=np.int16)
    return stroked(points, lengths, counts, np.array(["L", "L"]), np.array(["a", "b"]), "made here")


def test_every_character_is_written_once_beside_spoilt_cells_and_punctuation() -> None:
    pool = characters()
    wanted = Wanted(DIGITS[:9], punctuation=0.2, spoilt=0.2)
    told = list(items([pool], wanted, np.random.default_rng(1)))
    plain = [one for one in told if one.spoilt is None and one.label not in "'-."]
    assert sorted(one.row for one in plain) == list(range(120))
    known = {one.label: str(pool.labels[one.row]) for one in plain}
    assert known == {digit: digit for digit in DIGITS[:9]} | {NOT_A_CHARACTER: "9"}
    spoilt = [one for one in told if one.spoilt is not None]
    assert 10 < len(spoilt) < 40
    assert all(pool.labels[one.second] != pool.labels[one.row] for one in spoilt)


def test_the_reader_cuts_each_cell_with_its_truth(tmp_path: Path) -> None:
    (tmp_path / "stock").mkdir()
    print_stock(tmp_path / "stock", {"registrasi": 1})
    stock = load_stock(tmp_path / "stock")
    pool = characters(25)
    told = items([pool], Wanted(DIGITS), np.random.default_rng(2))
    (tmp_path / "pages" / "some").mkdir(parents=True)
    first = next(pages(stock, [pool], told, {"office200": 1.0}, Manner(5)))
    save_page(tmp_path / "pages" / "some" / f"{first.name}.npz", first, [pool])
    cut_set(tmp_path, stock, "some")
    crops = load_crops(tmp_path, "some")
    assert len(crops.label) == 241
    assert crops.empty.mean() < 0.02
    assert (crops.label == pool.labels[crops.origin]).all()
    assert (crops.truth(DIGITS) == crops.label.astype(int)).all()
    means = np.stack([crops.seen[crops.label == digit].mean(axis=0) for digit in DIGITS])
    nearest = ((crops.seen[:, None] - means) ** 2).mean(axis=(2, 3)).argmin(axis=1)
    assert (nearest == crops.truth(DIGITS)).mean() > 0.8


def test_each_writer_is_judged_by_nets_of_others() -> None:
    writers = np.repeat([f"w{number}" for number in range(20)], np.arange(1, 21))
    fold = clean.folds(writers)
    assert all(len(set(fold[writers == writer])) == 1 for writer in np.unique(writers))
    counts = np.bincount(fold)
    assert len(counts) == clean.FOLDS
    assert counts.max() - counts.min() <= 20


def test_a_label_is_wrong_when_unlikely_or_when_strokes_are_missing(tmp_path: Path) -> None:
    two = lines()
    believed = np.array([[0.1, 0.9], [0.1, 0.9]], dtype=np.float32)
    assert clean.wrong(believed, two, "IL").tolist() == [True, False]
    doubted = np.array([[0.1, 0.9], [0.95, 0.05]], dtype=np.float32)
    wrong = clean.wrong(doubted, two, "IL")
    assert wrong.tolist() == [True, True]
    clean.write_list(tmp_path / "labels.csv", two, doubted, wrong, "IL")
    with (tmp_path / "labels.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["wrong"] for row in rows] == ["1", "1"]
    assert [row["likeliest"] for row in rows] == ["L", "I"]


def test_drawn_strokes_are_as_large_as_the_net_wants_and_centred() -> None:
    shape = clean.drawn(lines().ink(1), 2.0)  # type: ignore[arg-type]
    rows, columns = np.nonzero(shape > 64)
    assert 18 <= np.ptp(rows) + 1 <= 22
    assert abs(np.average(np.arange(28), weights=shape.sum(axis=1)) - 13.5) < 0.6
    assert abs(np.average(np.arange(28), weights=shape.sum(axis=0)) - 13.5) < 0.6
    assert np.ptp(columns) < 14


def test_figures_count_what_is_wrong_and_how_sure_that_is() -> None:
    truth = np.zeros(3000, dtype=np.uint8)
    logits = np.tile(np.array([8.0, 0.0, 0.0], dtype=np.float32), (3000, 1))
    logits[:3] = [0.0, 8.0, 1.0]
    told = figures(logits, truth)
    assert (told["cells"], told["wrong"], told["right_percent"]) == (3000, 3, 99.9)
    assert told["wrong_at_most_percent"] == pytest.approx(0.258, abs=0.002)
    assert told["believed_0.99"] == {"share_percent": 100.0, "wrong": 3}
    assert told["calibration_error_points"] == pytest.approx(0.033, abs=0.01)
    assert confusions(logits, truth, "AB?") == {"A>B": 3}
    seen = np.zeros((3000, 28, 28), dtype=np.uint8)
    assert picture(seen, logits, truth, "AB?").shape == (105, 900)


def test_a_net_that_says_no_character_too_often_is_told_so() -> None:
    rng = np.random.default_rng(3)
    plain = rng.normal(0, 2, (6000, 4))
    chances = np.exp(plain) / np.exp(plain).sum(axis=1, keepdims=True)
    truth = np.array([rng.choice(4, p=row) for row in chances], dtype=np.uint8)
    shy = (2 * (plain + np.array([0, 0, 0, 1.0]))).astype(np.float32)
    temperature, none = best_setting(shy, truth)
    assert temperature == pytest.approx(2.0, rel=0.1)
    assert none == pytest.approx(-1.0, abs=0.15)


def test_promises_of_one_kind_of_capture_leave_the_others_as_they_were() -> None:
    """And what a page told as another kind says, says nothing."""
    kept = {"birth_date": {"phone": {"risk": 0.001}, "grey_scan": {"risk": 0.5}}}
    card = {"pages": {"phone": 1000, "grey_scan": 1000}, "certificates": kept}
    grey, phone = CaptureClass.GREY_SCAN, CaptureClass.PHONE
    found = [((grey, "nik"), 0.99, False, page) for page in range(4000)]
    found += [((phone, "nik"), 0.99, False, page) for page in range(4000)]
    new = renewed(card, found, 5000, [grey])
    assert new["pages"] == {"phone": 1000, "grey_scan": 5000}
    assert new["certificates"]["birth_date"] == {"phone": {"risk": 0.001}}
    assert list(new["certificates"]["nik"]) == ["grey_scan"]
    assert new["certificates"]["nik"]["grey_scan"]["claims"] == 4000
