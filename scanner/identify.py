"""Which sheet and which page is this? By its QR codes, else by the code in letters.

A text counts only when this office's key confirms it; a code in letters only when its check
character holds and this office printed that sheet. Anything else is refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import cv2
import numpy as np
import pytesseract

from forms.layout import Box
from forms.printed import PrintedForm
from forms.sheetcode import ALPHABET, CodeFault, Position, SheetCode, parse, parse_printed, verify
from scanner import decoders, geometry
from scanner.context import ReaderContext
from scanner.decoders import Corners, Decoded
from scanner.markers import find_markers
from scanner.reading import IdentifiedBy, PageStatus, Reason
from scanner.seeds import corners_mm
from scanner.windows import Grey

BLANK_DARK_SHARE = 0.0002
"""A page with a smaller share of dark pixels is blank: 12 mm2 of ink on A4, a few specks. The
emptiest form has 40 times as much."""

BLANK_DARK = 60
"""Grey levels below the paper's own grey (its median) that count as dark."""

CROP_MARGIN_MM = 5.0
"""Seen round a QR code: its quiet zone (3.2 mm) and what the markers may err."""

LETTERS_MARGIN_MM = 1.0
LETTERS_PX_PER_MM = 14.0
"""Tesseract reads capitals best at 30-50 px height; 11 pt capitals are 2.8 mm."""

LEAST_MARKERS = 2
"""Markers that carry a map of the page good enough to find its codes."""

_REFUSALS: Mapping[CodeFault, Reason] = {
    CodeFault.FOREIGN: Reason.FOREIGN_CODE,
    CodeFault.VERSION: Reason.UNSUPPORTED_CODE_VERSION,
    CodeFault.OTHER_OFFICE: Reason.OTHER_OFFICE,
    CodeFault.UNKNOWN_LAYOUT: Reason.UNKNOWN_LAYOUT,
    CodeFault.FORGED: Reason.FORGED_CODE,
}


@dataclass(frozen=True)
class Identity:
    """The page's identity, and the landmarks met on the way (raw px, edge coordinates)."""

    sheet: str
    layout_hash: str
    page: int
    identified_by: IdentifiedBy
    markers: Mapping[int, Corners]
    codes: Mapping[Position, Corners]


@dataclass(frozen=True)
class Unidentified:
    """No code of ours (``unidentified``) or one that is not accepted (``refused``)."""

    status: PageStatus
    reasons: tuple[Reason, ...]


Page = tuple[str, str, int]
"""Sheet id, layout hash, page number: all verified."""


def identify(grey: Grey, context: ReaderContext) -> Identity | Unidentified:
    """Tell the page of a raw image (h x w, 8 bit grey)."""
    markers = find_markers(grey)
    found = decoders.quick(grey)
    answer = _judge(found, markers, context, IdentifiedBy.QR)
    if answer is not None:
        return answer
    faults = {*_faults(found, context)}
    if _is_blank(grey) and not faults and not markers:
        return Unidentified(PageStatus.UNIDENTIFIED, (Reason.BLANK_PAGE,))
    for again in decoders.repaired(grey):
        answer = _judge(again, markers, context, IdentifiedBy.QR_RETRY)
        if answer is not None:
            return answer
        faults |= {*_faults(again, context)}
    return _by_position(grey, markers, context) or _nothing(faults)


def _nothing(faults: set[Reason]) -> Unidentified:
    """Foreign codes (an identity card, a parcel) are no refusal: they are not ours at all."""
    refused = sorted(faults - {Reason.FOREIGN_CODE})
    if refused:
        return Unidentified(PageStatus.REFUSED, tuple(refused))
    return Unidentified(PageStatus.UNIDENTIFIED, (Reason.NO_CODE_FOUND, *sorted(faults)))


def _judge(
    found: Iterable[Decoded],
    markers: Mapping[int, Corners],
    context: ReaderContext,
    way: IdentifiedBy,
) -> Identity | Unidentified | None:
    """One page, a conflict, or None when no code verifies."""
    judged = [(code, check(code.text, context)) for code in found]
    pages = {page for _, page in judged if isinstance(page, tuple)}
    if not pages:
        return None
    if len(pages) > 1 or any(page is Reason.FORGED_CODE for _, page in judged):
        return Unidentified(PageStatus.REFUSED, (Reason.CONFLICTING_CODES,))
    corners = {
        _position(code.text): code.corners_px for code, page in judged if isinstance(page, tuple)
    }
    return Identity(*pages.pop(), way, markers, corners)


def _position(text: str) -> Position:
    code = parse(text)
    if isinstance(code, CodeFault):
        raise ValueError("position of a text that is no code of ours")
    return code.position


def _faults(found: Iterable[Decoded], context: ReaderContext) -> Iterable[Reason]:
    answers = (check(code.text, context) for code in found)
    return (answer for answer in answers if isinstance(answer, Reason))


