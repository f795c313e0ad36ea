"""The code in letters, read by Tesseract, and held against the list of printed sheets."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence

import cv2
import numpy as np
import pytesseract

from forms.layout import FIELD_KINDS, Layout
from forms.sheetcode import ALPHABET, SHEET_CHARS, check_character, parse_printed
from scanner.codecheck import PageName
from scanner.context import ReaderContext
from scanner.windows import Grey

os.environ.setdefault("OMP_THREAD_LIMIT", "1")
"""Tesseract's own threads only wait for each other on so small a picture: three lines cost 0.77 s
CPU with them, 0.50 s without, and 0.21 s as one picture."""

TIMEOUT_SECONDS = 10

SOFT_PX = 1.0
"""Sigma of the blur before contrast is stretched, against single pixels of noise: of 180 damaged
lines 73 were read without a slip instead of 62, one by one; 69 instead of 61, all at once."""

GAP_PX = 14
"""White between the lines of one picture: a third of their height."""

MOST_PIECES = 350
"""A line that falls into more pieces, of ink and of paper, is noise, over which Tesseract takes a
second. Of 893 ruined lines read with one slip at most, 891 had 133 or fewer and two very faded ones
392 and 562, which are given up; pixel noise at 150-600 dpi has 404-913, a whole line 19."""

BACKED_BY = 3
"""Characters that must name the page where its picture cannot: more than one line has."""

TWIN_SHARE = 0.1
"""Of a page's boxes: another page that has so many at the same places may be aligned in its
stead (an estimate: alignment needs a quarter of the landmarks; the two pages of `registrasi` share
no box, and 7 % of the landmarks at most were believed on the wrong one)."""

_CONFIG = f"--psm 6 -c tessedit_char_whitelist={ALPHABET}-"
_CODE_CHARS = SHEET_CHARS + 2
_OTHERS = re.compile(rf"[^{ALPHABET}]")


def page_by_letters(crops: Iterable[Grey], context: ReaderContext) -> PageName | None:
    """The page whose code stands in these crops (the same code in each, one smeared here, one
    there), as Tesseract reads it."""
    return page_of_lines(letters_seen(list(crops)), context)


def page_of_lines(seen: Sequence[str], context: ReaderContext) -> PageName | None:
    """The page that these readings of one code name. Only a sheet that this office printed
    counts, and only if no line names another page.

    A slip is forgiven in the sheet's id alone. With one forgiven in the page's number or in the
    check character, two misread characters could turn page 1 of a sheet into page 2 of it. A
    wrong sheet needs an id of 45 random bits to be among the printed ones: at most 12 ids are
    tried a line (10 by the check character, its own, the majority's), so that 10,000 printed
    sheets leave 36 x 10,000 / 2**45 = 1e-8 a page, whatever was misread.

    Another page of the right sheet needs the number and the check character both misread, to the
    one that fits. Of 943 ruined lines (`samples.bench.ruins`) whose id was read with one slip at
    most, one had the number of the other page and one its check character: by estimate 1.1e-6 a
    line, 3e-6 a page of three. The page itself must therefore agree. Where the form's pages look
    different, the wrong one is not aligned (none of 192 pages in all profiles, taken for the
    other page of their sheet, was: 95 % bound 1.6 %), which leaves 5e-8. Where they look alike, a
    third character of the page's number and check must say the same (`BACKED_BY`), which leaves
    1e-8 and costs 56 of 430 pages that letters tell.
    """
    whole = _printed([*seen, _majority(seen)], context)
    near = (near for text in seen for near in _one_slip(text))
    name = _only(whole or _printed(near, context))
    if name is None or _backing(name, seen) >= BACKED_BY:
        return name
    return None if _has_twin(context.forms[name.layout_hash].layout, name.page) else name


def _backing(name: PageName, seen: Iterable[str]) -> int:
    """How many characters of all lines are this page's number or its check character."""
    last = ALPHABET[name.page] + check_character(name.sheet, name.page)
    ends = (text[-2:] for text in seen if abs(len(text) - _CODE_CHARS) <= 1)
    return sum(read == true for end in ends for read, true in zip(end, last, strict=True))


def _has_twin(layout: Layout, page: int) -> bool:
    """Whether another page of the form has some of its fields where this page has them."""
    own = _fields(layout, page)
    others = (_fields(layout, other) for other in range(1, len(layout.pages) + 1) if other != page)
    return any(len(own & other) >= TWIN_SHARE * len(own) for other in others)


def _fields(layout: Layout, page: int) -> set[tuple[str, float, float]]:
    """Kinds and places (mm) of the boxes to fill in."""
    boxes = layout.on_page(page)
    return {(b.kind, round(b.x_mm, 1), round(b.y_mm, 1)) for b in boxes if b.kind in FIELD_KINDS}


def letters_seen(crops: Sequence[Grey]) -> list[str]:
    """The characters of each line that is not noise; none when Tesseract fails or is not there."""
    cleared = [picture for picture in map(_clear, crops) if _pieces(picture) <= MOST_PIECES]
    if not cleared:
        return []
    picture = np.vstack(cleared)
    try:
        text = pytesseract.image_to_string(picture, config=_CONFIG, timeout=TIMEOUT_SECONDS)
    except (pytesseract.TesseractError, pytesseract.TesseractNotFoundError, RuntimeError):
        return []
    return [_OTHERS.sub("", line) for line in str(text).splitlines()]


def _clear(crop: Grey) -> Grey:
    """Black on white, with a white gap above and below."""
    soft = cv2.GaussianBlur(crop, (0, 0), SOFT_PX)
    lowest, highest, _, _ = cv2.minMaxLoc(soft)
    full = (soft - lowest) * (255.0 / max(highest - lowest, 1.0))
    return np.pad(full.astype(np.uint8), ((GAP_PX, GAP_PX), (0, 0)), constant_values=255)


def _pieces(cleared: Grey) -> int:
    """Pieces of ink and of paper, divided by one threshold (Otsu's)."""
    _, ink = cv2.threshold(cleared, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    parts = (ink, cv2.bitwise_not(ink))
    return sum(int(cv2.connectedComponents(part)[0]) - 1 for part in parts)


def _printed(texts: Iterable[str], context: ReaderContext) -> set[PageName]:
    """Pages of printed sheets, among these texts, whose check character holds."""
    names = set()
    for text in texts:
        read = parse_printed(text)
        layout_hash = context.printed.get(read[0]) if read else None
        form = context.forms.get(layout_hash) if layout_hash else None
        if read and layout_hash and form and read[1] <= len(form.layout.pages):
            names.add(PageName(read[0], layout_hash, read[1]))
    return names


def _only(names: set[PageName]) -> PageName | None:
    """The one page, never one of several."""
    return next(iter(names)) if len(names) == 1 else None


def _majority(texts: Sequence[str]) -> str:
    """Character by character what most texts of full length say."""
    whole = [text for text in texts if len(text) == _CODE_CHARS]
    return "".join(max(column, key=column.count) for column in zip(*whole, strict=True))


def _one_slip(text: str) -> Iterator[str]:
    """All codes from which ``text`` differs by one character of the sheet's id: wrong, missing
    or too many."""
    for at in range(SHEET_CHARS + 1):
        before, after = text[:at], text[at:]
        if len(text) == _CODE_CHARS and at < SHEET_CHARS:
            yield from (before + char + after[1:] for char in ALPHABET)
        elif len(text) == _CODE_CHARS - 1 and at < SHEET_CHARS:
            yield from (before + char + after for char in ALPHABET)
        elif len(text) == _CODE_CHARS + 1:
            yield before + after[1:]
