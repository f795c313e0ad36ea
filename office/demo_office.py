"""The fixed demo office in ``samples/office``: its visits and sheets, read from its files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scanner.context import DEMO_OFFICE


@dataclass(frozen=True)
class DemoSheet:
    """One printed sheet of the demo office; ``layout`` is the hash of its layout."""

    code: str
    form: str
    layout: str
    seq: int


@dataclass(frozen=True)
class DemoVisit:
    """One printed visit of the demo office."""

    public_id: str
    round: str
    village: str
    date: date
    sheets: tuple[DemoSheet, ...]


def demo_visits(folder: Path = DEMO_OFFICE) -> tuple[DemoVisit, ...]:
    """All visits of ``office.json``. Raises FileNotFoundError, KeyError on a broken file."""
    office = json.loads((folder / "office.json").read_text(encoding="utf-8"))
    return tuple(
        DemoVisit(
            visit["visit"],
            visit["round"],
            visit["village"],
            date.fromisoformat(visit["date"]),
            tuple(
                DemoSheet(sheet["sheet"], sheet["form"], sheet["layout"], sheet["seq"])
                for sheet in visit["sheets"]
            ),
        )
        for visit in office.get("visits", [office])
    )


def demo_sheets() -> tuple[DemoSheet, ...]:
    """All sheets of the demo office."""
    return tuple(sheet for visit in demo_visits() for sheet in visit.sheets)
