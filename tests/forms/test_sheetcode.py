"""Sheet codes: every code comes back, no damaged or forged one is accepted."""

import random
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.sheetcode import (
    ALPHABET,
    MAX_PAGE,
    PAYLOAD_CHARS,
    SHEET_CHARS,
    CodeFault,
    Position,
    SheetCode,
    check_character,
    key_id,
    layout_prefix,
    new_sheet_id,
    parse,
    parse_printed,
    printed_code,
    sign,
    verify,
)

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
LAYOUT, OTHER_LAYOUT = "ab" * 32, "ab" * 31 + "ac"

sheets = st.text(ALPHABET, min_size=SHEET_CHARS, max_size=SHEET_CHARS)
page_numbers = st.integers(1, MAX_PAGE)
positions = st.sampled_from(Position)
keys = st.binary(min_size=16, max_size=64)
hashes = st.binary(min_size=32, max_size=32).map(bytes.hex)


def _accepted(text: str) -> bool:
    """Whether this office's reader would take ``text`` for one of its pages."""
    code = parse(text)
    return (
        isinstance(code, SheetCode)
        and code.key_id == key_id(KEY)
        and code.layout_prefix == layout_prefix(LAYOUT)
        and verify(code, LAYOUT, KEY)
    )


@given(sheets, page_numbers, positions, hashes, keys)
def test_a_signed_code_comes_back_whole(
    sheet: str, page: int, position: Position, layout_hash: str, key: bytes
) -> None:
    code = sign(sheet, page, position, layout_hash, key)
    assert len(code.payload()) == PAYLOAD_CHARS == 28
    assert parse(code.payload()) == code
    assert verify(code, layout_hash, key)
    assert (code.sheet, code.page, code.position) == (sheet, page, position)
    assert (code.key_id, code.layout_prefix) == (key_id(key), layout_prefix(layout_hash))


@given(sheets, page_numbers, positions)
def test_a_code_counts_for_one_key_and_one_layout_only(
    sheet: str, page: int, position: Position
) -> None:
    code = sign(sheet, page, position, LAYOUT, KEY)
    assert layout_prefix(LAYOUT) == layout_prefix(OTHER_LAYOUT)
    assert not verify(code, OTHER_LAYOUT, KEY)
    assert not verify(code, LAYOUT, OTHER_KEY)


def test_each_page_and_position_has_its_own_code() -> None:
    payloads = {
        sign("7KQ2MX94D", page, position, LAYOUT, KEY).payload()
        for page in range(1, MAX_PAGE + 1)
        for position in Position
    }
    assert len(payloads) == 2 * MAX_PAGE


def test_no_single_wrong_character_is_accepted() -> None:
    payload = sign("7KQ2MX94D", 1, Position.A, LAYOUT, KEY).payload()
    wrong = [
        payload[:at] + char + payload[at + 1 :]
        for at in range(PAYLOAD_CHARS)
        for char in ALPHABET
        if char != payload[at]
    ]
    assert len(wrong) == 28 * 31
    assert not any(_accepted(text) for text in wrong)


def _damaged(payload: str, rng: random.Random) -> str:
    """A payload with 1-6 characters changed, or two stretches swapped."""
    chars = list(payload)
    if rng.random() < 0.2:
        cut = rng.randrange(1, PAYLOAD_CHARS)
        return "".join(chars[cut:] + chars[:cut])
    for at in rng.sample(range(PAYLOAD_CHARS), rng.randint(1, 6)):
        chars[at] = rng.choice(ALPHABET)
    return "".join(chars)


def _forged(rng: random.Random) -> str:
    """Right version, key id and layout prefix, an invented sheet, page and tag."""
    sheet = "".join(rng.choices(ALPHABET, k=SHEET_CHARS))
    position = rng.choice(list(Position))
    code = sign(sheet, rng.randint(1, MAX_PAGE), position, LAYOUT, OTHER_KEY)
    return "1" + key_id(KEY) + code.payload()[5:20] + "".join(rng.choices(ALPHABET, k=8))


def test_120_000_damaged_or_forged_codes_are_all_refused() -> None:
    """With a tag of 40 bits one of 120,000 passes by chance once in nine million runs."""
    rng = random.Random(20261201)
    payload = sign("7KQ2MX94D", 1, Position.B, LAYOUT, KEY).payload()
    damaged = (_damaged(payload, rng) for _ in range(60_000))
    forged = (_forged(rng) for _ in range(60_000))
    tried = [text for text in (*damaged, *forged) if text != payload]
    assert len(tried) > 119_000
    assert not any(_accepted(text) for text in tried)


