"""A child process that draws PDF pages with pdfium, under limits: ``-m scanner.pdfium_worker``.

Rendering a hostile PDF in the reading process took 3.4 GB for a file of 541 bytes and never
ended for one of 7 kB; here it ends in an empty answer, or in this process alone.

Standard input: the PDF's length (8 bytes, little endian), the PDF, then one request after
another (`REQUEST`: what, page index, dpi). Each is answered on standard output with
`ANSWER` (width, height, channels, bits; all 0 for a page that cannot be drawn) and the pixels.
"""

from __future__ import annotations

import os
import resource
import struct
import sys
import time
from typing import Any, BinaryIO

import numpy as np
import pypdfium2

REQUEST = struct.Struct("<cIf")
ANSWER = struct.Struct("<IIII")
RENDER, EXTRACT = b"r", b"x"
"""Draw the page at a resolution; or give the pixels of its only picture as they are."""

MEMORY_BYTES = 2_000_000_000
"""Address space. A3 at 600 dpi in colour is 210 MB, held two or three times, and the
libraries take 0.3 GB; a decompression bomb of 30,000 x 30,000 needs 2.7 GB."""

CPU_SECONDS = 20
"""For one page. An ordinary one takes 0.1 s, a page of many thousand strokes 2 s."""


def main() -> None:
    """Serve requests until standard input ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    requests = sys.stdin.buffer
    (length,) = struct.unpack("<Q", _exactly(requests, 8))
    data = _exactly(requests, length)
    _limit_cpu()
    document = _opened(data)
    while head := requests.read(REQUEST.size):
        what, index, dpi = REQUEST.unpack(head)
        _limit_cpu()
        _answer(answers, document, what, index, dpi)


def _opened(data: bytes) -> pypdfium2.PdfDocument | None:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return None
    if document.get_formtype():
        document.init_forms()
    return document


def _exactly(source: BinaryIO, length: int) -> bytes:
    data = source.read(length)
    if len(data) != length:
        raise SystemExit(1)
    return data


def _limit_cpu() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + 1 + CPU_SECONDS, hard))


def _answer(
    answers: BinaryIO, document: pypdfium2.PdfDocument | None, what: bytes, index: int, dpi: float
) -> None:
    try:
        if document is None:
            raise IndexError("the document does not open")
        draw = what == RENDER
        pixels, bits = _drawn(document, index, dpi) if draw else _extracted(document, index)
    except (pypdfium2.PdfiumError, MemoryError, ValueError, IndexError, KeyError):
        answers.write(ANSWER.pack(0, 0, 0, 0))
    else:
        height, width, channels = pixels.shape
        answers.write(ANSWER.pack(width, height, channels, bits))
        answers.write(np.ascontiguousarray(pixels).data)
    answers.flush()


def _drawn(document: pypdfium2.PdfDocument, index: int, dpi: float) -> tuple[Any, int]:
    """The page on white paper, grey, as it would be printed (annotations included)."""
    bitmap = document[index].render(scale=dpi / 72, grayscale=True)
    return _pixels(bitmap), 8


def _extracted(document: pypdfium2.PdfDocument, index: int) -> tuple[Any, int]:
    """The pixels of the page's only picture: h x w x 1 (grey), 3 (BGR) or 4 (BGRx)."""
    page = document[index]
    (picture,) = page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=1)
    bits = int(picture.get_metadata().bits_per_pixel)
    return _pixels(picture.get_bitmap()), 1 if bits == 1 else 8


def _pixels(bitmap: Any) -> Any:
    array = bitmap.to_numpy()
    return array.reshape(array.shape[0], array.shape[1], -1)


if __name__ == "__main__":
    main()
