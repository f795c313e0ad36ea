"""Every kind of file a scanner or telephone writes gives the pixels that went in."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pikepdf
import pytest
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from scanner.pages import PageFault, PageImage, open_pages
from scanner.reading import Reason

MM = 72 / 25.4


def scan(width: int = 420, height: int = 594, seed: int = 0) -> Any:
    """A small grey page with structure everywhere, no symmetry, paper not quite white."""
    rng = np.random.default_rng(seed)
    page = np.full((height, width), 240, dtype=np.uint8)
    for _ in range(60):
        x, y = int(rng.integers(0, width - 40)), int(rng.integers(0, height - 20))
        cv2.rectangle(page, (x, y), (x + 35, y + 12), int(rng.integers(0, 120)), 2)
    cv2.putText(page, "ATAS", (20, 60), cv2.FONT_HERSHEY_SIMPLEX, 2, 0, 4)
    return page


def bits(page: Any) -> Any:
    return np.asarray(np.where(page < 128, 0, 255), dtype=np.uint8)


def jpeg(page: Any, **options: Any) -> bytes:
    out = io.BytesIO()
    Image.fromarray(page).save(out, "JPEG", quality=92, **options)
    return out.getvalue()


def colour(page: Any) -> Any:
    tinted = np.stack([page, page, np.minimum(page.astype(int) + 10, 255)], axis=2)
    return tinted.astype(np.uint8)


def g4(page: Any) -> bytes:
    """The bare Group 4 data of a 1-bit page, as one strip."""
    out = io.BytesIO()
    image = Image.fromarray(page).convert("1")
    image.save(out, "TIFF", compression="group4", tiffinfo={278: page.shape[0], 262: 0})
    tags = Image.open(io.BytesIO(out.getvalue())).tag_v2  # type: ignore[attr-defined]
    assert len(tags[273]) == 1
    return out.getvalue()[tags[273][0] : tags[273][0] + tags[279][0]]


def pdf(data: bytes, shape: Any, content: str | None = None, **entries: Any) -> bytes:
    """A one-page PDF, 210 x 297 mm, with one picture (`/Im`) drawn over the whole page."""
    document = pikepdf.new()
    image = pikepdf.Stream(document, data)
    image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    image.Width, image.Height, image.BitsPerComponent = shape[1], shape[0], 8
    image.ColorSpace = pikepdf.Name.DeviceGray
    for name, value in entries.items():
        image[f"/{name}"] = value
    if "ImageMask" in entries:
        del image["/ColorSpace"]
    page = document.add_blank_page(page_size=(210 * MM, 297 * MM))
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=image))
    drawing = content or f"q {210 * MM} 0 0 {297 * MM} 0 0 cm /Im Do Q"
    page.Contents = pikepdf.Stream(document, drawing.encode())
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def jpeg_pdf(page: Any, content: str | None = None, **entries: Any) -> bytes:
    return pdf(jpeg(page), page.shape, content, Filter=pikepdf.Name.DCTDecode, **entries)


def read(tmp_path: Path, data: bytes) -> list[PageImage | PageFault]:
    path = tmp_path / "berkas"
    path.write_bytes(data)
    return list(open_pages(path))


def only(tmp_path: Path, data: bytes) -> PageImage:
    (page,) = read(tmp_path, data)
    assert isinstance(page, PageImage), page
    return page


def differs(one: Any, other: Any) -> float:
    assert one.shape == other.shape
    return float(np.abs(one.astype(int) - other.astype(int)).mean())


# --- single pictures ---------------------------------------------------------------------


def test_jpeg_grey_with_its_resolution(tmp_path: Path) -> None:
    page = only(tmp_path, jpeg(scan(1654, 2339), dpi=(200, 200)))
    assert differs(page.grey, scan(1654, 2339)) < 2
    assert (page.dpi, page.facts["dpi_source"]) == (200, "file")
    assert (page.facts["file"], page.facts["bits"], page.facts["colour"]) == ("jpeg", 8, False)
    assert (page.facts["width_px"], page.facts["height_px"]) == (1654, 2339)


def test_an_unbelievable_resolution_is_none(tmp_path: Path) -> None:
    """A telephone writes 72 dpi on a picture of 12 megapixels: paper of one metre and more."""
    page = only(tmp_path, jpeg(scan(3000, 4000), dpi=(72, 72)))
    assert page.dpi is None
    assert page.facts["dpi_source"] is None


def test_jpeg_colour_is_told_and_read_as_grey(tmp_path: Path) -> None:
    page = only(tmp_path, jpeg(colour(scan())))
    assert page.facts["colour"] is True
    assert differs(page.grey, scan()) < 4


def test_progressive_and_cmyk_jpeg(tmp_path: Path) -> None:
    assert differs(only(tmp_path, jpeg(scan(), progressive=True)).grey, scan()) < 2
    out = io.BytesIO()
    Image.fromarray(colour(scan())).convert("CMYK").save(out, "JPEG", quality=92)
    cmyk = only(tmp_path, out.getvalue())
    assert cmyk.facts["colour"] is True
    assert differs(cmyk.grey, scan()) < 4


def test_a_jpeg_that_pillow_decodes_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pixels are those of the file also when Pillow puts them into memory of its own."""
    data = jpeg(scan())
    expected = np.asarray(Image.open(io.BytesIO(data)))

    def prepare(image: Any) -> None:
        image.im = Image.new(image.mode, image.size).im

    assert np.array_equal(only(tmp_path, data).grey, expected)
    monkeypatch.setattr(JpegImageFile, "load_prepare", prepare)
    assert np.array_equal(only(tmp_path, data).grey, expected)


