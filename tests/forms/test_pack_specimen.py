"""Specimens say CONTOH, carry the one specimen code, and leave every box as it is."""

from __future__ import annotations

import io

import numpy as np
import pikepdf
import pypdfium2
import pytest
import zxingcpp
from numpy.typing import NDArray

from forms.printed import PrintedForm
from forms.sheetcode import Position, parse_printed, printed_code, sign
from forms.specimen import SPECIMEN_SHEET, make_specimen

DEMO_KEY = b"d" * 32
DPI = 200


@pytest.fixture(scope="session")
def specimen(registrasi: PrintedForm) -> bytes:
    return make_specimen(registrasi, DEMO_KEY)


def _raster(pdf: bytes, page: int) -> NDArray[np.uint8]:
    with pypdfium2.PdfDocument(pdf) as document:
        grey: NDArray[np.uint8] = (
            document[page - 1].render(scale=DPI / 72, grayscale=True).to_numpy()
        )
    return grey.reshape(grey.shape[:2])


@pytest.mark.parametrize("page", [1, 2])
def test_a_specimen_carries_the_specimen_code(
    registrasi: PrintedForm, specimen: bytes, page: int
) -> None:
    formats = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCodeModel2])
    found = {code.text for code in zxingcpp.read_barcodes(_raster(specimen, page), formats=formats)}
    assert found == {
        sign(SPECIMEN_SHEET, page, position, registrasi.layout.hash, DEMO_KEY).payload()
        for position in Position
    }


def test_the_specimen_code_reads_contoh_and_checks() -> None:
    assert SPECIMEN_SHEET == "C0NT0H000"
    assert parse_printed(printed_code(SPECIMEN_SHEET, 2)) == (SPECIMEN_SHEET, 2)


def test_a_specimen_says_contoh_large_and_small(registrasi: PrintedForm, specimen: bytes) -> None:
    with pypdfium2.PdfDocument(specimen) as document:
        assert len(document) == len(registrasi.layout.pages)
        for page in document:
            text = page.get_textpage().get_text_bounded()
            assert text.count("CONTOH") == 3
            assert "Untuk latihan" in text
            assert "Tidak berlaku" in text
    with pikepdf.open(io.BytesIO(specimen)) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert str(pdf.docinfo.Title) == f"CONTOH {registrasi.spec.title}"
        assert str(pdf.docinfo.Subject) == "CONTOH"


@pytest.mark.parametrize("page", [1, 2])
def test_the_large_word_is_seen_and_leaves_the_boxes_alone(
    registrasi: PrintedForm, specimen: bytes, page: int
) -> None:
    marked, plain = _raster(specimen, page), _raster(registrasi.base_pdf, page)
    light = (marked > 190) & (marked < 240) & (plain == 255)
    assert light.mean() > 0.05
    rows, columns = np.nonzero(light)
    assert np.ptp(rows) > 0.6 * marked.shape[0]
    assert np.ptp(columns) > 0.6 * marked.shape[1]
    px = DPI / 25.4
    for box in registrasi.layout.on_page(page):
        if box.kind in {"mark", "cell", "ink", "marker"}:
            crop = np.s_[
                round(box.y_mm * px) : round((box.y_mm + box.h_mm) * px),
                round(box.x_mm * px) : round((box.x_mm + box.w_mm) * px),
            ]
            inside = marked[crop][2:-2, 2:-2].astype(int) - plain[crop][2:-2, 2:-2]
            assert abs(inside).max() <= 16, box.id


def test_a_specimen_is_the_same_bytes_each_time(registrasi: PrintedForm, specimen: bytes) -> None:
    assert make_specimen(registrasi, DEMO_KEY) == specimen
