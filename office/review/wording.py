"""Reason codes in words: a short label, and what a person can do about it.

One table for the web page, the queue and the lists; `wording_of` never fails on a code that
an older or newer reader wrote, because an unreadable screen helps nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from office.intake.reasons import WORDS, IntakeReason
from scanner.reading import Reason


@dataclass(frozen=True)
class Wording:
    """``label``: what is the matter. ``advice``: what to do now, one or two short sentences."""

    label: str
    advice: str


FILE_REASONS: dict[Reason, Wording] = {
    Reason.EMPTY_FILE: Wording("Berkas kosong", "Berkas tidak berisi apa-apa. Pindai ulang."),
    Reason.UNREADABLE_FILE: Wording(
        "Berkas tidak bisa dibuka", "Berkas rusak atau tidak boleh dibaca. Pindai ulang."
    ),
    Reason.UNKNOWN_FILE_TYPE: Wording(
        "Jenis berkas tidak dikenal", "Simpan hasil pindai sebagai PDF, TIFF, JPEG, atau PNG."
    ),
    Reason.ENCRYPTED_FILE: Wording(
        "Berkas berkata sandi", "Simpan ulang tanpa kata sandi, lalu masukkan lagi."
    ),
    Reason.TRUNCATED_FILE: Wording(
        "Berkas terpotong", "Sebagian berkas hilang saat disalin. Salin atau pindai ulang."
    ),
    Reason.TOO_LARGE: Wording(
        "Berkas terlalu besar", "Pindai pada 300 dpi, atau bagi menjadi beberapa berkas."
    ),
    Reason.NO_PAGES: Wording("Berkas tanpa halaman", "Tidak ada gambar di dalamnya. Pindai ulang."),
    Reason.UNREADABLE_PAGE: Wording("Halaman rusak", "Pindai ulang halaman ini."),
}

IDENTITY_REASONS: dict[Reason, Wording] = {
    Reason.BLANK_PAGE: Wording("Halaman kosong", "Biasanya sisi belakang. Boleh dibiarkan."),
    Reason.NO_CODE_FOUND: Wording(
        "Kode tidak ditemukan",
        "Pindai ulang lebih lurus dan terang, atau pilih lembarnya di bagian Halaman lepas.",
    ),
    Reason.FOREIGN_CODE: Wording(
        "Kode QR bukan milik kita", "Bukan lembar Pak Sotarsa. Simpan di berkas lain."
    ),
    Reason.UNSUPPORTED_CODE_VERSION: Wording(
        "Kode dari program yang lebih baru", "Perbarui program ini, lalu masukkan lagi."
    ),
    Reason.OTHER_OFFICE: Wording(
        "Lembar kantor lain", "Dicetak oleh kantor lain. Kembalikan kepada kantor itu."
    ),
    Reason.SPECIMEN_SHEET: Wording(
        "Lembar contoh", "Lembar latihan bertanda CONTOH: tidak dimasukkan ke buku induk."
    ),
    Reason.UNKNOWN_LAYOUT: Wording(
        "Rancangan lembar tidak dikenal",
        "Lembar dicetak dari komputer lain. Pindai di komputer yang mencetaknya.",
    ),
    Reason.UNKNOWN_PAGE: Wording(
        "Nomor halaman tidak dikenal", "Periksa apakah ini benar lembar dari kantor ini."
    ),
    Reason.FORGED_CODE: Wording(
        "Kode tidak sah", "Kode bukan buatan kantor ini. Tanyakan dari mana kertas ini berasal."
    ),
    Reason.CONFLICTING_CODES: Wording(
        "Dua kode berbeda pada satu halaman",
        "Mungkin dua kertas terpindai bersama. Pisahkan, lalu pindai ulang.",
    ),
}

IMAGE_REASONS: dict[Reason, Wording] = {
    Reason.NOT_ALIGNED: Wording(
        "Letak halaman tidak ditemukan",
        "Pindai ulang dengan kertas rata dan lurus, atau ketik jawabannya dari gambar.",
    ),
    Reason.CORNER_MISSING: Wording(
        "Tanda sudut tidak terlihat", "Periksa lebih teliti; bila perlu pindai ulang."
    ),
    Reason.BOTTOM_CUT_OFF: Wording(
        "Bagian bawah terpotong", "Kertas F4 dipindai sebagai A4? Pindai ulang dengan ukuran F4."
    ),
    Reason.PRINT_SCALE_OFF: Wording(
        "Cetakan diperkecil atau diperbesar", "Lain kali cetak pada 100 %. Periksa lebih teliti."
    ),
    Reason.LOW_RESOLUTION: Wording(
        "Gambar kurang tajam", "Sebaiknya pindai pada 200 sampai 300 dpi."
    ),
    Reason.ALIGNMENT_UNCERTAIN: Wording(
        "Letak halaman kurang pasti", "Cocokkan tiap jawaban dengan gambar kertas."
    ),
    Reason.SCANNER_STREAK: Wording(
        "Ada garis dari kaca pemindai yang kotor",
        "Bersihkan kaca, lalu pindai ulang. Jawaban yang kena garis dicocokkan dengan kertas.",
    ),
}

FIELD_REASONS: dict[Reason, Wording] = {
    Reason.OUTSIDE_IMAGE: Wording(
        "Di luar gambar", "Bagian ini tidak ikut terpindai. Lihat kertasnya, atau pindai ulang."
    ),
    Reason.FAINT_MARK: Wording("Tanda tipis", "Apakah kotak ini memang diberi tanda?"),
    Reason.HEAVY_OR_CANCELLED: Wording(
        "Tanda sangat tebal", "Mungkin dicoret karena batal. Lihat kertas, lalu pilih."
    ),
    Reason.UNCLEAR_MARK: Wording(
        "Tanda tidak jelas", "Bisa tanda, bisa noda. Lihat gambar, lalu pilih."
    ),
    Reason.NOT_CERTIFIED: Wording(
        "Mutu pindaian belum teruji",
        "Pindai ulang dengan warna atau abu-abu. Bila tidak bisa, periksa setiap kotak.",
    ),
    Reason.INK_FROM_OUTSIDE: Wording(
        "Coretan dari luar kotak", "Mungkin tulisan sebelahnya yang masuk ke kotak."
    ),
    Reason.BOX_NOT_FOUND: Wording(
        "Kotak tidak ditemukan", "Gambar di sini kurang jelas. Lihat kertas, lalu pilih."
    ),
    Reason.TWO_MARKS: Wording("Dua tanda, padahal pilih satu", "Pilih jawaban yang dimaksud."),
    Reason.MARK_AND_CANCELLED: Wording(
        "Satu tanda dan satu coretan", "Mungkin pilihan diganti. Pilih yang tidak dicoret."
    ),
    Reason.ALL_MARKED: Wording(
        "Semua kotak bertanda", "Apakah semuanya memang dipilih? Lihat kertas, lalu pilih."
    ),
    Reason.REQUIRED_BUT_EMPTY: Wording(
        "Wajib, tetapi kosong", "Isi bila ada di kertas. Bila memang kosong, tekan Enter."
    ),
    Reason.NOT_READ: Wording("Tulisan belum terbaca", "Ketik sesuai kertas."),
}

WRITING_REASONS: dict[Reason, Wording] = {
    Reason.UNSURE_WRITING: Wording(
        "Tulisan tangan", "Cocokkan bacaan ini dengan gambarnya, huruf demi huruf."
    ),
    Reason.NIK_CONTRADICTS_BIRTH_DATE: Wording(
        "NIK dan tanggal lahir berbeda",
        "Cocokkan keduanya dengan kertas. Bila di kertas memang berbeda, biarkan.",
    ),
    Reason.NIK_CONTRADICTS_SEX: Wording(
        "NIK dan jenis kelamin berbeda",
        "Tanggal dalam NIK perempuan ditambah 40. Cocokkan dengan kertas.",
    ),
    Reason.OVERWRITTEN_CELL: Wording(
        "Ada kotak yang ditimpa atau dicoret", "Lihat gambar, lalu ketik yang dimaksud penulis."
    ),
    Reason.GAP_IN_DIGITS: Wording(
        "Ada kotak kosong di tengah angka", "Mungkin satu angka terlewat. Lihat kertas."
    ),
    Reason.TOO_FEW_DIGITS: Wording(
        "Angkanya kurang", "Hitung angka di kertas. Bila memang kurang, biarkan."
    ),
    Reason.IMPOSSIBLE_DATE: Wording(
        "Tanggal ini tidak ada", "Cocokkan hari, bulan, dan tahun dengan kertas."
    ),
    Reason.IMPOSSIBLE_NUMBER: Wording(
        "Susunan nomor ini tidak biasa", "Cocokkan setiap angka dengan kertas."
    ),
}


class ReviewReason(StrEnum):
    """Why a person must look that no reading says."""

    CONFIRM_WRITING = "confirm_writing"
    SECOND_KEYING = "second_keying"
    KEYINGS_DIFFER = "keyings_differ"
    AUDIT = "audit"
    AUDIT_DIFFERS = "audit_differs"
    FULL_REVIEW = "full_review"


REVIEW_REASONS: dict[ReviewReason, Wording] = {
    ReviewReason.CONFIRM_WRITING: Wording(
        "Bacaan perlu dicocokkan", "Cocokkan bacaan mesin dengan gambarnya."
    ),
    ReviewReason.SECOND_KEYING: Wording(
        "Nomor perlu diketik ulang", "Ketik sesuai gambar, tanpa melihat ketikan pertama."
    ),
    ReviewReason.KEYINGS_DIFFER: Wording(
        "Dua ketikan berbeda", "Bandingkan keduanya dengan gambar, lalu pilih yang benar."
    ),
    ReviewReason.AUDIT: Wording(
        "Uji petik", "Jawab sesuai gambar; bacaan mesin tidak ditunjukkan."
    ),
    ReviewReason.AUDIT_DIFFERS: Wording(
        "Uji petik berbeda",
        "Mesin dan seorang pemeriksa membaca lain. Lihat gambar, lalu pilih yang benar.",
    ),
    ReviewReason.FULL_REVIEW: Wording(
        "Pemeriksaan penuh", "Semua tanda jenis ini dengan cara pindai ini diperiksa dahulu."
    ),
}

INTAKE_REASONS: dict[IntakeReason, Wording] = {
    reason: Wording(label, advice) for reason, (label, advice) in WORDS.items()
}

WORDINGS: dict[str, Wording] = {
    **{
        reason.value: wording
        for table in (
            FILE_REASONS,
            IDENTITY_REASONS,
            IMAGE_REASONS,
            FIELD_REASONS,
            WRITING_REASONS,
        )
        for reason, wording in table.items()
    },
    **{reason.value: wording for reason, wording in INTAKE_REASONS.items()},
    **{reason.value: wording for reason, wording in REVIEW_REASONS.items()},
}


AT_THE_SCANNER = frozenset({Reason.SCANNER_STREAK.value})
"""What only whoever stands at the scanner can mend, and should before the next stack."""


def reported(code: str) -> str:
    """A reason as the commands report it: its label, with the advice where it concerns the
    scanner."""
    wording = wording_of(code)
    return f"{wording.label}: {wording.advice}" if code in AT_THE_SCANNER else wording.label


def wording_of(code: str) -> Wording:
    """The words for a reason code; an unknown code is shown as it is, for the telephone."""
    return WORDINGS.get(
        code, Wording(f"Alasan “{code}”", "Lihat kertas; laporkan kode ini kepada admin.")
    )
