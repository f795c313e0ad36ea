"""What is suggested stands in its field, and waits for a person however sure it is."""

from __future__ import annotations

import re

import pytest

from tests.office_web.conftest import WebOffice


@pytest.mark.parametrize(("read", "flag"), [("ADUL", "Cocokkan"), ("?ADUL", "Ragu, cocokkan")])
def test_a_suggestion_fills_its_field_and_stays_open(
    office: WebOffice, read: str, flag: str
) -> None:
    sheet = office.sheet()
    office.scan(sheet, 1, {"nama_kepala": read})
    page = office.client("peninjau").get(f"/periksa/{sheet.code}/").content.decode()
    assert re.search(r'id="isian-nama_kepala" value="ADUL"', page)
    assert flag in page
    assert "Cocokkan bacaan ini dengan gambarnya" not in page, "the flag says it already"


def test_sheets_with_sure_suggestions_wait_in_the_queue(office: WebOffice) -> None:
    sheet = office.sheet()
    office.scan(sheet, 1, {"nama_kepala": "ADUL"})
    page = office.client("peninjau").get("/periksa/").content.decode()
    row = page[page.index(sheet.code[:3]) :]
    assert re.search(r"<td[^>]*>\s*1\s*</td>", row), "one field to confirm"
