"""Bad input through the real commands: one clear sentence each, and nothing is lost.

One visit is printed for the whole module; its pages are rendered at 200 dpi, spoilt in code
and given to ``sotarsa scan``, always in a copy of the data folder.
"""

from __future__ import annotations

import ctypes
import io
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pikepdf
import pypdfium2
import pytest
from numpy.typing import NDArray
from PIL import Image

from forms import printed
from forms.layout import Box, Layout
from forms.qr import qr_modules
from forms.sheetcode import Position, sign

if TYPE_CHECKING:
    from tests.office.conftest import Told

    Run = Callable[..., Told]

DPI = 200
KIND = "registrasi"
Grey = NDArray[np.uint8]


def _px(mm: float) -> int:
    return round(mm * DPI / 25.4)


def rendered(pdf: Path, page: int) -> Grey:
    """One PDF page (from 1) as a grey image at `DPI`."""
    with pypdfium2.PdfDocument(pdf) as document:
        bitmap = document[page - 1].render(scale=DPI / 72, grayscale=True)
        return np.array(bitmap.to_pil().convert("L"))


def save(image: Grey, path: Path) -> Path:
    """Save as PNG or JPEG, with its resolution in the header."""
    Image.fromarray(image).save(path, dpi=(DPI, DPI))
    return path


@dataclass(frozen=True)
class Printed:
    """A printed visit: its data folder (copy it!), the pack, and where each page lies in it."""

    data: Path
    visit: str
    pack: Path
    pages: dict[tuple[str, int], int]
    layout: Layout

    @property
    def sheets(self) -> list[str]:
        return list(dict.fromkeys(sheet for sheet, _ in self.pages))

    def page(self, sheet: str, page: int = 1) -> Grey:
        return rendered(self.pack, self.pages[sheet, page])

    def with_code(self, image: Grey, page: int, payload: str, position: Position) -> Grey:
        """The page with another payload in one of its QR codes."""
        (box,) = (b for b in self.layout.boxes if b.id == f"qr:{page}:{position}")
        modules = np.frombuffer(b"".join(qr_modules(payload)), np.uint8).reshape(25, 25)
        size = _px(box.w_mm)
        symbol = Image.fromarray(np.uint8(255) * (1 - modules)).resize((size, size), 0)
        x, y = _px(box.x_mm), _px(box.y_mm)
        spoilt = image.copy()
        spoilt[y : y + size, x : x + size] = np.array(symbol)
        return spoilt

    def without_printed_codes(self, image: Grey, page: int) -> Grey:
        """The page with its codes in letters painted white."""
        spoilt = image.copy()
        for box in self.layout.on_page(page):
            if box.kind == "code":
                _paint(spoilt, box, 255)
        return spoilt

    def ticked(self, image: Grey, box_id: str) -> Grey:
        """The page with a heavy pen cross in one box."""
        (box,) = (b for b in self.layout.boxes if b.id == box_id)
        marked = image.copy()
        side = _px(box.w_mm)
        x, y = _px(box.x_mm), _px(box.y_mm)
        for step in range(2, side - 2):
            for dx in (step, side - step):
                marked[y + step - 1 : y + step + 2, x + dx - 1 : x + dx + 2] = 30
        return marked


def _paint(image: Grey, box: Box, grey: int) -> None:
    x, y = _px(box.x_mm), _px(box.y_mm)
    image[y : y + _px(box.h_mm), x : x + _px(box.w_mm)] = grey


@pytest.fixture(scope="module")
def visit(
    ready_data: Path, tmp_path_factory: pytest.TempPathFactory, sotarsa: Run, in_a_week: str
) -> Printed:
    folder = tmp_path_factory.mktemp("printed")
    data = Path(shutil.copytree(ready_data, folder / "data"))
    new = ["--village", "63.11.02.2014", "--date", in_a_week, "--sheets", f"{KIND}=2"]
    public_id = sotarsa(data, "round", "new", *new).out.strip()
    told = sotarsa(data, "round", "print", public_id, "-o", folder / "pack.pdf", "--json")
    assert told.code == 0, told.err
    pages = {
        (entry["sheet"], entry["page"]): entry["pdf_page"]
        for entry in json.loads(told.out)["pages"]
        if entry["sheet"]
    }
    (layout_folder,) = (data / "layouts").iterdir()
    layout = printed.load(layout_folder).layout
    return Printed(data, public_id, folder / "pack.pdf", pages, layout)


