"""Which sheet and which page is this? By its QR codes, else by the code in letters.

A QR text counts only when this office's key confirms it; a code in letters only when its check
character holds and this office printed that sheet. Anything else is refused by name, and two
codes that disagree are never chosen between.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from forms.sheetcode import Position
from scanner import decoders
from scanner.codecheck import PageName, Verdict, judge
from scanner.codeplaces import Placed, placed_skeletons
from scanner.context import ReaderContext
from scanner.decoders import Corners
from scanner.emptiness import is_blank
from scanner.foretold import markers_foretold
from scanner.knownposition import page_by_known_position
from scanner.letters import page_by_letters
from scanner.markers import find_markers
from scanner.modules import MODULE_PX, codes_by_module
from scanner.reading import IdentifiedBy, PageStatus, Reason
from scanner.windows import Grey


@dataclass(frozen=True)
class Identity:
    """The page's identity, and the landmarks met on the way (raw px, edge coordinates; four
    corners each: top left, top right, bottom right, bottom left as printed)."""

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


def identify(
    grey: Grey, context: ReaderContext, halved: Grey | None = None
) -> Identity | Unidentified:
    """Tell the page of a raw image (h x w, 8 bit grey; ``halved``: see `paper.reduce_area`).

    One look reads nearly all pages; further looks are taken until one reads a code that claims
    to be ours.
    """
    verdict = judge(decoders.quick(grey, halved), context)
    if verdict.refusals:
        return _refused(verdict)
    if verdict.pages:
        markers = _foretold(grey, verdict, context) or find_markers(grey)
        return _named(verdict, IdentifiedBy.QR, markers)
    markers = find_markers(grey)
    if not (markers or verdict.faults) and is_blank(grey):
        return Unidentified(PageStatus.UNIDENTIFIED, (Reason.BLANK_PAGE,))
    faults = set(verdict.faults)
    for way, verdict in _further_looks(grey, markers, context):
        if verdict.refusals:
            return _refused(verdict)
        if verdict.pages:
            return _named(verdict, way, markers)
        faults |= verdict.faults
    return Unidentified(PageStatus.UNIDENTIFIED, (Reason.NO_CODE_FOUND, *sorted(faults)))


def _foretold(grey: Grey, verdict: Verdict, context: ReaderContext) -> Mapping[int, Corners]:
    """All markers of the page that the codes name, where those say that they lie."""
    if len(verdict.pages) != 1:
        return {}
    ((name, codes),) = verdict.pages.items()
    return markers_foretold(grey, context.forms[name.layout_hash].layout, name.page, codes)


def _refused(verdict: Verdict) -> Unidentified:
    """A code that claims to be ours and is not accepted; beside an accepted one, a conflict."""
    reasons = (Reason.CONFLICTING_CODES,) if verdict.pages else tuple(sorted(verdict.refusals))
    return Unidentified(PageStatus.REFUSED, reasons)


def _named(
    verdict: Verdict, way: IdentifiedBy, markers: Mapping[int, Corners]
) -> Identity | Unidentified:
    """The one page that was accepted, or a conflict between several."""
    if len(verdict.pages) > 1:
        return Unidentified(PageStatus.REFUSED, (Reason.CONFLICTING_CODES,))
    ((name, codes),) = verdict.pages.items()
    return Identity(name.sheet, name.layout_hash, name.page, way, markers, codes)


_Look = tuple[IdentifiedBy, Verdict]


def _further_looks(
    grey: Grey, markers: Mapping[int, Corners], context: ReaderContext
) -> Iterator[_Look]:
    """Where the markers say that the codes are; over the whole page; then the letters.

    On 648 codes damaged in 18 ways the first two steps read 63 of 100 where the quick look
    read 32; the letters are what is left when both codes of a page are gone.
    """
    places = placed_skeletons(grey, markers, context)
    for place in places:
        yield from _modules_in_place(place, context)
    for place in places:
        yield from _decoders_in_place(place, context)
    for found in decoders.repaired(grey):
        yield IdentifiedBy.QR_RETRY, judge(found, context)
    yield IdentifiedBy.QR_PYZBAR, judge(decoders.on_page_by_pyzbar(grey), context)
    for place in places:
        name = page_by_letters(place.letter_crops(), context)
        yield IdentifiedBy.PRINTED_CODE, _only(name)


def _modules_in_place(place: Placed, context: ReaderContext) -> Iterator[_Look]:
    """Both QR codes of a page, module by module: each for itself, then both together against
    the list of printed sheets. Corners in a crop tell less than the markers that placed it, so
    none are kept."""
    crops = place.code_crops()
    for crop in crops.values():
        for found in codes_by_module(crop):
            yield IdentifiedBy.QR_RETRY, _cornerless(judge(found, context))
    name = page_by_known_position(crops, place.skeleton.names, context)
    yield IdentifiedBy.QR_KNOWN_POSITION, _only(name)


def _decoders_in_place(place: Placed, context: ReaderContext) -> Iterator[_Look]:
    """Both QR codes of a page by the ordinary decoders."""
    for crop in place.code_crops().values():
        for found in decoders.in_crop(crop, MODULE_PX):
            yield IdentifiedBy.QR_RETRY, _cornerless(judge(found, context))
        yield IdentifiedBy.QR_PYZBAR, _cornerless(judge(decoders.by_pyzbar(crop, 1), context))


def _cornerless(verdict: Verdict) -> Verdict:
    return Verdict({name: {} for name in verdict.pages}, verdict.faults)


def _only(name: PageName | None) -> Verdict:
    return Verdict({} if name is None else {name: {}}, frozenset())