def test_exif_orientation_is_not_applied(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[274] = 6
    assert differs(only(tmp_path, jpeg(scan(), exif=exif.tobytes())).grey, scan()) < 2


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_lossless_grey(tmp_path: Path, kind: str) -> None:
    out = io.BytesIO()
    options = {"lossless": True, "quality": 0} if kind == "WEBP" else {}
    Image.fromarray(scan()).save(out, kind, **options)
    page = only(tmp_path, out.getvalue())
    assert differs(page.grey, scan()) < 0.6
    assert page.facts["file"] == kind.lower()


def save(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def test_alpha_shows_white_paper(tmp_path: Path) -> None:
    alpha = np.where(scan() < 128, 255, 0).astype(np.uint8)
    black = np.zeros((*alpha.shape, 3), dtype=np.uint8)
    image = Image.fromarray(np.dstack([black, alpha]))
    assert differs(only(tmp_path, save(image, "PNG")).grey, bits(scan())) == 0


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits(tmp_path: Path, kind: str) -> None:
    deep = scan().astype(np.uint16) * 257
    page = only(tmp_path, save(Image.fromarray(deep), kind))
    assert page.facts["bits"] == 16
    assert differs(page.grey, scan()) == 0


def test_palettes_tell_grey_from_colour(tmp_path: Path) -> None:
    grey = only(tmp_path, save(Image.fromarray(scan()).convert("P"), "PNG"))
    assert differs(grey.grey, scan()) == 0
    assert grey.facts["colour"] is False
    tinted = only(tmp_path, save(Image.fromarray(colour(scan())).convert("P"), "PNG"))
    assert tinted.facts["colour"] is True


def test_one_bit_png(tmp_path: Path) -> None:
    page = only(tmp_path, save(Image.fromarray(bits(scan())).convert("1"), "PNG"))
    assert page.facts["bits"] == 1
    assert differs(page.grey, bits(scan())) == 0


# --- TIFF ----------------------------------------------------------------------------------


@pytest.mark.parametrize("compression", [None, "tiff_lzw", "tiff_adobe_deflate", "packbits"])
def test_tiff_of_several_pages(tmp_path: Path, compression: str | None) -> None:
    first, *rest = [Image.fromarray(scan(seed=n)) for n in range(3)]
    data = save(
        first, "TIFF", save_all=True, append_images=rest, compression=compression, dpi=(50, 50)
    )
    pages = read(tmp_path, data)
    assert [page.page_index for page in pages] == [0, 1, 2]
    for number, page in enumerate(pages):
        assert isinstance(page, PageImage)
        assert page.dpi == 50
        assert differs(page.grey, scan(seed=number)) == 0


@pytest.mark.parametrize("photometric", [0, 1])
@pytest.mark.parametrize("compression", ["group4", "group3", "tiff_lzw"])
def test_one_bit_tiff_either_photometric(
    tmp_path: Path, compression: str, photometric: int
) -> None:
    pages = [Image.fromarray(bits(scan(seed=n))).convert("1") for n in range(2)]
    tags = {262: photometric}
    data = save(
        pages[0], "TIFF", save_all=True, append_images=pages[1:], compression=compression,
        tiffinfo=tags,
    )  # fmt: skip
    read_back = read(tmp_path, data)
    assert len(read_back) == 2
    for number, page in enumerate(read_back):
        assert isinstance(page, PageImage)
        assert page.facts["bits"] == 1
        expected = bits(scan(seed=number))
        assert min(differs(page.grey, expected), 255 - differs(page.grey, expected)) == 0
        assert page.grey.mean() > 128, "paper must be white"


def test_tiff_with_jpeg_inside(tmp_path: Path) -> None:
    data = save(Image.fromarray(scan()), "TIFF", compression="jpeg")
    assert differs(only(tmp_path, data).grey, scan()) < 4


@pytest.mark.parametrize("orientation", range(1, 9))
def test_tiff_orientation_is_not_applied(tmp_path: Path, orientation: int) -> None:
    tags = {274: orientation}
    data = save(Image.fromarray(scan()), "TIFF", compression="tiff_lzw", tiffinfo=tags)
    assert differs(only(tmp_path, data).grey, scan()) == 0


def test_fax_pixels_are_made_square(tmp_path: Path) -> None:
    fax = cv2.resize(scan(1728, 2200), (1728, 1100), interpolation=cv2.INTER_AREA)
    data = save(Image.fromarray(fax), "TIFF", dpi=(204, 98))
    page = only(tmp_path, data)
    assert page.dpi == 204
    assert page.grey.shape == (2290, 1728)


# --- PDF -----------------------------------------------------------------------------------


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
    import zlib

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


def test_reasons_are_those_of_the_contract() -> None:
    assert {"empty_file", "encrypted_file", "truncated_file"} <= {reason.value for reason in Reason}