@pytest.fixture
def data(visit: Printed, tmp_path: Path) -> Path:
    return Path(shutil.copytree(visit.data, tmp_path / "data"))


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    folder = tmp_path / "pindaian"
    folder.mkdir()
    return folder


@dataclass(frozen=True)
class Scan:
    """Runs ``sotarsa scan`` on the folder and checks what must hold for any input."""

    sotarsa: Run
    data: Path
    visit: Printed

    def __call__(self, *paths: Path) -> dict[str, Any]:
        before = {p: p.read_bytes() for path in paths for p in _files(path)}
        told = self.sotarsa(self.data, "scan", *paths, "--json")
        assert {p: p.read_bytes() for p in before} == before, "the user's files stay as they are"
        done: dict[str, Any] = json.loads(told.out)
        for file in done["files"]:
            stored = self.data / "scans" / file["sha256"][:2] / file["sha256"]
            assert stored.read_bytes() == before[Path(file["source"])], "the original is kept"
        return {**done, "code": told.code, "err": told.err}

    def status(self) -> dict[str, Any]:
        told = self.sotarsa(self.data, "round", "status", self.visit.visit, "--json")
        counts: dict[str, Any] = json.loads(told.out)
        return counts


def _files(path: Path) -> Iterable[Path]:
    return [path] if path.is_file() else []


@pytest.fixture
def scan(sotarsa: Run, data: Path, visit: Printed) -> Scan:
    return Scan(sotarsa, data, visit)


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
    assert scan_count(data) == 0, "reading stores nothing"


def scan_count(data: Path) -> int:
    """How many originals lie in the store."""
    return sum(1 for path in (data / "scans").rglob("*") if path.is_file())


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
            _paint(image, box, 255)
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
    assert scan.status() == before and scan_count(data) == 1
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


_KILLED = """
import os, signal, sys
from office.cli import main

wanted, seen = int(sys.argv.pop(1)), 0

def die(frame, event, arg):
    global seen
    if "/office/intake/" not in frame.f_code.co_filename:
        return None
    if event == "line":
        seen += 1
        if seen == wanted:
            os.kill(os.getpid(), signal.SIGKILL)
    return die

sys.settrace(die)
sys.exit(main())
"""


@pytest.mark.parametrize("line", [60, 130, 200, 270, 340, 410, 480, 550])
def test_an_intake_killed_anywhere_is_finished_by_the_next(
    scan: Scan, data: Path, scans: Path, visit: Printed, line: int
) -> None:
    first, second = visit.sheets
    for number, image in enumerate([visit.page(first), visit.page(first, 2), visit.page(second)]):
        save(image, scans / f"{number}.png")
    command = [sys.executable, "-c", _KILLED, str(line), "scan", str(scans)]
    done = subprocess.run(
        command, env={**os.environ, "SOTARSA_DATA": str(data)}, capture_output=True, check=False
    )
    assert done.returncode in (0, -signal.SIGKILL)
    scan(scans)
    assert scan.status() == {**scan.status(), "in_work": 2, "out": 0}
    with sqlite3.connect(data / "db.sqlite3") as database:
        counts = [
            database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("intake_scanfile", "intake_scanpage", "intake_reading")
        ]
        waiting = database.execute(
            "SELECT count(*) FROM intake_scanfile WHERE status = 'received'"
        ).fetchone()[0]
        whole = database.execute("PRAGMA integrity_check").fetchone()[0]
    database.close()
    assert (counts, waiting, whole) == ([3, 3, 3], 0, "ok")
    stored = [p for p in (data / "scans").glob("??/*") if p.is_file()]
    assert len(stored) == 3
