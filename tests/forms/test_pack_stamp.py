"""Stamps: exact QR codes, and texts that are shrunk and broken but never cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.main import QRCode
from qrcode.util import MODE_ALPHA_NUM, QRData

from forms.qr import QR_MASK, QR_MODULES, QR_VERSION, qr_modules
from forms.sheetcode import ALPHABET, PAYLOAD_CHARS, Position, printed_code, sign
from forms.stamp import LINE_HEIGHT, MAX_LINES, Area, draw_text, fit
from forms.stampfont import CODE, TEXT

payloads = st.text(ALPHABET, min_size=PAYLOAD_CHARS, max_size=PAYLOAD_CHARS)
areas = st.builds(Area, st.just(0.0), st.just(0.0), st.floats(5.0, 300.0), st.floats(5.0, 60.0))


def _by_library(payload: str) -> list[list[bool]]:
    code = QRCode(QR_VERSION, ERROR_CORRECT_Q, border=0, mask_pattern=QR_MASK)
    code.add_data(QRData(payload.encode(), mode=MODE_ALPHA_NUM), optimize=0)
    code.make(fit=False)
    modules: list[list[bool]] = code.modules
    return modules


@given(payloads)
def test_the_symbol_is_the_one_of_the_qr_library(payload: str) -> None:
    assert [list(map(bool, row)) for row in qr_modules(payload)] == _by_library(payload)


def test_payloads_fill_the_symbol_but_for_one_character() -> None:
    """Version 2 at level Q takes 29 alphanumeric characters; the library says so, not we."""
    payload = sign("7KQ2MX94D", 1, Position.A, "ab" * 32, b"k" * 32).payload()
    assert len(_by_library(payload + "0")) == QR_MODULES
    with pytest.raises(Exception, match="Code length overflow"):
        _by_library(payload + "00")


@pytest.mark.parametrize("payload", ["", "1" * 27, "1" * 29, "a" * 28, "1" * 27 + "_"])
def test_what_is_no_payload_is_never_drawn(payload: str) -> None:
    with pytest.raises(ValueError, match="not a page payload"):
        qr_modules(payload)


@given(st.text(max_size=300), areas)
def test_any_text_fits_whole(text: str, at: Area) -> None:
    words = TEXT.printable(text)
    if not words:
        assert draw_text(text, TEXT, "F", at, 10.0) == b""
        return
    size, lines = fit(words, TEXT, at, 10.0)
    assert " ".join(lines) == words
    assert len(lines) <= MAX_LINES
    assert 0 < size <= 10.0
    assert max(map(TEXT.width, lines)) * size <= at.w * (1 + 1e-9)
    assert len(lines) * LINE_HEIGHT * size <= at.h * (1 + 1e-9)
    assert draw_text(text, TEXT, "F", at, 10.0).count(b"Tj") == len(lines)


@given(st.text(max_size=100))
def test_any_text_becomes_one_that_winansi_holds(text: str) -> None:
    clean = TEXT.printable(text)
    clean.encode("cp1252")
    assert set(clean) <= TEXT.repertoire
    assert TEXT.printable(clean) == clean


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Baruh Panyambaran", "Baruh Panyambaran"),
        ("Ju\N{MODIFIER LETTER APOSTROPHE}uh", "Ju'uh"),
        ("Ju\N{RIGHT SINGLE QUOTATION MARK}uh é", "Ju\N{RIGHT SINGLE QUOTATION MARK}uh é"),
        ("2025\N{NON-BREAKING HYPHEN}2026", "2025-2026"),
        ("Ḥalong", "Halong"),
        ("Liyu\N{ZERO WIDTH SPACE}", "Liyu"),
        ("  Putaran\n\t4 \N{NO-BREAK SPACE}ulang ", "Putaran 4 ulang"),
        ("ﬁrst", "first"),
        ("Putaran \N{CHECK MARK} 日", "Putaran ? ?"),
        ("š", "s"),
        ("\x00", ""),
    ],
)
def test_a_missing_character_becomes_the_closest_one(text: str, printed: str) -> None:
    assert TEXT.printable(text) == printed


def test_a_long_text_takes_two_lines_when_that_is_larger() -> None:
    at = Area(0, 0, 110, 14)
    one, lines = fit("Putaran 4", TEXT, at, 10.0)
    assert (one, lines) == (10.0, ("Putaran 4",))
    _, lines = fit("Pendataan tahap kedua keluarga prasejahtera tahun 2026", TEXT, at, 10.0)
    assert len(lines) == 2


def test_code_letters_all_have_one_width_and_every_letter() -> None:
    assert set(ALPHABET) | {"-"} == CODE.repertoire
    assert len({CODE.width(char) for char in CODE.repertoire}) == 1
    assert CODE.printable(printed_code("7KQ2MX94D", 2)) == printed_code("7KQ2MX94D", 2)


def test_brackets_and_backslashes_are_escaped() -> None:
    content = draw_text("RT (03) \\ 4", TEXT, "F", Area(0, 0, 200, 20), 10.0)
    assert rb"(RT \(03\) \\ 4) Tj" in content
