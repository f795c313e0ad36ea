"""A visit printed by the real commands, and its pages as images that a test may spoil."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image

from forms.layout import Box, Layout
from forms.qr import qr_modules
from forms.sheetcode import Position

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
                paint(spoilt, box, 255)
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


def paint(image: Grey, box: Box, grey: int) -> None:
    x, y = _px(box.x_mm), _px(box.y_mm)
    image[y : y + _px(box.h_mm), x : x + _px(box.w_mm)] = grey


@dataclass(frozen=True)
class Scan:
    """Runs ``sotarsa scan`` on the folder and checks what must hold for any input."""

    sotarsa: Callable[..., Any]
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
    """The file itself, or the regular files of a folder (a FIFO would wait for ever)."""
    found = path.iterdir() if path.is_dir() and os.access(path, os.R_OK) else [path]
    return [file for file in found if file.is_file()]


def stored(data: Path) -> list[Path]:
    """The originals in the store of a data folder."""
    return sorted(path for path in (data / "scans").glob("??/*") if path.is_file())
