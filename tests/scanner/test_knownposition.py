"""Codes that no decoder reads, told by the list of printed sheets; or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from forms.sheetcode import new_sheet_id
from scanner.codecheck import PageName
from scanner.codeplaces import placed_skeletons
from scanner.context import ReaderContext
from scanner.identify import Identity, Unidentified, identify
from scanner.knownposition import page_by_known_position
from scanner.markers import find_markers
from scanner.reading import IdentifiedBy, PageStatus, Reason
from tests.scanner.conftest import SHEETS, Grey, Office, PrintedOffice, paint

SHEET = SHEETS[0]


def torn_codes(office: PrintedOffice, grey: Grey, page: int, share: float = 0.45) -> Grey:
    """Only the lower right of both codes is left, without finder patterns; no letters."""
    for name in ("qr:{}:A", "qr:{}:B", "code:{}:1", "code:{}:2", "code:{}:3"):
        corners = office.corners_px(name.format(page), grey.shape)
        x0, y0, x1, y1 = corners[[0, 2]].ravel()
        if not name.startswith("qr"):
            grey = paint(grey, corners, 240, grow=4)
            continue
        for right, below in ((1.0, share), (share, 1.0)):
            x, y = x0 + right * (x1 - x0), y0 + below * (y1 - y0)
            covered = np.array([[x0, y0], [x, y0], [x, y], [x0, y]])
            grey = paint(grey, covered, 240)
    return grey


def named(grey: Grey, context: ReaderContext) -> PageName | None:
    """By the codes' known position alone."""
    places = placed_skeletons(grey, find_markers(grey), context)
    assert places
    found = [
        page_by_known_position(place.code_crops(), place.skeleton.names, context)
        for place in places
    ]
    return next((name for name in found if name), None)


def with_others(office: PrintedOffice, n: int) -> Mapping[str, str]:
    return {new_sheet_id(): office.layout.hash for _ in range(n)}


@pytest.mark.parametrize(("dpi", "turns", "page"), [(150, 0, 1), (200, 1, 2), (300, 2, 1)])
def test_the_rest_of_both_codes_is_enough(
    a4: PrintedOffice, dpi: int, turns: int, page: int
) -> None:
    grey = torn_codes(a4, a4.render(SHEET, page, dpi), page)
    crowd = replace(a4.context(), printed={**with_others(a4, 3000), **a4.context().printed})
    found = identify(np.ascontiguousarray(np.rot90(grey, turns)), crowd)
    assert isinstance(found, Identity)
    assert (found.sheet, found.page) == (SHEET, page)
    assert found.identified_by is IdentifiedBy.QR_KNOWN_POSITION
    assert (sorted(found.markers), found.codes) == ([0, 1, 2, 3], {})


def test_half_of_one_code_is_enough(a4: PrintedOffice) -> None:
    grey = torn_codes(a4, a4.render(SHEET), 1, share=0.3)
    for gone in ("qr:1:A", "qr:1:B"):
        left = paint(grey, a4.corners_px(gone, grey.shape), 240, grow=3)
        name = named(left, a4.context())
        assert name == PageName(SHEET, a4.layout.hash, 1)


def test_the_only_sheet_ever_printed_is_told_from_none(a4: PrintedOffice) -> None:
    grey = torn_codes(a4, a4.render(SHEET), 1)
    alone = replace(a4.context(), printed={SHEET: a4.layout.hash})
    assert named(grey, alone) == PageName(SHEET, a4.layout.hash, 1)
    assert named(grey, replace(alone, printed={SHEETS[1]: a4.layout.hash})) is None


def test_a_sheet_missing_from_the_list_is_not_taken_for_another(
    a4: PrintedOffice, without_sheets: ReaderContext
) -> None:
    grey = torn_codes(a4, a4.render(SHEET), 1)
    found = identify(grey, replace(a4.context(), printed=with_others(a4, 3000)))
    assert found == Unidentified(PageStatus.UNIDENTIFIED, (Reason.NO_CODE_FOUND,))
    assert named(grey, without_sheets) is None


def test_another_office_with_the_same_ids(print_office: Office, a4: PrintedOffice) -> None:
    other = print_office("a4", key=bytes(32))
    assert named(torn_codes(other, other.render(SHEET), 1), a4.context()) is None


def test_codes_of_two_sheets_name_neither(a4: PrintedOffice) -> None:
    grey, second = (torn_codes(a4, a4.render(sheet), 1) for sheet in SHEETS[:2])
    half = grey.shape[0] // 2
    grey[half:] = second[half:]
    assert named(grey, a4.context()) is None


def test_next_to_nothing_left_is_not_enough(a4: PrintedOffice) -> None:
    assert named(torn_codes(a4, a4.render(SHEET), 1, share=0.85), a4.context()) is None
