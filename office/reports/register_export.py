"""The register as a spreadsheet: one row a person, with the columns of the household.

XLSX: every cell is a string, so a NIK keeps all 16 digits (a number keeps 15) and no text can
be a formula. CSV: a text that a spreadsheet would run as a formula gets a leading ``'``.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font

from office.register.keying import keyed_once, kk_once, nik_once
from office.register.models import Answer, Enrolment, Household, KKNumber, Membership, Person

Row = dict[str, str]

COLUMNS: dict[str, str] = {
    "kode_desa": "kode desa (Kemendagri)",
    "desa": "nama desa",
    "dusun": "dusun",
    "rt_rw": "RT/RW",
    "keluarga": "nomor keluarga di program ini",
    "no_kk": "nomor KK yang berlaku; kosong bila belum ada",
    "belum_punya_kk": "ya bila keluarga belum punya KK",
    "kepala_keluarga": "nama kepala keluarga",
    "telepon": "telepon",
    "jumlah_anggota": "jumlah anggota menurut lembar",
    "nama": "nama orang",
    "nik": "NIK, hanya bila bentuknya sah",
    "status_nik": "ada, belum punya, diragukan, atau tidak ditulis",
    "nik_tertulis": "isi kotak NIK bila diragukan",
    "jenis_kelamin": "L atau P",
    "tanggal_lahir": "tanggal lahir, TTTT-BB-HH",
    "ketelitian_tanggal": "hari, bulan, tahun, perkiraan, atau tidak tahu",
    "tanggal_tertulis": "isi kotak tanggal lahir (HHBBTTTT)",
    "hubungan": "hubungan dengan kepala keluarga",
    "jawaban_orang": "jawaban lain tentang orang ini",
    "layanan_diminta": "layanan yang diminta keluarga",
    "jawaban_keluarga": "jawaban lain tentang keluarga dan rumah",
    "lembar": "kode lembar asal",
    "baris": "baris pada lembar asal",
    "kunjungan": "ID kunjungan",
    "tanggal_kunjungan": "tanggal kunjungan",
    "sekali_ketik": "NIK dan/atau KK bila nomornya hanya diketik satu orang dan mesin tidak yakin",
}
"""Every column with its meaning, as printed on the second sheet of the workbook."""

_FORMULA_STARTS = ("=", "+", "-", "@")


def _grouped(pairs: Iterable[tuple[int, str]]) -> Mapping[int, str]:
    """Texts of one key joined by ``; `` in order."""
    texts: dict[int, list[str]] = defaultdict(list)
    for key, text in pairs:
        texts[key].append(text)
    return {key: "; ".join(parts) for key, parts in texts.items()}


class _Beside:
    """What belongs to households and people but stands in other tables, fetched at once."""

    def __init__(self) -> None:
        numbers = KKNumber.objects.filter(active=True).order_by("id")
        self.kk = _grouped((kk.household_id, kk.number) for kk in numbers)
        asked = Enrolment.objects.filter(active=True).select_related("programme")
        self.asked = _grouped((row.household_id, row.programme.name) for row in asked)
        answers = list(Answer.objects.filter(active=True).order_by("item", "value"))
        self.of_person = _grouped(
            (a.person_id, f"{a.item}={a.value}") for a in answers if a.person_id is not None
        )
        self.of_household = _grouped(
            (a.household_id, f"{a.item}={a.value}")
            for a in answers
            if a.household_id is not None and a.person_id is None
        )
        sheets = set(Household.objects.filter(active=True).values_list("sheet_id", flat=True))
        sheets |= set(Person.objects.filter(active=True).values_list("sheet_id", flat=True))
        self.once = keyed_once(sheets)


def _row(membership: Membership, beside: _Beside) -> Row:
    household, person = membership.household, membership.person
    visit = person.sheet.visit
    yes_no = {True: "tidak", False: "ya", None: ""}
    doubted = person.nik_state == "doubted"
    return {
        "kode_desa": household.desa.code,
        "desa": household.desa.name,
        "dusun": household.dusun,
        "rt_rw": household.rt_rw,
        "keluarga": str(household.pk),
        "no_kk": beside.kk.get(household.pk, ""),
        "belum_punya_kk": yes_no[household.has_kk],
        "kepala_keluarga": household.head_name,
        "telepon": household.phone,
        "jumlah_anggota": "" if household.n_members is None else str(household.n_members),
        "nama": person.name,
        "nik": person.nik or "",
        "status_nik": person.get_nik_state_display(),
        "nik_tertulis": person.nik_written if doubted else "",
        "jenis_kelamin": person.sex,
        "tanggal_lahir": person.birth_date.isoformat() if person.birth_date else "",
        "ketelitian_tanggal": person.get_birth_precision_display(),
        "tanggal_tertulis": person.birth_written,
        "hubungan": membership.relation,
        "jawaban_orang": beside.of_person.get(person.pk, ""),
        "layanan_diminta": beside.asked.get(household.pk, ""),
        "jawaban_keluarga": beside.of_household.get(household.pk, ""),
        "lembar": person.sheet.code,
        "baris": str(person.row),
        "kunjungan": visit.public_id,
        "tanggal_kunjungan": visit.date.isoformat(),
        "sekali_ketik": _keyed_once(membership, beside),
    }


def _keyed_once(membership: Membership, beside: _Beside) -> str:
    nik = nik_once(membership.person, beside.once)
    kk = kk_once(membership.household, beside.once)
    return "; ".join(name for name, is_once in (("NIK", nik), ("KK", kk)) if is_once)


def register_rows() -> list[Row]:
    """Everyone in the register now, by village, household and row; keys are `COLUMNS`."""
    beside = _Beside()
    members = (
        Membership.objects.filter(active=True, person__active=True, household__active=True)
        .select_related("household__desa", "person__sheet__visit")
        .order_by("household__desa_id", "household_id", "person__sheet_id", "person__row")
    )
    return [_row(membership, beside) for membership in members]


def formula_safe(text: str) -> str:
    """``text`` so that no spreadsheet takes it for a formula, not even after leading blanks."""
    risky = text.lstrip().startswith(_FORMULA_STARTS) or text.startswith(("\t", "\r"))
    return f"'{text}" if risky else text


def as_csv(rows: Iterable[Row]) -> bytes:
    """UTF-8 with the mark that makes Excel read it as such; separated by commas."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, fieldnames=list(COLUMNS))
    writer.writeheader()
    for row in rows:
        writer.writerow({name: formula_safe(text) for name, text in row.items()})
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Iterable[Row]) -> bytes:
    """A workbook: the register, and a sheet that explains its columns."""
    book = Workbook(write_only=True)
    register = book.create_sheet("Buku induk")
    register.freeze_panes = "A2"

    def cell(text: str, *, bold: bool = False) -> Cell:
        made = WriteOnlyCell(register, value=text)
        made.data_type = "s"  # openpyxl would take "=..." for a formula
        made.number_format = "@"
        if bold:
            made.font = Font(bold=True)
        return made

    _append(register.append, ([cell(name, bold=True) for name in COLUMNS],))
    _append(register.append, ([cell(row[name]) for name in COLUMNS] for row in rows))
    explained = book.create_sheet("Keterangan kolom")
    _append(explained.append, ([name, meaning] for name, meaning in COLUMNS.items()))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _append(append: Callable[[Iterable[object]], None], rows: Iterable[Iterable[object]]) -> None:
    for row in rows:
        append(row)
