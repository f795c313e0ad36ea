"""The list of all sheet codes on the cover: numbered, in columns, a square to tick each off.

Stamped, not typeset: 1,000 codes take 15 ms this way.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from forms import stampfont
from forms.pdfout import CODE_FONT, TEXT_FONT
from forms.stamp import POINTS_PER_MM, Area, show

COLUMNS = 5
ROW_MM = 5.2
"""Room for a tick of a pen beside the next one."""

SQUARE_MM = 3.2
NUMBER_MM = 8.5
"""From the square to the code: holds four digits at NUMBER_PT."""

GAP_MM = 1.4
NUMBER_PT, CODE_PT, HEADING_PT = 8.5, 8.5, 9.5
LINE_WIDTH_PT = 0.7


NumberedSheet = tuple[int, str]
"""A sheet's number within its kind, and its id."""


@dataclass(frozen=True)
class Heading:
    """A row that names the kind of the codes below it."""

    text: str


@dataclass(frozen=True)
class CodeRow:
    """Up to COLUMNS sheets of the kind ``kind``."""

    kind: str
    sheets: tuple[NumberedSheet, ...]


Row = Heading | CodeRow


def rows_of(kinds: Iterable[tuple[str, Sequence[NumberedSheet]]]) -> list[Row]:
    """All rows of the list: per kind its heading, then its codes in the order of printing."""
    rows: list[Row] = []
    for title, sheets in kinds:
        rows.append(Heading(f"{title}: {len(sheets)} lembar"))
        rows += [
            CodeRow(title, tuple(sheets[start : start + COLUMNS]))
            for start in range(0, len(sheets), COLUMNS)
        ]
    return rows


def rows_in(at: Area) -> int:
    """How many rows an area holds."""
    return int(at.h / (ROW_MM * POINTS_PER_MM))


def on_pages(rows: Sequence[Row], first: int, later: int) -> Iterator[tuple[Row, ...]]:
    """Rows of each page: up to ``first`` on the first page, ``later`` (2 or more) on others.

    A heading never stands alone at the foot of a page, and a page that starts amid a kind
    says so.
    """
    rest = deque(rows)
    yield tuple(_fill([], rest, first))
    while rest:
        page: list[Row] = []
        if isinstance(rest[0], CodeRow):
            page.append(Heading(f"{rest[0].kind} (lanjutan)"))
        yield tuple(_fill(page, rest, later))


def _fill(page: list[Row], rest: deque[Row], room: int) -> list[Row]:
    """Move rows from ``rest`` to ``page`` until it holds ``room`` of them."""
    while rest and len(page) < room:
        page.append(rest.popleft())
    if rest and page and isinstance(page[-1], Heading):
        rest.appendleft(page.pop())
    return page


def draw_rows(rows: Sequence[Row], at: Area) -> bytes:
    """The rows as PDF content, from the top of ``at`` downwards."""
    content = b""
    for index, row in enumerate(rows):
        top = at.y + at.h - index * ROW_MM * POINTS_PER_MM
        middle = top - ROW_MM * POINTS_PER_MM / 2
        if isinstance(row, Heading):
            text = stampfont.TEXT.printable(row.text)
            content += show(text, TEXT_FONT, HEADING_PT, at.x, _baseline(middle, HEADING_PT))
        else:
            content += _draw_codes(row, at, middle)
    return content


def _baseline(middle: float, size_pt: float) -> float:
    """Baseline of capitals and digits centred on ``middle``."""
    return middle - stampfont.TEXT.cap_height * size_pt / 2


def _draw_codes(row: CodeRow, at: Area, middle: float) -> bytes:
    """One row of codes: square, number, code in letters."""
    side, gap = SQUARE_MM * POINTS_PER_MM, GAP_MM * POINTS_PER_MM
    content = b""
    for column, (number, sheet) in enumerate(row.sheets):
        left = at.x + column * at.w / COLUMNS
        corner = f"{left:.2f} {middle - side / 2:.2f}"
        content += f"{LINE_WIDTH_PT} w {corner} {side:.2f} {side:.2f} re S\n".encode("ascii")
        right = left + side + NUMBER_MM * POINTS_PER_MM - gap
        start = right - stampfont.TEXT.width(str(number)) * NUMBER_PT
        content += show(str(number), TEXT_FONT, NUMBER_PT, start, _baseline(middle, NUMBER_PT))
        content += show(grouped(sheet), CODE_FONT, CODE_PT, right + gap, _baseline(middle, CODE_PT))
    return content


def grouped(sheet: str) -> str:
    """``7KQ-2MX-94D``: a sheet id as it stands on paper, without page and check character."""
    return f"{sheet[0:3]}-{sheet[3:6]}-{sheet[6:9]}"
