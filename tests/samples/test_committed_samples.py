"""The samples in the repository: complete, consistent with their truth, and read rightly."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from forms.printed import load_all
from office.demo_office import demo_visits
from scanner.context import DEMO_OFFICE, ReaderContext, load_context
from scanner.pipeline import read_file
from scanner.reading import FieldState, PageReading

SAMPLES = DEMO_OFFICE.parent
TRUTH: dict[str, Any] = json.loads((SAMPLES / "truth.json").read_text(encoding="utf-8"))
FILES: list[dict[str, Any]] = TRUTH["files"]
MOST_BYTES = 9_000_000


@pytest.fixture(scope="module")
def context() -> ReaderContext:
    sheets = {s.code: s.layout for visit in demo_visits() for s in visit.sheets}
    return load_context(DEMO_OFFICE, sheets)


def plain(value: Any) -> Any:
    """The order of ticks on paper means nothing."""
    return sorted(value) if isinstance(value, list) else value


def test_every_file_has_its_truth_and_they_stay_small() -> None:
    scans = sorted((SAMPLES / "scans").iterdir())
    assert [file["file"] for file in FILES] == [path.name for path in scans]
    assert len(scans) >= 20
    assert {path.suffix for path in scans} >= {".jpg", ".pdf", ".tif"}
    assert sum(path.stat().st_size for path in scans) < MOST_BYTES


def test_every_sheet_in_the_truth_was_printed_and_has_all_its_fields() -> None:
    forms = load_all(DEMO_OFFICE / "layouts")
    printed = {s.code: forms[s.layout] for visit in demo_visits() for s in visit.sheets}
    for sheet, values in TRUTH["sheets"].items():
        assert list(values) == list(printed[sheet].spec.names())


def test_pages_agree_with_their_sheets() -> None:
    """But for the one page that was scanned again with other marks."""
    differing = {
        file["file"]
        for file in FILES
        for page in file["pages"]
        if page["status"] == "read"
        for name, value in page["values"].items()
        if name not in page["unclear"] and value != TRUTH["sheets"][page["sheet"]][name]
    }
    assert differing == {"15-isi-berubah.jpg"}


def test_nobody_in_them_is_real() -> None:
    text = (SAMPLES / "truth.json").read_text(encoding="utf-8")
    numbers = re.findall(r'"(\d{16})"', text)
    assert len(numbers) > 20
    assert all(number[12:] >= "9001" for number in numbers)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file["file"]))
def test_reading_claims_nothing_wrong(file: dict[str, Any], context: ReaderContext) -> None:
    readings = list(read_file(Path(SAMPLES / "scans" / file["file"]), context))
    assert len(readings) == len(file["pages"])
    for reading, page in zip(readings, file["pages"], strict=True):
        assert (reading.page_index, reading.status.value) == (page["page_index"], page["status"])
        if page["status"] == "read":
            check_page(reading, page)
        else:
            assert page["reason"] in [reason.value for reason in reading.reasons]


def check_page(reading: PageReading, page: dict[str, Any]) -> None:
    expected = (page["sheet"], page["form"], page["page"], page["rotation"])
    assert (reading.sheet, reading.form, reading.page, reading.rotation) == expected
    assert list(reading.fields) == list(page["values"])
    for name, field in reading.fields.items():
        if field.state is not FieldState.DOUBTFUL:
            assert plain(field.value) == plain(page["values"][name]), name
            assert name not in page["unclear"], name
