"""A small office that really printed something: one form, three sheets, as page images."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import cv2
import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray

from forms.layout import Box, Layout
from forms.pack import PackOrder, SheetToPrint, make_pack
from forms.printed import PrintedForm
from forms.typeset import typeset
from scanner.context import ReaderContext

Grey = NDArray[np.uint8]

KEY = bytes(range(32))
SHEETS = ("7KQ2MX94D", "3BN8Z0TWR", "H5V1C6JGY")


@dataclass(frozen=True)
class PrintedOffice:
    """What one office printed on one paper: the pack's PDF and what its pages are."""

    printed: PrintedForm
    pdf: bytes
    pages: dict[tuple[str, int], int]
    """PDF page (from 0) of a sheet's page."""
    key: bytes = KEY

    @cached_property
    def layout(self) -> Layout:
        return self.printed.layout

    def box(self, box_id: str) -> Box:
        return next(box for box in self.layout.boxes if box.id == box_id)

    def context(self) -> ReaderContext:
        """The reader of the office that printed these sheets."""
        ids = {sheet: self.layout.hash for sheet, _ in self.pages}
        return ReaderContext(self.key, {self.layout.hash: self.printed}, ids)

    def render(self, sheet: str, page: int = 1, dpi: float = 200) -> Grey:
        """One page as a perfect scanner would give it."""
        document = pypdfium2.PdfDocument(self.pdf)
        try:
            bitmap = document[self.pages[sheet, page]].render(scale=dpi / 72, grayscale=True)
            grey = np.array(bitmap.to_numpy(), dtype=np.uint8)
        finally:
            document.close()
        return np.ascontiguousarray(grey.reshape(grey.shape[:2]))

    def corners_px(self, box_id: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
        """Where a box's corners lie on a rendered page, tl tr br bl, edge coordinates."""
        box = self.box(box_id)
        size = self.layout.pages[box.page - 1]
        x = np.array([box.x_mm, box.x_mm + box.w_mm]) * shape[1] / size.width_mm
        y = np.array([box.y_mm, box.y_mm + box.h_mm]) * shape[0] / size.height_mm
        return np.array([[x[0], y[0]], [x[1], y[0]], [x[1], y[1]], [x[0], y[1]]])


def paint(grey: Grey, corners_px: NDArray[np.float64], value: int, grow: float = 0.0) -> Grey:
    """A copy with one quadrilateral filled, its corners first moved out by ``grow`` px."""
    middle = corners_px.mean(axis=0)
    away = corners_px - middle
    moved = corners_px + grow * away / np.linalg.norm(away, axis=1, keepdims=True)
    painted = grey.copy()
    cv2.fillConvexPoly(painted, np.round(moved).astype(np.int32), value)
    return painted


Office = Callable[..., PrintedOffice]
Painter = Callable[..., Grey]


@pytest.fixture(scope="session")
def painter() -> Painter:
    """`paint`, for tests."""
    return paint


@pytest.fixture(scope="session")
def print_office() -> Office:
    """Prints `SHEETS` of one form: ``print_office("f4", key=other_key, form="kehadiran")``."""
    typed: dict[tuple[str, str], PrintedForm] = {}

    def make(
        paper: Literal["a4", "f4"] = "a4", key: bytes = KEY, form: str = "registrasi"
    ) -> PrintedOffice:
        if (form, paper) not in typed:
            typed[form, paper] = typeset(form, paper)
        printed = typed[form, paper]
        order = PackOrder(
            visit="liyu-20261201-7kq2",
            round_name="Putaran 1",
            desa="Liyu",
            date=datetime.date(2026, 12, 1),
            key=key,
            sheets=tuple(SheetToPrint(sheet, form) for sheet in SHEETS),
            printed_forms={form: printed},
        )
        pack = make_pack(order)
        pages = {
            (entry["sheet"], entry["page"]): entry["pdf_page"] - 1
            for entry in pack.pages
            if entry["sheet"] is not None and entry["page"] is not None
        }
        return PrintedOffice(printed, pack.pdf, pages, key)

    return make


@pytest.fixture(scope="session")
def a4(print_office: Office) -> PrintedOffice:
    return print_office("a4")


@pytest.fixture(scope="session")
def without_sheets(a4: PrintedOffice) -> ReaderContext:
    """The same office, whose list of printed sheets is lost."""
    return replace(a4.context(), printed={})
