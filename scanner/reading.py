"""What the reader says of a page: plain frozen records, and their published JSON shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

READER_VERSION = "5"
"""Written into every reading; raised when the same image could be read differently."""

BoxPx = tuple[float, float, float, float]
"""x0, y0, x1, y1 in the decoded page image, before any turning."""


class PageStatus(StrEnum):
    READ = "read"
    UNIDENTIFIED = "unidentified"
    REFUSED = "refused"


class FieldState(StrEnum):
    """``sure`` and ``empty`` are claims; ``doubtful`` goes to a person."""

    SURE = "sure"
    EMPTY = "empty"
    DOUBTFUL = "doubtful"


class MarkState(StrEnum):
    EMPTY = "empty"
    MARKED = "marked"
    DOUBTFUL = "doubtful"


class Reason(StrEnum):
    """Every way in which a page, a field or a box asks for a person."""

    # the file
    EMPTY_FILE = "empty_file"
    UNREADABLE_FILE = "unreadable_file"
    UNKNOWN_FILE_TYPE = "unknown_file_type"
    ENCRYPTED_FILE = "encrypted_file"
    TRUNCATED_FILE = "truncated_file"
    TOO_LARGE = "too_large"
    NO_PAGES = "no_pages"
    UNREADABLE_PAGE = "unreadable_page"
    # the page's identity
    BLANK_PAGE = "blank_page"
    NO_CODE_FOUND = "no_code_found"
    FOREIGN_CODE = "foreign_code"
    UNSUPPORTED_CODE_VERSION = "unsupported_code_version"
    OTHER_OFFICE = "other_office"
    SPECIMEN_SHEET = "specimen_sheet"
    UNKNOWN_LAYOUT = "unknown_layout"
    UNKNOWN_PAGE = "unknown_page"
    FORGED_CODE = "forged_code"
    CONFLICTING_CODES = "conflicting_codes"
    # the page's geometry and image
    NOT_ALIGNED = "not_aligned"
    CORNER_MISSING = "corner_missing"
    BOTTOM_CUT_OFF = "bottom_cut_off"
    PRINT_SCALE_OFF = "print_scale_off"
    LOW_RESOLUTION = "low_resolution"
    ALIGNMENT_UNCERTAIN = "alignment_uncertain"
    SCANNER_STREAK = "scanner_streak"
    # fields and boxes
    OUTSIDE_IMAGE = "outside_image"
    FAINT_MARK = "faint_mark"
    HEAVY_OR_CANCELLED = "heavy_or_cancelled"
    UNCLEAR_MARK = "unclear_mark"
    NOT_CERTIFIED = "not_certified"
    INK_FROM_OUTSIDE = "ink_from_outside"
    BOX_NOT_FOUND = "box_not_found"
    TWO_MARKS = "two_marks_in_single_choice"
    MARK_AND_CANCELLED = "mark_and_cancelled"
    ALL_MARKED = "all_marked"
    REQUIRED_BUT_EMPTY = "required_but_empty"
    NOT_READ = "not_read"
    UNSURE_WRITING = "unsure_writing"
    # what is written by hand
    NIK_CONTRADICTS_BIRTH_DATE = "nik_contradicts_birth_date"
    NIK_CONTRADICTS_SEX = "nik_contradicts_sex"
    OVERWRITTEN_CELL = "overwritten_cell"
    GAP_IN_DIGITS = "gap_in_digits"
    TOO_FEW_DIGITS = "too_few_digits"
    IMPOSSIBLE_DATE = "impossible_date"
    IMPOSSIBLE_NUMBER = "impossible_number"


PLACE_REASONS = frozenset(
    {
        Reason.OUTSIDE_IMAGE,
        Reason.ALIGNMENT_UNCERTAIN,
        Reason.BOX_NOT_FOUND,
        Reason.SCANNER_STREAK,
    }
)
"""Why it is not certain what lies in a box, nor whether anything does."""


class IdentifiedBy(StrEnum):
    """Which way told the page's identity."""

    QR = "qr"
    QR_RETRY = "qr_retry"
    QR_PYZBAR = "qr_pyzbar"
    QR_KNOWN_POSITION = "qr_known_position"
    PRINTED_CODE = "printed_code"
    PERSON = "person"


@dataclass(frozen=True)
class OptionReading:
    """One mark box: its state, its score (ink, 0-1), where it was measured, and the net's belief
    that it is marked (0-1)."""

    state: MarkState
    score: float | None
    box_px: BoxPx | None
    belief: float | None = None


@dataclass(frozen=True)
class CellReading:
    """One comb cell: the character read (a blank where nothing is written), or None with
    confidence 0 when not read. ``top``: up to three characters with the chances that the net
    gave them, the likeliest first."""

    char: str | None
    confidence: float | None
    box_px: BoxPx | None
    top: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class FieldReading:
    """One field of the page. ``value``: see the reading contract (option, list, text or bool)."""

    value: str | list[str] | bool | None
    state: FieldState
    confidence: float | None
    box_px: BoxPx | None
    reasons: tuple[Reason, ...] = ()
    options: Mapping[str, OptionReading] | None = None
    cells: tuple[CellReading, ...] | None = None


@dataclass(frozen=True)
class PageReading:
    """One page of one file. Never changed after it was made: decisions are kept beside it."""

    source: str
    page_index: int
    status: PageStatus
    sheet: str | None = None
    form: str | None = None
    layout: str | None = None
    page: int | None = None
    reasons: tuple[Reason, ...] = ()
    identified_by: IdentifiedBy | None = None
    rotation: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, FieldReading] = field(default_factory=dict)


def _box(box: BoxPx | None) -> list[float] | None:
    return None if box is None else [round(value, 1) for value in box]


def _number(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _option_json(option: OptionReading) -> dict[str, Any]:
    return {
        "state": option.state.value,
        "score": _number(option.score),
        "belief": _number(option.belief),
        "box_px": _box(option.box_px),
    }


def _cell_json(cell: CellReading) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "char": cell.char,
        "confidence": _number(cell.confidence),
        "box_px": _box(cell.box_px),
    }
    if cell.top:
        plain["top"] = [[char, _number(chance)] for char, chance in cell.top]
    return plain


def _field_json(reading: FieldReading) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "value": reading.value,
        "state": reading.state.value,
        "confidence": _number(reading.confidence),
        "reasons": [reason.value for reason in reading.reasons],
        "box_px": _box(reading.box_px),
    }
    if reading.options is not None:
        plain["options"] = {name: _option_json(one) for name, one in reading.options.items()}
    if reading.cells is not None:
        plain["cells"] = [_cell_json(cell) for cell in reading.cells]
    return plain


def page_json(reading: PageReading) -> dict[str, Any]:
    """The published JSON object of one page."""
    return {
        "source": reading.source,
        "page_index": reading.page_index,
        "sheet": reading.sheet,
        "form": reading.form,
        "layout": reading.layout,
        "page": reading.page,
        "status": reading.status.value,
        "reasons": [reason.value for reason in reading.reasons],
        "identified_by": reading.identified_by.value if reading.identified_by else None,
        "rotation": reading.rotation,
        "facts": dict(reading.facts),
        "reader": READER_VERSION,
        "fields": {name: _field_json(field) for name, field in reading.fields.items()},
    }
