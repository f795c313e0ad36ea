"""The bench's tables in plain text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from samples.bench.bounds import upper_bound
from samples.bench.score import Tally

SHOWN_INCIDENTS = 40


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


def percent(part: int, whole: int) -> str:
    return "-" if whole == 0 else f"{100 * part / whole:.2f} %"


PAGE_HEAD = ("profile", "pages", "read", "not read", "misread", "sheets", "with an error")


def page_rows(tallies: Mapping[str, Tally]) -> list[list[str]]:
    """Pages: ``misread`` is another sheet, page or direction claimed than is true."""
    rows = []
    for name, tally in tallies.items():
        c = tally.counts
        rows.append(
            [
                name,
                str(c["pages"]),
                percent(c["read"], c["pages"]),
                str(c["not_read"]),
                str(c["wrong_page"]),
                str(len(tally.sheets)),
                str(len(tally.bad_sheets)),
            ]
        )
    return rows


BOX_HEAD = (
    "profile",
    "clear boxes",
    "right",
    "wrong",
    "doubtful",
    "wrong/claimed",
    "95 % bound",
    "doubtful/clear",
    "unclear: asked",
    "marked",
    "empty",
    "off page",
    "claimed",
)


def box_rows(tallies: Mapping[str, Tally]) -> list[list[str]]:
    """Mark boxes: what was claimed of clear ones, and what became of unclear ones."""
    rows = []
    for name, tally in tallies.items():
        c = tally.counts
        right, wrong, doubtful = c["box_right"], c["box_wrong"], c["box_doubtful"]
        claimed, clear = right + wrong, right + wrong + doubtful
        rows.append(
            [
                name,
                str(clear),
                str(right),
                str(wrong),
                str(doubtful),
                percent(wrong, claimed),
                f"{100 * upper_bound(wrong, claimed):.3f} %" if claimed else "-",
                percent(doubtful, clear),
                str(c["box_unclear_doubtful"]),
                str(c["box_unclear_marked"]),
                str(c["box_unclear_empty"]),
                str(c["box_gone"] + c["box_gone_claimed"]),
                str(c["box_gone_claimed"]),
            ]
        )
    return rows


AREA_HEAD = ("profile", "mean mm", "p99.9", "max", "cells, ink: right", "wrong", "doubtful")


def area_rows(tallies: Mapping[str, Tally]) -> list[list[str]]:
    """Box position error, and ink found or not in cells and writing areas."""
    rows = []
    for name, tally in tallies.items():
        errors = np.array(tally.errors_mm or [np.nan])
        c = tally.counts
        rows.append(
            [
                name,
                f"{errors.mean():.4f}",
                f"{np.percentile(errors, 99.9):.3f}",
                f"{errors.max():.3f}",
                str(c["area_right"]),
                str(c["area_wrong"]),
                str(c["area_doubtful"]),
            ]
        )
    return rows


KIND_HEAD = ("what is in the box", "n", "empty", "marked", "doubtful")


def kind_rows(tally: Tally) -> list[list[str]]:
    """How each kind of mark was read."""
    kinds = sorted({kind for kind, _ in tally.kinds})
    rows = []
    for kind in kinds:
        states = [tally.kinds[kind, state] for state in ("empty", "marked", "doubtful")]
        rows.append([kind, str(sum(states)), *(str(n) for n in states)])
    return rows


def incident_lines(tallies: Mapping[str, Tally]) -> list[str]:
    """What went wrong, as far as it fits on a page."""
    lines = [line for tally in tallies.values() for line in tally.incidents]
    hidden = len(lines) - SHOWN_INCIDENTS
    return lines[:SHOWN_INCIDENTS] + ([f"... and {hidden} more"] if hidden > 0 else [])
