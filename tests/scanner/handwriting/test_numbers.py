"""NIK, birth dates, family-card numbers and dates, decoded from beliefs whose truth is known."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.handwriting.births import USUAL_SLIPS, FormDate, NikDate, TwoWitnesses
from scanner.handwriting.comb import Comb
from scanner.handwriting.dates import decode_date
from scanner.handwriting.evidence import cellwise
from scanner.handwriting.kk import decode_kk
from scanner.handwriting.nik import decode_person
from scanner.reading import Reason
from tests.scanner.handwriting.beliefs import whole, written

ASTRAY = "3305271405830007"
"""A NIK from Java."""
MAN, WOMAN = (1.0, 0.0), (0.0, 1.0)
FIRST_DAY = datetime.date(1940, 1, 1)
DAYS = 31_000


@dataclass(frozen=True)
class Numbers:
    nik: str
    birth: str
    sex: tuple[float, float]


def somebody(rng: np.random.Generator, *, contradicted: float = 0.02) -> Numbers:
    """Nine in ten from Balangan; half of the serials small; some dates on the form another."""
    region = f"6311{rng.integers(1, 9):02d}"
    if rng.random() < 0.1:
        region = (
            f"{rng.choice([33, 35, 51, 62, 63])}{rng.integers(1, 30):02d}{rng.integers(1, 30):02d}"
        )
    day = FIRST_DAY + datetime.timedelta(days=int(rng.integers(DAYS)))
    woman = bool(rng.random() < 0.5)
    serial = rng.integers(1, 10) if rng.random() < 0.5 else rng.integers(1, 10_000)
    nik = f"{region}{day.day + 40 * woman:02d}{day:%m%y}{serial:04d}"
    if rng.random() < contradicted:
        day = FIRST_DAY + datetime.timedelta(days=int(rng.integers(DAYS)))
    return Numbers(nik, f"{day:%d%m%Y}", WOMAN if woman else MAN)


def test_together_beats_alone_and_confidence_is_what_it_says() -> None:
    rng = np.random.default_rng(71)
    right = {"cellwise": 0, "alone": 0, "together": 0}
    confidences, wrong_when_sure, sure = [], 0, 0
    for _ in range(n := 700):
        one = somebody(rng)
        nik, birth = written(one.nik, rng), written(one.birth, rng)
        said = decode_person(nik, birth, one.sex).nik
        right["cellwise"] += cellwise(nik).value == one.nik
        right["alone"] += decode_person(nik, written(" " * 8, rng)).nik.value == one.nik
        right["together"] += said.value == one.nik
        confidences.append(said.confidence)
        sure += said.confidence >= 0.99
        wrong_when_sure += said.confidence >= 0.99 and said.value != one.nik
    assert right["cellwise"] + 0.02 * n < right["alone"] < right["together"] - 0.01 * n
    assert abs(right["together"] / n - np.mean(confidences)) < 0.02
    assert sure > 0.7 * n
    assert wrong_when_sure <= 4
    """At .99 and more one in 100 may be wrong, most stand far above it: 700 hold 4 rarely."""


def test_all_numbers_together_have_the_chance_of_what_was_seen() -> None:
    """The sums are exact: a million numbers, one for one, come to the total."""
    rng = np.random.default_rng(5)
    seen = rng.uniform(0.2, 1.8, (7, 10, 10)).reshape(7, 100)
    seen /= seen.mean(axis=1, keepdims=True)
    nik, form = NikDate(seen[:3], np.array([0.7, 0.3])), FormDate(seen[3:], True, True, 1.0, 8)
    pair = TwoWitnesses(nik, form, USUAL_SLIPS)
    every = np.stack(np.unravel_index(np.arange(10**6), (100, 100, 100)), axis=1)
    total = sum(
        float(pair.nik_scores(every[k : k + 50_000]).sum()) for k in range(0, 10**6, 50_000)
    )
    assert total == pytest.approx(pair.total, rel=1e-9)


def test_dates_of_the_form_have_the_rest_of_the_chance() -> None:
    rng = np.random.default_rng(6)
    seen = rng.uniform(0.2, 1.8, (7, 100))
    seen /= seen.mean(axis=1, keepdims=True)
    form = FormDate(seen[3:], True, True, 1.0, 8)
    pair = TwoWitnesses(NikDate(seen[:3], np.array([0.7, 0.3])), form, USUAL_SLIPS)
    days = np.stack(np.meshgrid(range(1, 32), range(1, 13), (19, 20), range(100)), -1).reshape(
        -1, 4
    )
    total = float(pair.form_scores(days).sum())
    no_date = 0.005 * (0.997 * pair.of_nik + 0.003)
    share_here = float(seen[3:][np.arange(4), days].prod(axis=1).sum()) * 1e-8
    assert total == pytest.approx(pair.total - no_date * (1 - share_here), rel=1e-9)


def test_a_clear_contradiction_is_told_and_not_bent() -> None:
    said = decode_person(whole("6311021405830001"), whole("15051983"), MAN)
    assert (said.nik.value, said.birth.value) == ("6311021405830001", "15051983")
    assert Reason.NIK_CONTRADICTS_BIRTH_DATE in said.nik.reasons
    assert Reason.NIK_CONTRADICTS_BIRTH_DATE in said.birth.reasons


def test_dates_that_differ_in_one_digit_are_seldom_bent() -> None:
    """The commonest contradiction, and the hardest: one digit of the year written otherwise."""
    rng, told, right, alone = np.random.default_rng(72), 0, 0, 0
    for _ in range(n := 250):
        one = somebody(rng, contradicted=0)
        other = str((int(one.birth[7]) + rng.integers(1, 10)) % 10)
        birth = written(one.birth[:7] + other, rng)
        said = decode_person(written(one.nik, rng), birth, one.sex)
        told += Reason.NIK_CONTRADICTS_BIRTH_DATE in said.nik.reasons
        right += said.birth.value == one.birth[:7] + other
        alone += cellwise(birth).value == one.birth[:7] + other
    assert told > 0.88 * n
    assert right > alone - 0.02 * n


def test_no_contradiction_where_the_date_is_an_estimate() -> None:
    said = decode_person(whole("6311020107530001"), whole("    1950"), MAN, estimated=True)
    assert said.nik.reasons == said.birth.reasons == ()
    assert said.birth.value == "    1950"


def test_year_alone_speaks_for_the_year() -> None:
    nik = whole("6311021405830001")
    nik.chances[11] = 0
    nik.chances[11, [3, 8]] = 0.45, 0.55
    """The second digit of the year, which the year on the form tells apart."""
    assert decode_person(nik, whole("        ")).nik.value[11] == "8"
    said = decode_person(nik, whole("    1983"))
    assert (said.nik.value[11], said.birth.value) == ("3", "    1983")


def test_a_year_of_two_digits_is_told_and_still_speaks_for_the_number() -> None:
    nik = whole("6311021405830001")
    nik.chances[7] = 0
    nik.chances[7, [4, 9]] = 0.4, 0.6
    assert decode_person(nik, whole("        ")).nik.value[7] == "9"
    said = decode_person(nik, whole("140583  "), MAN)
    assert (said.nik.value[7], said.nik.reasons) == ("4", ())
    assert (said.birth.value, said.birth.reasons) == ("140583", (Reason.TOO_FEW_DIGITS,))


@pytest.mark.parametrize("birth", ["00001983", "00051983"])
def test_zeros_stand_for_what_is_not_known(birth: str) -> None:
    said = decode_person(whole("6311021405830001"), whole(birth), MAN)
    assert said.birth.value == birth
    assert said.birth.reasons == said.nik.reasons == ()
    assert said.birth.confidence > 0.9


def test_sex_of_the_nik() -> None:
    woman = whole("6311025405830001")
    assert decode_person(woman, whole("14051983"), WOMAN).nik.reasons == ()
    said = decode_person(woman, whole("14051983"), MAN)
    assert (said.nik_sex, said.nik.reasons) == ("P", (Reason.NIK_CONTRADICTS_SEX,))
    assert decode_person(woman, whole("14051983"), (0.0, 0.0)).nik.reasons == ()


def test_a_number_from_elsewhere_stays() -> None:
    said = decode_person(whole(ASTRAY), whole("14051983"), MAN)
    assert (said.nik.value, said.nik.reasons) == (ASTRAY, ())
    assert said.nik.confidence > 0.9


@pytest.mark.parametrize(
    ("number", "reasons"),
    [
        ("6311021405830000", {Reason.IMPOSSIBLE_NUMBER}),
        ("6311021413830001", {Reason.IMPOSSIBLE_NUMBER}),
        ("631102140583000 ", {Reason.TOO_FEW_DIGITS}),
        ("631102 405830001", {Reason.TOO_FEW_DIGITS, Reason.GAP_IN_DIGITS}),
        (" " * 16, set()),
    ],
)
def test_what_is_odd_about_a_number(number: str, reasons: set[Reason]) -> None:
    said = decode_person(whole(number), whole(" " * 8)).nik
    assert (said.value, set(said.reasons)) == (number.rstrip(), reasons)
    assert len(said.cells) == 16


def test_a_date_that_does_not_exist_is_told() -> None:
    said = decode_person(whole(" " * 16), whole("31021983")).birth
    assert (said.value, said.reasons) == ("31021983", (Reason.IMPOSSIBLE_DATE,))


def test_an_overwritten_cell_is_told_and_lowers_confidence() -> None:
    rng = np.random.default_rng(3)
    said = decode_person(written("63110214058300#1", rng), whole(" " * 8)).nik
    assert Reason.OVERWRITTEN_CELL in said.reasons
    assert said.confidence < 0.95


def test_kk_numbers() -> None:
    rng, right, plain = np.random.default_rng(8), 0, 0
    for _ in range(n := 300):
        day = datetime.date(2007, 1, 1) + datetime.timedelta(days=int(rng.integers(6500)))
        number = f"631102{day:%d%m%y}{rng.integers(1, 60):04d}"
        comb = written(number, rng)
        right += decode_kk(comb).value == number
        plain += cellwise(comb).value == number
    assert right > plain + 0.03 * n
    assert decode_kk(whole("6311023102100001")).reasons == (Reason.IMPOSSIBLE_NUMBER,)
    assert decode_kk(whole("631102310110000 ")).reasons == (Reason.TOO_FEW_DIGITS,)


def test_dates_of_meetings() -> None:
    rng, right, plain = np.random.default_rng(9), 0, 0
    for _ in range(n := 400):
        day = datetime.date(2024, 1, 1) + datetime.timedelta(days=int(rng.integers(2500)))
        comb = written(f"{day:%d%m%Y}", rng)
        right += decode_date(comb).value == f"{day:%d%m%Y}"
        plain += cellwise(comb).value == f"{day:%d%m%Y}"
    assert right > plain + 0.01 * n
    assert decode_date(whole("30022026")).reasons == (Reason.IMPOSSIBLE_DATE,)


@st.composite
def combs(draw: st.DrawFn, cells: int) -> Comb:
    """Any chances at all, with any cells empty."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sharp = draw(st.sampled_from([0.0, 1.0, 5.0, 40.0]))
    chances = np.exp(sharp * rng.normal(size=(cells, 11)))
    chances = (chances / chances.sum(axis=1, keepdims=True))[:, :10]
    empty = draw(st.lists(st.booleans(), min_size=cells, max_size=cells))
    return Comb("0123456789", chances, np.array(empty) & draw(st.booleans()))


@settings(max_examples=60, deadline=None)
@given(combs(16), combs(8), st.booleans(), st.sampled_from([None, MAN, WOMAN, (1.0, 1.0)]))
def test_whatever_was_seen_gives_a_suggestion(
    nik: Comb, birth: Comb, estimated: bool, sex: tuple[float, float] | None
) -> None:
    person = decode_person(nik, birth, sex, estimated=estimated)
    for said, comb in ((person.nik, nik), (person.birth, birth), (decode_kk(nik), nik)):
        assert 0 <= said.confidence <= 1
        assert [cell.char == " " for cell in said.cells] == comb.empty.tolist()
        assert "".join(cell.char for cell in said.cells).rstrip() == said.value
        assert all(0 <= cell.certainty <= 1 for cell in said.cells)
