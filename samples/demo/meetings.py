"""Answers on the sheets of a meeting: its report, the attendance, and what people thought."""

from __future__ import annotations

from collections.abc import Sequence

from forms.spec import FormSpec
from samples.demo.answers import Answers, pick
from samples.simulator.filling import SIGNATURE
from samples.simulator.pens import Rng
from samples.simulator.people import HAMLETS, Person

QUESTIONS = (
    "Kapan kartu BPJS yang mati bisa aktif lagi? Apakah yang belum punya KK boleh mengusul "
    "bantuan? Jalan ke dusun rusak, beras bantuan datang terlambat."
)
DECISIONS = "Warga tanpa KK didata dulu, lalu dibawa ke Disdukcapil. Musyawarah desa bulan depan."
FOLLOW_UP = (
    ("Kirim daftar kartu BPJS yang mati", "Kasi Kesos", "15122026"),
    ("Jemput berkas warga tanpa KK", "Sekdes", "20122026"),
)
SUGGESTIONS = ("Tolong datang lagi sebelum panen.", "Suara kurang keras di belakang.", "")

CELLS_OF_NAME = 20


def meeting_report(spec: FormSpec, n_male: int, n_female: int) -> Answers:
    """The one report of the visit."""
    answers = Answers(spec)
    answers.put("tempat", "BALAI DESA LIYU")
    answers.put("jam_mulai", "0900")
    answers.put("jam_selesai", "1130")
    answers.put("penyelenggara", ["kecamatan", "desa", "lsm"])
    answers.put("cara", ["ceramah", "tanya_jawab"])
    answers.put("bahasa", ["indonesia", "banjar"])
    answers.put("materi", ["hak", "syarat", "bpjs_kesehatan", "adminduk", "musdes"])
    counts = (("l", n_male), ("p", n_female), ("lansia", 6), ("difabel", 2))
    for name, count in counts:
        answers.put(f"hadir_{name}", f"{count:03d}")
    answers.sign("pertanyaan", QUESTIONS)
    answers.sign("keputusan", DECISIONS)
    for row, (what, who, until) in enumerate(FOLLOW_UP, start=1):
        answers.sign(f"tindak_lanjut.{row}", what)
        answers.sign(f"penanggung_jawab.{row}", who)
        answers.put(f"batas_waktu.{row}", until)
    for who in ("pimpinan", "desa", "warga", "petugas"):
        answers.sign(f"ttd_{who}", SIGNATURE)
    return answers


def attendance(spec: FormSpec, people: Sequence[Person], rng: Rng) -> Answers:
    """One list; each person a row, and all of them signed but one."""
    answers = Answers(spec)
    for row, person in enumerate(people, start=1):
        answers.put(f"nama.{row}", person.name[:CELLS_OF_NAME])
        answers.put(f"jenis_kelamin.{row}", person.sex)
        answers.sign(f"dusun.{row}", str(rng.choice(HAMLETS)).title())
        answers.put(f"unsur.{row}", pick({"warga": 8, "aparat": 1, "tokoh": 1, "kader": 1}, rng))
        if row != 4:
            answers.sign(f"tanda_tangan.{row}", SIGNATURE)
    return answers


def feedback(spec: FormSpec, number: int, rng: Rng) -> Answers:
    """One villager's sheet, without a name."""
    answers = Answers(spec)
    answers.put("pengisi", pick({"sendiri": 1, "dibacakan": 1}, rng))
    answers.put("jenis_kelamin", pick({"L": 1, "P": 1}, rng))
    answers.put("umur", pick({"muda": 1, "dewasa": 2, "lansia": 1}, rng))
    for field in spec.fields:
        if {option.id for option in field.options} == {"ya", "ragu", "tidak"}:
            answers.put(field.id, pick({"ya": 6, "ragu": 2, "tidak": 1}, rng))
    words = SUGGESTIONS[number % len(SUGGESTIONS)]
    if words:
        answers.sign("saran", words)
    return answers
