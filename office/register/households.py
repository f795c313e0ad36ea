"""A registration sheet becomes a household, its people, and what they asked for."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.utils import timezone

from forms.sheetcode import SHEET_CHARS, parse_printed
from office.errors import OfficeError
from office.register.identity import Nik, judge_birth, judge_nik, looks_like_kk
from office.register.models import (
    Answer,
    Enrolment,
    Household,
    KKNumber,
    Membership,
    NikState,
    Person,
    Programme,
)
from office.register.rows import write_row
from office.register.targets import Filed, SheetValues
from office.rounds.models import Sheet


class NikConflictError(OfficeError):
    """The number already belongs to another person of the register.

    ``field`` names the cells on this sheet, ``other`` the person who has the number. The
    message gives the other *sheet*, never the number.
    """

    def __init__(self, field: str, other: Person) -> None:
        where = f"lembar {other.sheet.code} baris {other.row}"
        super().__init__(
            f"NIK pada isian {field} sudah dipakai orang di {where}; cocokkan keduanya."
        )
        self.field, self.other = field, other


class ContinuationError(OfficeError):
    """The sheet says it continues another one that is not in the register."""


@dataclass(frozen=True)
class Filing:
    """One sheet being filed: its values, and who accepts it."""

    sheet: Sheet
    values: SheetValues
    by: User


def write_household(filing: Filing) -> Household:
    """All rows of a registration sheet. Raises NikConflictError, ContinuationError."""
    household = _continued(filing) or _own_household(filing)
    for row in filing.values.filled_rows("person", "answer"):
        _write_person(filing, household, row)
    for filed in filing.values.of("enrolment"):
        _write_enrolments(filing, household, filed)
    return household


def _continued(filing: Filing) -> Household | None:
    """The household of the first sheet, when this one is its continuation."""
    written = filing.values.text("household", "continues").replace(" ", "")
    if not written:
        return None
    printed = parse_printed(written)
    code = printed[0] if printed else written[:SHEET_CHARS]
    found = Household.objects.filter(sheet__code=code, active=True).first()
    if found is None or code == filing.sheet.code:
        raise ContinuationError(
            f"Lembar ini sambungan dari {code}, yang belum diterima; "
            "periksa kodenya, atau terima lembar itu dahulu."
        )
    return found


def _own_household(filing: Filing) -> Household:
    values, sheet = filing.values, filing.sheet
    number = values.text("household", "kk_number")
    household = write_row(
        Household,
        filing.by,
        {"sheet": sheet},
        {
            "desa": sheet.visit.desa,
            "head_name": values.text("household", "head_name"),
            "dusun": values.text("household", "dusun"),
            "rt_rw": _rt_rw(values.text("household", "rt_rw")),
            "phone": values.text("household", "phone"),
            "n_members": values.number("household", "n_members"),
            "has_kk": True if number else _no_kk(values),
        },
    )
    if number:
        state = NikState.REAL if looks_like_kk(number) else NikState.DOUBTED
        keys = {"household": household, "number": number}
        write_row(KKNumber, filing.by, keys, {"sheet": sheet, "state": state})
    return household


def _rt_rw(cells: str) -> str:
    """Six cells ``001002`` as people write it, ``001/002``; anything else as it stands."""
    return f"{cells[:3]}/{cells[3:]}" if len(cells) == 6 and cells.isdigit() else cells


def _no_kk(values: SheetValues) -> bool | None:
    """False when "belum punya KK" is ticked; None when the sheet does not say."""
    return False if values.ticked("household", "has_no_kk") else None


def _check_nik(filing: Filing, row: int, nik: Nik) -> None:
    if nik.state != NikState.REAL:
        return
    holders = Person.objects.filter(nik=nik.number, nik_state=NikState.REAL, active=True)
    other = holders.exclude(sheet=filing.sheet, row=row).first()
    filed = filing.values.get("person", "nik", row)
    if other is not None and filed is not None:
        raise NikConflictError(filed.field, other)


def _write_person(filing: Filing, household: Household, row: int) -> Person:
    values = filing.values
    written = values.get("person", "nik", row)
    not_legible = written is not None and written.value is None
    nik = judge_nik(
        None if not_legible else values.text("person", "nik", row),
        values.ticked("person", "no_nik", row),
    )
    _check_nik(filing, row, nik)
    birth = judge_birth(
        _untrimmed(values.get("person", "birth_date", row)),
        values.ticked("person", "birth_estimated", row),
        timezone.localdate(),
    )
    person = write_row(
        Person,
        filing.by,
        {"sheet": filing.sheet, "row": row},
        {
            "name": values.text("person", "name", row),
            "nik": nik.number,
            "nik_state": nik.state,
            "nik_written": nik.written,
            "sex": values.text("person", "sex", row),
            "birth_date": birth.day,
            "birth_precision": birth.precision,
            "birth_written": birth.written,
        },
    )
    relation = values.text("person", "relation", row)
    keys = {"person": person, "household": household}
    write_row(Membership, filing.by, keys, {"sheet": filing.sheet, "relation": relation})
    return person


def _untrimmed(filed: Filed | None) -> str | None:
    """A date's cells with their leading blanks: "    1990" is a year alone."""
    return filed.value if filed is not None and isinstance(filed.value, str) else None


def _write_enrolments(filing: Filing, household: Household, filed: Filed) -> None:
    """One row for each programme of this group that is ticked."""
    labels = {option.id: option.label for option in filed.spec.options}
    for option in filed.marked:
        programme, _ = Programme.objects.get_or_create(
            code=f"{filed.attribute}.{option}", defaults={"name": labels[option]}
        )
        keys = {
            "programme": programme,
            "household": household,
            "period": str(filing.sheet.visit.date.year),
        }
        write_row(Enrolment, filing.by, keys, {"sheet": filing.sheet})


def write_answers(filing: Filing, household: Household | None) -> None:
    """Every other answer, one row a marked box or written text."""
    for filed in filing.values.of("answer"):
        person = None
        if household is not None and filed.row:
            person = Person.objects.filter(sheet=filing.sheet, row=filed.row, active=True).first()
        for value in filed.marked:
            keys = {
                "sheet": filing.sheet,
                "item": filed.attribute,
                "row": filed.row,
                "value": value,
            }
            write_row(Answer, filing.by, keys, {"household": household, "person": person})
