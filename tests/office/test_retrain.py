"""Cells that people confirmed are kept in the data folder, and set how sure the reader may be."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from office.datafolder import CHECKOUT
from tests.office.printed_visit import Grey, Printed, Scan, save

NIK = "6311024505909001"
PX_PER_MM = 200 / 25.4

_DECIDE = """
import sys
from office.bootstrap import open_office
open_office()
from django.contrib.auth.models import User
from office.review.decisions import record_decision
from office.rounds.models import Sheet
for code, field, value in zip(*[iter(sys.argv[1:])] * 3):
    record_decision(Sheet.objects.get(code=code), field, value, User.objects.get(username="rina"))
"""


def decide(data: Path, *said: str) -> None:
    """``said``: sheet, field, value, and so on."""
    environment = {**os.environ, "SOTARSA_DATA": str(data)}
    command = [sys.executable, "-c", _DECIDE, *said]
    subprocess.run(command, env=environment, cwd=CHECKOUT, check=True)


def written(visit: Printed, image: Grey, field: str, text: str) -> Grey:
    """The page with a text in the cells of a field."""
    page = image.copy()
    boxes = [box for box in visit.layout.boxes if box.name == field]
    for box, char in zip(sorted(boxes, key=lambda b: b.index or 0), text, strict=False):
        at = (round((box.x_mm + 1.2) * PX_PER_MM), round((box.y_mm + box.h_mm - 1.6) * PX_PER_MM))
        cv2.putText(page, char, at, cv2.FONT_HERSHEY_SIMPLEX, 1.0, 40, 3, cv2.LINE_AA)
    return page


def scanned(scan: Scan, scans: Path, visit: Printed) -> list[str]:
    """Both sheets' second pages, the NIK of the first member written in."""
    for sheet in visit.sheets:
        image = written(visit, visit.page(sheet, 2), "nik.1", NIK)
        save(image, scans / f"{sheet}.png")
    scan(scans)
    return visit.sheets


def test_confirmed_cells_are_kept_and_too_few_of_them_change_nothing(
    scan: Scan, scans: Path, data: Path, visit: Printed, sotarsa: Callable[..., Any]
) -> None:
    first, second = scanned(scan, scans, visit)
    decide(data, first, "nik.1", NIK, second, "nik.1", NIK[:-1])
    told = sotarsa(data, "retrain", "--apply")
    assert "1 halaman" in told.out, "one character too few: nobody said which cell is which"
    assert "belum cukup data" in told.out
    assert told.code != 0
    assert NIK not in told.out + told.err
    (kept,) = (data / "writing" / "cells").glob("*.npz")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    with np.load(kept) as cells:
        assert cells["digits_truth"].tolist() == [int(digit) for digit in NIK]
        assert cells["digits_seen"].shape == (16, 28, 28)
    assert not (data / "writing" / "calibration.json").exists()


def test_the_offices_own_setting_is_used_and_can_be_taken_back(
    scan: Scan, scans: Path, data: Path, visit: Printed, sotarsa: Callable[..., Any]
) -> None:
    image = written(visit, visit.page(visit.sheets[0], 2), "nik.1", NIK)
    path = save(image, scans / "a.png")

    def read() -> dict[str, Any]:
        told = sotarsa(data, "read", path, "--json")
        found: dict[str, Any] = json.loads(told.out)[0]["fields"]["nik.1"]
        return found

    def chances() -> list[float]:
        return [cell["top"][0][1] for cell in read()["cells"]]

    shipped = chances()
    folder = data / "writing"
    folder.mkdir()
    made = {"settings": {"digits_temperature": 3.0}}
    (folder / "calibration.json").write_text(json.dumps(made), encoding="utf-8")
    assert all(cooled < before for cooled, before in zip(chances(), shipped, strict=True))
    assert sotarsa(data, "retrain", "--reset").code == 0
    assert chances() == shipped
    assert (folder / "calibration.lama.json").exists(), "kept under another name"


@pytest.mark.parametrize(
    "kept", ["", "[]", '{"settings": {"digits": 2}}', '{"settings": {"digits_temperature": 0.5}}']
)
def test_a_damaged_setting_is_told_and_taken_back(
    scans: Path, data: Path, visit: Printed, sotarsa: Callable[..., Any], kept: str
) -> None:
    """Below 1 the nets would be surer than was measured."""
    path = save(visit.page(visit.sheets[0], 1), scans / "a.png")
    (data / "writing").mkdir()
    (data / "writing" / "calibration.json").write_text(kept, encoding="utf-8")
    for command in ("read", "scan"):
        told = sotarsa(data, command, path)
        assert told.code != 0
        assert "sotarsa retrain --reset" in told.err
    assert sotarsa(data, "retrain", "--reset").code == 0
    assert sotarsa(data, "read", path).code == 0
