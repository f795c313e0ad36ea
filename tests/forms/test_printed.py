"""A printed form is kept whole and unchanged, or refused."""

import hashlib
from pathlib import Path

import pytest
from pydantic import ValidationError

from forms.layout import Box, Layout, PageSize, Stamp
from forms.printed import DamagedLayoutError, PrintedForm, load, load_all, store
from forms.spec import FieldSpec, FormSpec, Notice, Option

BASE_PDF = b"%PDF-1.7 stands for base pages"


def _box(box_id: str, field: str, page: int = 1, row: int | None = None) -> Box:
    return Box(
        id=box_id,
        field=field,
        kind="ink",
        page=page,
        x_mm=10,
        y_mm=20,
        w_mm=30,
        h_mm=10,
        means="other",
        row=row,
    )


@pytest.fixture
def printed() -> PrintedForm:
    spec = FormSpec(
        form="uji",
        title="Uji",
        pages=1,
        notice=Notice(version="1", legal_basis="-", text="-"),
        fields=(
            FieldSpec(id="paraf", kind="ink", label="Paraf", page=1),
            FieldSpec(id="catatan", kind="ink", label="Catatan", page=1, rows=2),
        ),
    )
    layout = Layout(
        form="uji",
        paper="a4",
        pages=(PageSize(width_mm=210, height_mm=297),),
        boxes=(
            _box("ink:paraf", "paraf"),
            _box("ink:catatan.1", "catatan", row=1),
            _box("ink:catatan.2", "catatan", row=2),
        ),
        stamps=(Stamp(id="desa", page=1, x_mm=1, y_mm=1, w_mm=40, h_mm=5),),
        base_pdf_sha256=hashlib.sha256(BASE_PDF).hexdigest(),
        spec_sha256=spec.sha256,
        notice_version="1",
    )
    return PrintedForm(spec, layout, BASE_PDF)


def test_stored_form_comes_back_equal(printed: PrintedForm, tmp_path: Path) -> None:
    folder = store(printed, tmp_path)
    assert folder.name == printed.layout.hash
    assert load(folder) == printed
    assert load_all(tmp_path) == {printed.layout.hash: printed}


def test_storing_again_changes_nothing(printed: PrintedForm, tmp_path: Path) -> None:
    before = (store(printed, tmp_path) / "layout.json").stat().st_mtime_ns
    assert (store(printed, tmp_path) / "layout.json").stat().st_mtime_ns == before
    assert [path.name for path in tmp_path.iterdir()] == [printed.layout.hash]


@pytest.mark.parametrize("name", ["layout.json", "spec.json", "base.pdf"])
def test_a_changed_file_is_refused(printed: PrintedForm, tmp_path: Path, name: str) -> None:
    path = store(printed, tmp_path) / name
    path.write_bytes(path.read_bytes().replace(b"uji", b"ujI").replace(b"stands", b"STANDS"))
    with pytest.raises(DamagedLayoutError, match=name):
        load(path.parent)


def test_hash_covers_every_box(printed: PrintedForm) -> None:
    moved = printed.layout.boxes[0].model_copy(update={"x_mm": 10.001})
    other = printed.layout.model_copy(update={"boxes": (moved, *printed.layout.boxes[1:])})
    assert Layout(**dict(other)).hash != printed.layout.hash


def test_contract_carries_hash_and_skips_empty_keys(printed: PrintedForm) -> None:
    contract = printed.layout.contract()
    assert contract["hash"] == printed.layout.hash
    assert contract["pages"] == [{"width_mm": 210.0, "height_mm": 297.0}]
    assert "option" not in contract["boxes"][0]
    assert contract["boxes"][1]["row"] == 1


def test_fields_on_page_write_rows_out(printed: PrintedForm) -> None:
    assert list(printed.layout.fields_on_page(1)) == ["paraf", "catatan.1", "catatan.2"]
    assert list(printed.spec.names(page=1)) == ["paraf", "catatan.1", "catatan.2"]
    assert printed.layout.fields_on_page(2) == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "mark", "choice": "single"},
        {"kind": "cell", "length": 4},
        {"kind": "ink", "length": 4, "chars": "digits"},
        {"kind": "mark", "choice": "single", "options": (Option(id="ya", label="Ya"),)},
    ],
)
def test_an_inconsistent_field_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        FieldSpec.model_validate({"id": "x", "label": "X", "page": 1, **wrong})
