"""An office with a web page: accounts of every role, a small printed form, scanned sheets."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pikepdf
import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from forms.layout import Box, Layout, PageSize
from forms.printed import PrintedForm, store
from forms.sheetcode import new_sheet_id
from forms.spec import FieldSpec, FormSpec, Notice
from office.accounts.roles import Role, grant
from office.datafolder import DataFolder, make_key
from office.intake.filing import file_readings
from office.intake.models import ScanFile, ScanPage
from office.review.picture import images
from office.review.quality import audits
from office.review.versions import version_of
from office.rounds.models import Desa, Round, Sheet, Visit
from office.rounds.sheets import move
from office.rounds.states import SheetState
from office.rounds.villages import load_villages
from scanner.reading import (
    BoxPx,
    CellReading,
    FieldReading,
    FieldState,
    MarkState,
    OptionReading,
    PageReading,
    PageStatus,
    Reason,
    page_json,
)
from tests.fieldspecs import cells, marks

PASSWORD = "rotan-manis-7"
PX_PER_MM = 100 / 25.4
PAGE_MM = (210, 297)


SPEC = FormSpec(
    form="keluarga",
    title="Keluarga",
    pages=2,
    notice=Notice(version="1", legal_basis="-", text="-"),
    fields=(
        cells("no_kk", 1, 16, "household.kk_number", means="kk", label="Nomor KK"),
        cells("nama_kepala", 1, 20, "household.head_name", chars="capitals", required=True),
        marks("lantai", 1, "tanah papan semen", "answer.house.floor", choice="single"),
        marks("asuransi", 1, "pbi_jk lainnya", "enrolment.asuransi"),
        FieldSpec(id="ttd", kind="ink", label="Tanda tangan", page=1, register_as="answer.signed"),
        cells("nama", 2, 20, "person.name", rows=3, chars="capitals", means="name"),
        cells("nik", 2, 16, "person.nik", rows=3, means="nik"),
        marks("jenis_kelamin", 2, "L P", "person.sex", rows=3, choice="single", means="sex"),
        cells("tanggal_lahir", 2, 8, "person.birth_date", rows=3, means="birth_date"),
    ),
)

OTHER = "4"
"""What the reader holds likeliest in every cell after what it read."""

INK = "~"
"""In a cell field: handwriting that nobody has read."""


def _boxes_of(spec: FieldSpec, row: int | None, y_mm: float) -> Iterator[Box]:
    suffix = f"{spec.id}.{row}" if row else spec.id
    common: dict[str, Any] = {
        "field": spec.id,
        "kind": spec.kind,
        "page": spec.page,
        "y_mm": y_mm,
        "means": spec.means,
        "row": row,
    }
    if spec.kind == "mark":
        for n, option in enumerate(spec.options):
            more = {"option": option.id, "choice": spec.choice, "x_mm": 60.0 + 30 * n}
            name = f"mark:{suffix}:{option.id}"
            yield Box(id=name, w_mm=5, h_mm=5, **common, **more)
    elif spec.kind == "cell":
        for n in range(spec.length or 0):
            more = {"index": n + 1, "chars": spec.chars, "x_mm": 60.0 + 6 * n}
            yield Box(id=f"cell:{suffix}:{n + 1}", w_mm=6, h_mm=7, **common, **more)
    else:
        yield Box(id=f"ink:{suffix}", x_mm=60, w_mm=40, h_mm=12, **common)


def _all_boxes(form: FormSpec) -> Iterator[Box]:
    for page in range(1, form.pages + 1):
        names = list(form.names(page))
        for n, name in enumerate(names):
            field_id, _, row = name.partition(".")
            yield from _boxes_of(form.field(field_id), int(row) if row else None, 30.0 + 18 * n)


def _blank_pdf(pages: int) -> bytes:
    with pikepdf.new() as pdf, io.BytesIO() as out:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(595, 842))
        pdf.save(out, deterministic_id=True)
        return out.getvalue()


def printed_form(form: FormSpec) -> PrintedForm:
    """A form with boxes one below the other, on blank base pages."""
    base = _blank_pdf(form.pages)
    layout = Layout(
        form=form.form,
        paper="a4",
        pages=(PageSize(width_mm=PAGE_MM[0], height_mm=PAGE_MM[1]),) * form.pages,
        boxes=tuple(_all_boxes(form)),
        stamps=(),
        base_pdf_sha256=hashlib.sha256(base).hexdigest(),
        spec_sha256=form.sha256,
        notice_version=form.notice.version,
    )
    return PrintedForm(form, layout, base)


def _px(box: Box) -> BoxPx:
    left, top = box.x_mm * PX_PER_MM, box.y_mm * PX_PER_MM
    return left, top, left + box.w_mm * PX_PER_MM, top + box.h_mm * PX_PER_MM


def _round_all(boxes: tuple[Box, ...]) -> BoxPx:
    all_px = [_px(box) for box in boxes]
    return (
        min(b[0] for b in all_px),
        min(b[1] for b in all_px),
        max(b[2] for b in all_px),
        max(b[3] for b in all_px),
    )


def _reading(spec: FieldSpec, boxes: tuple[Box, ...], value: Any) -> FieldReading:
    """``INK`` in cells and ``("?", option)`` in marks are doubtful, ``("?", option, 0.8)`` with
    the reader's belief that it is marked; None is empty."""
    around = _round_all(boxes)
    if spec.kind == "ink":
        state = FieldState.SURE if value else FieldState.EMPTY
        return FieldReading(bool(value), state, 0.99, around)
    if spec.kind == "cell" and value == INK:
        unread = tuple(CellReading(None, 0.0, _px(box)) for box in boxes)
        why = (Reason.NOT_READ,)
        return FieldReading(None, FieldState.DOUBTFUL, 0.0, around, why, cells=unread)
    if spec.kind == "cell" and value is not None:
        return _suggestion(boxes, around, value)
    if spec.kind == "cell":
        reasons = (Reason.REQUIRED_BUT_EMPTY,) if spec.required else ()
        return FieldReading("", FieldState.EMPTY, 0.99, around, reasons)
    return _marks_reading(spec, boxes, value)


