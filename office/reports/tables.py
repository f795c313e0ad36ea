"""Plain-text tables for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from office.rounds.states import Bucket


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    """Aligned lines, numbers to the right; the head is underlined."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in [list(head), *cells]) for i in range(len(head))]
    numeric = [
        bool(rows) and all(isinstance(row[i], int) for row in rows) for i in range(len(head))
    ]

    def line(row: Sequence[str]) -> str:
        return "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, widths, numeric, strict=True)
        ).rstrip()

    yield line(head)
    yield "  ".join("-" * width for width in widths)
    yield from (line(row) for row in cells)


def reconciliation_lines(status: Mapping[str, Any]) -> Iterator[str]:
    """The status of a visit (`office.rounds.visits.reconcile`), one line a kind, and the sum."""
    columns = ["printed", *(bucket.value for bucket in Bucket)]
    head = ["lembar", "dicetak", *(bucket.label for bucket in Bucket)]
    rows: list[list[object]] = [
        [kind, *(counts[column] for column in columns)]
        for kind, counts in status["by_kind"].items()
    ]
    rows.append(["semua", *(status[column] for column in columns)])
    yield from table(head, rows)
