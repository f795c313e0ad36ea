"""Pictures for people who ask why a page was read so (``--debug-dir``).

Made from the finished reading, outside the recipe: reading costs nothing more without them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner.context import ReaderContext
from scanner.identify import Identity, Unidentified, identify
from scanner.pages import PageImage
from scanner.reading import BoxPx, FieldReading, FieldState, MarkState, PageReading
from scanner.windows import Grey

Colour = tuple[int, int, int]
Picture = NDArray[np.uint8]

GREEN, ORANGE, GREY, BLUE, PURPLE = (
    (60, 160, 30),
    (0, 130, 255),
    (170, 170, 170),
    (220, 120, 0),
    (200, 0, 160),
)
"""BGR: claimed ink, doubtful, claimed empty, markers, QR codes."""

OF_MARK = {MarkState.MARKED: GREEN, MarkState.DOUBTFUL: ORANGE, MarkState.EMPTY: GREY}
OF_FIELD = {FieldState.SURE: GREEN, FieldState.DOUBTFUL: ORANGE, FieldState.EMPTY: GREY}

LONG_SIDE_PX = 2400
"""Pictures are reduced to this: boxes and scores stay readable, a page takes 2-3 MB."""


def write_debug_picture(
    folder: Path, image: PageImage, reading: PageReading, context: ReaderContext
) -> Path:
    """Write one page's picture into ``folder`` (made if absent) and return its path.

    Named after file, page and a digest of the path, so that files of the same name in two
    folders keep apart. Raises OSError when the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(image.source.encode()).hexdigest()[:6]
    path = folder / f"{Path(image.source).stem}-{digest}-{image.page_index + 1}.png"
    encoded = cv2.imencode(".png", draw(image.grey, reading, identify(image.grey, context)))[1]
    path.write_bytes(encoded.tobytes())
    return path


def draw(grey: Grey, reading: PageReading, identity: Identity | Unidentified) -> Picture:
    """The page with its boxes coloured by state (h x w x 3, BGR), as the image lies."""
    scale = min(1.0, LONG_SIDE_PX / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    picture = np.asarray(cv2.cvtColor(small, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
    if isinstance(identity, Identity):
        for corners in identity.markers.values():
            _outline(picture, np.asarray(corners) * scale, BLUE)
        for corners in identity.codes.values():
            _outline(picture, np.asarray(corners) * scale, PURPLE)
    for field in reading.fields.values():
        for box, colour, text in _boxes(field):
            _rectangle(picture, box, scale, colour, text)
    reasons = ", ".join(reason.value for reason in reading.reasons)
    _write(picture, f"{reading.status.value} {reasons}", (8, 22), ORANGE)
    return picture


def _boxes(field: FieldReading) -> Iterator[tuple[BoxPx, Colour, str]]:
    """What to draw of a field: its options, else its cells, else the field itself."""
    if field.options is not None:
        for option in field.options.values():
            if option.box_px is not None and option.score is not None:
                yield option.box_px, OF_MARK[option.state], f"{option.score:.2f}"
    elif field.box_px is not None:
        yield field.box_px, OF_FIELD[field.state], ""


def _rectangle(picture: Picture, box: BoxPx, scale: float, colour: Colour, text: str) -> None:
    x0, y0, x1, y1 = (round(value * scale) for value in box)
    cv2.rectangle(picture, (x0, y0), (x1, y1), colour, 2)
    if text and text != "0.00":
        _write(picture, text, (x0, y0 - 4), colour)


def _write(picture: Picture, text: str, at: tuple[int, int], colour: Colour) -> None:
    cv2.putText(picture, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.45, colour, 1, cv2.LINE_AA)


def _outline(picture: Picture, corners: NDArray[np.floating], colour: Colour) -> None:
    cv2.polylines(picture, [np.round(corners).astype(np.int32)], True, colour, 2, cv2.LINE_AA)
