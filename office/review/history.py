"""What happened to a sheet: its decisions, and its steps from state to state, in order of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from office.review.fields import spoken
from office.rounds.models import Sheet, SheetEvent
from office.rounds.printed import form_of


@dataclass(frozen=True)
class Entry:
    """One line of the history; ``old`` and ``new`` are words, empty for a remark."""

    at: datetime
    who: str
    what: str
    old: str
    new: str


def history_of(sheet: Sheet) -> list[Entry]:
    """All decisions and events of a printed sheet, the newest first."""
    entries = [*_decisions(sheet), *_events(sheet)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _decisions(sheet: Sheet) -> Iterator[Entry]:
    form = form_of(sheet)
    decided: set[str] = set()
    for decision in sheet.decisions.select_related("by"):
        field_id, _, row = decision.field.partition(".")
        spec = form.field(field_id)
        what = f"{spec.label} (baris {row})" if row else spec.label
        old = spoken(spec, decision.from_value)
        if decision.field not in decided and decision.from_value is None:
            old = "belum dibaca" if spec.kind == "cell" else "ragu atau kosong"
        decided.add(decision.field)
        yield Entry(
            decision.at, decision.by.get_username(), what, old, spoken(spec, decision.to_value)
        )


def _events(sheet: Sheet) -> Iterator[Entry]:
    for event in sheet.events.select_related("by"):
        yield Entry(event.at, event.by.get_username() if event.by else "program", *_step(event))


def _step(event: SheetEvent) -> tuple[str, str, str]:
    if event.from_state == event.to_state:
        return event.note, "", ""
    what = f"Status lembar: {event.note}" if event.note else "Status lembar"
    return what, event.get_from_state_display(), event.get_to_state_display()
