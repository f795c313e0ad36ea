"""Bad input through the real commands: one clear sentence each, and nothing is lost.

One visit is printed for all tests; its pages are rendered at 200 dpi, spoilt in code
and given to ``sotarsa scan``, always in a copy of the data folder.
"""

from __future__ import annotations

import ctypes
import io
import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pikepdf
import pytest
from PIL import Image

from forms.sheetcode import Position, sign
from tests.office.printed_visit import KIND, Grey, Printed, Scan, paint, rendered, save, stored

if TYPE_CHECKING:
    from tests.commands import Told

    Run = Callable[..., Told]


def _file(name: str, data: bytes, scans: Path) -> Path:
    path = scans / name
    path.write_bytes(data)
    return path


def _encrypted(pack: Path) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(pack) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    return out.getvalue()


def _half_a_jpeg(image: Grey) -> bytes:
    out = io.BytesIO()
    Image.fromarray(image).save(out, "JPEG", quality=80)
    return out.getvalue()[: len(out.getvalue()) // 20]


@pytest.mark.parametrize(
    ("name", "make", "reason"),
    [
        ("kosong.pdf", lambda visit: b"", "empty_file"),
        ("surat.pdf", lambda visit: b"Yth. Bapak Camat,\n", "unknown_file_type"),
        ("rahasia.pdf", lambda visit: _encrypted(visit.pack), "encrypted_file"),
        ("putus.jpg", lambda visit: _half_a_jpeg(visit.page(visit.sheets[0])), "truncated_file"),
    ],
)
def test_a_damaged_file_is_named_and_stops_nothing(
    scan: Scan,
    scans: Path,
    visit: Printed,
    name: str,
    make: Callable[[Printed], bytes],
    reason: str,
) -> None:
    bad = _file(name, make(visit), scans)
    good = save(visit.page(visit.sheets[0]), scans / "baik.png")
    done = scan(bad, good)
    assert done["code"] == 1
    refused, read = done["files"]
    assert (refused["status"], refused["reasons"], refused["pages"]) == ("refused", [reason], [])
    assert [page["status"] for page in read["pages"]] == ["filed"]
    assert scan.status()["in_work"] == 1


def test_read_answers_bad_files_in_json_too(
    sotarsa: Run, data: Path, scans: Path, visit: Printed
) -> None:
    bad = _file("kosong.pdf", b"", scans)
    good = save(visit.page(visit.sheets[0], 2), scans / "baik.png")
    told = sotarsa(data, "read", bad, good, scans / "nihil.pdf", "--json")
    refused, page, absent = json.loads(told.out)
    assert told.code == 1
    assert (refused["source"], refused["status"], refused["reasons"]) == (
        str(bad),
        "refused",
        ["empty_file"],
    )
    assert (page["sheet"], page["page"], page["status"]) == (visit.sheets[0], 2, "read")
    assert (absent["status"], absent["page_index"], absent["sheet"]) == ("refused", 0, None)
    assert sotarsa(data, "read", good).code == 0
    assert stored(data) == [], "reading stores nothing"


def _fake_codes(visit: Printed, make: Callable[[Position], str]) -> Grey:
    image = visit.without_printed_codes(visit.page(visit.sheets[0]), 1)
    for position in Position:
        image = visit.with_code(image, 1, make(position), position)
    return image


def _unknown_layout(visit: Printed) -> Grey:
    key = (visit.data / "keys" / "office.key").read_bytes()
    return _fake_codes(visit, lambda p: sign(visit.sheets[0], 1, p, "ab" * 32, key).payload())


def _other_office(visit: Printed) -> Grey:
    fake = visit.layout.hash
    return _fake_codes(visit, lambda p: sign("ABCDEFGHJ", 1, p, fake, b"k" * 32).payload())


def _forged(visit: Printed) -> Grey:
    key = (visit.data / "keys" / "office.key").read_bytes()

    def payload(position: Position) -> str:
        good = sign("ABCDEFGHJ", 1, position, visit.layout.hash, key).payload()
        return good[:-1] + ("0" if good[-1] != "0" else "1")

    return _fake_codes(visit, payload)


def _no_code(visit: Printed) -> Grey:
    image = visit.without_printed_codes(visit.page(visit.sheets[0]), 1)
    for box in visit.layout.on_page(1):
        if box.kind == "qr":
            paint(image, box, 255)
    return image


@pytest.mark.parametrize(
    ("make", "status", "reason"),
    [
        (_no_code, "orphan", "no_code_found"),
        (lambda visit: np.full((2339, 1654), 252, np.uint8), "blank", "blank_page"),
        (_other_office, "refused", "other_office"),
        (_unknown_layout, "refused", "unknown_layout"),
        (_forged, "refused", "forged_code"),
    ],
    ids=["no-code", "blank", "other-office", "unknown-layout", "forged"],
)
def test_a_foreign_page_is_kept_with_its_reason(
    scan: Scan,
    scans: Path,
    visit: Printed,
    make: Callable[[Printed], Grey],
    status: str,
    reason: str,
) -> None:
    done = scan(save(make(visit), scans / "asing.png"))
    (page,) = done["files"][0]["pages"]
    assert (page["status"], page["reasons"], page["sheet"]) == (status, [reason], None)
    assert done["code"] == 0
    assert scan.status()["out"] == 2


def test_a_specimen_is_refused_by_name(scan: Scan, sotarsa: Run, data: Path, scans: Path) -> None:
    told = sotarsa(data, "forms", "specimen", KIND, "-o", scans / "contoh.pdf")
    assert told.code == 0, told.err
    done = scan(save(rendered(scans / "contoh.pdf", 1), scans / "contoh.png"))
    (page,) = done["files"][0]["pages"]
    assert (page["status"], page["reasons"]) == ("refused", ["specimen_sheet"])


def test_the_same_file_twice_changes_nothing(
    scan: Scan, sotarsa: Run, data: Path, scans: Path, visit: Printed
) -> None:
    first = save(visit.page(visit.sheets[0]), scans / "a.png")
    scan(first)
    before = scan.status()
    copy = Path(shutil.copy(first, scans / "b.png"))
    done = scan(copy)
    (file,) = done["files"]
    assert file["already_received"] and file["name"] == "a.png"
    assert scan.status() == before and len(stored(data)) == 1
    said = sotarsa(data, "scan", copy).out
    assert "berkas ini sudah diterima" in said and "sebagai a.png" in said


def test_the_same_sheet_with_other_marks_goes_to_a_person(
    scan: Scan, scans: Path, visit: Printed
) -> None:
    sheet = visit.sheets[0]
    first, second = [box.id for box in visit.layout.on_page(1) if box.kind == "mark"][:2]
    clean = visit.page(sheet)
    scan(save(visit.ticked(clean, first), scans / "a.png"))
    done = scan(save(visit.ticked(clean, second), scans / "b.png"))
    (page,) = done["files"][0]["pages"]
    assert (page["status"], page["sheet"]) == ("conflict", sheet)
    assert page["reasons"] == ["duplicate_sheet_different_marks"]
    again = scan(save(visit.ticked(clean, first), scans / "c.jpg"))
    assert again["files"][0]["pages"][0]["status"] == "extra"


PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 24, 1, 2


def _obey_permissions() -> None:
    """Root may read everything; without these two capabilities it asks like anybody else."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None)
        for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
            assert libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0


def test_a_folder_without_permission_is_named(
    sotarsa: Run, data: Path, scans: Path, visit: Printed
) -> None:
    good = save(visit.page(visit.sheets[0]), scans / "baik.png")
    closed = scans / "tertutup"
    closed.mkdir()
    save(visit.page(visit.sheets[1]), closed / "lain.png")
    closed.chmod(0)
    try:
        told = sotarsa(data, "scan", scans, "--json", preexec_fn=_obey_permissions)
    finally:
        closed.chmod(0o700)
    assert told.code == 1
    done = json.loads(told.out)
    assert [file["source"] for file in done["files"]] == [str(good)]
    assert done["skipped"] == [{"source": str(closed), "reason": "no_permission"}]
    (said,) = told.err.splitlines()
    assert str(closed) in said and "izin" in said


def test_links_and_litter_in_a_folder_are_named(scan: Scan, scans: Path, visit: Printed) -> None:
    good = save(visit.page(visit.sheets[0]), scans / "baik.png")
    (scans / "tautan.png").symlink_to(good)
    os.mkfifo(scans / "pipa")
    _file("sisa.pdf.part", b"%PDF-", scans)
    done = scan(scans)
    assert {Path(s["source"]).name: s["reason"] for s in done["skipped"]} == {
        "tautan.png": "symlink",
        "pipa": "not_a_file",
        "sisa.pdf.part": "hidden_or_temporary",
    }
    assert scan.status()["in_work"] == 1


def test_a_reprint_keeps_its_codes_also_when_the_day_has_passed(
    sotarsa: Run, data: Path, tmp_path: Path, visit: Printed
) -> None:
    with sqlite3.connect(data / "db.sqlite3") as database:
        database.execute("UPDATE rounds_visit SET date = '2020-01-01'")
    database.close()
    told = sotarsa(data, "round", "print", visit.visit, "-o", tmp_path / "lagi.pdf", "--json")
    assert told.code == 0 and "ulang" in told.err
    pages = json.loads(told.out)["pages"]
    codes = {(page["sheet"], page["page"]): page["pdf_page"] for page in pages if page["sheet"]}
    assert codes == visit.pages
    status = json.loads(sotarsa(data, "round", "status", visit.visit, "--json").out)
    assert status["printed"] == status["out"] == 2


def test_a_whole_pack_scanned_as_one_pdf_is_counted(
    scan: Scan, data: Path, visit: Printed, scans: Path
) -> None:
    pack = Path(shutil.copy(visit.pack, scans / "semua.pdf"))
    done = scan(pack)
    filed = [page for page in done["files"][0]["pages"] if page["status"] == "filed"]
    assert {(page["sheet"], page["page"]) for page in filed} == set(visit.pages)
    status = scan.status()
    assert (status["in_work"], status["out"]) == (2, 0)
