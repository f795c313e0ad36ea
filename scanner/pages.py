"""From a file to its page images, one at a time. A bad file is an answer, never an exception."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from scanner.paper import reduce_area
from scanner.pdf import pdf_pages
from scanner.picture import MAX_FILE_BYTES, Decoded
from scanner.rasters import jpeg_pages, png_pages, tiff_pages, webp_pages
from scanner.reading import Reason
from scanner.windows import Grey

HEAD_BYTES = 1024
"""A PDF may have this much before its header (printers put their own language there)."""


@dataclass(frozen=True)
class PageImage:
    """One page as it was scanned."""

    source: str
    """The path as given."""
    page_index: int
    """From 0, counting pages that could not be decoded too."""
    grey: Grey
    """h x w, 0 is black, as stored: not turned, EXIF orientation not applied."""
    dpi: float | None
    """Pixels per inch on paper, when the file tells something believable."""
    facts: Mapping[str, Any]

    @cached_property
    def halved(self) -> Grey | None:
        """``grey`` reduced by 2: where codes are looked for, and what the rest begins with. None
        of a picture one pixel wide or high."""
        return reduce_area(self.grey, 2) if min(self.grey.shape) > 1 else None


@dataclass(frozen=True)
class PageFault:
    """A page that could not be decoded, or (``page_index`` 0) a file without any."""

    source: str
    page_index: int
    reason: Reason


def open_pages(path: Path, first: int = 0) -> Iterator[PageImage | PageFault]:
    """All pages of a PDF, TIFF, JPEG, PNG or WebP file, told by content, not by name.

    ``first``: the index to begin with; pages before it are not decoded, so that one page out
    of a long stack can be shown at once. Only one page is held in memory (and the file's own
    bytes, 200 MB at most). Never raises for what is wrong with the file or with access to it.
    """
    source = str(path)
    data = _read(path)
    if isinstance(data, Reason):
        yield PageFault(source, 0, data)
        return
    kind, pages = _opener(data)
    for index, decoded in enumerate(pages(data, first), first):
        if isinstance(decoded, Reason):
            yield PageFault(source, index, decoded)
        else:
            facts = {
                "file": kind,
                "width_px": decoded.grey.shape[1],
                "height_px": decoded.grey.shape[0],
                "bits": decoded.bits,
                "colour": decoded.colour,
                "dpi": decoded.dpi,
                "dpi_source": decoded.dpi_source,
                "device": decoded.device,
            }
            yield PageImage(source, index, decoded.grey, decoded.dpi, facts)


def _read(path: Path) -> bytes | Reason:
    """The whole file, if it is a file and not too large."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return Reason.UNREADABLE_FILE
        if status.st_size > MAX_FILE_BYTES:
            return Reason.TOO_LARGE
        data = path.read_bytes()
    except (OSError, ValueError):
        return Reason.UNREADABLE_FILE
    return data or Reason.EMPTY_FILE


def _opener(data: bytes) -> tuple[str, Callable[[bytes, int], Iterator[Decoded]]]:
    """The file's kind and what decodes it from a page on, by its first bytes."""
    if b"%PDF-" in data[:HEAD_BYTES]:
        return "pdf", pdf_pages
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg", _single(jpeg_pages)
    if data.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        return "tiff", tiff_pages
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png", _single(png_pages)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp", _single(webp_pages)
    return "unknown", _single(_unknown)


def _single(
    pages: Callable[[bytes], Iterator[Decoded]],
) -> Callable[[bytes, int], Iterator[Decoded]]:
    return lambda data, first: islice(pages(data), first, None)


def _unknown(data: bytes) -> Iterator[Decoded]:
    """A file of zeros was being copied when the power went; anything else is no scan."""
    yield Reason.UNKNOWN_FILE_TYPE if data.strip(b"\0") else Reason.TRUNCATED_FILE
