"""Names, listed words, telephones and sheet codes, decoded from beliefs whose truth is known."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.sheetcode import ALPHABET, new_sheet_id, printed_code
from scanner.handwriting.alphabet import CAPITALS
from scanner.handwriting.comb import Comb
from scanner.handwriting.evidence import cellwise, likelihoods
from scanner.handwriting.lexicon import given_names, place_names
from scanner.handwriting.names import CLEAR, NEARLY, decode_name, decode_place
from scanner.handwriting.plain import (
    decode_code,
    decode_count,
    decode_phone,
    decode_rt_rw,
    decode_time,
)
from scanner.handwriting.suggestion import Suggestion
from scanner.handwriting.words import RELATIONS, decode_listed
from scanner.reading import Reason
from tests.scanner.handwriting.beliefs import whole, written

KNOWN = ("SYARIFUDDIN", "NORHAYATI", "RUSDI", "MARIANI", "HERMANSYAH", "FITRIANI", "ARDIANSYAH")
UNKNOWN = (
    *("WIBISONO", "HUTAPEA", "PANGKEREGO", "TENRI", "LATUMAHINA", "MURIB", "KARINDU", "UJANG"),
    *("BREAKFAST", "RHYTHM", "VOLCANO", "JUKUNG", "TANGGUI", "GERIMIS", "OXYGEN", "LANTING"),
)


@dataclasses.dataclass
class Score:
    """Words of n right alone, helped and harmed by decoding; sure ones that were wrong."""

    n: int = 0
    alone: int = 0
    helped: int = 0
    harmed: int = 0
    wrong_when_sure: int = 0
    believed: float = 0.0

    @property
    def decoded(self) -> int:
        return self.alone + self.helped - self.harmed


def score(words: Sequence[str], n: int, seed: int) -> Score:
    rng, found = np.random.default_rng(seed), Score(n)
    for _ in range(n):
        word = str(rng.choice(words))
        comb = written(word, rng, CAPITALS)
        said, alone = decode_name(comb), cellwise(comb).value == word
        right = said.value == word
        found.alone += alone
        found.helped += right and not alone
        found.harmed += alone and not right
        found.wrong_when_sure += said.confidence >= 0.99 and not right
        found.believed += said.confidence
    return found


def test_known_names_are_helped() -> None:
    found = score(KNOWN, 600, 21)
    assert found.decoded > found.alone + 0.01 * found.n
    assert found.harmed == 0
    assert found.wrong_when_sure <= 2


def test_unknown_names_and_other_words_are_helped_more_than_harmed() -> None:
    assert not any(word in given_names() for word in UNKNOWN)
    found = score(UNKNOWN, 900, 22)
    assert found.helped > found.harmed
    assert found.wrong_when_sure <= 3
    assert abs(found.believed - found.decoded) < 0.05 * found.n


@pytest.mark.parametrize("name", ["RUSDO", "SITO AMINEH", "MUHAMMED", "XQZV", "O'BRIAN"])
def test_what_is_written_clearly_stays(name: str) -> None:
    assert decode_name(whole(name, CAPITALS)).value == name


def test_between_two_that_look_alike_the_known_name_wins() -> None:
    comb = whole("RUSDI", CAPITALS)
    comb.chances[1] = 0
    comb.chances[1, [CAPITALS.index("V"), CAPITALS.index("U")]] = 0.6, 0.4
    said = decode_name(comb)
    assert (said.value, said.cells[1].top[0]) == ("RUSDI", ("V", 0.6))
    assert said.cells[1].certainty > 0.9


def test_words_are_parted_by_blanks() -> None:
    said = decode_name(whole(" SITI  AMINAH   ", CAPITALS))
    assert (said.value, len(said.cells)) == ("SITI AMINAH", 16)
    assert decode_place(whole("GUNUNG RIUT", CAPITALS)).confidence > 0.95
    assert "GUNUNG" in place_names()


@st.composite
def combs(draw: st.DrawFn, cells: int, alphabet: str) -> Comb:
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    chances = np.exp(draw(st.sampled_from([0.0, 1.0, 5.0])) * rng.normal(size=(cells, 33)))
    chances = (chances / chances.sum(axis=1, keepdims=True))[:, : len(alphabet)]
    return Comb(alphabet, chances, rng.random(cells) < draw(st.sampled_from([0.0, 0.3, 1.0])))


@settings(max_examples=60, deadline=None)
@given(combs(9, CAPITALS))
def test_no_letter_is_replaced_that_was_clear_or_by_one_not_seen(comb: Comb) -> None:
    said, seen = decode_name(comb), likelihoods(comb) / len(CAPITALS)
    assert 0 <= said.confidence <= 1
    for cell, shares, empty in zip(said.cells, seen, comb.empty, strict=True):
        assert (cell.char == " ") == empty
        if not empty:
            chosen, most = shares[CAPITALS.index(cell.char)], shares.max()
            assert chosen == most or (most < CLEAR and chosen * NEARLY >= most)


def relation(comb: Comb) -> Suggestion:
    return decode_listed(comb, RELATIONS)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ISTRI   ", "ISTRI"),
        ("ORANGTUA", "ORANG TUA"),
        ("KEPALA KELUA", "KEPALA KELUARGA"),
        ("SEPUPU  ", "SEPUPU"),
        ("   ", ""),
    ],
)
def test_listed_words(text: str, value: str) -> None:
    assert relation(whole(text, CAPITALS)).value == value


def test_listed_words_beat_letters() -> None:
    rng, right, alone = np.random.default_rng(23), 0, 0
    for _ in range(n := 400):
        word = str(rng.choice(RELATIONS))
        comb = written(word, rng, CAPITALS, 16)
        right += relation(comb).value == word
        alone += cellwise(comb).value == word
    assert right > alone + 0.02 * n


def test_telephones_and_counts() -> None:
    said = decode_phone(whole("0812 3456789 "))
    assert (said.value, said.reasons) == ("08123456789", (Reason.GAP_IN_DIGITS,))
    assert decode_phone(whole("08123")).reasons == (Reason.TOO_FEW_DIGITS,)
    assert [decode_count(whole(text)).value for text in (" 5", "5 ", "12", "  ")] == [
        "5",
        "5",
        "12",
        "",
    ]


def test_times_and_rt_rw() -> None:
    rng, right, alone = np.random.default_rng(25), {"time": 0, "rt": 0}, {"time": 0, "rt": 0}
    for _ in range(n := 500):
        texts = {
            "time": f"{rng.integers(8, 16):02d}{rng.choice([0, 15, 30, 45]):02d}",
            "rt": f"{rng.integers(1, 9):03d}{rng.integers(1, 5):03d}",
        }
        for kind, decode in (("time", decode_time), ("rt", decode_rt_rw)):
            comb = written(texts[kind], rng)
            right[kind] += decode(comb).value == texts[kind]
            alone[kind] += cellwise(comb).value == texts[kind]
    assert all(right[kind] > alone[kind] + 0.01 * n for kind in right)
    assert decode_time(whole("2573")).reasons == (Reason.IMPOSSIBLE_NUMBER,)
    assert decode_time(whole("8 30")).reasons == (Reason.GAP_IN_DIGITS, Reason.TOO_FEW_DIGITS)
    assert decode_rt_rw(whole("  1  2")).value == "  1  2"


def test_sheet_codes_hold_their_check() -> None:
    points = {"1": "7", "5": "S", "8": "B", "0": "D", "2": "Z", "V": "Y", "M": "N"}
    rng, right, alone, sure_and_wrong = np.random.default_rng(24), 0, 0, 0
    for _ in range(n := 300):
        code = printed_code(new_sheet_id(), 1).replace("-", "")
        chances = np.full((11, 32), 1e-4)
        for row, char in enumerate(code):
            chances[row, ALPHABET.index(char)] = 1.0
            if rng.random() < 0.03:
                chances[row, ALPHABET.index(points.get(char, "K"))] = 1.3
        comb = Comb(ALPHABET, chances / chances.sum(axis=1, keepdims=True), np.zeros(11, bool))
        said = decode_code(comb)
        right += said.value == code
        alone += cellwise(comb).value == code
        sure_and_wrong += said.confidence >= 0.99 and said.value != code
    assert right > alone + 0.1 * n
    assert sure_and_wrong == 0


def test_a_code_whose_check_does_not_hold_is_not_believed() -> None:
    code = printed_code(new_sheet_id(), 1).replace("-", "")
    other = code[:-1] + ALPHABET[(ALPHABET.index(code[-1]) + 1) % 32]
    comb = whole(other, ALPHABET)
    assert decode_code(comb).confidence < 0.5


Decoder = Callable[[Comb], Suggestion]


@settings(max_examples=25, deadline=None)
@given(combs(11, ALPHABET), combs(13, "0123456789"))
def test_whatever_was_seen_gives_a_suggestion(code: Comb, digits: Comb) -> None:
    cases: list[tuple[Decoder, Comb]] = [(decode_code, code), (decode_phone, digits)]
    for decode, comb in cases:
        said = decode(comb)
        assert 0 <= said.confidence <= 1
        assert [cell.char == " " for cell in said.cells] == comb.empty.tolist()
