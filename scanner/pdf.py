"""Page images out of PDF files: the scan inside the page, and a rendering only without one."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pikepdf

from scanner.device import device_name
from scanner.pdfimage import PagePicture, page_picture, page_size_in
from scanner.picture import (
    MAX_PAGES,
    MM_PER_INCH,
    PAPER_LONG_MM,
    PAPER_SHORT_MM,
    Decoded,
    Picture,
    picture,
    too_large,
)
from scanner.rasters import decode_jpeg, tiff_pages
from scanner.reading import Reason
from scanner.renderer import Renderer

RENDER_DPI = 300
"""For pages that are drawn, not scanned: 0.25 mm lines are three pixels wide."""

TAIL_BYTES = 1024
"""A whole PDF says ``%%EOF`` within its last kilobyte (Acrobat's own tolerance)."""

_BROKEN = (
    pikepdf.PdfError,
    pikepdf.DataDecodingError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
    RuntimeError,
    ZeroDivisionError,
)
"""What qpdf's binding and a walk through a damaged page's dictionaries raise (found by
mutating good files)."""

_OBJECT = re.compile(rb"(?<!\d)(\d{1,8})\s+(\d{1,5})\s+obj\b(.*?)\bendobj", re.DOTALL)
_PAGE = re.compile(rb"/Type\s*/Page\b")
_GREY = ("/DeviceGray", "/CalGray")
_RGB = ("/DeviceRGB", "/CalRGB")


def pdf_pages(data: bytes, first: int = 0) -> Iterator[Decoded]:
    """All pages of a PDF from index ``first`` on. Of a truncated one: what is surely whole,
    then a fault for the rest."""
    cut_short = b"%%EOF" not in data.rstrip(b"\0")[-TAIL_BYTES:]
    try:
        document, data = _opened(data, cut_short)
    except pikepdf.PasswordError:
        yield Reason.ENCRYPTED_FILE
        return
    except _BROKEN:
        yield Reason.TRUNCATED_FILE if cut_short else Reason.UNREADABLE_FILE
        return
    with document, Renderer(data) as renderer:
        device = _device(document)
        for decoded in _pages(document, data, cut_short, renderer, first):
            if isinstance(decoded, Picture):
                decoded = replace(decoded, device=device)
            yield decoded
    if cut_short:
        yield Reason.TRUNCATED_FILE


def _device(document: pikepdf.Pdf) -> str | None:
    """The program that made the document, which of a scanner is its own name; else the one that
    wrote its PDF."""
    try:
        about: Any = document.trailer.get("/Info", {})
        said = [about.get(key) for key in ("/Creator", "/Producer")]
    except _BROKEN:
        return None
    texts = (str(one) for one in said if isinstance(one, pikepdf.String))
    return next(filter(None, (device_name("", text) for text in texts)), None)


def _opened(data: bytes, cut_short: bool) -> tuple[pikepdf.Pdf, bytes]:
    """The document and its bytes; one whose end is missing is given a new page tree, of the
    pages that are there. Raises what qpdf raises."""
    try:
        document = pikepdf.open(io.BytesIO(data))
        len(document.pages)
    except pikepdf.PasswordError:
        raise
    except _BROKEN:
        if not cut_short:
            raise
        data = data + _new_end(data)
        document = pikepdf.open(io.BytesIO(data))
    return document, data


def _new_end(data: bytes) -> bytes:
    """A catalog over all whole page objects. Raises ValueError when there is none."""
    whole = list(_OBJECT.finditer(data))
    pages = {match[1]: match[2] for match in whole if _PAGE.search(match[3])}
    if not pages:
        raise ValueError("no whole page")
    free = max(int(match[1]) for match in whole) + 1
    kids = b" ".join(b"%b %b R" % item for item in pages.items())
    return (
        b"\nendobj\n%d 0 obj\n<</Type/Catalog/Pages %d 0 R>>\nendobj\n" % (free, free + 1)
        + b"%d 0 obj\n<</Type/Pages/Kids[%b]/Count %d>>\nendobj\n" % (free + 1, kids, len(pages))
        + b"trailer\n<</Root %d 0 R/Size %d>>\nstartxref\n0\n%%%%EOF\n" % (free, free + 2)
    )


def _pages(
    document: pikepdf.Pdf, data: bytes, cut_short: bool, renderer: Renderer, first: int
) -> Iterator[Decoded]:
    count = len(document.pages)
    if count == 0:
        yield Reason.NO_PAGES
    elif count > MAX_PAGES:
        yield Reason.TOO_LARGE
    else:
        for index in range(first, count):
            try:
                yield _page(document.pages[index], index, data, cut_short, renderer)
            except MemoryError:
                yield Reason.TOO_LARGE
            except _BROKEN:
                yield Reason.UNREADABLE_PAGE


def _page(
    page: pikepdf.Page, index: int, data: bytes, cut_short: bool, renderer: Renderer
) -> Decoded:
    found = page_picture(page)
    if cut_short and (found is None or not _whole(found, data)):
        return Reason.TRUNCATED_FILE
    if found is None or _is_odd_mask(found.stream):
        return _rendered(page, index, renderer)
    if too_large(*found.pixels):
        return Reason.TOO_LARGE
    decoded = _decoded(found, index, renderer)
    if found.mirrored and isinstance(decoded, Picture):
        return replace(decoded, grey=np.asarray(cv2.flip(decoded.grey, 0), dtype=np.uint8))
    return decoded


def _whole(found: PagePicture, data: bytes) -> bool:
    """Whether the picture's data really ends where the file says so, not where the file does."""
    raw = found.stream.read_raw_bytes()
    at = data.find(raw)
    end = at + len(raw)
    return at >= 0 and data[end : end + 12].lstrip().startswith(b"endstream")


def _rendered(page: pikepdf.Page, index: int, renderer: Renderer) -> Decoded:
    width_in, height_in = page_size_in(page)
    short, long = sorted((width_in * MM_PER_INCH, height_in * MM_PER_INCH))
    if short > PAPER_SHORT_MM[1] or long > PAPER_LONG_MM[1]:
        return Reason.TOO_LARGE
    drawn = renderer.render(index, RENDER_DPI * float(page.obj.get("/UserUnit", 1)))
    if drawn is None:
        return Reason.UNREADABLE_PAGE
    return Picture(drawn.grey, 8, False, float(RENDER_DPI), "rendered")


def _decoded(found: PagePicture, index: int, renderer: Renderer) -> Decoded:
    """The picture's pixels: JPEG and G4 here, all else (and every oddity) by the child."""
    if _filters(found.stream) == ["/DCTDecode"] and _plain(found.stream, _GREY + _RGB, (1, 3)):
        return decode_jpeg(found.stream.read_raw_bytes(), found.dpi)
    if _is_g4(found.stream):
        return _decode_g4(found)
    drawn = renderer.extract(index)
    if drawn is None:
        return Reason.UNREADABLE_PAGE
    return picture(drawn.grey, drawn.bits, drawn.colour, found.dpi, "page_size")


def _filters(stream: Any) -> list[str]:
    value = stream.get("/Filter", ())
    return [str(name) for name in value] if isinstance(value, pikepdf.Array) else [str(value)]


def _plain(stream: Any, spaces: tuple[str, ...], components: tuple[int, ...]) -> bool:
    """Whether samples mean what they are: no inversion, no palette, no printing inks."""
    space = stream.get("/ColorSpace")
    if isinstance(space, pikepdf.Array) and len(space) == 2 and str(space[0]) == "/ICCBased":
        known = int(space[1].get("/N", 0)) in components
    else:
        name = space[0] if isinstance(space, pikepdf.Array) and len(space) else space
        known = str(name) in spaces
    return known and "/Decode" not in stream


def _is_g4(stream: Any) -> bool:
    """Plain group 4 fax data of one whole picture."""
    parameters = _fax_parameters(stream)
    mask = bool(stream.get("/ImageMask", False))
    return (
        _filters(stream) == ["/CCITTFaxDecode"]
        and (mask or _plain(stream, _GREY, (1,)))
        and "/Decode" not in stream
        and int(parameters.get("/K", 0)) < 0
        and not bool(parameters.get("/EncodedByteAlign", False))
        and int(parameters.get("/Columns", 1728)) == int(stream.get("/Width", 0))
    )


def _is_odd_mask(stream: Any) -> bool:
    """A stencil that pdfium would give the pixels of, not what it paints."""
    return bool(stream.get("/ImageMask", False)) and not _is_g4(stream)


def _fax_parameters(stream: Any) -> Any:
    value = stream.get("/DecodeParms", {})
    return value[0] if isinstance(value, pikepdf.Array) else value


def _decode_g4(found: PagePicture) -> Decoded:
    """Group 4 data is decoded as the TIFF file it would be."""
    black_is_1 = bool(_fax_parameters(found.stream).get("/BlackIs1", False))
    tiff = _as_tiff(found.stream.read_raw_bytes(), *found.pixels, black_is_1)
    (decoded,) = tiff_pages(tiff)
    if isinstance(decoded, Reason):
        return decoded
    return picture(decoded.grey, 1, False, found.dpi, "page_size")


def _as_tiff(data: bytes, width: int, height: int, black_is_1: bool) -> bytes:
    """A one-strip TIFF file of these Group 4 data (TIFF 6.0, baseline tags and T6)."""
    tags = [
        (256, 4, width),
        (257, 4, height),
        (258, 3, 1),  # bits per sample
        (259, 3, 4),  # compression: CCITT T.6
        (262, 3, 1 if black_is_1 else 0),  # photometric: is 0 black, or white
        (273, 4, 8 + 2 + 9 * 12 + 4),  # where the strip starts: after this header
        (277, 3, 1),  # samples per pixel
        (278, 4, height),  # rows per strip
        (279, 4, len(data)),
    ]
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + b"\0\0\0\0" + data
