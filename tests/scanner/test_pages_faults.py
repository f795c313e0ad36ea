"""Bad files get a reason, good pages beside bad ones are kept, and nothing is ever made up."""

from __future__ import annotations

import io
import os
import re
import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from scanner.pages import PageFault, PageImage, open_pages
from scanner.reading import Reason

MM = 72 / 25.4


def noisy(seed: int = 0, shape: tuple[int, int] = (594, 420)) -> Any:
    """Scans are never flat: every part of the file matters."""
    return np.random.default_rng(seed).integers(60, 250, shape).astype(np.uint8)


def save(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def jpeg(seed: int = 0, **options: Any) -> bytes:
    return save(Image.fromarray(noisy(seed)), "JPEG", quality=80, **options)


def tiff(compression: str | None = "tiff_lzw") -> bytes:
    pages = [Image.fromarray(noisy(seed)) for seed in range(3)]
    if compression == "group4":
        pages = [page.point(lambda v: 255 * (v > 128)).convert("1") for page in pages]
    return save(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression=compression)


def scanner_pdf(pages: int = 3, end: bool = True) -> bytes:
    """A PDF as simple scanners write them: page after page, its tree and table at the end."""
    parts, kids = [b"%PDF-1.4\n"], []
    for number in range(pages):
        first, data = 10 + 3 * number, jpeg(number)
        kids.append(b"%d 0 R" % first)
        drawing = b"q %f 0 0 %f 0 0 cm /Im Do Q" % (210 * MM, 297 * MM)
        parts += [
            b"%d 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 %f %f]/Contents %d 0 R"
            b"/Resources<</XObject<</Im %d 0 R>>>>>>\nendobj\n"
            % (first, 210 * MM, 297 * MM, first + 1, first + 2),
            b"%d 0 obj\n<</Length %d>>stream\n%b\nendstream\nendobj\n"
            % (first + 1, len(drawing), drawing),
            b"%d 0 obj\n<</Type/XObject/Subtype/Image/Width 420/Height 594/BitsPerComponent 8"
            b"/ColorSpace/DeviceGray/Filter/DCTDecode/Length %d>>stream\n%b\nendstream\nendobj\n"
            % (first + 2, len(data), data),
        ]
    if end:
        parts += [
            b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n",
            b"2 0 obj\n<</Type/Pages/Count %d/Kids[%b]>>\nendobj\n" % (pages, b" ".join(kids)),
            b"trailer\n<</Root 1 0 R/Size 99>>\nstartxref\n0\n%%EOF\n",
        ]
    return b"".join(parts)


def opened(path: Path, data: bytes) -> list[PageImage | PageFault]:
    path.write_bytes(data)
    return list(open_pages(path))


def reasons(pages: Sequence[PageImage | PageFault]) -> list[Reason | None]:
    return [page.reason if isinstance(page, PageFault) else None for page in pages]


def refused(tmp_path: Path, data: bytes, name: str = "berkas.pdf") -> Reason:
    (fault,) = opened(tmp_path / name, data)
    assert isinstance(fault, PageFault), fault
    assert (fault.page_index, fault.source) == (0, str(tmp_path / name))
    return fault.reason


# --- files that are no scans -------------------------------------------------------------


def test_no_picture_in_it(tmp_path: Path) -> None:
    assert refused(tmp_path, b"") is Reason.EMPTY_FILE
    assert refused(tmp_path, b"halo dunia\n") is Reason.UNKNOWN_FILE_TYPE
    assert refused(tmp_path, "Daftar hadir".encode("utf-16")) is Reason.UNKNOWN_FILE_TYPE
    assert refused(tmp_path, bytes(5000)) is Reason.TRUNCATED_FILE
    assert refused(tmp_path, b"%PDF-1.7\nhalo") is Reason.TRUNCATED_FILE
    assert refused(tmp_path, b"%PDF-1.7\nhalo\n%%EOF\n") is Reason.UNREADABLE_FILE
    assert refused(tmp_path, b"\x89PNG\r\n\x1a\nhalo" * 9) is Reason.TRUNCATED_FILE
    assert refused(tmp_path, b"II*\0halo") is Reason.UNREADABLE_PAGE


def test_the_name_does_not_matter(tmp_path: Path) -> None:
    assert reasons(opened(tmp_path / "pindaian.pdf", jpeg())) == [None]
    assert reasons(opened(tmp_path / "foto.jpg", scanner_pdf(1))) == [None]


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipa")
    for path in (tmp_path, tmp_path / "tidak-ada.pdf", tmp_path / "pipa", Path("a\0b")):
        assert reasons(list(open_pages(path))) == [Reason.UNREADABLE_FILE]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = tmp_path / "tertutup.jpg"
    path.write_bytes(jpeg())
    path.chmod(0)
    assert reasons(list(open_pages(path))) == [Reason.UNREADABLE_FILE]


def test_encrypted(tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(scanner_pdf(1))) as document:
        out = io.BytesIO()
        document.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    assert refused(tmp_path, out.getvalue()) is Reason.ENCRYPTED_FILE


def test_no_pages(tmp_path: Path) -> None:
    out = io.BytesIO()
    pikepdf.new().save(out)
    assert refused(tmp_path, out.getvalue()) is Reason.NO_PAGES


# --- cut short -----------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9, 0.999])
@pytest.mark.parametrize("options", [{}, {"progressive": True}])
def test_a_truncated_jpeg_is_never_read(
    tmp_path: Path, share: float, options: dict[str, Any]
) -> None:
    data = jpeg(**options)
    cut = data[: int(len(data) * share)]
    assert refused(tmp_path, cut) is Reason.TRUNCATED_FILE


@pytest.mark.parametrize("tail", [b"\xff\xd9", bytes(4096), bytes(4096) + b"\xff\xd9"])
def test_a_truncated_jpeg_with_a_false_end(tmp_path: Path, tail: bytes) -> None:
    data = jpeg()
    assert refused(tmp_path, data[: len(data) // 2] + tail) is Reason.TRUNCATED_FILE


def test_the_end_of_a_preview_is_not_the_end(tmp_path: Path) -> None:
    small = save(Image.fromarray(noisy()[:60, :40]), "JPEG")
    block = b"Exif\0\0" + small
    segment = b"\xff\xe1" + (len(block) + 2).to_bytes(2) + block
    data = jpeg()
    whole = data[:2] + segment + data[2:]
    assert reasons(opened(tmp_path / "utuh", whole)) == [None]
    assert refused(tmp_path, whole[: len(whole) // 2]) is Reason.TRUNCATED_FILE


def test_bytes_after_the_end_do_no_harm(tmp_path: Path) -> None:
    assert reasons(opened(tmp_path / "a.jpg", jpeg() + bytes(999))) == [None]
    assert reasons(opened(tmp_path / "a.pdf", scanner_pdf() + bytes(9999))) == [None] * 3
    assert reasons(opened(tmp_path / "b.pdf", b"\x1b%-12345X@PJL\n" + scanner_pdf(1))) == [None]


def test_a_mid_grey_border_is_no_missing_data(tmp_path: Path) -> None:
    page = np.pad(noisy(), 40, constant_values=128)
    assert reasons(opened(tmp_path / "a.jpg", save(Image.fromarray(page), "JPEG"))) == [None]


@pytest.mark.parametrize("share", [0.2, 0.7, 0.995])
@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_truncated_png_and_webp(tmp_path: Path, kind: str, share: float) -> None:
    data = save(Image.fromarray(noisy()), kind)
    cut = data[: int(len(data) * share)]
    assert refused(tmp_path, cut) is Reason.TRUNCATED_FILE
    if share < 0.9:
        assert refused(tmp_path, cut.ljust(len(data), b"\0")) is Reason.TRUNCATED_FILE


@pytest.mark.parametrize("compression", [None, "tiff_lzw", "group4", "jpeg"])
def test_a_truncated_tiff_keeps_its_whole_pages(tmp_path: Path, compression: str | None) -> None:
    data = tiff(compression)
    whole = [page.grey for page in opened(tmp_path / "a", data) if isinstance(page, PageImage)]
    assert len(whole) == 3
    half = data[: len(data) // 2]
    for cut in [half] if compression is None else [half, half.ljust(len(data), b"\0")]:
        pages = opened(tmp_path / "a", cut)
        assert isinstance(pages[-1], PageFault)
        kept = [page for page in pages if isinstance(page, PageImage)]
        assert len(kept) >= 1
        for page in kept:
            assert np.array_equal(page.grey, whole[page.page_index])


def test_a_truncated_pdf_keeps_its_whole_pages(tmp_path: Path) -> None:
    data = scanner_pdf()
    whole = [page.grey for page in opened(tmp_path / "a", data) if isinstance(page, PageImage)]
    starts = [match.start() for match in re.finditer(b"/Subtype/Image", data)]
    for cut, kept in ((starts[1] - 5, 1), (starts[1] + 9000, 1), (starts[2] + 9000, 2)):
        pages = opened(tmp_path / "a", data[:cut])
        assert isinstance(pages[-1], PageFault)
        assert pages[-1].reason is Reason.TRUNCATED_FILE
        greys = [page.grey for page in pages if isinstance(page, PageImage)]
        assert len(greys) == kept
        assert all(np.array_equal(grey, whole[n]) for n, grey in enumerate(greys))


def test_a_pdf_of_which_only_the_end_is_missing(tmp_path: Path) -> None:
    pages = opened(tmp_path / "a", scanner_pdf(end=False))
    assert reasons(pages) == [None, None, None, Reason.TRUNCATED_FILE]


# --- pages among others ----------------------------------------------------------------------


def test_one_bad_page_does_not_stop_the_rest(tmp_path: Path) -> None:
    data = scanner_pdf()
    second = data.index(jpeg(1))
    broken = data[: second + 2000] + bytes(len(jpeg(1)) - 2000) + data[second + len(jpeg(1)) :]
    pages = opened(tmp_path / "a", broken)
    assert reasons(pages) == [None, Reason.TRUNCATED_FILE, None]
    assert [page.page_index for page in pages] == [0, 1, 2]


# --- hostile files ---------------------------------------------------------------------------


def pdf_page(content: bytes, resources: str = "", page: str = "", objects: bytes = b"") -> bytes:
    return (
        b"%PDF-1.6\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
        b"2 0 obj\n<</Type/Pages/Count 1/Kids[3 0 R]>>\nendobj\n"
        + f"3 0 obj\n<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<<{resources}>>{page}>>\n"
        "endobj\n".encode()
        + b"4 0 obj\n<</Length %d>>stream\n%b\nendstream\nendobj\n" % (len(content), content)
        + objects
        + b"trailer\n<</Root 1 0 R/Size 99>>\nstartxref\n0\n%%EOF\n"
    )


A4 = "/MediaBox[0 0 595 842]"


@pytest.mark.parametrize(
    "box", ["/MediaBox[0 0 14400 14400]", "/MediaBox[0 0 595 842]/UserUnit 1000"]
)
def test_a_page_larger_than_a3_is_not_drawn(tmp_path: Path, box: str) -> None:
    assert refused(tmp_path, pdf_page(b"0 0 9 9 re f", page=box)) is Reason.TOO_LARGE


def test_a_picture_that_declares_too_much(tmp_path: Path) -> None:
    bomb = zlib.compress(zlib.compress(bytes(10_000_000)))
    image = (
        b"5 0 obj\n<</Type/XObject/Subtype/Image/Width 30000/Height 30000/BitsPerComponent 8"
        b"/ColorSpace/DeviceGray/Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n%b\n"
        b"endstream\nendobj\n" % (len(bomb), bomb)
    )
    data = pdf_page(b"q 595 0 0 842 0 0 cm /Im Do Q", "/XObject<</Im 5 0 R>>", A4, image)
    assert refused(tmp_path, data) is Reason.TOO_LARGE
    for kind in ("PNG", "TIFF", "JPEG"):
        small = save(Image.fromarray(noisy(shape=(16, 16))), kind)
        old, new = (16).to_bytes(4), (30000).to_bytes(4)
        if kind == "TIFF":
            old, new = old[::-1], new[::-1]
            small = small.replace(
                b"\x04\x00\x01\x00\x00\x00" + old, b"\x04\x00\x01\x00\x00\x00" + new
            )
        elif kind == "JPEG":
            small = small.replace(b"\x08\x00\x10\x00\x10", b"\x08\x75\x30\x75\x30")
        else:
            small = small.replace(old + old, new + new)
            crc = zlib.crc32(small[12:29]).to_bytes(4)
            small = small[:29] + crc + small[33:]
        assert refused(tmp_path, small) is Reason.TOO_LARGE, kind


def test_too_many_pages(tmp_path: Path) -> None:
    document = pikepdf.new()
    for _ in range(501):
        document.add_blank_page()
    out = io.BytesIO()
    document.save(out)
    assert refused(tmp_path, out.getvalue()) is Reason.TOO_LARGE


def test_too_many_bytes(tmp_path: Path) -> None:
    path = tmp_path / "besar.pdf"
    with path.open("wb") as file:
        file.write(b"%PDF-1.4")
        file.truncate(200_000_001)
    assert reasons(list(open_pages(path))) == [Reason.TOO_LARGE]


def test_nested_forms_end(tmp_path: Path) -> None:
    """2 to the power of 30 drawings in a few kilobytes: the child is ended, the next file read."""
    head = b"%d 0 obj\n<</Type/XObject/Subtype/Form/BBox[0 0 595 842]/Length 12"
    drawing = b"stream\n%b\nendstream\nendobj\n"
    forms = b"".join(
        head % number
        + b"/Resources<</XObject<</F %d 0 R>>>>>>" % (number + 1)
        + drawing % b"/F Do /F Do "
        for number in range(5, 35)
    )
    forms += head % 35 + b">>" + drawing % b"0 0 9 9 re f"
    data = pdf_page(b"/F Do /F Do", "/XObject<</F 5 0 R>>", A4, forms)
    start = time.monotonic()
    pages = opened(tmp_path / "a", data)
    assert time.monotonic() - start < 120
    assert len(pages) == 1
    assert reasons(opened(tmp_path / "b", scanner_pdf(1))) == [None]


GOOD = {
    "pdf": scanner_pdf(2),
    "pdf-drawn": pdf_page(b"0 0 90 90 re f", page=A4),
    "jpeg": jpeg(),
    "progressive": jpeg(progressive=True),
    "png": save(Image.fromarray(noisy(shape=(60, 40))), "PNG"),
    "webp": save(Image.fromarray(noisy(shape=(60, 40))), "WEBP"),
    "tiff": tiff("tiff_lzw"),
    "g4": tiff("group4"),
    "tiff-jpeg": tiff("jpeg"),
}


@settings(max_examples=150, deadline=None)
@given(data=st.data(), kind=st.sampled_from(sorted(set(GOOD) - {"pdf-drawn"})))
def test_damaged_bytes_always_get_an_answer(
    data: st.DataObject, kind: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Cut, overwritten and zeroed files: pages or reasons, never an exception, never nothing."""
    good = GOOD[kind]
    damaged = bytearray(good)
    for _ in range(data.draw(st.integers(0, 6))):
        at = data.draw(st.integers(0, len(good) - 1))
        damaged[at : at + 1] = data.draw(st.binary(max_size=4))
    start = data.draw(st.integers(0, len(good)))
    damaged[start : start + data.draw(st.sampled_from([0, 0, 16, 5000]))] = b""
    cut = data.draw(st.sampled_from([None, None, data.draw(st.integers(0, len(good)))]))
    pages = opened(tmp_path_factory.mktemp("rusak") / "a", bytes(damaged[:cut]))
    assert pages
    for index, page in enumerate(pages):
        assert page.page_index == index
        if isinstance(page, PageImage):
            assert page.grey.dtype == np.uint8
            assert page.grey.ndim == 2
            assert page.grey.size > 0


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_damaged_drawings_always_get_an_answer(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    damaged = bytearray(GOOD["pdf-drawn"])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at : at + 1] = data.draw(st.binary(max_size=3))
    assert opened(tmp_path_factory.mktemp("rusak") / "a", bytes(damaged))
