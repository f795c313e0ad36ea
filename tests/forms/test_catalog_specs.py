"""What the forms of the catalog ask, and where the answers go."""

from __future__ import annotations

import pytest

from forms.spec import FieldSpec, catalog_forms, load_form

ENTITIES = {
    "household", "person", "enrolment", "meeting", "attendance", "feedback", "answer",
}  # fmt: skip


def _field(form: str, field_id: str) -> FieldSpec:
    return load_form(form).field(field_id)


def test_the_catalog_has_the_four_kinds() -> None:
    assert set(catalog_forms()) >= {"kehadiran", "registrasi", "sosialisasi", "umpan-balik"}


@pytest.mark.parametrize("form", catalog_forms())
def test_every_answer_has_its_own_place_in_the_register(form: str) -> None:
    targets = [field.register_as for field in load_form(form).fields if field.register_as]
    assert len(set(targets)) == len(targets)
    assert {target.split(".")[0] for target in targets} <= ENTITIES
    assert all(field.register_as for field in load_form(form).fields)


@pytest.mark.parametrize("form", catalog_forms())
def test_fields_stand_in_the_order_of_their_pages(form: str) -> None:
    pages = [field.page for field in load_form(form).fields]
    assert pages == sorted(pages)
    assert set(pages) == set(range(1, load_form(form).pages + 1))


@pytest.mark.parametrize("form", catalog_forms())
def test_the_notice_has_version_and_legal_basis(form: str) -> None:
    notice = load_form(form).notice
    assert notice.version.startswith("PDP-")
    assert "UU 27/2022" in notice.legal_basis
    assert 40 < len(notice.text) < 420


@pytest.mark.parametrize("form", catalog_forms())
def test_little_is_required(form: str) -> None:
    assert sum(field.required for field in load_form(form).fields) <= 2


@pytest.mark.parametrize(
    ("field_id", "kind", "means", "length", "rows"),
    [
        ("no_kk", "cell", "kk", 16, None),
        ("belum_punya_kk", "mark", "kk", None, None),
        ("nama_kepala", "cell", "name", 24, None),
        ("dusun", "cell", "place", 13, None),
        ("rt_rw", "cell", "place", 6, None),
        ("telepon", "cell", "phone", 13, None),
        ("jumlah_anggota", "cell", "count", 2, None),
        ("sambungan_dari", "cell", "code", 11, None),
        ("nama", "cell", "name", 22, 5),
        ("nik", "cell", "nik", 16, 5),
        ("belum_punya_nik", "mark", "nik", None, 5),
        ("tanggal_lahir", "cell", "birth_date", 8, 5),
        ("tanggal_perkiraan", "mark", "birth_date", None, 5),
        ("jenis_kelamin", "mark", "sex", None, 5),
        ("tanda_tangan", "ink", "other", None, None),
    ],
)
def test_fixed_fields_of_the_registration(
    field_id: str, kind: str, means: str, length: int | None, rows: int | None
) -> None:
    field = _field("registrasi", field_id)
    assert (field.kind, field.means, field.length, field.rows) == (kind, means, length, rows)


def test_lone_boxes_and_sex_have_their_fixed_options() -> None:
    for field_id in ("belum_punya_kk", "belum_punya_nik", "tanggal_perkiraan", "hamil"):
        assert [option.id for option in _field("registrasi", field_id).options] == ["ya"]
    for form in ("registrasi", "kehadiran"):
        options = [option.id for option in _field(form, "jenis_kelamin").options]
        assert options == ["L", "P"]


def test_the_nine_criteria_of_poverty_are_asked() -> None:
    field = _field("registrasi", "kriteria")
    assert len(field.options) == 9
    assert field.choice == "multiple"


def test_feedback_statements_offer_yes_unsure_no() -> None:
    statements = [
        field
        for field in load_form("umpan-balik").fields
        if [option.id for option in field.options] == ["ya", "ragu", "tidak"]
    ]
    assert 5 <= len(statements) <= 6
    assert all(field.choice == "single" for field in statements)
