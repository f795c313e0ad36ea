"""Pictures for people who ask why a page was read so (``--debug-dir``).

Made from the finished reading, outside the recipe: reading costs nothing more without them.
The page is shown as it lies in the file; all explanation stands in a column beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from scanner.context import ReaderContext
from scanner.debugcolumn import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    RED,
    Colour,
    column,
    dashed,
    font,
)
from scanner.identify import Identity, Unidentified, identify
from scanner.pages import PageImage
from scanner.reading import BoxPx, FieldReading, FieldState, MarkState, PageReading
from scanner.windows import Grey

if TYPE_CHECKING:
    from scanner.pipeline import Located

OF_MARK = {MarkState.MARKED: GREEN, MarkState.DOUBTFUL: ORANGE, MarkState.EMPTY: GREY}
OF_FIELD = {FieldState.SURE: GREEN, FieldState.DOUBTFUL: ORANGE, FieldState.EMPTY: GREY}

CLEAN_SCORE = 0.005
"""Scores that round to nothing."""

LONG_SIDE_PX = 2400
"""Pictures are reduced to this: boxes and scores stay readable, a page takes 2-3 MB."""

GAP_PX = 3
"""Frames are drawn this far outside the box, so that they hide no mark in it."""

SCORE_PX = 17


def write_debug_picture(
    folder: Path, image: PageImage, reading: PageReading, context: ReaderContext
) -> Path:
    """Write one page's picture into ``folder`` (made if absent) and return its path.

    Named after file, page and a digest of the path, so that files of the same name in two
    folders keep apart. Raises OSError when the folder cannot be written.
    """
    from scanner.pipeline import Located, locate  # the pipeline itself imports this module

    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(image.source.encode()).hexdigest()[:6]
    path = folder / f"{Path(image.source).stem}-{digest}-{image.page_index + 1}.png"
    at = locate(image, context)
    if isinstance(at, Located):
        picture = draw(image.grey, reading, at.identity, at)
    else:
        picture = draw(image.grey, reading, identify(image.grey, context))
    path.write_bytes(cv2.imencode(".png", picture)[1].tobytes())
    return path


def draw(
    grey: Grey,
    reading: PageReading,
    identity: Identity | Unidentified,
    at: Located | None = None,
) -> NDArray[np.uint8]:
    """The page with its boxes coloured by state (h x w x 3, BGR), as the image lies, and a
    column of explanations to its right; with ``at`` also how the paper is shifted."""
    scale = min(1.0, LONG_SIDE_PX / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    page = Image.fromarray(small).convert("RGB")
    pen = ImageDraw.Draw(page)
    for streak in reading.facts.get("streaks", ()):
        _streak(pen, page.size, streak["along"] == "column", streak["px"] * scale)
    if isinstance(identity, Identity):
        for corners in identity.markers.values():
            _outline(pen, np.asarray(corners) * scale, BLUE)
        for corners in identity.codes.values():
            _outline(pen, np.asarray(corners) * scale, PURPLE)
    for field in reading.fields.values():
        for box, colour, text in _boxes(field):
            _rectangle(pen, box, scale, colour, text)
    beside = column(reading, None if at is None else at.alignment)
    whole = Image.new("RGB", (page.width + beside.width, max(page.height, beside.height)), "white")
    whole.paste(page, (0, 0))
    whole.paste(beside, (page.width, 0))
    return np.ascontiguousarray(np.asarray(whole, dtype=np.uint8)[:, :, ::-1])


def _boxes(field: FieldReading) -> Iterator[tuple[BoxPx, Colour, str]]:
    """What to draw of a field: its options, else the field itself. Boxes without any ink go
    without their score."""
    if field.options is not None:
        for option in field.options.values():
            if option.box_px is not None and option.score is not None:
                told = f"{option.score:.2f}".replace(".", ",")
                if option.belief is not None:
                    told += f" | {option.belief:.2f}".replace(".", ",")
                clean = option.state is MarkState.EMPTY and option.score < CLEAN_SCORE
                yield option.box_px, OF_MARK[option.state], "" if clean else told
    elif field.box_px is not None:
        yield field.box_px, OF_FIELD[field.state], ""


def _rectangle(
    pen: ImageDraw.ImageDraw, box: BoxPx, scale: float, colour: Colour, text: str
) -> None:
    """Doubtful boxes are dashed, empty ones thin: colour is never the only sign."""
    x0, y0, x1, y1 = (value * scale for value in box)
    frame = (x0 - GAP_PX, y0 - GAP_PX, x1 + GAP_PX, y1 + GAP_PX)
    if colour == ORANGE:
        dashed(pen, frame, colour)
    else:
        pen.rectangle(frame, outline=colour, width=1 if colour == GREY else 3)
    if text:
        letters = font(SCORE_PX)
        above = (x0 + x1) / 2, y0 - 2 * GAP_PX  # beside the box stand printed words
        pen.text(above, text, colour, letters, "mb", stroke_width=3, stroke_fill="white")


def _streak(
    pen: ImageDraw.ImageDraw, size: tuple[int, int], column_wise: bool, at_px: float
) -> None:
    """A thin line on either side of the streak, which itself stays to be seen."""
    for line in (at_px - 4, at_px + 4):
        ends = (line, 0, line, size[1]) if column_wise else (0, line, size[0], line)
        pen.line(ends, RED, 1)


def _outline(pen: ImageDraw.ImageDraw, corners: NDArray[np.floating], colour: Colour) -> None:
    points = [tuple(point) for point in corners.tolist()]
    pen.line([*points, points[0]], colour, 3)
