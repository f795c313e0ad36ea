"""Every kind of PDF a scanner writes gives the pixels that went in, and no ink is lost."""

from __future__ import annotations

import io
import zlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pikepdf
import pytest

from scanner.pages import PageImage
from tests.scanner.filed import MM, bits, differs, g4, jpeg, jpeg_pdf, only, pdf, read, scan


def test_pdf_gives_the_embedded_jpeg(tmp_path: Path) -> None:
    page = only(tmp_path, jpeg_pdf(scan()))
    assert differs(page.grey, only(tmp_path, jpeg(scan())).grey) == 0
    assert page.dpi == pytest.approx(420 / 210 * 25.4, abs=0.1)
    assert page.facts["dpi_source"] == "page_size"
    assert page.facts["file"] == "pdf"


def test_pdf_turned_by_its_page_stays_as_scanned(tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(jpeg_pdf(scan()))) as document:
        document.pages[0].Rotate = 90
        out = io.BytesIO()
        document.save(out)
    assert differs(only(tmp_path, out.getvalue()).grey, scan()) < 2


def test_pdf_picture_drawn_upside_down_is_mirrored_back(tmp_path: Path) -> None:
    flipped = np.ascontiguousarray(scan()[::-1])
    drawing = f"q {210 * MM} 0 0 {-297 * MM} 0 {297 * MM} cm /Im Do Q"
    assert differs(only(tmp_path, jpeg_pdf(flipped, drawing)).grey, scan()) < 2


def test_pdf_picture_drawn_sideways_is_taken_as_it_is(tmp_path: Path) -> None:
    drawing = f"q 0 {297 * MM} {-210 * MM} 0 {210 * MM} 0 cm /Im Do Q"
    page = only(tmp_path, jpeg_pdf(scan(594, 420), drawing))
    assert differs(page.grey, scan(594, 420)) < 2
    assert page.dpi == pytest.approx(420 / 210 * 25.4, abs=0.1)


@pytest.mark.parametrize("black_is_1", [False, True])
@pytest.mark.parametrize("mask", [False, True])
@pytest.mark.parametrize("inverted", [False, True])
def test_pdf_fax_pictures_as_pdfium_shows_them(
    tmp_path: Path, black_is_1: bool, mask: bool, inverted: bool
) -> None:
    """The fast ways and the slow ones must agree on what is black."""
    page = bits(scan(1240, 1754))
    data = g4(page)
    entries: dict[str, Any] = {
        "Filter": pikepdf.Name.CCITTFaxDecode,
        "DecodeParms": pikepdf.Dictionary(
            K=-1, Columns=1240, Rows=1754, BlackIs1=black_is_1
        ),
        "BitsPerComponent": 1,
    }  # fmt: skip
    if mask:
        entries["ImageMask"] = True
    if inverted:
        entries["Decode"] = pikepdf.Array([1, 0])
    white_paper = black_is_1 == inverted
    found = only(tmp_path, pdf(data, page.shape, **entries))
    grey = found.grey if found.grey.shape == page.shape else cv2.resize(found.grey, (1240, 1754))
    assert differs(grey, page if white_paper else 255 - page) < 8
    assert found.dpi is not None


@pytest.mark.parametrize("level", [1, 8])
def test_pdf_flate_pictures(tmp_path: Path, level: int) -> None:
    page = bits(scan(424, 594)) if level == 1 else scan(424, 594)
    raw = np.packbits(page > 0, axis=1).tobytes() if level == 1 else page.tobytes()
    entries: dict[str, Any] = {"Filter": pikepdf.Name.FlateDecode, "BitsPerComponent": level}
    found = only(tmp_path, pdf(zlib.compress(raw), page.shape, **entries))
    assert differs(found.grey, page) == 0
    assert found.facts["bits"] == level


