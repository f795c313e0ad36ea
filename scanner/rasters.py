"""Page images out of JPEG, PNG, WebP and TIFF files (Pillow)."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from PIL import Image, TiffImagePlugin, UnidentifiedImageError

from scanner.picture import MAX_PAGES, Decoded, picture, too_large
from scanner.reading import Reason
from scanner.windows import Grey

BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    OverflowError,
    EOFError,
    RuntimeError,
    struct.error,
    ZeroDivisionError,
    AttributeError,
    SystemError,
)
"""What Pillow raises on damaged bytes (found by mutating good files; it documents OSError and
SyntaxError only). Any of them says the same: these bytes are not a whole picture."""

BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError)

_ORIENTATION, _STRIP_OFFSETS, _STRIP_BYTES, _TILE_OFFSETS, _TILE_BYTES = 274, 273, 279, 324, 325

_FILL, _BLOCK = 128, 8
"""libjpeg fills what it has no data for with this grey."""

_DEEP_MODES = frozenset({"I;16", "I;16B", "I;16L", "I;16N"})
_COLOUR_MODES = frozenset({"RGB", "RGBA", "RGBX", "RGBa", "CMYK", "YCbCr", "LAB", "HSV"})


class _UnsupportedModeError(ValueError):
    """A pixel format that no scanner writes."""


def jpeg_pages(data: bytes) -> Iterator[Decoded]:
    """The one page of a JPEG file. EXIF orientation is not applied."""
    yield decode_jpeg(data)


def decode_jpeg(data: bytes, dpi: tuple[float, float] | None = None) -> Decoded:
    """Decode JPEG bytes straight to grey (libjpeg's own Y), refusing what is cut short.

    ``dpi`` (x, y) is known from elsewhere (a PDF's page size); else the file's own counts.
    """
    if not _has_end(data):
        return Reason.TRUNCATED_FILE
    try:
        image = Image.open(io.BytesIO(data), formats=("JPEG",))
        if too_large(*image.size):
            return Reason.TOO_LARGE
        colour = image.mode != "L"
        own = image.info.get("dpi")
        image.draft("L", image.size)
        grey = _grey(image)
    except BOMB:
        return Reason.TOO_LARGE
    except BROKEN as error:
        return _reason(error)
    if _ends_in_fill(grey):
        return Reason.TRUNCATED_FILE
    if dpi is not None:
        return picture(grey, 8, colour, dpi, "page_size")
    return picture(grey, 8, colour, _pair(own), "file")


def _has_end(data: bytes) -> bool:
    """Whether an end-of-image marker follows the picture's data.

    Looked for after the first scan's header, as a preview inside the EXIF data has one too.
    """
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        if data[at + 1] == 0xDA:
            return data.find(b"\xff\xd9", at) >= 0
        if data[at + 1] == 0xFF:
            at += 1
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return False


def _ends_in_fill(grey: Grey) -> bool:
    """Whether the last block row is libjpeg's filling: data ended early, although an end
    marker follows (a repaired or half-copied file). A grey border all round is not that."""
    return bool((grey[-_BLOCK:] == _FILL).all()) and not bool((grey[0] == _FILL).all())


def single_pages(data: bytes) -> Iterator[Decoded]:
    """The one page of a PNG or WebP file (the first of an animation); alpha over white."""
    try:
        image = Image.open(io.BytesIO(data), formats=("PNG", "WEBP"))
        yield Reason.TOO_LARGE if too_large(*image.size) else _decode(image)
    except BOMB:
        yield Reason.TOO_LARGE
    except BROKEN as error:
        yield _reason(error)


def tiff_pages(data: bytes) -> Iterator[Decoded]:
    """All pages of a TIFF file; what lies beyond the end of a truncated one is a fault."""
    try:
        image = Image.open(io.BytesIO(data), formats=("TIFF",))
    except BOMB:
        yield Reason.TOO_LARGE
        return
    except BROKEN as error:
        yield _reason(error)
        return
    for index in range(MAX_PAGES + 1):
        try:
            image.seek(index)
        except EOFError:
            return
        except BOMB:
            yield Reason.TOO_LARGE
            return
        except BROKEN:
            yield Reason.TRUNCATED_FILE
            return
        yield Reason.TOO_LARGE if index == MAX_PAGES else _tiff_page(image, len(data))


def _tiff_page(image: Image.Image, file_bytes: int) -> Decoded:
    try:
        assert isinstance(image, TiffImagePlugin.TiffImageFile)
        if too_large(*image.size):
            return Reason.TOO_LARGE
        if not _strips_inside(image.tag_v2, file_bytes):
            return Reason.TRUNCATED_FILE
        orientation = image.tag_v2.get(_ORIENTATION, 1)
        decoded = _decode(image)
    except BOMB:
        return Reason.TOO_LARGE
    except BROKEN as error:
        return _reason(error)
    if isinstance(decoded, Reason):
        return decoded
    return replace(decoded, grey=_as_stored(decoded.grey, orientation))


def _as_stored(grey: Grey, orientation: int) -> Grey:
    """Undo what Pillow does to a TIFF page because of its orientation tag (1-8)."""
    if orientation in (5, 6, 7, 8):
        grey = grey.T
    if orientation in (2, 3, 7, 8):
        grey = grey[:, ::-1]
    if orientation in (3, 4, 6, 7):
        grey = grey[::-1]
    return np.ascontiguousarray(grey)


def _strips_inside(tags: Any, file_bytes: int) -> bool:
    """Whether all pixel data lies inside the file: libtiff pads what is missing."""
    for offsets, counts in ((_STRIP_OFFSETS, _STRIP_BYTES), (_TILE_OFFSETS, _TILE_BYTES)):
        starts, sizes = tags.get(offsets), tags.get(counts)
        if starts is None:
            continue
        if sizes is None or len(starts) != len(sizes):
            return False
        if any(start + size > file_bytes for start, size in zip(starts, sizes, strict=True)):
            return False
    return True


def _decode(image: Image.Image) -> Decoded:
    """Any mode Pillow knows, as grey on white paper."""
    colour, bits, dpi = _is_colour(image), _bits(image), _pair(image.info.get("dpi"))
    return picture(_grey(image), bits, colour, dpi, "file")


def _is_colour(image: Image.Image) -> bool:
    palette = image.getpalette("RGB") if image.mode in ("P", "PA") else None
    if palette is not None:
        return not palette[0::3] == palette[1::3] == palette[2::3]
    return image.mode in _COLOUR_MODES


def _bits(image: Image.Image) -> int:
    if image.mode == "1":
        return 1
    return 16 if image.mode in _DEEP_MODES else 8


def _grey(image: Image.Image) -> Grey:
    """Grey pixels (h x w). Raises what `BROKEN` lists when the data is not whole."""
    if image.mode in _DEEP_MODES:
        deep = np.asarray(image).astype(np.uint16)
        return np.asarray(deep >> 8, dtype=np.uint8)
    if "transparency" in image.info or image.mode in ("LA", "La", "PA", "RGBA", "RGBa"):
        over = image.convert("RGBA")
        paper = Image.new("RGBA", over.size, "white")
        return np.asarray(Image.alpha_composite(paper, over).convert("L"))
    if image.mode in ("I", "F"):
        raise _UnsupportedModeError(f"mode {image.mode}")
    return np.asarray(image if image.mode == "L" else image.convert("L"))


def _pair(dpi: Any) -> tuple[float, float] | None:
    """A file's resolution tag as two numbers, if it is that."""
    try:
        x_dpi, y_dpi = (float(value) for value in dpi)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return x_dpi, y_dpi


def _reason(error: Exception) -> Reason:
    """Pillow says "truncated" in words only."""
    if isinstance(error, UnidentifiedImageError | _UnsupportedModeError):
        return Reason.UNREADABLE_PAGE
    return Reason.TRUNCATED_FILE if "truncated" in str(error) else Reason.UNREADABLE_PAGE
