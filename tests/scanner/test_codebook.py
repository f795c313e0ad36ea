"""Codes made in numbers are the codes that were printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from forms.qr import qr_modules
from forms.sheetcode import ALPHABET, PAYLOAD_CHARS, Position, sign
from forms.specimen import SPECIMEN_SHEET
from scanner.codebook import CodeBook, codes_of, telling_modules, unpacked
from tests.scanner.conftest import KEY, SHEETS

LAYOUT, OTHER = "ab" * 32, "cd" * 32


def modules(payload: str) -> NDArray[Any]:
    return np.array([list(row) for row in qr_modules(payload)], dtype=np.uint8)


@given(
    st.lists(
        st.text(ALPHABET, min_size=PAYLOAD_CHARS, max_size=PAYLOAD_CHARS), min_size=1, max_size=5
    )
)
def test_codes_in_numbers_are_the_codes_on_paper(payloads: Sequence[str]) -> None:
    values = np.array(
        [[ALPHABET.index(char) for char in text] for text in payloads], dtype=np.uint8
    )
    tells = telling_modules()
    for payload, code in zip(payloads, unpacked(codes_of(values)), strict=True):
        assert code.tolist() == modules(payload)[tells].tolist()


def test_what_tells_nothing_is_the_same_on_all_pages_of_a_form() -> None:
    tells = telling_modules()
    assert tells.sum() == 275
    one, other = (
        modules(sign(sheet, page, position, LAYOUT, KEY).payload())
        for sheet, page, position in ((SHEETS[0], 1, Position.A), (SHEETS[1], 9, Position.B))
    )
    assert (one[~tells] == other[~tells]).all()


def test_the_book_holds_the_signed_codes_of_each_page() -> None:
    book = CodeBook(KEY, {**dict.fromkeys(SHEETS, LAYOUT), "000000001": OTHER})
    tells = telling_modules()
    for page in (1, 2, 15):
        found = book.page(LAYOUT, page)
        assert found.sheets == SHEETS
        for position in Position:
            for sheet, code in zip(SHEETS, unpacked(found.codes[position]), strict=True):
                payload = sign(sheet, page, position, LAYOUT, KEY).payload()
                assert code.tolist() == modules(payload)[tells].tolist()
    assert book.page(OTHER, 1).sheets == ("000000001",)
    assert book.page(LAYOUT, 1) is book.page(LAYOUT, 1)


def test_what_cannot_be_a_printed_sheet_is_left_out() -> None:
    odd = ("", "7KQ2MX94", "7KQ2MX94DX", "7kq2mx94d", "7KQ2MX94U", "é" * 9, SPECIMEN_SHEET)
    found = CodeBook(KEY, dict.fromkeys(odd, LAYOUT)).page(LAYOUT, 1)
    assert found.sheets == ()
    assert [len(codes) for codes in found.codes.values()] == [0, 0]
