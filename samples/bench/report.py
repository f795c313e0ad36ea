"""The bench's tables in plain text, and its counts as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from samples.bench.tally import Tally
from scanner.bounds import upper_bound

SHOWN_INCIDENTS = 40

Row = list[str]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Left-aligned first column, the others right-aligned."""
    lines = [head, *rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    return "\n".join(
        "  ".join(
            [line[0].ljust(widths[0])]
            + [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        )
        for line in lines
    )


def percent(part: int, whole: int, digits: int = 2) -> str:
    return "-" if whole == 0 else f"{100 * part / whole:.{digits}f} %"


def bound(errors: int, n: int) -> str:
    """The one-sided 95 % Clopper-Pearson bound as a rate."""
    return f"{upper_bound(errors, n):.1e}" if n else "-"


PAGE_HEAD = (
    "profile",
    "pages",
    "identified",
    "not read",
    "misidentified",
    "sheets",
    "with an error",
    "bound",
    "read ms: median",
    "p99",
    "max",
)


def page_row(name: str, tally: Tally) -> Row:
    """``misidentified``: another sheet, page or direction claimed than is true. A sheet is in
    error when any of its boxes or pages was claimed wrongly."""
    c, cpu = tally.counts, np.array(tally.cpu_ms or [np.nan])
    return [
        name,
        str(c["pages"]),
        percent(c["read"], c["pages"]),
        str(c["not_read"]),
        str(c["wrong_page"]),
        str(len(tally.sheets)),
        str(len(tally.bad_sheets)),
        bound(len(tally.bad_sheets), len(tally.sheets)),
        *(f"{value:.0f}" for value in (np.median(cpu), np.percentile(cpu, 99), cpu.max())),
    ]


BOX_HEAD = (
    "profile",
    "clear boxes",
    "sure",
    "false marked",
    "false empty",
    "wrong/sure",
    "bound",
    "to a person",
    "of clear",
    "no certificate",
    "erased",
    "off page",
    "claimed",
)


def box_row(name: str, tally: Tally) -> Row:
    """Boxes whose truth is clear. Erased marks (no pixel differs from the page without them),
    boxes off the picture and boxes without a certificate are in no rate."""
    c, judged = tally.counts, tally.clear - tally.counts["no_certificate"]
    return [
        name,
        str(tally.clear),
        str(tally.sure),
        str(c["false_marked"]),
        str(c["false_empty"]),
        "-" if not tally.sure else f"{tally.wrong / tally.sure:.1e}" if tally.wrong else "0",
        bound(tally.wrong, tally.sure),
        str(c["doubtful"]),
        percent(c["doubtful"], judged, 3),
        str(c["no_certificate"]),
        str(c["erased"]),
        str(c["gone"] + c["gone_claimed"] + c["cut"]),
        str(c["gone_claimed"]),
    ]


OTHER_HEAD = (
    "profile",
    "unclear boxes",
    "asked",
    "marked",
    "empty",
    "erased",
    "choices: right",
    "wrong",
    "asked",
    "areas: right",
    "wrong",
    "asked",
    "place mm: mean",
    "p99.9",
    "max",
)


def other_row(name: str, tally: Tally) -> Row:
    """Boxes that only a person can judge; whole choices; ink in cells and writing areas; and how
    far boxes were placed from where they are."""
    c, errors = tally.counts, np.array(tally.errors_mm or [np.nan])
    unclear = [f"unclear_{state}" for state in ("doubtful", "marked", "empty", "erased")]
    return [
        name,
        str(sum(c[key] for key in unclear)),
        *(str(c[key]) for key in unclear),
        *(str(c[f"field_{key}"]) for key in ("right", "wrong", "asked")),
        *(str(c[f"area_{key}"]) for key in ("right", "wrong", "doubtful")),
        f"{errors.mean():.4f}",
        f"{np.percentile(errors, 99.9):.3f}",
        f"{errors.max():.3f}",
    ]


KIND_HEAD = ("what is in the box", "n", "marked", "doubtful", "empty", "erased", "distinct")


def kind_rows(tally: Tally, distinct: Mapping[str, int] | None = None) -> list[Row]:
    """How each kind of ink was read. ``distinct``: different marks on paper, by kind."""
    rows = []
    for kind in sorted({kind for kind, _ in tally.kinds}):
        states = [tally.kinds[kind, s] for s in ("marked", "doubtful", "empty", "erased")]
        different = str((distinct or {}).get(kind, "-"))
        rows.append([kind, str(sum(states)), *(str(n) for n in states), different])
    return rows


def incident_lines(tallies: Mapping[str, Tally]) -> list[str]:
    """What went wrong, as far as it fits on a page."""
    lines = [line for tally in tallies.values() for line in tally.incidents]
    hidden = len(lines) - SHOWN_INCIDENTS
    return lines[:SHOWN_INCIDENTS] + ([f"... and {hidden} more"] if hidden > 0 else [])


def plain(tally: Tally) -> dict[str, Any]:
    """All counts of a tally, for a file."""
    errors, cpu = np.array(tally.errors_mm or [0.0]), np.array(tally.cpu_ms or [0.0])
    return {
        "counts": dict(sorted(tally.counts.items())),
        "clear": tally.clear,
        "sure": tally.sure,
        "wrong": tally.wrong,
        "bound_95": upper_bound(tally.wrong, tally.sure),
        "sheets": len(tally.sheets),
        "sheets_with_an_error": len(tally.bad_sheets),
        "sheet_bound_95": upper_bound(len(tally.bad_sheets), len(tally.sheets)),
        "identified_by": dict(sorted(tally.identified_by.items())),
        "kinds": {f"{kind}/{state}": n for (kind, state), n in sorted(tally.kinds.items())},
        "place_mm": _quantiles(errors, (50, 99, 99.9, 100)),
        "read_cpu_ms": _quantiles(cpu, (50, 99, 100)),
        "incidents": tally.incidents,
    }


def _quantiles(
    values: np.ndarray[Any, np.dtype[np.float64]], at: Sequence[float]
) -> dict[str, float]:
    named = {f"p{share:g}": round(float(np.percentile(values, share)), 4) for share in at}
    return {"mean": round(float(values.mean()), 4), **named}
