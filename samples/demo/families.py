"""A household's answers on a registration sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from forms.sheetcode import printed_code
from forms.spec import FormSpec
from samples.demo.answers import Answers, pick, some
from samples.simulator.filling import SIGNATURE, THUMBPRINT
from samples.simulator.pens import Rng
from samples.simulator.people import Household, Person

MEMBERS_PER_SHEET = 5

HOUSE: Mapping[str, Mapping[str, float]] = {
    "rumah_milik": {"milik_sendiri": 6, "bebas_sewa": 2, "sewa": 1},
    "rumah_lantai": {"kayu": 5, "semen": 3, "bambu": 1, "tanah": 1},
    "rumah_dinding": {"papan": 6, "bambu": 2, "daun": 1, "tembok": 1},
    "rumah_atap": {"seng": 5, "rumbia": 3, "sirap": 2},
    "rumah_air_minum": {"mata_air": 4, "sungai": 3, "sumur": 3},
    "rumah_penerangan": {"pln_menyalur": 4, "surya_genset": 3, "bukan_listrik": 2},
    "rumah_bahan_bakar": {"kayu_bakar": 6, "elpiji": 3},
    "rumah_jamban": {"sendiri": 3, "bersama": 3, "tidak_ada": 3},
}
"""Weights invented for variety; they say nothing about any village."""

MARITAL = {"kepala": "kawin", "pasangan": "kawin", "orang_tua": "cerai_mati"}

SEVERAL: Mapping[str, Mapping[str, float]] = {
    "kriteria": {"pekerjaan": 0.6, "makan": 0.3, "pengeluaran": 0.5, "lantai": 0.3, "dinding": 0.6},
    "bantuan_diterima": {"pkh": 0.2, "sembako": 0.4, "pbi_jk": 0.4},
    "minta_asuransi": {"pbi_jk": 0.5, "aktifkan": 0.3},
    "minta_perumahan": {"perbaikan": 0.4, "jamban_air": 0.4},
    "minta_pangan": {"sembako": 0.5, "gizi": 0.2},
    "minta_lainnya": {"adminduk": 0.5, "disabilitas": 0.1},
}


def registration(
    spec: FormSpec, household: Household, rng: Rng, continues: str | None = None
) -> Answers:
    """One sheet of a household; with ``continues`` (a sheet id) its members from the sixth on."""
    answers = Answers(spec)
    first = MEMBERS_PER_SHEET if continues else 0
    _card(answers, household)
    if continues is None:
        _house(answers, rng)
    else:
        answers.put("sambungan_dari", printed_code(continues, 1).replace("-", ""))
    answers.put("hasil_kunjungan", "lengkap")
    answers.put("berkas", ["ktp", "kk"] if household.kk else ["ktp"])
    answers.sign("tanda_tangan", THUMBPRINT if household.head.age > 60 else SIGNATURE)
    answers.sign("saksi", SIGNATURE)
    answers.sign("petugas", SIGNATURE)
    _members(answers, household.members[first : first + MEMBERS_PER_SHEET], rng)
    return answers


def _card(answers: Answers, household: Household) -> None:
    answers.put("no_kk", household.kk)
    answers.tick_all([("belum_punya_kk", not household.kk)])
    answers.put("jumlah_anggota", f"{len(household.members):02d}")
    answers.put("nama_kepala", household.head.name)
    answers.put("dusun", household.hamlet)
    answers.put("rt_rw", household.rt_rw)
    answers.put("telepon", household.phone)


def _house(answers: Answers, rng: Rng) -> None:
    for name, options in HOUSE.items():
        answers.put(name, pick(options, rng))
    for name, options in SEVERAL.items():
        answers.put(name, some(options, rng))


def _members(answers: Answers, members: Sequence[Person], rng: Rng) -> None:
    for row, person in enumerate(members, start=1):
        _member(answers, row, person, rng)


def _member(answers: Answers, row: int, person: Person, rng: Rng) -> None:
    answers.put(f"nama.{row}", person.name)
    answers.put(f"tanggal_lahir.{row}", person.birth)
    answers.put(f"nik.{row}", person.nik)
    answers.put(f"jenis_kelamin.{row}", person.sex)
    answers.put(f"hubungan.{row}", person.relation)
    answers.put(f"status_kawin.{row}", MARITAL.get(person.relation, "belum"))
    answers.put(f"jaminan_kesehatan.{row}", pick({"belum": 4, "pbi": 5, "mandiri": 1}, rng))
    answers.put(f"disabilitas.{row}", some({"gerak": 0.05, "lihat": 0.05}, rng))
    answers.tick_all(
        [
            (f"tanggal_perkiraan.{row}", person.birth_estimated),
            (f"belum_punya_nik.{row}", not person.nik),
            (f"hamil.{row}", person.relation == "pasangan" and rng.random() < 0.15),
            (f"sekolah.{row}", 6 <= person.age <= 18),
            (f"bekerja.{row}", 18 < person.age < 65 and rng.random() < 0.7),
        ]
    )