def check(text: str, context: ReaderContext) -> Page | Reason:
    """The page a QR text names, when everything about it holds; else why not."""
    code = parse(text)
    if isinstance(code, CodeFault):
        return _REFUSALS[code]
    if code.key_id in context.specimen_key_ids:
        return Reason.SPECIMEN_SHEET
    if code.key_id != context.key_id:
        return Reason.OTHER_OFFICE
    return _check_tag(code, context)


def _check_tag(code: SheetCode, context: ReaderContext) -> Page | Reason:
    candidates = list(context.layouts_with_prefix(code.layout_prefix))
    if not candidates:
        return Reason.UNKNOWN_LAYOUT
    for full in candidates:
        if verify(code, full, context.key):
            inside = code.page <= len(context.forms[full].layout.pages)
            return (code.sheet, full, code.page) if inside else Reason.UNKNOWN_PAGE
    return Reason.FORGED_CODE


def _by_position(
    grey: Grey, markers: Mapping[int, Corners], context: ReaderContext
) -> Identity | Unidentified | None:
    """Look where the form has its codes, when markers tell where that is."""
    if len(markers) < LEAST_MARKERS:
        return None
    pages: dict[object, tuple[PrintedForm, int]] = {}
    for printed in context.forms.values():
        for number in range(1, len(printed.layout.pages) + 1):
            pages.setdefault(_skeleton(printed, number), (printed, number))
    for printed, number in pages.values():
        page, way = _at(grey, markers, context, printed, number)
        if page is not None:
            return Identity(*page, way, markers, {})
    return None


def _skeleton(printed: PrintedForm, page: int) -> tuple[tuple[str, float, float], ...]:
    """Kind and place of a page's markers and codes: pages alike in them are tried once."""
    reserved = (b for b in printed.layout.on_page(page) if b.kind in ("marker", "qr", "code"))
    return tuple((box.kind, box.x_mm, box.y_mm) for box in reserved)


def _at(
    grey: Grey,
    markers: Mapping[int, Corners],
    context: ReaderContext,
    printed: PrintedForm,
    number: int,
) -> tuple[Page | None, IdentifiedBy]:
    """The page named by codes at this form's places: crops of both QRs, then the letters."""
    boxes = {box.id: box for box in printed.layout.on_page(number)}
    known = [(boxes[f"marker:{number}:{n}"], px) for n, px in sorted(markers.items())]
    mm = np.vstack([corners_mm(box) for box, _ in known])
    px = np.vstack([np.asarray(corners, dtype=np.float64) for _, corners in known])
    to_px = geometry.fit_homography(mm, px, np.full(len(mm), 0.5))
    for box in (box for box in boxes.values() if box.kind == "qr"):
        crop = _crop(grey, to_px, box, CROP_MARGIN_MM, 10.0)
        for text in (*decoders.zxing_crop(crop), *decoders.by_pyzbar(crop)):
            answer = check(text, context)
            if isinstance(answer, tuple):
                return answer, IdentifiedBy.QR_PYZBAR
    for box in (box for box in boxes.values() if box.kind == "code"):
        page = _read_letters(_crop(grey, to_px, box, LETTERS_MARGIN_MM, LETTERS_PX_PER_MM), context)
        if page is not None:
            return page, IdentifiedBy.PRINTED_CODE
    return None, IdentifiedBy.PRINTED_CODE


def _crop(grey: Grey, to_px: geometry.Matrix, box: Box, margin_mm: float, px_per_mm: float) -> Grey:
    """The box and its surroundings, upright, at a fixed resolution."""
    origin = np.array([box.x_mm - margin_mm, box.y_mm - margin_mm])
    width = round((box.w_mm + 2 * margin_mm) * px_per_mm)
    height = round((box.h_mm + 2 * margin_mm) * px_per_mm)
    to_mm = np.array([[1 / px_per_mm, 0, origin[0]], [0, 1 / px_per_mm, origin[1]], [0, 0, 1]])
    cut = cv2.warpPerspective(
        grey, to_px @ to_mm, (width, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    )
    return np.asarray(cut, dtype=np.uint8)


_CODE = re.compile(r"[0-9A-Z]{3}\W*[0-9A-Z]{3}\W*[0-9A-Z]{3}\W*[0-9A-Z]\W*[0-9A-Z]")


def _read_letters(crop: Grey, context: ReaderContext) -> Page | None:
    """The printed code by Tesseract; it counts only if this office printed that sheet."""
    text = pytesseract.image_to_string(
        crop, config=f"--psm 7 -c tessedit_char_whitelist={ALPHABET}-", timeout=10
    )
    for candidate in _CODE.findall(text):
        read = parse_printed(candidate)
        if read is None:
            continue
        layout = context.printed.get(read[0], "")
        if layout in context.forms and read[1] <= len(context.forms[layout].layout.pages):
            return read[0], layout, read[1]
    return None


def _is_blank(grey: Grey) -> bool:
    """Whether next to nothing on the image is darker than its paper."""
    small = cv2.resize(grey, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    dark = small < float(np.median(small)) - BLANK_DARK
    return bool(dark.mean() < BLANK_DARK_SHARE)
