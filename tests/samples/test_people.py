"""Nobody in the samples can be a real person."""

from __future__ import annotations

import datetime

import numpy as np
import pytest

from samples.simulator.people import SERIALS, Household, Person, Registry

TODAY = datetime.date(2026, 12, 1)


@pytest.fixture(scope="module")
def households() -> list[Household]:
    registry = Registry(np.random.default_rng(3), TODAY)
    return [registry.household(n) for n in (1, 2, 3, 4, 5, 6, 7) * 3]


@pytest.fixture(scope="module")
def people(households: list[Household]) -> list[Person]:
    return [person for household in households for person in household.members]


def test_serials_are_above_every_real_one(
    households: list[Household], people: list[Person]
) -> None:
    numbers = [p.nik for p in people if p.nik] + [h.kk for h in households]
    assert len(numbers) > 60
    assert all(len(number) == 16 and number.isdigit() for number in numbers)
    assert all(number.startswith("631102") for number in numbers)
    assert all(int(number[12:]) in SERIALS for number in numbers)
    assert len({number[12:] for number in numbers}) == len(numbers)


def test_a_nik_agrees_with_birth_and_sex(people: list[Person]) -> None:
    for person in people:
        if person.nik and person.birth:
            day = int(person.birth[:2]) + (40 if person.sex == "P" else 0)
            assert person.nik[6:12] == f"{day:02d}{person.birth[2:4]}{person.birth[6:]}"


def test_some_lack_a_number_or_a_birth_date(people: list[Person]) -> None:
    assert any(not person.nik for person in people)
    assert any(person.birth.startswith("    ") and person.birth_estimated for person in people)


def test_ages_and_spouses_go_together(households: list[Household]) -> None:
    relations = set()
    for household in households:
        head = household.head
        for person in household.members[1:]:
            relations.add(person.relation)
            assert (person.relation == "orang_tua") == (person.age >= head.age + 19)
            if person.relation == "pasangan":
                assert {person.sex, head.sex} == {"L", "P"}
            elif person.relation != "orang_tua":
                assert person.age <= head.age - 20
    assert relations == {"pasangan", "anak", "cucu", "orang_tua"}


def test_names_fit_their_cells_and_are_never_given_twice(people: list[Person]) -> None:
    names = [person.name for person in people]
    assert len(set(names)) == len(names)
    assert all(len(name) <= 20 and name.replace(" ", "").isalpha() for name in names)


def test_the_same_seed_invents_the_same_people() -> None:
    one, two = (Registry(np.random.default_rng(9), TODAY).household(5) for _ in range(2))
    assert one == two
