"""The PDF container of everything stamped: pages, stamp faces, metadata, and the bytes."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from typing import Self

import pikepdf
from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Stream, String

from forms import stampfont
from forms.layout import PageSize
from forms.stamp import POINTS_PER_MM

TEXT_FONT, CODE_FONT = "StampText", "StampCode"
"""Names of the stamp faces in the resources of every page."""

PROGRAM = "Pak Sotarsa"


class PackFile:
    """A PDF being made, with both stamp faces embedded once. A context manager."""

    def __init__(self) -> None:
        self._pdf = pikepdf.new()
        self._fonts = {
            f"/{TEXT_FONT}": stampfont.TEXT.embed(self._pdf),
            f"/{CODE_FONT}": stampfont.CODE.embed(self._pdf),
        }
        self._nothing = self._pdf.make_indirect(Dictionary())
        self._pages: list[Dictionary] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pdf.close()

    def __len__(self) -> int:
        return len(self._pages)

    def adopt(
        self, source: pikepdf.Pdf, page: int, beneath: bytes = b"", above: bytes = b""
    ) -> tuple[pikepdf.Object, Stream]:
        """Resources and content of page ``page`` (from 0) of another PDF, ready to be shared.

        The resources gain the stamp faces. ``beneath`` is painted before the page's own
        content, ``above`` after it; the own content is fenced in by q and Q, so that both
        start from a fresh graphics state.
        """
        own = source.pages[page].resources
        copy = self._pdf.copy_foreign(own if own.is_indirect else source.make_indirect(own))
        fonts = dict(copy.get("/Font", Dictionary()).items())
        copy.Font = Dictionary({**fonts, **self._fonts})
        contents = source.pages[page].obj.Contents
        streams = list(contents) if isinstance(contents, Array) else [contents]
        content = b"\n".join(stream.read_bytes() for stream in streams)
        return copy, self.stream(beneath + b"q\n" + content + b"\nQ\n" + above)

    def stream(self, content: bytes) -> Stream:
        """A compressed content stream; level 9 would save 1 % and take twice as long."""
        return Stream(self._pdf, zlib.compress(content), Filter=Name.FlateDecode)

    def add_page(
        self, size: PageSize, resources: pikepdf.Object, contents: Sequence[Stream]
    ) -> None:
        """Append a page; its resources and streams may be shared with other pages."""
        page = Dictionary(
            Type=Name.Page,
            Parent=self._pdf.Root.Pages,
            MediaBox=_media_box(size),
            Resources=resources,
            Contents=Array(contents),
        )
        self._pages.append(self._pdf.make_indirect(page))

    def add_blank(self, size: PageSize) -> None:
        """Append a page without anything on it."""
        self.add_page(size, self._nothing, [])

    def saved(self, title: str, subject: str, *, two_sided: bool) -> bytes:
        """The bytes of the file. No dates, and an id by content: same order, same bytes.

        Viewers are asked to print at 100 % and, when ``two_sided``, to turn on the long
        edge. Object streams bring the overhead of a page down to 80 bytes; the page list
        is set whole because appending page by page costs 0.15 ms each.
        """
        self._pdf.Root.Pages.Kids = Array(self._pages)
        self._pdf.Root.Pages.Count = len(self._pages)
        self._pdf.Root.Lang = String("id")
        self._pdf.Root.ViewerPreferences = Dictionary(
            PrintScaling=Name("/None"),
            Duplex=Name.DuplexFlipLongEdge if two_sided else Name.Simplex,
            PickTrayByPDFSize=True,
            DisplayDocTitle=True,
        )
        self._pdf.trailer.Info = self._pdf.make_indirect(
            Dictionary(Title=title, Subject=subject, Creator=PROGRAM, Producer=PROGRAM)
        )
        out = io.BytesIO()
        self._pdf.save(out, object_stream_mode=ObjectStreamMode.generate, deterministic_id=True)
        return out.getvalue()


def _media_box(size: PageSize) -> Array:
    """The page box in points, to the digit as WeasyPrint writes it.

    A thousandth of a point less makes pdfium stretch the page by a pixel or so, and the
    stamped page would no longer lie exactly on its base page.
    """
    width, height = size.width_mm * POINTS_PER_MM, size.height_mm * POINTS_PER_MM
    return Array([0, 0, round(width, 6), round(height, 6)])
