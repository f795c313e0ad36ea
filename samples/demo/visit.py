"""The demo visit: which sheets were printed for it, and what stands on those that came back."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from forms.layout import Layout
from forms.pack import PackOrder, SheetToPrint
from forms.printed import PrintedForm
from forms.sheetcode import ALPHABET, SHEET_CHARS
from samples.demo.answers import Answers, filling, final_values
from samples.demo.families import registration
from samples.demo.meetings import attendance, feedback, meeting_report
from samples.simulator.filling import Filling, Mark, Value, Writer, some_writer
from samples.simulator.marks import Kind
from samples.simulator.pens import Rng
from samples.simulator.people import Household, Registry

SEED = 631_102_2014
VISIT = "liyu-20261201-7kq2"
ROUND = "Putaran 1/2026"
VILLAGE, DESA = "63.11.02.2014", "Liyu"
DATE = datetime.date(2026, 12, 1)
KEY = b"PAK-SOTARSA PUBLIC DEMO KEY 2026"
"""Public on purpose: every other office refuses sheets made with it as samples."""

COUNTS = {"kehadiran": 2, "registrasi": 12, "sosialisasi": 1, "umpan-balik": 4}
"""Sheets printed of each kind, in the order of the pack."""

FAMILIES = (4, 3, 7, 5, 2, 4, 1, 5, 3)
"""Members of the families that were visited; the third needs a second sheet."""

N_MALE, N_FEMALE = 17, 21


@dataclass(frozen=True, eq=False)
class DemoSheet:
    """One printed sheet; ``filling`` is None for one that stayed in the village."""

    sheet: str
    form: str
    seq: int
    printed: PrintedForm
    answers: Answers | None
    filling: Filling | None

    @property
    def layout(self) -> Layout:
        return self.printed.layout

    @property
    def key(self) -> tuple[str, int]:
        """What people call it: kind and number."""
        return self.form, self.seq

    def values(self) -> dict[str, Value]:
        """Final values of all fields. Raises ValueError for an empty sheet."""
        if self.answers is None:
            raise ValueError(f"nothing is written on {self.sheet}")
        return final_values(self.answers)


def sheet_ids() -> dict[tuple[str, int], str]:
    """Fixed ids of all printed sheets."""
    rng = np.random.default_rng([SEED, 1])
    keys = [(form, seq) for form, n in COUNTS.items() for seq in range(1, n + 1)]
    draws = [rng.integers(0, len(ALPHABET), SHEET_CHARS) for _ in keys]
    return {
        key: "".join(ALPHABET[int(i)] for i in draw) for key, draw in zip(keys, draws, strict=True)
    }


def order(forms: Mapping[str, PrintedForm], key: bytes = KEY) -> PackOrder:
    """The pack exactly as an office prints this visit: by kind, then by number."""
    sheets = tuple(SheetToPrint(sheet, form) for (form, _), sheet in sorted(sheet_ids().items()))
    return PackOrder(VISIT, ROUND, DESA, DATE, key, sheets, forms)


def fill_all(forms: Mapping[str, PrintedForm]) -> dict[tuple[str, int], DemoSheet]:
    """All sheets of the visit, filled in as far as they came back."""
    ids = sheet_ids()
    rng = np.random.default_rng([SEED, 2])
    officers = [some_writer(rng, pen) for pen in ("blue_ballpoint", "black_ballpoint", "blue_gel")]
    answers = _answers(forms, ids, rng)
    sheets: dict[tuple[str, int], DemoSheet] = {}
    for number, (key, sheet) in enumerate(ids.items()):
        written = answers.get(key)
        printed = forms[key[0]]
        writer = officers[number % len(officers)]
        ink = None if written is None else _written(key, written, printed.layout, writer)
        sheets[key] = DemoSheet(sheet, *key, printed, written, ink)
    return sheets


def _answers(
    forms: Mapping[str, PrintedForm], ids: Mapping[tuple[str, int], str], rng: Rng
) -> dict[tuple[str, int], Answers]:
    registry = Registry(rng, DATE)
    families = [registry.household(n, with_card=n != 2) for n in FAMILIES]
    answers = _registrations(forms, ids, families, rng)
    people = [person for family in families for person in family.members if person.age > 16]
    for seq, rows in ((1, people[:11]), (2, people[11:18])):
        answers["kehadiran", seq] = attendance(forms["kehadiran"].spec, rows, rng)
    answers["sosialisasi", 1] = meeting_report(forms["sosialisasi"].spec, N_MALE, N_FEMALE)
    for seq in (1, 2, 3):
        answers["umpan-balik", seq] = feedback(forms["umpan-balik"].spec, seq - 1, rng)
    return answers


def _registrations(
    forms: Mapping[str, PrintedForm],
    ids: Mapping[tuple[str, int], str],
    families: list[Household],
    rng: Rng,
) -> dict[tuple[str, int], Answers]:
    """One sheet a family, and one more for the sixth and seventh member of the third."""
    spec = forms["registrasi"].spec
    answers: dict[tuple[str, int], Answers] = {}
    seq = 1
    for family in families:
        first = ids["registrasi", seq]
        answers["registrasi", seq] = registration(spec, family, rng)
        seq += 1
        if len(family.members) > spec_rows(spec.field("nama").rows):
            answers["registrasi", seq] = registration(spec, family, rng, continues=first)
            seq += 1
    return answers


def spec_rows(rows: int | None) -> int:
    if rows is None:
        raise ValueError("the field does not repeat")
    return rows


def _written(key: tuple[str, int], answers: Answers, layout: Layout, writer: Writer) -> Filling:
    """With the slips of the pen that this sheet is to show."""
    slip = SLIPS.get(key)
    if slip is not None:
        slip(answers, writer)
    return filling(answers, layout, writer)


def _other_option(answers: Answers, name: str) -> str:
    options = [option.id for option in answers.spec.field(name.partition(".")[0]).options]
    return next(option for option in options if option != answers.values[name])


def _cancelled_then_right(answers: Answers, writer: Writer) -> None:
    """First the wrong wall, scribbled out; a faint tick; a small dot where the pen rested."""
    wrong = _other_option(answers, "rumah_dinding")
    answers.slips[f"mark:rumah_dinding:{wrong}"] = Mark(Kind.CANCELLED, meant=False)
    answers.slips[f"mark:rumah_atap:{answers.values['rumah_atap']}"] = Mark(Kind.FAINT)


def _two_marks(answers: Answers, writer: Writer) -> None:
    """Two sources of water ticked where one is asked for; a light that is filled in."""
    wrong = _other_option(answers, "rumah_air_minum")
    answers.slips[f"mark:rumah_air_minum:{wrong}"] = Mark(writer.kind, meant=False)
    light = answers.values["rumah_penerangan"]
    answers.slips[f"mark:rumah_penerangan:{light}"] = Mark(Kind.FILLED)


def _scribbled(answers: Answers, writer: Writer) -> None:
    """An answer of the feedback sheet taken back."""
    wrong = _other_option(answers, "tahu_bertanya")
    answers.slips[f"mark:tahu_bertanya:{wrong}"] = Mark(Kind.CANCELLED, meant=False)


SLIPS: Mapping[tuple[str, int], Callable[[Answers, Writer], None]] = {
    ("registrasi", 2): _cancelled_then_right,
    ("registrasi", 5): _two_marks,
    ("umpan-balik", 2): _scribbled,
}


def changed(sheet: DemoSheet) -> DemoSheet:
    """The same sheet after somebody ticked more on it: what must never pass unnoticed."""
    if sheet.answers is None or sheet.filling is None:
        raise ValueError(f"nothing is written on {sheet.sheet}")
    answers = Answers(sheet.answers.spec, dict(sheet.answers.values), dict(sheet.answers.inks))
    for name in ("bantuan_diterima", "minta_pangan"):
        answers.put(name, [option.id for option in answers.spec.field(name).options])
    ink = filling(answers, sheet.layout, sheet.filling.writer)
    return DemoSheet(sheet.sheet, sheet.form, sheet.seq, sheet.printed, answers, ink)