def _suggestion(boxes: tuple[Box, ...], around: BoxPx, value: str) -> FieldReading:
    """Handwriting that was read; of one that begins with "?" the reader is not sure."""
    text = value.removeprefix("?")
    rows = zip(boxes, text.ljust(len(boxes)), strict=True)
    cells = tuple(
        CellReading(char, 0.9, _px(box), ((char, 0.9), (OTHER, 0.05))) for box, char in rows
    )
    if value == text:
        return FieldReading(text, FieldState.SURE, 0.999, around, cells=cells)
    why = (Reason.UNSURE_WRITING,)
    return FieldReading(text, FieldState.DOUBTFUL, 0.5, around, why, cells=cells)


def _marks_reading(spec: FieldSpec, boxes: tuple[Box, ...], value: Any) -> FieldReading:
    doubtful = value[1] if isinstance(value, tuple) else None
    belief = value[2] if isinstance(value, tuple) and len(value) > 2 else 0.7
    marked = value if isinstance(value, list) else [value] if isinstance(value, str) else []
    states = {
        box.option or "": MarkState.DOUBTFUL
        if box.option == doubtful
        else MarkState.MARKED
        if box.option in marked
        else MarkState.EMPTY
        for box in boxes
    }
    beliefs = {MarkState.DOUBTFUL: belief, MarkState.MARKED: 1.0}
    options = {
        name: OptionReading(state, 0.3, _px(box), beliefs.get(state, 0.0))
        for (name, state), box in zip(states.items(), boxes, strict=True)
    }
    worth: Any = marked if spec.choice == "multiple" else (marked[0] if marked else None)
    state = FieldState.SURE if marked else FieldState.EMPTY
    reasons = (Reason.FAINT_MARK,) if doubtful else ()
    state = FieldState.DOUBTFUL if doubtful else state
    return FieldReading(worth, state, 0.9, _round_all(boxes), reasons, options=options)


