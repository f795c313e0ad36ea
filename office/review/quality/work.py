"""What the latest decisions tell of the work: how often suggestions of handwriting were corrected,
and what a decision took."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from office.review.models import Decision
from office.review.quality.rates import Rate
from office.rounds.printed import printed_form

LATEST = 5_000
"""Decisions that suggestions and speed are told from: enough for a share to within 1.4 points, and
read in an instant."""

WRITTEN = {"digits": "Angka", "capitals": "Huruf (nama)", "code": "Kode"}


@dataclass(frozen=True)
class SpeedRow:
    """``seconds`` and ``keys``: medians of one decision; ``n`` were measured."""

    mode: str
    n: int
    seconds: str
    keys: str


Latest = list[tuple[Any, ...]]


def latest_decisions() -> Latest:
    """The latest first looks, oldest of them first: sheet, layout, field, from, to, mode,
    milliseconds, keystrokes, pass, and the device that the page came from; without what was taken
    back."""
    rows = Decision.objects.filter(undoes=None, undone=None).order_by("-id")
    columns = ("sheet_id", "sheet__layout_hash", "field", "from_value", "to_value")
    more = ("mode", "ms", "keystrokes", "pass_no", "page__audit_draw__device")
    return list(rows.values_list(*columns, *more)[:LATEST])[::-1]


@dataclass(frozen=True)
class SuggestionRow:
    """Suggestions of one kind of handwriting, and how many people corrected: together, and by the
    device that files name (empty: none), unless none does."""

    kind: str
    rate: Rate
    devices: list[tuple[str, Rate]]


def suggestion_rows(latest: Latest) -> list[SuggestionRow]:
    """How many of the machine's suggestions of handwriting people corrected, by kind."""
    counts: dict[str, dict[str, Counter[bool]]] = defaultdict(lambda: defaultdict(Counter))
    seen: set[tuple[int, str]] = set()
    for sheet, layout, field, was, now, _, _, _, pass_no, device in latest:
        spec = printed_form(layout).spec.field(field.partition(".")[0])
        is_first = pass_no == 1 and (sheet, field) not in seen
        seen.add((sheet, field))
        if is_first and spec.kind == "cell" and was:
            counts[WRITTEN[spec.chars or "digits"]][device or ""][was != now] += 1
    return [_suggestion_row(kind, own) for kind, own in sorted(counts.items())]


def _suggestion_row(kind: str, own: Mapping[str, Counter[bool]]) -> SuggestionRow:
    """``own``: by device, how many were corrected (True) and how many were not."""
    devices = sorted(own, key=lambda name: (not name, name.casefold())) if any(own) else []
    every = sum(own.values(), Counter[bool]())
    rows = [(name, _corrected(own[name])) for name in devices]
    return SuggestionRow(kind, _corrected(every), rows)


def _corrected(count: Counter[bool]) -> Rate:
    return Rate(count[True], count.total())


def speed_rows(latest: Latest) -> list[SpeedRow]:
    """Medians by mode: half took longer. What was not measured is left out."""
    times: dict[str, list[int]] = defaultdict(list)
    keys: dict[str, list[int]] = defaultdict(list)
    for _, _, _, _, _, mode, ms, keystrokes, *_ in latest:
        if ms is not None and keystrokes is not None:
            times[mode].append(ms)
            keys[mode].append(keystrokes)
    return [
        SpeedRow(
            Decision.Mode(mode).label,
            len(some),
            f"{median(some) / 1000:.1f}".replace(".", ","),
            f"{median(keys[mode]):g}".replace(".", ","),
        )
        for mode, some in sorted(times.items())
    ]
