"""Do two images of one page say the same? Judged by what the reader claims of both.

Only claims count: a doubtful box contradicts nothing. Handwriting is compared by the presence
of ink: what it says is only suggested.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scanner.reading import PLACE_REASONS, FieldState, MarkState

Claims = dict[tuple[str, str], bool]
"""(field, option or "") -> whether there is ink; doubtful boxes are left out."""


def _of_field(name: str, field: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], bool]]:
    if "options" in field:
        for option, reading in field["options"].items():
            if reading["state"] != MarkState.DOUBTFUL:
                yield (name, option), reading["state"] == MarkState.MARKED
    elif field["state"] != FieldState.DOUBTFUL:
        yield (name, ""), field["state"] == FieldState.SURE and field["value"] is not False
    elif field.get("cells") and not PLACE_REASONS.intersection(field["reasons"]):
        yield (name, ""), True


def claims(page_json: Mapping[str, Any]) -> Claims:
    """Everything a page's reading is sure of."""
    return {
        key: inked
        for name, field in page_json["fields"].items()
        for key, inked in _of_field(name, field)
    }


def contradictions(first: Claims, second: Claims) -> list[tuple[str, str]]:
    """Boxes that one image calls empty and the other inked, sorted."""
    return sorted(key for key in first.keys() & second.keys() if first[key] != second[key])