def page_picture(shade: int = 255) -> np.ndarray[Any, Any]:
    """A page at 100 dpi with a black line at its top, so that turning it shows."""
    width, height = (round(side * PX_PER_MM) for side in PAGE_MM)
    grey = np.full((height, width), shade, np.uint8)
    grey[:20] = 0
    return grey


@dataclass
class WebOffice:
    """The office of the tests, and clients signed in as each role."""

    data: DataFolder
    visit: Visit
    printed: PrintedForm
    users: dict[str, User]
    n_files: int = 0
    clients: dict[str, Client] = field(default_factory=dict)

    def client(self, name: str) -> Client:
        """A browser signed in as the account with this name (accounts are named as roles)."""
        if name not in self.clients:
            self.clients[name] = Client()
            self.clients[name].force_login(self.users[name])
        return self.clients[name]

    def sheet(self) -> Sheet:
        """One more printed sheet."""
        sheet = Sheet.objects.create(
            code=new_sheet_id(),
            visit=self.visit,
            form="keluarga",
            seq=self.visit.sheets.count() + 1,
            layout_hash=self.printed.layout.hash,
            n_pages=2,
        )
        move(sheet, SheetState.PRINTED)
        return sheet

    def scan(
        self,
        sheet: Sheet,
        page: int,
        values: Mapping[str, Any] | None = None,
        device: str | None = None,
    ) -> ScanPage:
        """Take in one page of ``sheet``, read as ``values`` says, from a file of ``device``."""
        boxes = self.printed.layout.fields_on_page(page)
        reading = PageReading(
            source="pindai.png",
            page_index=0,
            status=PageStatus.READ,
            sheet=sheet.code,
            form="keluarga",
            layout=self.printed.layout.hash,
            page=page,
            rotation=0,
            facts={"device": device},
            fields={
                name: _reading(SPEC.field(name.partition(".")[0]), own, (values or {}).get(name))
                for name, own in boxes.items()
            },
        )
        scanned = self.file("pindai.png", reading)
        sheet.refresh_from_db()
        return scanned

    def file(self, name: str, reading: PageReading) -> ScanPage:
        """Store a picture and file its reading; returns the page's row."""
        self.n_files += 1
        data = cv2.imencode(".png", page_picture(255 - self.n_files))[1].tobytes()
        sha256 = hashlib.sha256(data).hexdigest()
        path = self.data.scans / sha256[:2] / sha256
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        stored = ScanFile.objects.create(sha256=sha256, name=name, size=len(data))
        assert file_readings(stored, [page_json(reading)])
        return stored.pages.get()

    def answer(self, sheet: Sheet, name: str, value: str, **more: Any) -> dict[str, Any]:
        """What the page sends for one answer; ``value`` is JSON."""
        return {"field": name, "value": value, "version": str(version_of(sheet)), **more}

    def scanned(self, values: Mapping[str, Any] | None = None) -> Sheet:
        """A sheet of which both pages were read as ``values`` says."""
        sheet = self.sheet()
        for page in (1, 2):
            self.scan(sheet, page, values)
        return sheet


@pytest.fixture
def web_form() -> FormSpec:
    """The questions of the small form."""
    return SPEC


@pytest.fixture
def office(
    db: None, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> WebOffice:
    """A ready office with one visit and an account for every role, and one with none."""
    settings.DATA = DataFolder(tmp_path / "data")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    images._decode.cache_clear()
    monkeypatch.setattr(audits, "RATE", 0.0)  # what waits is counted; tests of the lot raise it
    monkeypatch.setattr(audits, "LEAST", 0)
    make_key(settings.DATA.office_key)
    load_villages()
    visit = Visit.objects.create(
        public_id="liyu-20261201-uji0",
        round=Round.objects.create(name="Putaran uji"),
        desa=Desa.objects.get(name="Liyu"),
        date=timezone.localdate() + timedelta(days=1),
    )
    printed = printed_form(SPEC)
    store(printed, settings.DATA.layouts)
    users = {role.value: User.objects.create_user(role.value, password=PASSWORD) for role in Role}
    for role in Role:
        grant(users[role.value], role)
    users["tanpa-peran"] = User.objects.create_user("tanpa-peran", password=PASSWORD)
    return WebOffice(settings.DATA, visit, printed, users)
