"""No damaged or forged code is ever taken for another sheet: 120,000 texts, and real pictures."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from forms.qr import qr_modules
from forms.sheetcode import ALPHABET, PAYLOAD_CHARS, Position, SheetCode, printed_code, sign
from scanner.codecheck import PageName, check, judge
from scanner.context import ReaderContext
from scanner.decoders import in_crop
from scanner.knownposition import page_by_known_position
from scanner.letters import page_of_lines
from scanner.modules import MARGIN_MODULES, MODULE_PX, codes_by_module
from tests.scanner.conftest import KEY, Grey, PrintedOffice

EACH = 10_000
OTHER_KEY = bytes(32)
Modules = NDArray[Any]
Forger = Callable[[random.Random, list[str]], str]


def some_id(chance: random.Random) -> str:
    return "".join(chance.choices(ALPHABET, k=9))


@pytest.fixture(scope="module")
def office(a4: PrintedOffice) -> ReaderContext:
    """An office that printed 10,000 sheets."""
    chance = random.Random(1)
    return replace(a4.context(), printed={some_id(chance): a4.layout.hash for _ in range(10_000)})


def codes(office: ReaderContext, key: bytes = KEY, n: int = 400) -> Iterator[SheetCode]:
    for sheet, layout_hash in list(office.printed.items())[:n]:
        for page in (1, 2):
            for position in Position:
                yield sign(sheet, page, position, layout_hash, key)


# --- texts ------------------------------------------------------------------------------------


def change(text: str, chance: random.Random, places: list[int]) -> str:
    for at in places:
        text = text[:at] + chance.choice(ALPHABET) + text[at + 1 :]
    return text


def few_wrong(chance: random.Random, true: list[str]) -> str:
    places = chance.sample(range(PAYLOAD_CHARS), chance.randint(1, 4))
    return change(chance.choice(true), chance, places)


def many_wrong(chance: random.Random, true: list[str]) -> str:
    places = chance.sample(range(PAYLOAD_CHARS), chance.randint(5, 28))
    return change(chance.choice(true), chance, places)


def wrong_tag(chance: random.Random, true: list[str]) -> str:
    places = chance.sample(range(20, PAYLOAD_CHARS), chance.randint(1, 8))
    return change(chance.choice(true), chance, places)


def tag_of_another(chance: random.Random, true: list[str]) -> str:
    return chance.choice(true)[:20] + chance.choice(true)[20:]


def swapped_id(chance: random.Random, true: list[str]) -> str:
    text, other = chance.choice(true), chance.choice(true)
    return text[:10] + other[10:19] + text[19:]


def other_page(chance: random.Random, true: list[str]) -> str:
    return change(chance.choice(true), chance, [19])


def two_halves(chance: random.Random, true: list[str]) -> str:
    cut = chance.randint(11, PAYLOAD_CHARS - 1)
    return chance.choice(true)[:cut] + chance.choice(true)[cut:]


def neighbours_swapped(chance: random.Random, true: list[str]) -> str:
    text, at = chance.choice(true), chance.randint(0, PAYLOAD_CHARS - 2)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def shifted(chance: random.Random, true: list[str]) -> str:
    text, at = chance.choice(true), chance.randint(0, PAYLOAD_CHARS - 1)
    return (text[:at] + chance.choice(ALPHABET) + text[at:])[: chance.randint(27, 29)]


def every_second_of_another(chance: random.Random, true: list[str]) -> str:
    pair = chance.choice(true), chance.choice(true)
    return "".join(pair[chance.randint(0, 1)][at] for at in range(PAYLOAD_CHARS))


@pytest.mark.parametrize(
    "forge",
    [
        few_wrong,
        many_wrong,
        wrong_tag,
        tag_of_another,
        swapped_id,
        other_page,
        two_halves,
        neighbours_swapped,
        shifted,
        every_second_of_another,
    ],
)
def test_a_text_counts_only_as_printed(office: ReaderContext, forge: Forger) -> None:
    true = {code.payload(): code for code in codes(office)}
    chance, texts, refused = random.Random(forge.__name__), list(true), 0
    for _ in range(EACH):
        text = forge(chance, texts)
        found = check(text, office)
        if isinstance(found, tuple):
            name, position = found
            assert true[text] == sign(name.sheet, name.page, position, name.layout_hash, KEY)
        else:
            assert text not in true
            refused += 1
    assert refused > 0.85 * EACH


@pytest.mark.parametrize("renamed", [False, True])
def test_codes_of_another_key_never_count(office: ReaderContext, renamed: bool) -> None:
    """Signed with another key, and passed off as this office's by its key id."""
    for code in codes(office, OTHER_KEY, EACH // 4):
        passed_off = replace(code, key_id=office.key_id) if renamed else code
        assert not isinstance(check(passed_off.payload(), office), tuple)


# --- pictures ---------------------------------------------------------------------------------


def picture(modules: Modules) -> Grey:
    """A crop as the reader cuts it, from 25 x 25 modules (1 is dark)."""
    light = np.pad(1 - modules, MARGIN_MODULES, constant_values=1).astype(np.uint8) * np.uint8(255)
    large = np.kron(light, np.ones((MODULE_PX, MODULE_PX), dtype=np.uint8))
    return np.asarray(cv2.GaussianBlur(large, (0, 0), 2.5), dtype=np.uint8)


def symbol(code: SheetCode) -> Modules:
    return np.array([list(row) for row in qr_modules(code.payload())], dtype=np.int64)


def all_ways(crops: dict[Position, Grey], office: ReaderContext) -> set[PageName]:
    """Every page that any way of reading pictures names."""
    named = set()
    for crop in crops.values():
        for found in (*codes_by_module(crop), *in_crop(crop, MODULE_PX)):
            named |= set(judge(found, office).pages)
    pages = [(full, page) for full in office.forms for page in (1, 2)]
    name = page_by_known_position(crops, pages, office)
    return named | ({name} if name else set())


def pair(office: ReaderContext, sheet: str, page: int) -> dict[Position, Modules]:
    full = office.printed[sheet]
    return {at: symbol(sign(sheet, page, at, full, KEY)) for at in Position}


@pytest.fixture(scope="module")
def small_office(office: ReaderContext) -> ReaderContext:
    """The same with 500 sheets, for many pictures."""
    return replace(office, printed=dict(list(office.printed.items())[:500]))


def test_broken_modules_name_their_own_sheet_or_none(small_office: ReaderContext) -> None:
    chance, right = np.random.default_rng(3), 0
    sheets = list(small_office.printed)
    for number in range(80):
        sheet, page = sheets[number], 1 + number % 2
        wrong = 0.05 + 0.45 * chance.random()
        crops = {
            at: picture(np.where(chance.random((25, 25)) < wrong, 1 - true, true))
            for at, true in pair(small_office, sheet, page).items()
        }
        named = all_ways(crops, small_office)
        assert named <= {PageName(sheet, small_office.printed[sheet], page)}
        right += len(named)
    assert right > 35


def test_modules_of_two_codes_name_one_of_the_two_or_none(small_office: ReaderContext) -> None:
    chance, named_one = np.random.default_rng(4), 0
    sheets = list(small_office.printed)
    for number in range(80):
        two = [(sheets[number], 1), (sheets[-number - 1], 1 + number % 2)]
        first, second = (pair(small_office, *name) for name in two)
        share = chance.random()
        mask = chance.random((25, 25)) < share
        if number % 3 == 0:
            mask = np.broadcast_to(np.arange(25) < 25 * share, (25, 25))
        crops = {at: picture(np.where(mask, first[at], second[at])) for at in Position}
        named = all_ways(crops, small_office)
        assert {(name.sheet, name.page) for name in named} <= set(two)
        assert len(named) <= 1
        named_one += len(named)
    assert named_one > 28


def test_codes_of_sheets_that_were_not_printed_name_none(small_office: ReaderContext) -> None:
    chance, full = random.Random(5), next(iter(small_office.forms))
    lists = replace(small_office, key=OTHER_KEY)
    for number in range(30):
        sheet = some_id(chance)
        crops = {at: picture(symbol(sign(sheet, 1 + number % 2, at, full, KEY))) for at in Position}
        pages = [(full, page) for page in (1, 2)]
        assert page_by_known_position(crops, pages, small_office) is None
        assert page_by_known_position(crops, pages, lists) is None


# --- letters ----------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [1, 2, 3])
def test_misread_letters_never_name_another_sheet(office: ReaderContext, wrong: int) -> None:
    """Three lines, all misread: the right sheet or none. One misread character never names
    another page either; two could, when they are the page and the check character that fits."""
    chance, sheets, right = random.Random(wrong), list(office.printed), 0
    for _ in range(600):
        sheet, page = chance.choice(sheets), chance.randint(1, 2)
        true = printed_code(sheet, page).replace("-", "")
        lines = [change(true, chance, chance.sample(range(11), wrong)) for _ in range(3)]
        name = page_of_lines(lines, office)
        if name is not None:
            assert name.sheet == sheet
            assert wrong > 1 or name.page == page
            right += name.page == page
    assert right > (480, 280, 0)[wrong - 1]
