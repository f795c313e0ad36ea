"""Real paper for the tests of loose pages: a printed form, filled and scanned by the simulator,
with both QR codes blotted out and the letters smeared."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.layout import Box
from forms.pack import PackOrder, SheetToPrint, make_pack
from forms.printed import PrintedForm, store
from forms.sheetcode import new_sheet_id
from forms.typeset import typeset
from office.intake.models import ScanPage
from office.intake.services import take_in
from office.rounds.models import Sheet
from office.rounds.sheets import move
from office.rounds.states import SheetState
from samples.simulator.filling import DrawnMarks, Filling, Mark, some_writer
from samples.simulator.marks import Kind
from samples.simulator.page import simulate
from samples.simulator.profiles import PROFILES

if TYPE_CHECKING:
    from tests.office_web.conftest import WebOffice

FORM = "registrasi"
Grey = NDArray[np.uint8]
RUINED = ("qr", "code")


@cache
def form() -> PrintedForm:
    """Typeset once for all tests."""
    return typeset(FORM, "a4")


@dataclass
class Paper:
    """Sheets of `FORM`, printed with the key of the test's office."""

    office: WebOffice
    folder: Path
    sheets: list[Sheet] = field(default_factory=list)
    pdf: bytes = b""
    pages: dict[tuple[str, int], int] = field(default_factory=dict)

    def print(self, count: int) -> None:
        """Print ``count`` sheets: their rows and their pack."""
        store(form(), self.office.data.layouts)
        for seq in range(1, count + 1):
            sheet = Sheet.objects.create(
                code=new_sheet_id(),
                visit=self.office.visit,
                form=FORM,
                seq=seq,
                layout_hash=form().layout.hash,
                n_pages=len(form().layout.pages),
            )
            move(sheet, SheetState.PRINTED)
            self.sheets.append(sheet)
        order = PackOrder(
            visit=self.office.visit.public_id,
            round_name="Putaran uji",
            desa="Liyu",
            date=self.office.visit.date,
            key=self.office.data.office_key.read_bytes(),
            sheets=tuple(SheetToPrint(sheet.code, FORM, sheet.seq) for sheet in self.sheets),
            printed_forms={FORM: form()},
        )
        pack = make_pack(order)
        self.pdf = pack.pdf
        self.pages = {
            (str(entry["sheet"]), int(entry["page"] or 0)): int(entry["pdf_page"] or 0) - 1
            for entry in pack.pages
            if entry["form"]
        }

    def scan(
        self, sheet: Sheet, page: int, option: int = 0, ruin: tuple[str, ...] = (), turn: int = 0
    ) -> Grey:
        """A scan at 200 dpi of one page on which the ``option``-th box of every single choice is
        ticked. ``ruin``: kinds of boxes that are blotted out. Turned clockwise by ``turn``."""
        layout, rng = form().layout, np.random.default_rng([7, sheet.seq, page, option])
        filling = Filling(some_writer(rng, "black_ballpoint"), ticks(page, option))
        pdf_page = self.pages[sheet.code, page]
        seen = simulate(
            self.pdf, pdf_page, layout, page, filling, PROFILES["office200"], DrawnMarks(), rng
        ).picture
        grey = seen.pixels
        if grey.ndim == 3:
            grey = cv2.cvtColor(grey, cv2.COLOR_BGR2GRAY).astype(np.uint8)
        for box in layout.on_page(page):
            if box.kind in ruin:
                corners = seen.geometry.to_px(_corners(box))
                cv2.fillConvexPoly(grey, np.round(corners).astype(np.int32), (90,))
        return np.ascontiguousarray(np.rot90(grey, k=-turn // 90)).astype(np.uint8)

    def take(self, *pictures: Grey, name: str = "tumpukan") -> list[ScanPage]:
        """Take in pictures as the pages of one file."""
        path = self.folder / f"{name}.tif"
        cv2.imwritemulti(str(path), list(pictures))
        (taken,) = take_in([path]).taken
        return list(taken.file.pages.order_by("index"))


def _corners(box: Box) -> NDArray[np.float64]:
    x0, y0, x1, y1 = box.x_mm - 1, box.y_mm - 1, box.x_mm + box.w_mm + 1, box.y_mm + box.h_mm + 1
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])


def _singles(page: int) -> dict[str, tuple[Box, ...]]:
    fields = form().layout.fields_on_page(page)
    return {name: tuple(boxes) for name, boxes in fields.items() if boxes[0].choice == "single"}


def ticks(page: int, option: int) -> dict[str, Mark]:
    """One tick in every single choice."""
    return {boxes[option % len(boxes)].id: Mark(Kind.TICK) for boxes in _singles(page).values()}


def right(reading: dict[str, Any], page: int, option: int) -> list[bool]:
    """For each single choice that the reading is sure of, whether it is what was ticked."""
    return [
        reading["fields"][name]["value"] == boxes[option % len(boxes)].option
        for name, boxes in _singles(page).items()
        if reading["fields"][name]["state"] == "sure"
    ]
