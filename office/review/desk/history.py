"""What happened to a sheet: its decisions, and its steps from state to state, in order of time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from forms.spec import FieldSpec, FormSpec
from office.review.blind import HIDDEN
from office.review.models import Decision
from office.review.passes import SECOND, THIRD
from office.review.spoken import spoken, spoken_name
from office.rounds.models import Sheet, SheetEvent

PASSES = {SECOND: "ketikan kedua", THIRD: "dibandingkan dengan kertas"}


@dataclass(frozen=True)
class Entry:
    """One line of the history; ``old`` and ``new`` are words, empty for a remark. ``taken_back``:
    this was undone later."""

    at: datetime
    who: str
    what: str
    old: str
    new: str
    taken_back: bool = False


def events_of(sheet: Sheet) -> list[SheetEvent]:
    """All steps of a sheet, the oldest first; most were made by the program."""
    return list(sheet.events.prefetch_related("by"))


def history_of(
    form: FormSpec,
    decisions: Sequence[Decision],
    events: Iterable[SheetEvent],
    hidden: Collection[str] = (),
) -> list[Entry]:
    """All decisions and events of a printed sheet, the newest first; the values of ``hidden``
    fields are not told."""
    entries = [*_decisions(form, decisions, hidden), *_events(events)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _decisions(
    form: FormSpec, rows: Sequence[Decision], hidden: Collection[str]
) -> Iterator[Entry]:
    decided: set[str] = set()
    undone = {row.undoes_id for row in rows}
    for row in rows:
        spec = form.field(row.field.partition(".")[0])
        old = _old(spec, row, is_first=row.field not in decided)
        new = "seperti semula" if row.undoes_id is not None else spoken(spec, row.to_value)
        if row.field in hidden:
            old = new = HIDDEN
        decided.add(row.field)
        who = row.by.get_username()
        yield Entry(row.at, who, _what(spec, row), old, new, row.pk in undone)


def _what(spec: FieldSpec, row: Decision) -> str:
    name = spoken_name(spec, row.field)
    if row.undoes_id is not None:
        return f"Diurungkan: {name}"
    return f"{name}, {PASSES[row.pass_no]}" if row.pass_no in PASSES else name


def _old(spec: FieldSpec, row: Decision, *, is_first: bool) -> str:
    if is_first and row.from_value is None:
        return "belum dibaca" if spec.kind == "cell" else "ragu atau kosong"
    return spoken(spec, row.from_value)


def _events(events: Iterable[SheetEvent]) -> Iterator[Entry]:
    for event in events:
        yield Entry(event.at, event.by.get_username() if event.by else "program", *_step(event))


def _step(event: SheetEvent) -> tuple[str, str, str]:
    if event.from_state == event.to_state:
        return event.note, "", ""
    what = f"Status lembar: {event.note}" if event.note else "Status lembar"
    return what, event.get_from_state_display(), event.get_to_state_display()
