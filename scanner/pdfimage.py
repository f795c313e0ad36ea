"""Whether a PDF page is one scanned picture, and how that lies on the page.

Only the page's own operators are looked at (qpdf parses them, nothing is drawn, nested forms
are not entered), so a hostile page costs nothing here. Whatever is not plainly one picture is
left to be rendered: no ink is ever lost by taking the picture alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pikepdf
from numpy.typing import NDArray

POINTS_PER_INCH = 72.0

MAX_CONTENT_BYTES = 200_000
"""Longest page content (compressed) that is parsed. A scan has under 1 kB, with a recognised
text layer 30 kB; Flate swells at most a thousandfold."""

COVERS = 0.97
"""Share of the page's width and height from which a picture hides what was drawn before it."""

_PAINT = frozenset({"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "INLINE IMAGE"})
_SHOW = frozenset({"Tj", "TJ", "'", '"'})
_COLOUR = frozenset({"g", "rg", "k", "cs", "sc", "scn"})
_INVISIBLE_TEXT = (3, 7)
_UNSEEN_ANNOTATIONS = frozenset({"/Link", "/Popup"})
_HIDDEN, _NO_VIEW = 2, 32

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class PagePicture:
    """The one picture of a page."""

    stream: Any
    """The image XObject (pikepdf.Stream)."""
    mirrored: bool
    """Drawn upside down, not turned: the rows must be taken from the bottom."""
    width_in: float
    height_in: float
    """Its size on paper along its own pixel axes."""

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height."""
        return int(self.stream.get("/Width", 0)), int(self.stream.get("/Height", 0))

    @property
    def dpi(self) -> tuple[float, float]:
        width, height = self.pixels
        return width / self.width_in, height / self.height_in


@dataclass
class _State:
    """The graphics state, as far as it matters here."""

    matrix: Matrix = field(default_factory=lambda: np.eye(3))
    text_mode: int = 0
    coloured: bool = False

    def copy(self) -> _State:
        return _State(self.matrix, self.text_mode, self.coloured)


@dataclass(frozen=True)
class _Drawn:
    """One visible thing on the page: a picture, or anything else (``stream`` is None)."""

    stream: Any = None
    matrix: Matrix = field(default_factory=lambda: np.eye(3))
    coloured: bool = False


def page_picture(page: pikepdf.Page) -> PagePicture | None:
    """The page's one picture; None when the page must be rendered instead."""
    if _content_bytes(page) > MAX_CONTENT_BYTES or any(_seen(a) for a in _annotations(page)):
        return None
    drawn = list(_visible(page))
    pictures = [thing for thing in drawn if thing.stream is not None]
    if len(pictures) != 1:
        return None
    picture = pictures[0]
    alone = drawn[-1] is picture and (len(drawn) == 1 or _covers(picture.matrix, page))
    return _placed(picture, page) if alone else None


def page_size_in(page: pikepdf.Page) -> tuple[float, float]:
    """Width and height of what is shown of a page, in inches, UserUnit included, not turned."""
    x0, y0, x1, y1 = (float(value) for value in page.cropbox)
    unit = float(page.obj.get("/UserUnit", 1)) / POINTS_PER_INCH
    return abs(x1 - x0) * unit, abs(y1 - y0) * unit


def _content_bytes(page: pikepdf.Page) -> int:
    """Length of the content as stored; beyond every limit when filters are nested."""
    contents = page.obj.get("/Contents")
    if contents is None:
        return 0
    streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    nested = any(
        isinstance(stream.get("/Filter"), pikepdf.Array) and len(stream["/Filter"]) > 1
        for stream in streams
    )
    lengths = (len(stream.read_raw_bytes()) for stream in streams)
    return MAX_CONTENT_BYTES + 1 if nested else sum(lengths)


def _annotations(page: pikepdf.Page) -> Iterator[Any]:
    yield from page.obj.get("/Annots", ())


def _seen(annotation: Any) -> bool:
    """Whether an annotation puts something on the page (a note, a stamp, a tablet's pen)."""
    flags = int(annotation.get("/F", 0))
    subtype = str(annotation.get("/Subtype", ""))
    return not (flags & (_HIDDEN | _NO_VIEW) or subtype in _UNSEEN_ANNOTATIONS)


def _visible(page: pikepdf.Page) -> Iterator[_Drawn]:
    """All that leaves ink, in drawing order."""
    state, saved = _State(), []
    for instruction in pikepdf.parse_content_stream(page):
        operator, operands = str(instruction.operator), instruction.operands
        if operator == "q":
            saved.append(state.copy())
        elif operator == "Q" and saved:
            state = saved.pop()
        elif operator == "cm":
            state.matrix = _matrix(operands) @ state.matrix
        elif operator == "Tr":
            state.text_mode = int(operands[0])
        elif operator in _COLOUR:
            state.coloured = state.coloured or any(float(v) for v in operands if _number(v))
        elif operator == "gs":
            yield from _seen_through(page, operands[0])
        elif operator == "Do":
            yield _external(page, operands[0], state)
        elif operator in _PAINT or (operator in _SHOW and state.text_mode not in _INVISIBLE_TEXT):
            yield _Drawn()


def _matrix(operands: Any) -> Matrix:
    a, b, c, d, e, f = (float(value) for value in operands)
    return np.array([[a, b, 0.0], [c, d, 0.0], [e, f, 1.0]])


def _number(value: Any) -> bool:
    return not isinstance(value, pikepdf.Object)


def _seen_through(page: pikepdf.Page, name: Any) -> Iterator[_Drawn]:
    """Something that is not a picture, when a graphics state makes what follows transparent."""
    state = page.resources.ExtGState[name]
    plain = (
        float(state.get("/ca", 1)) == 1
        and str(state.get("/SMask", "/None")) == "/None"
        and str(state.get("/BM", "/Normal")) in ("/Normal", "/Compatible")
    )
    if not plain:
        yield from (_Drawn(stream={}), _Drawn(stream={}))


def _external(page: pikepdf.Page, name: Any, state: _State) -> _Drawn:
    stream = page.resources.XObject[name]
    if str(stream.get("/Subtype")) != "/Image":
        return _Drawn()
    return _Drawn(stream, state.matrix, state.coloured)


def _covers(matrix: Matrix, page: pikepdf.Page) -> bool:
    """Whether the unit square of a picture covers nearly the whole page."""
    corners = np.array([[0, 0, 1], [1, 0, 1], [1, 1, 1], [0, 1, 1.0]]) @ matrix
    low, high = corners[:, :2].min(axis=0), corners[:, :2].max(axis=0)
    x0, y0, x1, y1 = (float(value) for value in page.cropbox)
    shown = np.minimum(high, (x1, y1)) - np.maximum(low, (x0, y0))
    return bool((shown >= COVERS * np.array([x1 - x0, y1 - y0])).all())


def _placed(drawn: _Drawn, page: pikepdf.Page) -> PagePicture | None:
    """None for pictures that are slanted, masked, or painted in a colour of their own."""
    linear = drawn.matrix[:2, :2]
    lengths = np.hypot(linear[:, 0], linear[:, 1])
    if not lengths.all() or abs(float(linear[0] @ linear[1])) > 0.001 * float(lengths.prod()):
        return None
    if min(abs(linear[0])) > 0.02 * float(lengths[0]):
        return None
    if any(key in drawn.stream for key in ("/SMask", "/Mask", "/OC", "/Alternates")):
        return None
    if bool(drawn.stream.get("/ImageMask", False)) and drawn.coloured:
        return None
    unit = float(page.obj.get("/UserUnit", 1)) / POINTS_PER_INCH
    mirrored = bool(np.linalg.det(linear) < 0)
    return PagePicture(drawn.stream, mirrored, *(float(v) for v in lengths * unit))
