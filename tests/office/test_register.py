"""Accepting writes the register in one transaction; reopening takes it back; nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from forms.sheetcode import printed_code
from forms.spec import catalog_forms, load_form
from office.register.households import ContinuationError, NikConflictError
from office.register.models import (
    Answer,
    AttendanceRow,
    BirthPrecision,
    Enrolment,
    Household,
    KKNumber,
    Membership,
    NikState,
    Person,
)
from office.register.services import (
    NotAcceptableError,
    accept_sheet,
    reopen_sheet,
    void_sheet,
)
from office.register.targets import unknown_targets
from office.review.current import current_values, open_fields
from office.review.decisions import record_decision
from office.rounds.sheets import NoReasonError, StaleSheetError
from office.rounds.states import ForbiddenMoveError, SheetState

if TYPE_CHECKING:
    from office.rounds.models import Sheet
    from tests.office.conftest import SmallOffice

INK = "~"
NIK, OTHER_NIK = "6311024105909001", "6311020507889002"
MARKS: dict[str, Any] = {
    "nama_kepala": INK,
    "no_kk": INK,
    "rt_rw": INK,
    "lantai": "papan",
    "asuransi": ["pbi_jk"],
    "ttd": True,
    "nama.1": INK,
    "nik.1": INK,
    "jenis_kelamin.1": "P",
    "tanggal_lahir.1": INK,
    "hubungan.1": "kepala",
    "disabilitas.1": ["lihat"],
}
TYPED: dict[str, Any] = {
    "nama_kepala": "INANG",
    "no_kk": "6311020101209001",
    "rt_rw": "001002",
    "nama.1": "INANG",
    "nik.1": NIK,
    "tanggal_lahir.1": "01051990",
}


def _accepted(office: SmallOffice, **typed: Any) -> Sheet:
    sheet = office.scanned(MARKS)
    accept_sheet(sheet, office.decide(sheet, {**TYPED, **typed}), office.reviewer)
    return sheet


def test_accepting_fills_the_register(office: SmallOffice) -> None:
    sheet = _accepted(office)
    household, person = Household.objects.get(), Person.objects.get()
    assert sheet.state == SheetState.ACCEPTED
    assert (household.desa, household.head_name, household.rt_rw) == (
        office.visit.desa,
        "INANG",
        "001/002",
    )
    assert (person.name, person.nik, person.nik_state, person.sex) == (
        "INANG",
        NIK,
        NikState.REAL,
        "P",
    )
    assert (str(person.birth_date), person.birth_precision) == ("1990-05-01", BirthPrecision.DAY)
    assert Membership.objects.get().relation == "kepala"
    assert KKNumber.objects.get().state == NikState.REAL
    assert Enrolment.objects.get().programme_id == "asuransi.pbi_jk"
    answers = Answer.objects.values_list("item", "value", "row")
    assert set(answers) == {
        ("house.floor", "papan", 0),
        ("person.disability", "lihat", 1),
        ("signed", "ada", 0),
    }
    assert Answer.objects.get(item="person.disability").person == person
    assert person.history.get().history_user == office.reviewer


def test_reopening_withdraws_and_accepting_again_updates(office: SmallOffice) -> None:
    sheet = _accepted(office)
    person = Person.objects.get()
    reopen_sheet(sheet, office.supervisor, "nama salah")
    assert not any(
        model.objects.filter(active=True).exists()
        for model in (Household, Person, Membership, Enrolment, Answer, KKNumber)
    )
    record_decision(sheet, "nama.1", "INANG B", office.reviewer)
    accept_sheet(sheet, current_values(sheet), office.reviewer)
    person.refresh_from_db()
    assert (person.name, person.active, Person.objects.count()) == ("INANG B", True, 1)
    assert [h.name for h in person.history.order_by("history_id")] == [
        "INANG",
        "INANG",
        "INANG B",
    ]


def test_accepting_twice_is_refused_and_writes_nothing(office: SmallOffice) -> None:
    sheet = _accepted(office)
    with pytest.raises(NotAcceptableError):
        accept_sheet(sheet, current_values(sheet), office.reviewer)
    assert Person.history.count() == 1


def test_open_fields_stop_acceptance(office: SmallOffice) -> None:
    sheet = office.scanned(MARKS)
    with pytest.raises(NotAcceptableError) as refused:
        accept_sheet(sheet, current_values(sheet), office.reviewer)
    assert "nik.1" in refused.value.fields
    assert set(refused.value.fields) == set(open_fields(sheet))
    assert sheet.state == SheetState.READ and not Household.objects.exists()


def test_half_a_sheet_is_never_accepted(office: SmallOffice) -> None:
    sheet = office.sheet()
    office.take(office.reading(sheet, 2, {"nama.1": INK}))
    record_decision(sheet, "nama.1", "INANG", office.reviewer)
    with pytest.raises(NotAcceptableError, match="belum terpindai"):
        accept_sheet(sheet, current_values(sheet), office.reviewer)


def test_conflicting_images_stop_acceptance(office: SmallOffice) -> None:
    sheet = office.scanned(MARKS)
    values = office.decide(sheet, TYPED)
    office.take(office.reading(sheet, 1, {**MARKS, "lantai": "tanah"}))
    with pytest.raises(NotAcceptableError, match="dua gambar"):
        accept_sheet(sheet, values, office.reviewer)


def test_an_accepted_sheet_scanned_again_stays_as_it_is(office: SmallOffice) -> None:
    sheet = _accepted(office)
    (other,) = office.take(office.reading(sheet, 1, {**MARKS, "lantai": "tanah"}))
    sheet.refresh_from_db()
    assert sheet.state == SheetState.ACCEPTED
    assert other.reasons == ["duplicate_sheet_different_marks", "sheet_already_accepted"]
    assert current_values(sheet)["lantai"] == "papan"


def test_values_that_changed_meanwhile_are_not_accepted(office: SmallOffice) -> None:
    sheet = office.scanned(MARKS)
    seen = office.decide(sheet, TYPED)
    record_decision(sheet, "nama.1", "LAIN", office.supervisor)
    with pytest.raises(StaleSheetError):
        accept_sheet(sheet, seen, office.reviewer)


def test_a_nik_belongs_to_one_person(office: SmallOffice) -> None:
    first = _accepted(office)
    second = office.scanned(MARKS)
    values = office.decide(second, {**TYPED, "no_kk": ""})
    with pytest.raises(NikConflictError) as conflict:
        accept_sheet(second, values, office.reviewer)
    assert conflict.value.field == "nik.1"
    assert conflict.value.other.sheet == first
    assert NIK not in str(conflict.value) and first.code in str(conflict.value)
    second.refresh_from_db()
    assert (second.state, Household.objects.count()) == (SheetState.UNDER_REVIEW, 1)


def test_people_without_nik_stay_separate_people(office: SmallOffice) -> None:
    for _ in range(3):
        sheet = office.scanned({**MARKS, "nik.1": "", "belum_punya_nik.1": ["ya"]})
        typed = {name: value for name, value in TYPED.items() if name != "nik.1"}
        accept_sheet(sheet, office.decide(sheet, {**typed, "no_kk": ""}), office.reviewer)
    assert Person.objects.filter(nik=None, nik_state=NikState.NONE).count() == 3
    assert Household.objects.count() == 3


def test_a_temporary_or_broken_nik_is_kept_as_written(office: SmallOffice) -> None:
    _accepted(office, **{"nik.1": "0631102201400001"})
    person = Person.objects.get()
    assert (person.nik, person.nik_state) == (None, NikState.DOUBTED)
    assert person.nik_written == "0631102201400001"


def test_a_continuation_joins_the_first_household(office: SmallOffice) -> None:
    first = _accepted(office)
    more = office.scanned({"nama.1": INK, "nik.1": INK, "sambungan_dari": INK})
    typed = {
        "sambungan_dari": printed_code(first.code, 1).replace("-", ""),
        "nama.1": "UTUH",
        "nik.1": OTHER_NIK,
    }
    accept_sheet(more, office.decide(more, typed), office.reviewer)
    assert Household.objects.count() == 1
    assert Household.objects.get().memberships.count() == 2


def test_a_continuation_of_an_unknown_sheet_waits(office: SmallOffice) -> None:
    more = office.scanned({"nama.1": INK, "sambungan_dari": INK})
    values = office.decide(more, {"sambungan_dari": "000000000", "nama.1": "UTUH"})
    with pytest.raises(ContinuationError):
        accept_sheet(more, values, office.reviewer)
    assert not Person.objects.exists()


def test_an_empty_sheet_is_not_accepted(office: SmallOffice) -> None:
    sheet = office.scanned({})
    with pytest.raises(NotAcceptableError, match="kosong"):
        accept_sheet(sheet, office.decide(sheet, {}), office.reviewer)


def test_attendance_rows(office: SmallOffice) -> None:
    marks = {"nama.1": INK, "jenis_kelamin.1": "L", "ttd.1": True, "nama.3": INK}
    sheet = office.scanned(marks, "hadir")
    typed = {"nama.1": "UTUH", "nama.3": "DAYANG"}
    accept_sheet(sheet, office.decide(sheet, typed), office.reviewer)
    rows = AttendanceRow.objects.order_by("row").values_list("row", "name", "sex", "signed")
    assert list(rows) == [(1, "UTUH", "L", True), (3, "DAYANG", "", False)]


def test_reopen_and_void_ask_for_reasons_and_order(office: SmallOffice) -> None:
    sheet = _accepted(office)
    with pytest.raises(NoReasonError):
        reopen_sheet(sheet, office.supervisor, " ")
    with pytest.raises(ForbiddenMoveError):
        void_sheet(sheet, office.supervisor, "rusak")
    reopen_sheet(sheet, office.supervisor, "salah desa")
    void_sheet(sheet, office.supervisor, "salah desa")
    assert sheet.state == SheetState.VOID
    assert not Person.objects.filter(active=True).exists()


@pytest.mark.parametrize("form", catalog_forms())
def test_every_form_of_the_catalog_has_its_place_in_the_register(form: str) -> None:
    assert unknown_targets(load_form(form)) == []
