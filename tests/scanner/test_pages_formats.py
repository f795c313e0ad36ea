"""Every kind of picture a scanner or telephone writes gives the pixels that went in."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from scanner.pages import PageImage
from scanner.reading import Reason
from tests.scanner.filed import bits, colour, differs, jpeg, only, read, scan


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


def test_reasons_are_those_of_the_contract() -> None:
    assert {"empty_file", "encrypted_file", "truncated_file"} <= {reason.value for reason in Reason}
