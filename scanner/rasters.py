"""Page images out of JPEG, PNG, WebP and TIFF files (Pillow)."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from threading import Lock
from typing import Any, TypeVar

import numpy as np
from PIL import Image, TiffImagePlugin, UnidentifiedImageError

from scanner.device import device_name
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

ZERO_TAIL = 64
"""Zero bytes in a row that no compressed picture ends in."""

_COMPRESSION = 259
_MAKE, _MODEL = 271, 272
_ORIENTATION, _STRIP_OFFSETS, _STRIP_BYTES, _TILE_OFFSETS, _TILE_BYTES = 274, 273, 279, 324, 325

_FILL, _BLOCK = 128, 8
"""libjpeg fills what it has no data for with this grey."""

_DEEP_MODES = frozenset({"I;16", "I;16B", "I;16L", "I;16N"})
_COLOUR_MODES = frozenset({"RGB", "RGBA", "RGBX", "RGBa", "CMYK", "YCbCr", "LAB", "HSV"})


class _UnsupportedModeError(ValueError):
    """A pixel format that no scanner writes."""


_Made = TypeVar("_Made")
_WARNINGS = Lock()


def _guarded(work: Callable[[], _Made]) -> _Made | Reason:
    """Do something with Pillow; what goes wrong is a reason.

    Its warning of a bomb is an error; those of odd metadata are nobody's business. Python's
    warning filters belong to the whole process, hence the lock.
    """
    try:
        with _WARNINGS, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return work()
    except BOMB:
        return Reason.TOO_LARGE
    except BROKEN as error:
        return _reason(error)


def jpeg_pages(data: bytes) -> Iterator[Decoded]:
    """The one page of a JPEG file. EXIF orientation is not applied."""
    yield decode_jpeg(data)


def decode_jpeg(data: bytes, dpi: tuple[float, float] | None = None) -> Decoded:
    """Decode JPEG bytes straight to grey (libjpeg's own Y), refusing what is cut short.

    ``dpi`` (x, y) is known from elsewhere (a PDF's page size); else the file's own counts.
    """
    return _guarded(lambda: _jpeg(data, dpi)) if _has_end(data) else Reason.TRUNCATED_FILE


def _jpeg(data: bytes, dpi: tuple[float, float] | None) -> Decoded:
    image = Image.open(io.BytesIO(data), formats=("JPEG",))
    if too_large(*image.size):
        return Reason.TOO_LARGE
    colour = image.mode != "L"
    image.draft("L", image.size)
    grey = _into_array(image) if image.mode == "L" else _grey(image)
    if _ends_in_fill(grey):
        return Reason.TRUNCATED_FILE
    if dpi is not None:
        return picture(grey, 8, colour, dpi, "page_size")
    made = picture(grey, 8, colour, _pair(image.info.get("dpi")), "file")
    return replace(made, device=_device(image))


def _into_array(image: Image.Image) -> Grey:
    """Pixels (h x w) of a grey picture that is not loaded yet, decoded straight into an array:
    Pillow's own two copies take 0.7-3 ms at 200 dpi and 7 at 300, most of it for fresh memory
    (and OpenCV's decoder, which makes its own array, 2-3 more than this)."""
    grey = np.empty(image.size[::-1], dtype=np.uint8)
    canvas = Image.frombuffer("L", image.size, grey, "raw", "L", 0, 1).im
    image.im = canvas
    image.load()
    return grey if image.im is canvas else np.asarray(image)


def _has_end(data: bytes) -> bool:
    """Whether an end-of-image marker follows the picture's data.

    Looked for after the first scan's header, as a preview inside the EXIF data has one too.
    """
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        if data[at + 1] == 0xDA:
            return data.rfind(b"\xff\xd9", at) >= 0  # from the end: 0.9 ms sooner in 1 MB
        if data[at + 1] == 0xFF:
            at += 1
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return False


def _ends_in_fill(grey: Grey) -> bool:
    """Whether the last block row is libjpeg's filling: data ended early, although an end
    marker follows (a repaired or half-copied file). A grey border all round is not that."""
    return bool((grey[-_BLOCK:] == _FILL).all()) and not bool((grey[0] == _FILL).all())


def png_pages(data: bytes) -> Iterator[Decoded]:
    """The one page of a PNG file (the first of an animation); alpha over white."""
    if _png_is_whole(data):
        yield _guarded(lambda: _decode(Image.open(io.BytesIO(data), formats=("PNG",))))
    else:
        yield Reason.TRUNCATED_FILE


def _png_is_whole(data: bytes) -> bool:
    """Whether all chunks are there and have their checksum: Pillow does not ask for those of
    pixel data, and shows a half-copied picture with a black or white end."""
    at = 8
    while at + 12 <= len(data):
        end = at + 8 + int.from_bytes(data[at : at + 4])
        if zlib.crc32(memoryview(data)[at + 4 : end]) != int.from_bytes(data[end : end + 4]):
            return False
        if data[at + 4 : at + 8] == b"IEND":
            return True
        at = end + 4
    return False


def webp_pages(data: bytes) -> Iterator[Decoded]:
    """The one page of a WebP file (the first of an animation); alpha over white."""
    length = 8 + int.from_bytes(data[4:8], "little")
    if length > len(data) or _ends_in_zeros(data[:length]):
        yield Reason.TRUNCATED_FILE
    else:
        yield _guarded(lambda: _decode(Image.open(io.BytesIO(data), formats=("WEBP",))))


def _ends_in_zeros(packed: bytes) -> bool:
    """Whether compressed data ends in a run of zeros that only a half-copied file has: space
    was set aside for it before it was written."""
    return packed[-ZERO_TAIL:].count(0) == ZERO_TAIL


def tiff_pages(data: bytes, first: int = 0) -> Iterator[Decoded]:
    """All pages of a TIFF file from index ``first`` on; what lies beyond the end of a truncated
    one is a fault."""
    image = _guarded(lambda: Image.open(io.BytesIO(data), formats=("TIFF",)))
    for index in range(first, MAX_PAGES + 1):
        if isinstance(image, Reason):
            yield image
            return
        found = _guarded(partial(_seek, image, index))
        if not found:
            return
        if isinstance(found, Reason):
            yield Reason.TRUNCATED_FILE
            return
        too_many = index == MAX_PAGES
        yield Reason.TOO_LARGE if too_many else _guarded(partial(_tiff_page, image, data))


def _seek(image: Image.Image, index: int) -> bool:
    """Go to a page; False when there is none."""
    try:
        image.seek(index)
    except EOFError:
        return False
    return True


def _tiff_page(image: Image.Image, data: bytes) -> Decoded:
    assert isinstance(image, TiffImagePlugin.TiffImageFile)
    if not _strips_whole(image.tag_v2, data):
        return Reason.TRUNCATED_FILE
    orientation = image.tag_v2.get(_ORIENTATION, 1)
    decoded = _decode(image)
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


def _strips_whole(tags: Any, data: bytes) -> bool:
    """Whether all pixel data lies inside the file and was written: libtiff pads what is not."""
    for offsets, counts in ((_STRIP_OFFSETS, _STRIP_BYTES), (_TILE_OFFSETS, _TILE_BYTES)):
        starts, sizes = tags.get(offsets), tags.get(counts)
        if starts is None:
            continue
        if sizes is None or len(starts) != len(sizes):
            return False
        for start, size in zip(starts, sizes, strict=True):
            end = start + size
            if end > len(data):
                return False
            if tags.get(_COMPRESSION) != 1 and _ends_in_zeros(data[max(start, end - 999) : end]):
                return False
    return True


def _decode(image: Image.Image) -> Decoded:
    """Any mode Pillow knows, as grey on white paper."""
    if too_large(*image.size):
        return Reason.TOO_LARGE
    colour, bits, dpi = _is_colour(image), _bits(image), _pair(image.info.get("dpi"))
    made = picture(_grey(image), bits, colour, dpi, "file")
    return replace(made, device=_device(image))


def _device(image: Image.Image) -> str | None:
    """What the file's tags (TIFF, or EXIF in the others) name as maker and model; damaged tags
    name nothing and harm no picture."""
    try:
        tags = image.getexif()
    except BROKEN:
        return None
    return device_name(tags.get(_MAKE), tags.get(_MODEL))


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