@given(st.text())
def test_any_text_is_parsed_or_named_a_fault(text: str) -> None:
    code = parse(text)
    if isinstance(code, SheetCode):
        assert code.payload() == text
    else:
        assert code in {CodeFault.FOREIGN, CodeFault.VERSION}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", CodeFault.FOREIGN),
        ("https://example.org/lembar/123", CodeFault.FOREIGN),
        ("1" * 27, CodeFault.FOREIGN),
        ("1" * 29, CodeFault.FOREIGN),
        ("1" * 27 + "U", CodeFault.FOREIGN),
        ("1" * 27 + "a", CodeFault.FOREIGN),
        ("1" * 19 + "0" + "1" * 8, CodeFault.FOREIGN),
        ("1" * 19 + "1" + "1" * 8, CodeFault.FOREIGN),
        ("2" * 28, CodeFault.VERSION),
        ("1" * 27 + "\N{ARABIC-INDIC DIGIT ONE}", CodeFault.FOREIGN),
    ],
)
def test_what_is_not_ours_is_named(text: str, fault: CodeFault) -> None:
    assert parse(text) is fault


@pytest.mark.parametrize("sheet", ["", "7KQ2MX94", "7KQ2MX94D0", "7KQ2MX94U", "7kq2mx94d"])
def test_an_impossible_sheet_id_is_never_signed(sheet: str) -> None:
    with pytest.raises(ValueError, match="not a sheet id"):
        sign(sheet, 1, Position.A, LAYOUT, KEY)


@pytest.mark.parametrize("page", [-1, 0, MAX_PAGE + 1])
def test_an_impossible_page_is_never_signed(page: int) -> None:
    with pytest.raises(ValueError, match="page"):
        sign("7KQ2MX94D", page, Position.A, LAYOUT, KEY)


@given(sheets, page_numbers)
def test_the_code_in_letters_comes_back_as_a_person_would_type_it(sheet: str, page: int) -> None:
    code = printed_code(sheet, page)
    assert re.fullmatch(r"(\w{3}-){3}\w-\w", code)
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert parse_printed(code) == parse_printed(typed) == (sheet, page)


@given(sheets, page_numbers)
def test_the_check_character_finds_every_single_error(sheet: str, page: int) -> None:
    letters = printed_code(sheet, page).replace("-", "")
    for at in range(len(letters)):
        for char in ALPHABET.replace(letters[at], ""):
            assert parse_printed(letters[:at] + char + letters[at + 1 :]) is None


def test_the_check_character_finds_nearly_every_neighbouring_swap() -> None:
    """Exhaustive over both characters, at each place of the code, before random endings."""
    rng = random.Random(7)
    missed = tried = 0
    for at in range(SHEET_CHARS):
        for first in ALPHABET:
            for second in ALPHABET.replace(first, ""):
                rest = rng.choices(ALPHABET, k=SHEET_CHARS + 1 - 2)
                code = "".join([*rest[:at], first, second, *rest[at:]])
                swapped = "".join([*rest[:at], second, first, *rest[at:]])
                tried += 1
                missed += _check(code) == _check(swapped)
    assert tried == 9 * 32 * 31
    assert missed / tried < 0.005


def _check(code: str) -> str:
    return check_character(code[:SHEET_CHARS], ALPHABET.index(code[SHEET_CHARS]))


@pytest.mark.parametrize("text", ["", "7KQ-2MX-94D", "7KQ-2MX-94D-1-H-0", "nomor 12"])
def test_letters_of_another_length_are_no_code(text: str) -> None:
    assert parse_printed(text) is None


def test_page_zero_is_no_page() -> None:
    assert parse_printed("7KQ2MX94D0" + check_character("7KQ2MX94D", 0)) is None


def test_sheet_ids_are_random_over_the_whole_alphabet() -> None:
    ids = [new_sheet_id() for _ in range(2_000)]
    assert len(set(ids)) == len(ids)
    counts = Counter("".join(ids))
    assert set(counts) == set(ALPHABET)
    assert max(counts.values()) < 2 * min(counts.values())


def test_the_key_is_not_in_the_code() -> None:
    secret = bytes(range(32))
    code = sign("7KQ2MX94D", 1, Position.A, LAYOUT, secret)
    assert secret.hex() not in repr(code)
    assert key_id(secret) != key_id(KEY)
