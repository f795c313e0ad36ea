"""Invented people. Their names are made of words for weather, woods and tools, which nobody
bears together; their numbers have the structure of real ones and a serial from 9001, which a
registry counting up from 0001 within one birth date and district never reaches. Their
telephones begin with 0800000: no mobile number does."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from samples.simulator.pens import Rng

DISTRICT = "631102"
FEMALE_DAY_OFFSET = 40
SERIALS = range(9001, 10_000)

_WOMEN = (
    *("EMBUN", "SERUNI", "LIMAU", "KENANGA", "SENJA", "PELITA", "INTAN", "PUCUK", "MELATI"),
    *("RIMBUN", "HUJAN", "TERATAI"),
)
_MEN = (
    *("DAMAR", "BANYU", "KABUT", "GUNTUR", "LADING", "TIMBUL", "ULIN", "JERAMI", "PUNGGUR"),
    *("RIAM", "KILAT", "MERANTI"),
)
_SURNAMES = (
    *("JUKUNG", "LADANG", "ANYAMAN", "RUMBIA", "LANTING", "TIKAR", "LUMBUNG", "PARANG"),
    *("GERIMIS", "TANGGUI", "BAKUL", "KELADI", "PERAHU", "SIRAP", "LESUNG", "RAKIT"),
)
HAMLETS = ("DATAR BATUNG", "TEPI RIAM", "MUARA BAKUL", "BUKIT RUMBIA")


@dataclass(frozen=True)
class Person:
    """``birth`` DDMMYYYY as written in cells: day and month may be blank, or all of it."""

    name: str
    sex: str
    birth: str
    birth_estimated: bool
    nik: str
    relation: str
    age: int


@dataclass(frozen=True)
class Household:
    """``kk`` is empty for a family without a card."""

    kk: str
    hamlet: str
    rt_rw: str
    phone: str
    members: tuple[Person, ...]

    @property
    def head(self) -> Person:
        return self.members[0]


class Registry:
    """Invents people and never gives a number or a name twice."""

    def __init__(self, rng: Rng, today: datetime.date) -> None:
        self._rng = rng
        self._today = today
        self._serials = rng.permutation(list(SERIALS)).tolist()
        self._names: set[str] = set()

    def household(self, n: int, *, with_card: bool = True) -> Household:
        """A family of ``n`` (1-7): head, perhaps a spouse, children, and older relatives."""
        rng = self._rng
        kk = DISTRICT + self._day(self._number(400, 7000)).strftime("%d%m%y") + self._serial()
        sex = "P" if rng.random() < 0.3 else "L"
        head = self.person("kepala", sex, self._number(28, 75))
        members = (head, *(self._member(place, n, head) for place in range(1, n)))
        phone = f"0800000{self._number(10_000, 99_999)}" if rng.random() < 0.5 else ""
        return Household(
            kk=kk if with_card else "",
            hamlet=str(rng.choice(HAMLETS)),
            rt_rw=f"{rng.integers(1, 7):03d}{rng.integers(1, 3):03d}",
            phone=phone,
            members=members,
        )

    def _member(self, place: int, n: int, head: Person) -> Person:
        """Spouse, then children, grandchildren and parents, of ages that go together."""
        if place == 1 and n > 2:
            sex = "L" if head.sex == "P" else "P"
            return self.person("pasangan", sex, max(head.age + self._number(-8, 4), 20))
        sex = str(self._rng.choice(["L", "P"]))
        if place > 2 and head.age < 60 and self._rng.random() < 0.3:
            return self.person("orang_tua", sex, head.age + self._number(19, 30))
        gap, relation = (40, "cucu") if head.age > 55 and place > 2 else (20, "anak")
        return self.person(relation, sex, min(self._number(0, head.age - gap), 25))

    def person(self, relation: str, sex: str, age: int) -> Person:
        """One of them; the older, the less is known of birth date and number."""
        rng = self._rng
        day = self._day(age * 365 + self._number(0, 365))
        vague = age > 55 and rng.random() < 0.5
        written = f"    {day.year}" if vague else day.strftime("%d%m%Y")
        has_nik = not vague and rng.random() > (0.35 if age < 3 else 0.08)
        return Person(
            name=self._name(sex),
            sex=sex,
            birth=written if rng.random() > 0.03 else "",
            birth_estimated=vague,
            nik=self._nik(day, sex) if has_nik else "",
            relation=relation,
            age=age,
        )

    def _name(self, sex: str) -> str:
        while True:
            first = str(self._rng.choice(_MEN if sex == "L" else _WOMEN))
            name = f"{first} {self._rng.choice(_SURNAMES)}"
            if name not in self._names:
                self._names.add(name)
                return name

    def _number(self, low: int, high: int) -> int:
        """From ``low`` to ``high`` - 1."""
        return int(self._rng.integers(low, high))

    def _day(self, days_ago: int) -> datetime.date:
        return self._today - datetime.timedelta(days=days_ago)

    def _serial(self) -> str:
        return str(self._serials.pop())

    def _nik(self, day: datetime.date, sex: str) -> str:
        number = day.day + (FEMALE_DAY_OFFSET if sex == "P" else 0)
        return f"{DISTRICT}{number:02d}{day:%m%y}{self._serial()}"
