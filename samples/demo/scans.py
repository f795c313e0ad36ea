"""The scans of the demo: which file holds which pages, and how each came about."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from samples.demo.visit import SEED, DemoSheet, changed
from samples.simulator import files
from samples.simulator.canvas import Pixels
from samples.simulator.filling import DrawnMarks, FieldTruth
from samples.simulator.page import SimulatedPage, simulate
from samples.simulator.profiles import PROFILES, Profile

Format = Literal["jpeg", "pdf", "tiff"]
QUALITY = 70
PHOTO_QUALITY = 68

DPI = 200
QUIET = (0.8, 1.4)
"""Noise of a good office scanner; it keeps the files small."""

WAYS: Mapping[str, Profile] = {
    "office": replace(PROFILES["office200"], noise=QUIET),
    "plain": replace(PROFILES["office200"], dpi=150, noise=QUIET, blur_mm=(0.05, 0.07)),
    "upside_down": replace(PROFILES["rotated"], dpi=DPI, noise=QUIET, turns=(180,)),
    "sideways": replace(PROFILES["rotated"], dpi=DPI, noise=QUIET, turns=(90,)),
    "fax": replace(PROFILES["one_bit"], dpi=DPI, noise=(1.0, 3.0)),
    "torn": replace(PROFILES["torn"], dpi=DPI, noise=QUIET),
    "worn": replace(PROFILES["stained"], dpi=150, noise=QUIET, folds=1, stains=2),
    "photocopy": replace(PROFILES["photocopy2"], dpi=DPI, noise=QUIET),
    "streaked": replace(PROFILES["streaked"], dpi=150, noise=QUIET),
    "phone": replace(PROFILES["phone"], dpi=190, noise=(1.0, 2.0)),
    "phone_colour": replace(PROFILES["phone_colour"], dpi=170, noise=(1.0, 2.0)),
}


@dataclass(frozen=True)
class ScanPage:
    """One page of a sheet (kind, number), and how it was captured. ``changed``: with more marks
    than the sheet had when it was first scanned."""

    form: str
    seq: int
    page: int
    way: str = "office"
    changed: bool = False


@dataclass(frozen=True)
class ScanFile:
    """One file; ``note`` says in English what is special."""

    name: str
    pages: tuple[ScanPage, ...]
    note: str = ""
    format: Format = "jpeg"


def _reg(seq: int, page: int, way: str = "office", changed: bool = False) -> ScanPage:
    return ScanPage("registrasi", seq, page, way, changed)


SCANS = (
    ScanFile("01-keluarga-hal-1.jpg", (_reg(1, 1),)),
    ScanFile("02-keluarga-hal-2.jpg", (_reg(1, 2),)),
    ScanFile("03-keluarga-hal-1.jpg", (_reg(2, 1),), "a cancelled and a faint mark"),
    ScanFile("04-terbalik.jpg", (_reg(2, 2, "upside_down"),), "upside down"),
    ScanFile(
        "05-satu-tumpukan.pdf",
        (
            _reg(3, 1, "plain"),
            _reg(3, 2, "plain"),
            _reg(4, 1, "plain"),
            _reg(4, 2, "plain"),
            ScanPage("umpan-balik", 1, 1, "plain"),
        ),
        "a household of seven on two sheets, and another sheet of the same stack",
        "pdf",
    ),
    ScanFile(
        "06-hitam-putih.tif",
        (_reg(5, 1, "fax"), _reg(5, 2, "fax"), ScanPage("umpan-balik", 2, 1, "fax")),
        "black and white, G4; two marks in one question, a filled box, a cancelled answer",
        "tiff",
    ),
    ScanFile("07-foto-hp-warna.jpg", (_reg(6, 1, "phone_colour"),), "a colour phone photo"),
    ScanFile("08-foto-hp.jpg", (_reg(6, 2, "phone"),), "a phone photo"),
    ScanFile("09-sudut-robek.jpg", (_reg(7, 1, "torn"),), "a corner torn off"),
    ScanFile("10-noda-lipatan.jpg", (_reg(7, 2, "worn"),), "stained and folded"),
    ScanFile("11-fotokopi-hal-1.jpg", (_reg(8, 1, "photocopy"),), "a photocopy of a photocopy"),
    ScanFile("12-fotokopi-hal-2.jpg", (_reg(8, 2, "photocopy"),), "a photocopy of a photocopy"),
    ScanFile("13-keluarga-hal-1.jpg", (_reg(9, 1, "plain"),)),
    ScanFile("14-keluarga-hal-2.jpg", (_reg(9, 2, "plain"),)),
    ScanFile("15-isi-berubah.jpg", (_reg(9, 1, "plain", changed=True),), "as 13, with other marks"),
    ScanFile("16-baru-hal-1.jpg", (_reg(10, 1, "plain"),), "its second page was not scanned"),
    ScanFile("17-laporan-sosialisasi.jpg", (ScanPage("sosialisasi", 1, 1),)),
    ScanFile("18-daftar-hadir.jpg", (ScanPage("kehadiran", 1, 1),)),
    ScanFile("19-daftar-hadir-miring.jpg", (ScanPage("kehadiran", 2, 1, "sideways"),), "sideways"),
    ScanFile("20-umpan-balik-garis.jpg", (ScanPage("umpan-balik", 3, 1, "streaked"),), "streaks"),
    ScanFile("21-pindai-ulang.jpg", (_reg(1, 1, "plain"),), "as 01, scanned once more"),
)


def scan(
    file: ScanFile,
    sheets: Mapping[tuple[str, int], DemoSheet],
    pack: bytes,
    pdf_pages: Mapping[tuple[str, int], int],
) -> tuple[bytes, list[SimulatedPage]]:
    """The bytes of one file, and what is on its pages. ``pdf_pages``: where (sheet id, page)
    lies in the pack, from 0."""
    pages = list(_pages(file, sheets, pack, pdf_pages))
    return _encoded(file, [page.picture.pixels for page in pages]), pages


def _pages(
    file: ScanFile,
    sheets: Mapping[tuple[str, int], DemoSheet],
    pack: bytes,
    pdf_pages: Mapping[tuple[str, int], int],
) -> Iterator[SimulatedPage]:
    for number, page in enumerate(file.pages):
        sheet = sheets[page.form, page.seq]
        sheet = changed(sheet) if page.changed else sheet
        if sheet.filling is None:
            raise ValueError(f"{file.name}: nothing is written on {page.form} {page.seq}")
        yield simulate(
            pack,
            pdf_pages[sheet.sheet, page.page],
            sheet.layout,
            page.page,
            sheet.filling,
            WAYS[page.way],
            DrawnMarks(),
            np.random.default_rng([SEED, zlib.crc32(f"{file.name}{number}".encode())]),
            ink_seed=zlib.crc32(f"{sheet.sheet}{page.page}".encode()),
        )


def _encoded(file: ScanFile, pictures: list[Pixels]) -> bytes:
    dpi = WAYS[file.pages[0].way].dpi
    if file.format == "pdf":
        return files.scanned_pdf(pictures, QUALITY, dpi)
    if file.format == "tiff":
        return files.g4_tiff(pictures, dpi)
    photo = file.pages[0].way.startswith("phone")
    return files.jpeg(pictures[0], PHOTO_QUALITY if photo else QUALITY, None if photo else dpi)


def page_truth(fields: Mapping[str, FieldTruth]) -> dict[str, object]:
    """What stands on one page: values, and the fields that only a person can decide."""
    return {
        "values": {name: truth.value for name, truth in fields.items()},
        "unclear": [name for name, truth in fields.items() if truth.unclear],
    }
