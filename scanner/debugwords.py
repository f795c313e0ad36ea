"""What the debug pictures say, in Indonesian. Never what a person wrote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scanner.capture import CaptureClass
from scanner.reading import IdentifiedBy, PageReading, PageStatus, Reason

STATUS = {
    PageStatus.READ: "terbaca",
    PageStatus.UNIDENTIFIED: "halaman tidak dikenali",
    PageStatus.REFUSED: "ditolak",
}

WAY = {
    IdentifiedBy.QR: "kode QR",
    IdentifiedBy.QR_RETRY: "kode QR, setelah diperjelas",
    IdentifiedBy.QR_PYZBAR: "kode QR, cara kedua",
    IdentifiedBy.QR_KNOWN_POSITION: "sisa kode QR dan daftar lembar",
    IdentifiedBy.PRINTED_CODE: "kode huruf tercetak",
}

CAPTURE = {
    CaptureClass.GREY_SCAN: "pindaian abu-abu",
    CaptureClass.ONE_BIT: "pindaian hitam-putih",
    CaptureClass.PHOTOCOPY: "fotokopi",
    CaptureClass.PHONE: "foto ponsel",
    CaptureClass.UNKNOWN: "tidak diketahui",
}

CORNER = {
    "top_left": "kiri atas",
    "top_right": "kanan atas",
    "bottom_left": "kiri bawah",
    "bottom_right": "kanan bawah",
}

REASON = {
    Reason.BLANK_PAGE: "halaman kosong",
    Reason.NO_CODE_FOUND: "kode halaman tidak ditemukan",
    Reason.FOREIGN_CODE: "kode QR bukan milik kantor ini",
    Reason.UNSUPPORTED_CODE_VERSION: "kode QR dari versi lain",
    Reason.OTHER_OFFICE: "lembar milik kantor lain",
    Reason.SPECIMEN_SHEET: "lembar contoh",
    Reason.UNKNOWN_LAYOUT: "formulir tidak dikenal",
    Reason.UNKNOWN_PAGE: "nomor halaman tidak dikenal",
    Reason.FORGED_CODE: "kode tidak sah",
    Reason.CONFLICTING_CODES: "kode saling bertentangan",
    Reason.NOT_ALIGNED: "letak kotak tidak bisa ditentukan",
    Reason.CORNER_MISSING: "tanda sudut tidak terlihat",
    Reason.BOTTOM_CUT_OFF: "bagian bawah terpotong",
    Reason.PRINT_SCALE_OFF: "ukuran cetak bukan 100 %",
    Reason.LOW_RESOLUTION: "gambar kurang tajam",
    Reason.ALIGNMENT_UNCERTAIN: "letak kotak kurang pasti",
    Reason.SCANNER_STREAK: "ada garis dari kaca pemindai",
}
"""A page has no other reasons once its file could be opened."""

STATE = {"empty": "kosong", "marked": "terisi"}


def lines(reading: PageReading) -> Iterator[tuple[str, str]]:
    """Label and text of what is known of a page, in the order in which it is told."""
    if reading.form is not None:
        yield "Formulir", f"{reading.form}, halaman {reading.page}"
        yield "Lembar", str(reading.sheet)
    if reading.identified_by is not None:
        yield "Dikenali dari", WAY[reading.identified_by]
    yield "Hasil", STATUS[reading.status]
    if "capture" in reading.facts:
        yield "Cara pengambilan", CAPTURE[CaptureClass(reading.facts["capture"])]
        yield from _promise(reading.facts.get("promise"))
    notes = [REASON.get(reason, reason.value) for reason in reading.reasons]
    corners = [CORNER[name] for name in reading.facts.get("missing_corners", ())]
    if corners:
        notes.append(f"sudut tanpa tanda: {', '.join(corners)}")
    for row, note in enumerate(notes or ["tidak ada"]):
        yield "" if row else "Catatan halaman", note


def _promise(promise: Mapping[str, Any] | None) -> Iterator[tuple[str, str]]:
    if not promise:
        yield "Janji ketelitian", "tidak ada; semua kotak ditanyakan"
        return
    for row, (state, one) in enumerate(promise.items()):
        most = f"{one['risk'] * 10_000:.4g}".replace(".", ",")
        sure = f"{one['confidence'] * 100:.3g}".replace(".", ",")
        text = f"{STATE.get(state, state)}: salah paling banyak {most} dari 10.000"
        yield "" if row else "Janji ketelitian", f"{text} (keyakinan {sure} %)"
