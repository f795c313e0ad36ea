"""What comes out of the printer: stamped pages rasterised, looked at, and read again."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from numpy.typing import NDArray
from pyzbar import pyzbar

from forms.layout import Box, Layout, Stamp
from forms.pack import Pack, PackOrder, SheetToPrint, make_pack
from forms.printed import PrintedForm
from forms.qr import QR_MODULES, qr_modules
from forms.sheetcode import Position, SheetCode, parse, sign, verify

KEY = b"k" * 32
SHEETS = ("7KQ2MX94D", "0000000ZZ", "HWEV31T5N")
LONG_ROUND = "Pendataan lanjutan keluarga prasejahtera, lansia, dan disabilitas, tahap kedua 2026"
STAMPED = {"qr", "code"}
FINE = 8
"""Points per pixel, each way, to find the dark share of a pixel."""

Grey = NDArray[np.uint8]
SmallForm = Callable[..., PrintedForm]


def _pack(printed: PrintedForm, round_name: str = "Putaran 4", desa: str = "Liyu") -> Pack:
    return make_pack(
        PackOrder(
            visit="liyu-20261201-7kq2",
            round_name=round_name,
            desa=desa,
            date=datetime.date(2026, 9, 30),
            key=KEY,
            sheets=tuple(SheetToPrint(sheet, printed.spec.form) for sheet in SHEETS),
            printed_forms={printed.spec.form: printed},
        )
    )


@pytest.fixture(scope="session")
def pack(registrasi: PrintedForm) -> Pack:
    """Three registration sheets."""
    return _pack(registrasi)


def _raster(pdf: bytes, page: int, dpi: int) -> Grey:
    """One page (from 1) as grey pixels."""
    with pypdfium2.PdfDocument(pdf) as document:
        grey: Grey = document[page - 1].render(scale=dpi / 72, grayscale=True).to_numpy()
    return grey.reshape(grey.shape[:2])


def _expected(pack: Pack, layout: Layout) -> Iterator[tuple[int, set[str]]]:
    """PDF page number and the two payloads of each sheet page."""
    for entry in pack.pages:
        if entry["sheet"] is not None and entry["page"] is not None:
            codes = (
                sign(entry["sheet"], entry["page"], position, layout.hash, KEY)
                for position in Position
            )
            yield entry["pdf_page"], {code.payload() for code in codes}


def _zxing(grey: Grey) -> list[str]:
    formats = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCodeModel2])
    return [found.text for found in zxingcpp.read_barcodes(grey, formats=formats)]


def _zbar(grey: Grey) -> list[str]:
    symbols = [pyzbar.ZBarSymbol.QRCODE]
    return [found.data.decode() for found in pyzbar.decode(grey, symbols=symbols)]


@pytest.mark.parametrize("dpi", [150, 200, 300, 600])
def test_every_page_shows_exactly_its_two_codes(
    registrasi: PrintedForm, pack: Pack, dpi: int
) -> None:
    pages = list(_expected(pack, registrasi.layout))
    assert len(pages) == 2 * len(SHEETS)
    for number, payloads in pages if dpi <= 300 else pages[:1]:
        grey = _raster(pack.pdf, number, dpi)
        assert sorted(_zxing(grey)) == sorted(payloads)
        assert sorted(_zbar(grey)) == sorted(payloads)


def test_what_is_read_from_paper_verifies(registrasi: PrintedForm, pack: Pack) -> None:
    for number, _ in _expected(pack, registrasi.layout):
        for text in _zxing(_raster(pack.pdf, number, 200)):
            code = parse(text)
            assert isinstance(code, SheetCode)
            assert verify(code, registrasi.layout.hash, KEY)
            assert (code.sheet, code.page) == (
                pack.pages[number - 1]["sheet"],
                pack.pages[number - 1]["page"],
            )


def test_covers_and_blank_backs_carry_no_code(small_form: SmallForm) -> None:
    pack = _pack(small_form(pages=1))
    for entry in pack.pages:
        if entry["form"] is None:
            assert _zxing(_raster(pack.pdf, entry["pdf_page"], 150)) == []
    assert _raster(pack.pdf, 2, 72).min() == 255
    assert _raster(pack.pdf, 4, 72).min() == 255


@dataclass(frozen=True)
class _Scale:
    """Pixels per mm across and down; pdfium stretches a page to whole pixels."""

    across: float
    down: float

    @classmethod
    def of(cls, grey: Grey, layout: Layout) -> Self:
        size = layout.pages[0]
        return cls(grey.shape[1] / size.width_mm, grey.shape[0] / size.height_mm)


def _window(start_mm: float, length_mm: float, margin_mm: float, px: float) -> slice:
    return slice(round((start_mm - margin_mm) * px), round((start_mm + length_mm + margin_mm) * px))


def _crop(grey: Grey, place: Box | Stamp, scale: _Scale, margin_mm: float) -> Grey:
    rows = _window(place.y_mm, place.h_mm, margin_mm, scale.down)
    return grey[rows, _window(place.x_mm, place.w_mm, margin_mm, scale.across)]


def _module_of(window: slice, start_mm: float, module_mm: float, px: float) -> NDArray[np.intp]:
    """Which module (0 and 26 are outside) each of FINE points per pixel of a window shows."""
    points_mm = (np.arange(window.start * FINE, window.stop * FINE) + 0.5) / FINE / px - start_mm
    return np.clip(np.floor(points_mm / module_mm).astype(np.intp) + 1, 0, QR_MODULES + 1)


def _ideal_darkness(payload: str, box: Box, scale: _Scale, margin_mm: float) -> NDArray[np.float64]:
    """The crop of a QR code as geometry demands it: the dark share of each pixel."""
    modules = np.frombuffer(b"".join(qr_modules(payload)), np.uint8)
    padded = np.pad(modules.reshape(QR_MODULES, QR_MODULES), 1)
    rows = _window(box.y_mm, box.h_mm, margin_mm, scale.down)
    columns = _window(box.x_mm, box.w_mm, margin_mm, scale.across)
    points = padded[
        np.ix_(
            _module_of(rows, box.y_mm, box.h_mm / QR_MODULES, scale.down),
            _module_of(columns, box.x_mm, box.w_mm / QR_MODULES, scale.across),
        )
    ]
    height, width = points.shape
    shares: NDArray[np.float64] = points.reshape(height // FINE, FINE, width // FINE, FINE).mean(
        (1, 3)
    )
    return shares


@pytest.mark.parametrize("dpi", [300, 600])
def test_module_edges_lie_where_the_layout_says(
    registrasi: PrintedForm, pack: Pack, dpi: int
) -> None:
    """Mean error 0.01 of a pixel's grey; an edge one pixel off would be an error of 1."""
    grey = _raster(pack.pdf, 3, dpi)
    scale = _Scale.of(grey, registrasi.layout)
    boxes = [box for box in registrasi.layout.on_page(1) if box.kind == "qr"]
    assert [box.id for box in boxes] == ["qr:1:A", "qr:1:B"]
    for box, position in zip(boxes, Position, strict=True):
        payload = sign(SHEETS[0], 1, position, registrasi.layout.hash, KEY).payload()
        darkness = 1 - _crop(grey, box, scale, 3.0) / 255
        error = np.abs(darkness - _ideal_darkness(payload, box, scale, 3.0))
        assert error.max() < 0.5
        assert error.mean() < 0.012


