"""Which sheets the bench fills in: how many of each form for each kind of trouble."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from samples.simulator.profiles import NAMES, PROFILES

HELD_OUT_SEED = 910_000
"""Seeds from here on are the bench's alone; whoever tunes the reader stays below 800,000."""

DRAWN, REAL = "drawn", "real"

Forms = Mapping[str, int]
Plan = Mapping[str, Forms]
"""Sheets of each form by profile."""

OFFICE = ("office300", "office200")
CALM = (*OFFICE, "clean")
"""Profiles whose boxes are counted together against the strictest target."""

_OFFICE_QUICK = {"registrasi": 75, "sosialisasi": 12, "kehadiran": 30, "umpan-balik": 20}
_TROUBLE_QUICK = {"registrasi": 14, "sosialisasi": 2, "kehadiran": 4, "umpan-balik": 2}
_REAL_QUICK = {"registrasi": 4, "sosialisasi": 1, "kehadiran": 2, "umpan-balik": 1}

_OFFICE_FULL = {"registrasi": 560, "sosialisasi": 290, "kehadiran": 410, "umpan-balik": 290}
"""Twice this (300 and 200 dpi): 3,100 sheets, 320,000 boxes of which 310,000 are clear."""
_TROUBLE_FULL = {"registrasi": 136, "sosialisasi": 20, "kehadiran": 40, "umpan-balik": 20}
"""33,500 boxes, of which over 30,000 are clear and whole."""
_REAL_FULL = {"registrasi": 12, "sosialisasi": 2, "kehadiran": 4, "umpan-balik": 2}


@dataclass(frozen=True)
class Task:
    """One sheet to simulate and read: the ``number``-th of its form on its paper. ``tuning``:
    use the real ink that tuning may see."""

    profile: str
    ink: str
    paper: str
    form: str
    number: int
    seed: int
    tuning: bool = False

    @property
    def label(self) -> str:
        return f"{self.profile}/{self.ink}/{self.paper}/{self.form}/{self.number}"


def plan(ink: str, *, full: bool) -> Plan:
    """How many sheets; real ink costs as many pages and has fewer marks to show."""
    if ink == REAL:
        quiet = trouble = _REAL_FULL if full else _REAL_QUICK
    else:
        quiet, trouble = (_OFFICE_FULL, _TROUBLE_FULL) if full else (_OFFICE_QUICK, _TROUBLE_QUICK)
    return {name: quiet if name in OFFICE else trouble for name in NAMES}


def printed(*, full: bool) -> Forms:
    """Sheets to print, so that no two office scans are of the same one. Other profiles take the
    same sheets again, filled anew."""
    office = _OFFICE_FULL if full else _OFFICE_QUICK
    return {form: len(OFFICE) * n for form, n in office.items()}


def tasks(plan: Plan, ink: str, seed: int = HELD_OUT_SEED, *, tuning: bool = False) -> list[Task]:
    """Every fourth sheet is F4; an A4 glass gets F4 sheets only."""
    return [task for name in plan for task in _of_profile(name, plan[name], ink, seed, tuning)]


def _of_profile(name: str, forms: Forms, ink: str, seed: int, tuning: bool) -> Iterator[Task]:
    only_f4 = name in PROFILES and PROFILES[name].glass_mm is not None
    for form, n in forms.items():
        first = n if name == OFFICE[1] else 0
        for number in range(first, first + n):
            if only_f4:
                yield Task(name, ink, "f4", form, number, seed, tuning)
            elif number % 4 == 3:
                yield Task(name, ink, "f4", form, number // 4, seed, tuning)
            else:
                yield Task(name, ink, "a4", form, number - number // 4, seed, tuning)
