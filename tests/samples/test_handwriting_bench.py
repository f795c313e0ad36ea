"""The bench of whole numbers: the people it invents, what it counts, and one page from end to end
in digits made here."""

from __future__ import annotations

import datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from samples.bench import handwriting
from samples.bench.handwriting import Outcome, page_outcomes, some_person, told
from samples.bench.stock import load_stock, print_stock
from samples.simulator import handdata
from samples.simulator.handdata import Characters, pictured
from samples.simulator.hands import HandCells


def plain_digits() -> Characters:
    """OpenCV's stroke font."""
    shapes = np.zeros((10, 28, 28), dtype=np.uint8)
    for digit in range(10):
        cv2.putText(shapes[digit], str(digit), (6, 23), cv2.FONT_HERSHEY_SIMPLEX, 0.85, 255, 2)
    writers = np.full(10, "mnist/test")
    return pictured(shapes, np.array(list("0123456789")), writers, "made here")


def test_a_persons_number_tells_birth_date_and_sex() -> None:
    rng = np.random.default_rng(1)
    for _ in range(300):
        person = some_person(rng)
        assert len(person.nik) == 16
        day, month, year = (int(person.nik[at : at + 2]) for at in (6, 8, 10))
        assert (day > 40) == (person.sex == "P")
        born = datetime.datetime.strptime(person.birth, "%d%m%Y").replace(tzinfo=datetime.UTC)
        assert (day % 40, month, year) == (born.day, born.month, born.year % 100)
        assert person.nik[12:] != "0000"


def test_only_numbers_without_a_reason_count_as_sure() -> None:
    right = Outcome(True, True, 0.995, reasons=False, birth_right=True)
    wrong = Outcome(False, False, 0.9999, reasons=False, birth_right=True)
    asked = Outcome(False, False, 0.9999, reasons=True, birth_right=False)
    lines = list(told([right] * 7 + [wrong] + [asked] * 2))
    assert lines[0] == "10 NIK"
    assert "right: 70.00 % (3 wrong)" in lines[2]
    assert lines[4].startswith("  confidence >= 0.99, no reason: 80.0 %, 1 wrong")
    assert lines[5].startswith("  confidence >= 0.999, no reason: 10.0 %, 1 wrong")


def test_a_page_is_read_from_end_to_end(tmp_path: Path) -> None:
    (tmp_path / "stock").mkdir()
    print_stock(tmp_path / "stock", {"registrasi": 1})
    stock = load_stock(tmp_path / "stock")
    page = stock.sheets["a4", "registrasi"][0][1]
    outcomes, ms = page_outcomes(stock, page, HandCells([plain_digits()], 1), "office300", 3)
    assert len(outcomes) == handwriting.PEOPLE
    assert ms > 0
    assert sum(one.right for one in outcomes) >= 3


def test_without_data_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(handdata, "BESIDE_CHECKOUT", tmp_path)
    monkeypatch.delenv(handdata.ENVIRONMENT, raising=False)
    monkeypatch.setattr("sys.argv", ["handwriting"])
    assert handwriting.main() == 2
    assert capsys.readouterr().err.startswith("no folder of handwriting")