def test_pdf_of_several_pages_with_one_drawn(tmp_path: Path, a4: Any) -> None:
    document = pikepdf.open(io.BytesIO(jpeg_pdf(scan())))
    with pikepdf.open(io.BytesIO(a4.pdf)) as pack:
        document.pages.append(pack.pages[2])
    document.pages.append(document.pages[0])
    out = io.BytesIO()
    document.save(out)
    first, drawn, last = read(tmp_path, out.getvalue())
    assert isinstance(first, PageImage)
    assert isinstance(drawn, PageImage)
    assert isinstance(last, PageImage)
    assert (drawn.facts["dpi_source"], drawn.dpi) == ("rendered", 300)
    assert abs(drawn.grey.shape[1] - 210 / 25.4 * 300) < 2
    assert differs(first.grey, last.grey) == 0


WHOLE = f"q {210 * MM} 0 0 {297 * MM} 0 0 cm /Im Do Q "


@pytest.mark.parametrize(
    ("name", "content", "rendered"),
    [
        ("invisible text over it", WHOLE + "BT 3 Tr /F1 12 Tf (halo) Tj ET", False),
        ("lines hidden behind it", "0 0 100 100 re f " + WHOLE, False),
        ("a stroke over it", WHOLE + "4 w 50 50 m 300 300 l S", True),
        ("an inline picture over it", WHOLE + "q 90 0 0 90 9 9 cm BI /W 1 /H 1 /BPC 8 /CS /G "
         "ID \x00 EI Q", True),
        ("lines beside a smaller picture", "0 0 90 90 re f q 200 0 0 300 100 300 cm /Im Do Q",
         True),
        ("the picture twice", WHOLE + "q 90 0 0 90 9 9 cm /Im Do Q", True),
        ("a slanted picture", "q 400 60 -60 600 100 20 cm /Im Do Q", True),
    ],
)  # fmt: skip
def test_no_ink_is_lost(tmp_path: Path, name: str, content: str, rendered: bool) -> None:
    page = only(tmp_path, jpeg_pdf(scan(), content))
    assert page.facts["dpi_source"] == ("rendered" if rendered else "page_size"), name


def test_a_note_on_a_tablet_is_seen(tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(jpeg_pdf(np.full((594, 420), 255, dtype=np.uint8)))) as document:
        drawing = pikepdf.Stream(document, b"8 w 0 0 m 200 200 l S")
        drawing.Type, drawing.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        drawing.BBox = pikepdf.Array([0, 0, 200, 200])
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Ink,
            Rect=pikepdf.Array([100, 100, 300, 300]),
            AP=pikepdf.Dictionary(N=document.make_indirect(drawing)),
            F=4,
        )
        document.pages[0].Annots = pikepdf.Array([document.make_indirect(note)])
        out = io.BytesIO()
        document.save(out)
    page = only(tmp_path, out.getvalue())
    assert page.facts["dpi_source"] == "rendered"
    assert page.grey.min() < 50


def test_a_masked_picture_is_rendered(tmp_path: Path) -> None:
    document = pikepdf.open(io.BytesIO(jpeg_pdf(np.zeros((594, 420), dtype=np.uint8))))
    mask = pikepdf.Stream(document, b"\x00" * (420 * 594))
    mask.Subtype, mask.Width, mask.Height = pikepdf.Name.Image, 420, 594
    mask.ColorSpace, mask.BitsPerComponent = pikepdf.Name.DeviceGray, 8
    document.pages[0].Resources.XObject.Im.SMask = document.make_indirect(mask)
    out = io.BytesIO()
    document.save(out)
    assert only(tmp_path, out.getvalue()).grey.min() == 255


def test_a_user_unit_is_part_of_the_size(tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(jpeg_pdf(scan()))) as document:
        document.pages[0].UserUnit = 1.2
        out = io.BytesIO()
        document.save(out, min_version="1.6")
    assert only(tmp_path, out.getvalue()).dpi == pytest.approx(420 / 252 * 25.4, abs=0.1)


def test_an_owner_password_alone_does_not_hinder(tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(jpeg_pdf(scan()))) as document:
        out = io.BytesIO()
        document.save(out, encryption=pikepdf.Encryption(owner="rahasia", user=""))
    assert differs(only(tmp_path, out.getvalue()).grey, scan()) < 2
