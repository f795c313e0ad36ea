"""Why intake asks for a person, and the words for it; the reader's own reasons are its own."""

from __future__ import annotations

from enum import StrEnum


class IntakeReason(StrEnum):
    """Kept beside the reader's reasons in files and pages."""

    # a page that was read, and what the office knows of its sheet
    DUPLICATE_SHEET = "duplicate_sheet_different_marks"
    SHEET_ACCEPTED = "sheet_already_accepted"
    SHEET_VOID = "sheet_void"
    UNKNOWN_SHEET = "unknown_sheet"
    SHEET_NOT_PRINTED = "sheet_not_printed"
    LAYOUT_DIFFERS = "layout_differs"
    # a file
    READER_FAILED = "reader_failed"
    NOT_FOUND = "not_found"
    NO_PERMISSION = "no_permission"
    SYMLINK = "symlink"
    NOT_A_FILE = "not_a_file"
    HIDDEN_OR_TEMPORARY = "hidden_or_temporary"
    STILL_CHANGING = "still_changing"
    DISK_ERROR = "disk_error"


OF_A_CONFLICT = (IntakeReason.DUPLICATE_SHEET, IntakeReason.SHEET_ACCEPTED)
"""What no longer holds of an image once a person has settled where it belongs."""


WORDS: dict[IntakeReason, tuple[str, str]] = {
    IntakeReason.DUPLICATE_SHEET: (
        "Lembar ini sudah ada dengan tanda yang berbeda",
        "Pilih gambar yang benar, atau nyatakan bahwa ini salinan fotokopi untuk keluarga lain.",
    ),
    IntakeReason.SHEET_ACCEPTED: (
        "Lembar ini sudah diterima",
        "Buku induk tidak berubah; buka kembali lembarnya bila memang perlu diganti.",
    ),
    IntakeReason.SHEET_VOID: (
        "Lembar ini sudah dibatalkan",
        "Isinya tidak dimasukkan; tanyakan mengapa kertasnya masih dipakai.",
    ),
    IntakeReason.UNKNOWN_SHEET: (
        "Lembar ini tidak tercatat",
        "Kodenya sah, tetapi tidak ada di basis data; mungkin dicetak sesudah cadangan dibuat.",
    ),
    IntakeReason.SHEET_NOT_PRINTED: (
        "Lembar ini tercatat belum dicetak",
        "Cetak ulang paket kunjungannya, lalu masukkan pindaian ini lagi.",
    ),
    IntakeReason.LAYOUT_DIFFERS: (
        "Rancangan lembar tidak cocok dengan catatan",
        "Simpan kertasnya dan laporkan kepada admin.",
    ),
    IntakeReason.READER_FAILED: (
        "Program gagal membaca berkas ini",
        "Berkasnya tersimpan; masukkan lagi, dan laporkan kepada admin bila tetap gagal.",
    ),
    IntakeReason.NOT_FOUND: ("Tidak ditemukan", "Periksa nama berkas atau foldernya."),
    IntakeReason.NO_PERMISSION: ("Tidak ada izin membaca", "Minta izin kepada pemiliknya."),
    IntakeReason.SYMLINK: ("Berupa tautan", "Masukkan berkas aslinya."),
    IntakeReason.NOT_A_FILE: ("Bukan berkas biasa", "Hanya berkas pindaian yang diambil."),
    IntakeReason.HIDDEN_OR_TEMPORARY: (
        "Berkas tersembunyi atau sementara",
        "Bila ini pindaian, beri nama biasa lalu masukkan lagi.",
    ),
    IntakeReason.STILL_CHANGING: (
        "Berkas masih ditulis",
        "Tunggu pemindai selesai, lalu masukkan lagi.",
    ),
    IntakeReason.DISK_ERROR: (
        "Berkas tidak bisa disimpan",
        "Periksa ruang dan keadaan disk, lalu masukkan lagi; berkas asal tidak diubah.",
    ),
}
"""For each reason what is the matter, and what to do now."""