def test_outside_the_stamps_a_page_is_the_base_page(registrasi: PrintedForm) -> None:
    """The reader compares a scan with the stored base page, so nothing else may differ."""
    layout, margin_mm = registrasi.layout, 0.3
    pack = _pack(registrasi, LONG_ROUND, "Baruh Panyambaran")
    for page in (1, 2):
        stamped = _raster(pack.pdf, 2 + page, 150).copy()
        base = _raster(registrasi.base_pdf, page, 150).copy()
        scale = _Scale.of(base, layout)
        places: list[Box | Stamp] = [box for box in layout.on_page(page) if box.kind in STAMPED]
        places += [stamp for stamp in layout.stamps if stamp.page == page]
        assert len(places) >= 9
        assert (stamped != base).any()
        for place in places:
            crop = _crop(stamped, place, scale, margin_mm)
            assert crop.min() < 128, place.id
            crop[:] = 255
            _crop(base, place, scale, margin_mm)[:] = 255
        np.testing.assert_array_equal(stamped, base)


@pytest.mark.parametrize("desa", ["Liyu", "Baruh Panyambaran"])
def test_long_names_are_never_cut(registrasi: PrintedForm, desa: str) -> None:
    pack = _pack(registrasi, LONG_ROUND, desa)
    wanted = {"desa": desa, "putaran": LONG_ROUND, "tanggal": "30 September 2026"}
    with pypdfium2.PdfDocument(pack.pdf) as document:
        height = document[2].get_height()
        text = document[2].get_textpage()
        for stamp in registrasi.layout.stamps:
            name = stamp.id.rsplit(":", 1)[-1]
            if stamp.page == 1 and name in wanted:
                left, top, right, bottom = (
                    value * 72 / 25.4
                    for value in (
                        stamp.x_mm,
                        stamp.y_mm,
                        stamp.x_mm + stamp.w_mm,
                        stamp.y_mm + stamp.h_mm,
                    )
                )
                inside = text.get_text_bounded(left, height - bottom, right, height - top)
                assert " ".join(inside.split()) == wanted[name]
