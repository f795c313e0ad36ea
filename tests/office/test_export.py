"""The exported register: text stays text, and no cell is a formula."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from office.register.services import accept_sheet, reopen_sheet
from office.reports.register_export import (
    COLUMNS,
    as_csv,
    as_xlsx,
    formula_safe,
    register_rows,
)
from office.review.decisions import record_decision

if TYPE_CHECKING:
    from tests.office.conftest import SmallOffice

INK = "~"
NIK = "6311020105909001"


def _row(**texts: str) -> dict[str, str]:
    return {**dict.fromkeys(COLUMNS, ""), **texts}


def test_one_row_a_person_with_the_household_beside(office: SmallOffice) -> None:
    marks = {"nama_kepala": INK, "nama.1": INK, "nik.1": INK, "nama.2": INK}
    sheet = office.scanned({**marks, "lantai": "papan", "asuransi": ["pbi_jk"]})
    typed = {"nama_kepala": "UTUH", "nama.1": "UTUH", "nik.1": NIK, "nama.2": "DAYANG"}
    accept_sheet(sheet, office.decide(sheet, typed), office.reviewer)
    first, second = register_rows()
    assert list(first) == list(COLUMNS)
    assert (first["nama"], first["nik"], first["status_nik"]) == ("UTUH", NIK, "ada")
    assert (second["nama"], second["nik"]) == ("DAYANG", "")
    assert first["layanan_diminta"] == second["layanan_diminta"] == "Pbi_Jk"
    assert first["jawaban_keluarga"] == "house.floor=papan"
    assert (first["desa"], first["lembar"], second["baris"]) == ("Liyu", sheet.code, "2")
    reopen_sheet(sheet, office.supervisor, "uji")
    assert register_rows() == []


def test_xlsx_cells_are_text() -> None:
    book = load_workbook(io.BytesIO(as_xlsx([_row(nik=NIK, nama="=1+1", desa="Liyu")])))
    head, row = book["Buku induk"].iter_rows()
    cells = dict(zip((cell.value for cell in head), row, strict=True))
    assert cells["nik"].value == NIK and cells["nik"].data_type == "s"
    assert cells["nama"].value == "=1+1" and cells["nama"].data_type == "s"
    explained = {cell[0].value for cell in book["Keterangan kolom"].iter_rows()}
    assert explained == set(COLUMNS)


def test_csv_is_read_back_with_all_digits() -> None:
    data = as_csv([_row(nik=NIK, nama="=cmd()", dusun=' "Hulu", RT 2')])
    (row,) = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert (row["nik"], row["nama"], row["dusun"]) == (NIK, "'=cmd()", ' "Hulu", RT 2')


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "  =1", " \t=1", "\n=1"])
def test_formulas_are_defused(text: str) -> None:
    assert formula_safe(text) == f"'{text}"


@given(st.text())
def test_no_text_starts_like_a_formula(text: str) -> None:
    assert not formula_safe(text).lstrip().startswith(("=", "+", "-", "@"))
    assert formula_safe(text) in (text, f"'{text}")


def test_a_number_that_one_person_keyed_is_named(office: SmallOffice) -> None:
    sheet = office.scanned({"nama_kepala": INK, "nama.1": INK, "nik.1": INK, "no_kk": INK})
    typed = {"nama_kepala": "UTUH", "nama.1": "UTUH", "nik.1": NIK, "no_kk": "6311020101090001"}
    values = office.decide(sheet, typed)
    record_decision(sheet, "no_kk", typed["no_kk"], office.supervisor, pass_no=2)
    accept_sheet(sheet, values, office.reviewer, keyed_once=True)
    assert [row["sekali_ketik"] for row in register_rows()] == ["NIK"]
    assert list(COLUMNS)[-1] == "sekali_ketik"
