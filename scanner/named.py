"""A page whose codes nobody can read, when a person has said which page of which sheet it is.

What was said is proved as far as it can be: the printed page itself must be found on the image.
Another page of the same form is refused so; another sheet of it looks the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from forms.layout import Box
from forms.printed import PrintedForm
from scanner import geometry
from scanner.align import Aligned, align
from scanner.blank import render_blank
from scanner.codecheck import PageName
from scanner.context import ReaderContext
from scanner.decoders import PAGE_SHORT_MM
from scanner.geometry import Matrix
from scanner.identify import Identity
from scanner.landmarks import landmarks_of
from scanner.markers import find_markers
from scanner.pages import PageImage
from scanner.reading import (
    CellReading,
    FieldReading,
    FieldState,
    IdentifiedBy,
    MarkState,
    OptionReading,
    PageReading,
    PageStatus,
    Reason,
)
from scanner.seeds import NARROW_REACH_MM, Seeds
from scanner.windows import Grey

LOOK_PX_PER_MM = 2.0
"""Resolution of looking for the middle of the page as one picture."""

PIECE_SHARE = (0.25, 0.75)
"""Of the page's width and height: the piece looked for, so that a page that lies up to a quarter
of its size aside, or has lost its edges, is found (an estimate)."""

LEAST_LIKENESS = 0.12
"""Correlation of the piece below which aligning is not even tried. 18 simulated scans (grey, 1-bit
and photocopies of `registrasi`) had 0.37-0.80 at the right turning, other turnings 0.33 at most,
the form's other page 0.10. Aligning decides: all 18 were found, and none as the other page.
Photographs without markers are not found (6 of 6): nothing tells their scale."""

SEED_SIGMA_PX = 3.0
"""Expected error of a piece's corners (an estimate): half a millimetre at 150 dpi."""

MM_PER_INCH = 25.4
TURNS = (0, 90, 180, 270)


def named_by_person(grey: Grey, name: PageName) -> Identity:
    """The identity that a person gave, and the markers found on the raw image (h x w, 8 bit)."""
    return Identity(
        name.sheet, name.layout_hash, name.page, IdentifiedBy.PERSON, find_markers(grey), {}
    )


def align_by_picture(
    grey: Grey, printed: PrintedForm, page: int, dpi: float | None
) -> Aligned | None:
    """Align a page whose markers are gone, or do not serve: the middle of the known page is
    looked for as one picture, in all four turnings. None where the page is not found."""
    marks = landmarks_of(printed, page)
    for _, seeds in seen_by_picture(grey, printed, page, dpi):
        aligned = align(grey, seeds, marks)
        if aligned is not None:
            return aligned
    return None


def seen_by_picture(
    grey: Grey, printed: PrintedForm, page: int, dpi: float | None
) -> Iterator[tuple[float, Seeds]]:
    """Where the middle of the known page may lie: likeness, and its corners; the likeliest turning
    first. 50 ms."""
    scale = dpi / MM_PER_INCH if dpi else min(grey.shape) / PAGE_SHORT_MM
    shrunk = LOOK_PX_PER_MM / scale
    small = _resized(grey, shrunk, shrunk)
    piece, corners_mm = _piece(printed, page)
    looks = []
    for turn in TURNS:
        upright = np.ascontiguousarray(np.rot90(small, k=-(turn // 90)))
        if upright.shape[0] < piece.shape[0] or upright.shape[1] < piece.shape[1]:
            continue
        likeness = cv2.matchTemplate(upright, piece, cv2.TM_CCOEFF_NORMED)
        _, best, _, (x, y) = cv2.minMaxLoc(likeness)
        looks.append((best, turn, x, y))
    for best, turn, x, y in sorted(looks, reverse=True):
        if best >= LEAST_LIKENESS:
            height, width = piece.shape
            box = np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]])
            px = geometry.apply(_unturned(turn, small.shape), box.astype(np.float64))
            sigma_px = np.full(4, SEED_SIGMA_PX)
            yield best, Seeds(corners_mm, px / shrunk, sigma_px, NARROW_REACH_MM)


def _piece(printed: PrintedForm, page: int) -> tuple[Grey, geometry.Points]:
    """The middle of the blank page at `LOOK_PX_PER_MM`, and its corners in mm."""
    blank = render_blank(printed, page)
    across, down = LOOK_PX_PER_MM / blank.px_per_mm
    small = _resized(blank.grey, float(across), float(down))
    (top, bottom), (left, right) = (
        [round(side * share) for share in PIECE_SHARE] for side in small.shape
    )
    corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
    return small[top:bottom, left:right], corners / LOOK_PX_PER_MM


def _resized(grey: Grey, across: float, down: float) -> Grey:
    small = cv2.resize(grey, None, fx=across, fy=down, interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)


def _unturned(turn: int, shape: tuple[int, ...]) -> Matrix:
    """From pixels of the picture turned clockwise by ``turn`` to those of the picture itself,
    of ``shape`` (height, width); edge coordinates."""
    height, width = shape[:2]
    rows = {
        0: [[1, 0, 0], [0, 1, 0]],
        90: [[0, 1, 0], [-1, 0, height]],
        180: [[-1, 0, width], [0, -1, height]],
        270: [[0, -1, width], [1, 0, 0]],
    }[turn]
    return np.array([*rows, [0, 0, 1]], dtype=np.float64)


def unplaced_reading(
    image: PageImage, name: PageName, context: ReaderContext, rotation: int
) -> PageReading:
    """The reading of a page that cannot be aligned: nothing is known of any field but that a
    person must look. ``rotation``: how the person turned it, clockwise."""
    layout = context.forms[name.layout_hash].layout
    return PageReading(
        image.source,
        image.page_index,
        PageStatus.READ,
        sheet=name.sheet,
        form=layout.form,
        layout=name.layout_hash,
        page=name.page,
        reasons=(Reason.NOT_ALIGNED,),
        identified_by=IdentifiedBy.PERSON,
        rotation=rotation,
        facts=dict(image.facts),
        fields={
            field: _unknown(boxes) for field, boxes in layout.fields_on_page(name.page).items()
        },
    )


def _unknown(boxes: Sequence[Box]) -> FieldReading:
    why = (Reason.NOT_ALIGNED,)
    if boxes[0].kind == "mark":
        nothing = OptionReading(MarkState.DOUBTFUL, None, None)
        options = {box.option or "": nothing for box in boxes}
        return FieldReading(None, FieldState.DOUBTFUL, None, None, why, options=options)
    cells = tuple(CellReading(None, None, None) for _ in boxes) if boxes[0].kind == "cell" else None
    return FieldReading(None, FieldState.DOUBTFUL, None, None, why, cells=cells)
