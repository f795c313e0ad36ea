"""Whether a text found on a page is a page code that this office accepts, and of which page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from forms.sheetcode import CodeFault, Position, SheetCode, parse, verify
from forms.specimen import SPECIMEN_SHEET
from scanner.context import ReaderContext
from scanner.decoders import Corners, Decoded
from scanner.reading import Reason

_REASONS: Mapping[CodeFault, Reason] = {
    CodeFault.FOREIGN: Reason.FOREIGN_CODE,
    CodeFault.VERSION: Reason.UNSUPPORTED_CODE_VERSION,
    CodeFault.OTHER_OFFICE: Reason.OTHER_OFFICE,
    CodeFault.UNKNOWN_LAYOUT: Reason.UNKNOWN_LAYOUT,
    CodeFault.FORGED: Reason.FORGED_CODE,
}


@dataclass(frozen=True)
class PageName:
    """One page of one printed sheet: confirmed by the office's key, or by its own records."""

    sheet: str
    layout_hash: str
    page: int


@dataclass(frozen=True)
class Verdict:
    """What all codes of one look at a page say together."""

    pages: Mapping[PageName, Mapping[Position, Corners]]
    """Accepted pages, with the corners of the codes that name them."""
    faults: frozenset[Reason]
    """Why other codes were not accepted."""

    @property
    def refusals(self) -> frozenset[Reason]:
        """Faults of codes that claim to be ours; foreign ones (a parcel, an identity card) on
        the same glass mean nothing."""
        return self.faults - {Reason.FOREIGN_CODE}


def judge(found: Iterable[Decoded], context: ReaderContext) -> Verdict:
    """Check every code found."""
    pages: dict[PageName, dict[Position, Corners]] = {}
    faults: set[Reason] = set()
    for code in found:
        checked = check(code.text, context)
        if isinstance(checked, Reason):
            faults.add(checked)
        else:
            name, position = checked
            pages.setdefault(name, {})[position] = code.corners_px
    return Verdict(pages, frozenset(faults))


def check(text: str, context: ReaderContext) -> tuple[PageName, Position] | Reason:
    """The page a QR text names, when everything about it holds; else why it does not."""
    code = parse(text)
    if isinstance(code, CodeFault):
        return _REASONS[code]
    if code.key_id != context.key_id:
        known = code.key_id in context.specimen_key_ids
        return Reason.SPECIMEN_SHEET if known else Reason.OTHER_OFFICE
    return _check_tag(code, context)


def _check_tag(code: SheetCode, context: ReaderContext) -> tuple[PageName, Position] | Reason:
    candidates = list(context.layouts_with_prefix(code.layout_prefix))
    for full in candidates:
        if verify(code, full, context.key):
            if code.sheet == SPECIMEN_SHEET:
                return Reason.SPECIMEN_SHEET
            if code.page > len(context.forms[full].layout.pages):
                return Reason.UNKNOWN_PAGE
            return PageName(code.sheet, full, code.page), code.position
    return Reason.FORGED_CODE if candidates else Reason.UNKNOWN_LAYOUT
