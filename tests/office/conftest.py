"""A small office for the tests: its own form, its own data folder, readings made to order."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django.fixtures import Settings

from forms.layout import Layout, PageSize
from forms.printed import PrintedForm, load, store
from forms.sheetcode import new_sheet_id
from forms.spec import FieldSpec, FormSpec, Notice
from office.bootstrap import OFFICE_ZONE
from office.datafolder import DataFolder, make_key
from office.intake.filing import file_readings
from office.intake.models import ScanFile, ScanPage
from office.review.current import current_values, open_fields
from office.review.decisions import record_decision
from office.review.quality import audits
from office.review.values import Value
from office.rounds.models import Desa, Round, Sheet, Visit
from office.rounds.sheets import move
from office.rounds.states import SheetState
from office.rounds.villages import load_villages
from scanner.reading import (
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
from tests.commands import Told, run_sotarsa
from tests.fieldspecs import cells, marks
from tests.office.printed_visit import KIND, Printed, Scan

BOX = (0.0, 0.0, 10.0, 10.0)
INK = "~"
"""In a cell field: handwriting that nobody has read yet."""


FAMILY = FormSpec(
    form="keluarga",
    title="Keluarga",
    pages=2,
    notice=Notice(version="1", legal_basis="-", text="-"),
    fields=(
        cells("no_kk", 1, 16, "household.kk_number", means="kk"),
        marks("belum_punya_kk", 1, "ya", "household.has_no_kk"),
        cells("nama_kepala", 1, 20, "household.head_name", chars="capitals", required=True),
        cells("rt_rw", 1, 6, "household.rt_rw"),
        marks("lantai", 1, "tanah papan semen", "answer.house.floor", choice="single"),
        marks("asuransi", 1, "pbi_jk lainnya", "enrolment.asuransi"),
        FieldSpec(id="ttd", kind="ink", label="ttd", page=1, register_as="answer.signed"),
        cells("sambungan_dari", 2, 11, "household.continues", chars="code"),
        cells("nama", 2, 20, "person.name", rows=2, chars="capitals"),
        cells("nik", 2, 16, "person.nik", rows=2, means="nik"),
        marks("belum_punya_nik", 2, "ya", "person.no_nik", rows=2),
        marks("jenis_kelamin", 2, "L P", "person.sex", rows=2, choice="single"),
        cells("tanggal_lahir", 2, 8, "person.birth_date", rows=2),
        marks("tanggal_perkiraan", 2, "ya", "person.birth_estimated", rows=2),
        marks("hubungan", 2, "kepala istri anak", "person.relation", rows=2, choice="single"),
        marks("disabilitas", 2, "lihat dengar", "answer.person.disability", rows=2),
    ),
)
ATTENDANCE = FormSpec(
    form="hadir",
    title="Hadir",
    pages=1,
    notice=Notice(version="1", legal_basis="-", text="-"),
    fields=(
        cells("nama", 1, 20, "attendance.name", rows=3, chars="capitals"),
        marks("jenis_kelamin", 1, "L P", "attendance.sex", rows=3, choice="single"),
        FieldSpec(
            id="ttd", kind="ink", label="ttd", page=1, rows=3, register_as="attendance.signed"
        ),
    ),
)


def printed_small_form(spec: FormSpec) -> PrintedForm:
    """A printed form without geometry: enough for all that is not reading."""
    base = b"%PDF-1.7 stands for base pages"
    layout = Layout(
        form=spec.form,
        paper="a4",
        pages=(PageSize(width_mm=210, height_mm=297),) * spec.pages,
        boxes=(),
        stamps=(),
        base_pdf_sha256=hashlib.sha256(base).hexdigest(),
        spec_sha256=spec.sha256,
        notice_version=spec.notice.version,
    )
    return PrintedForm(spec, layout, base)


def _marks(spec: FieldSpec, value: Any) -> FieldReading:
    marked = value if isinstance(value, list) else [value] if value else []
    options = {
        option.id: OptionReading(
            MarkState.MARKED if option.id in marked else MarkState.EMPTY, 0.3, BOX
        )
        for option in spec.options
    }
    state = FieldState.SURE if marked else FieldState.EMPTY
    return FieldReading(value, state, 0.99, BOX, options=options)


def _field(spec: FieldSpec, value: Any, doubtful: Iterable[str]) -> FieldReading:
    if spec.kind == "mark":
        made = _marks(spec, value if value is not None else _nothing(spec))
        if doubtful:
            options = {
                name: OptionReading(MarkState.DOUBTFUL, 0.1, BOX) if name in doubtful else reading
                for name, reading in (made.options or {}).items()
            }
            return FieldReading(
                None, FieldState.DOUBTFUL, 0.4, BOX, (Reason.FAINT_MARK,), options=options
            )
        return made
    if spec.kind == "ink":
        return FieldReading(bool(value), FieldState.SURE if value else FieldState.EMPTY, 0.99, BOX)
    if value == INK:
        cells = tuple(CellReading(None, 0.0, BOX) for _ in range(spec.length or 0))
        return FieldReading(None, FieldState.DOUBTFUL, 0.0, BOX, (Reason.NOT_READ,), cells=cells)
    if isinstance(value, str) and value.startswith(INK):
        return _read(value.removeprefix(INK), spec.length or 0)
    reasons = (Reason.REQUIRED_BUT_EMPTY,) if spec.required else ()
    return FieldReading("", FieldState.EMPTY, 0.99, BOX, reasons)


def _read(text: str, length: int) -> FieldReading:
    """Handwriting of which the reader is sure."""
    cells = tuple(CellReading(char, 1.0, BOX) for char in text.ljust(length))
    return FieldReading(text.rstrip(), FieldState.SURE, 0.999, BOX, cells=cells)


def _nothing(spec: FieldSpec) -> list[str] | None:
    return [] if spec.choice == "multiple" else None


def make_reading(
    spec: FormSpec,
    layout_hash: str,
    sheet: str,
    page: int,
    marks: Mapping[str, Any],
    doubtful: Mapping[str, Iterable[str]],
) -> PageReading:
    """A page as the reader would give it back; fields that are not named are empty."""
    return PageReading(
        source="uji.pdf",
        page_index=0,
        status=PageStatus.READ,
        sheet=sheet,
        form=spec.form,
        layout=layout_hash,
        page=page,
        rotation=0,
        fields={
            name: _field(
                spec.field(name.partition(".")[0]), marks.get(name), doubtful.get(name, ())
            )
            for name in spec.names(page)
        },
    )


@dataclass
class SmallOffice:
    """An office in the test database, with its data folder and two people."""

    data: DataFolder
    reviewer: User
    supervisor: User
    visit: Visit
    forms: dict[str, PrintedForm] = field(default_factory=dict)
    files: int = 0

    def sheet(self, kind: str = "keluarga") -> Sheet:
        """One more printed sheet of the visit."""
        printed = self.forms[kind]
        seq = self.visit.sheets.filter(form=kind).count() + 1
        sheet = Sheet.objects.create(
            code=new_sheet_id(),
            visit=self.visit,
            form=kind,
            seq=seq,
            layout_hash=printed.layout.hash,
            n_pages=printed.spec.pages,
        )
        move(sheet, SheetState.PRINTED)
        return sheet

    def reading(
        self,
        sheet: Sheet,
        page: int = 1,
        marks: Mapping[str, Any] | None = None,
        doubtful: Mapping[str, Iterable[str]] | None = None,
    ) -> PageReading:
        printed = self.forms[sheet.form]
        return make_reading(
            printed.spec, printed.layout.hash, sheet.code, page, marks or {}, doubtful or {}
        )

    def take(self, *readings: PageReading) -> list[ScanPage]:
        """File these readings as the pages of one new file."""
        self.files += 1
        sha256 = hashlib.sha256(str(self.files).encode()).hexdigest()
        file = ScanFile.objects.create(sha256=sha256, name=f"uji-{self.files}.pdf", size=1)
        pages = [{**page_json(r), "page_index": index} for index, r in enumerate(readings)]
        assert file_readings(file, pages)
        return list(file.pages.all())

    def scanned(self, marks: Mapping[str, Any], kind: str = "keluarga") -> Sheet:
        """A sheet of which every page was read as ``marks`` says."""
        sheet = self.sheet(kind)
        pages = range(1, (sheet.n_pages or 0) + 1)
        self.take(*(self.reading(sheet, page, marks) for page in pages))
        sheet.refresh_from_db()
        return sheet

    def decide(self, sheet: Sheet, values: Mapping[str, Value]) -> dict[str, Value]:
        """Type ``values``, and confirm whatever else is open; returns what counts then."""
        for name, value in values.items():
            record_decision(sheet, name, value, self.reviewer, 900, 3)
        for name in open_fields(sheet):
            record_decision(sheet, name, current_values(sheet)[name], self.reviewer)
        sheet.refresh_from_db()
        return current_values(sheet)


@pytest.fixture
def office(
    db: None, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> SmallOffice:
    """A ready office with one visit and no sheets yet."""
    data = DataFolder(tmp_path / "data")
    settings.DATA = data
    monkeypatch.setattr(audits, "RATE", 0.0)  # what waits is counted; tests of the lot raise it
    make_key(data.office_key)
    load_villages()
    visit = Visit.objects.create(
        public_id="liyu-20261201-test",
        round=Round.objects.create(name="Putaran uji"),
        desa=Desa.objects.get(name="Liyu"),
        date=timezone.localdate() + timedelta(days=1),
    )
    made = SmallOffice(
        data,
        User.objects.create_user("rina"),
        User.objects.create_user("bahar"),
        visit,
    )
    for spec in (FAMILY, ATTENDANCE):
        printed = printed_small_form(spec)
        store(printed, data.layouts)
        made.forms[spec.form] = printed
    return made


@pytest.fixture(scope="session")
def sotarsa() -> Callable[..., Told]:
    """``sotarsa(data_folder, "round", "list")`` runs the real command."""
    return run_sotarsa


@pytest.fixture(scope="session")
def ready_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder made by ``sotarsa init``; copied, never used itself."""
    folder = tmp_path_factory.mktemp("ready")
    password = folder / "sandi.txt"
    password.write_text("rotan-manis-7\n", encoding="utf-8")
    told = run_sotarsa(folder / "data", "init", "--username", "rina", "--password-file", password)
    assert told.code == 0, told.err
    return folder / "data"


@pytest.fixture(scope="session")
def in_a_week() -> str:
    """A date for new visits."""
    return (datetime.now(OFFICE_ZONE).date() + timedelta(days=7)).isoformat()


@pytest.fixture(scope="session")
def visit(
    ready_data: Path,
    tmp_path_factory: pytest.TempPathFactory,
    sotarsa: Callable[..., Told],
    in_a_week: str,
) -> Printed:
    """Two sheets of a real form, printed by the real commands. Copy its data, never use it."""
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
    layout = load(layout_folder).layout
    return Printed(data, public_id, folder / "pack.pdf", pages, layout)


@pytest.fixture
def data(visit: Printed, tmp_path: Path) -> Path:
    """A copy of the printed visit's data folder."""
    return Path(shutil.copytree(visit.data, tmp_path / "data"))


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """An empty folder for scans."""
    folder = tmp_path / "pindaian"
    folder.mkdir()
    return folder


@pytest.fixture
def scan(sotarsa: Callable[..., Told], data: Path, visit: Printed) -> Scan:
    """``sotarsa scan`` into the copied folder, with the checks that hold for any input."""
    return Scan(sotarsa, data, visit)
