"""Layout: where every box of a printed form lies, in millimetres. Immutable once printed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import cached_property
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

BoxKind = Literal["mark", "cell", "ink", "qr", "marker", "code"]
FIELD_KINDS: frozenset[str] = frozenset({"mark", "cell", "ink"})
Choice = Literal["single", "multiple"]
Chars = Literal["digits", "capitals", "code"]
Means = Literal[
    "nik", "kk", "name", "birth_date", "date", "place", "phone", "count", "code", "sex", "other"
]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PageSize(_Frozen):
    width_mm: float
    height_mm: float


class Box(_Frozen):
    """One rectangle on paper: the outer edge of its printed frame.

    Origin top left of the page, x right, y down; ``page``, ``row``, ``index`` count from 1.
    For the reserved kinds ``qr``, ``marker`` and ``code`` the field is the kind's name.
    """

    id: str
    field: str
    kind: BoxKind
    page: int
    x_mm: float
    y_mm: float
    w_mm: float
    h_mm: float
    means: Means
    option: str | None = None
    index: int | None = None
    row: int | None = None
    choice: Choice | None = None
    chars: Chars | None = None

    @property
    def name(self) -> str:
        """The field's name outside the layout: ``FIELD`` or ``FIELD.ROW``."""
        return self.field if self.row is None else f"{self.field}.{self.row}"


class Stamp(_Frozen):
    """A place on a base page where a personal text (desa, round, date ...) is stamped."""

    id: str
    page: int
    x_mm: float
    y_mm: float
    w_mm: float
    h_mm: float


class Layout(_Frozen):
    """The geometry of one form on one paper, with hashes of all it was made from."""

    form: str
    paper: Literal["a4", "f4"]
    pages: tuple[PageSize, ...]
    boxes: tuple[Box, ...]
    stamps: tuple[Stamp, ...]
    base_pdf_sha256: str
    spec_sha256: str
    notice_version: str

    def _plain(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude_none=True)

    def canonical_json(self) -> str:
        """Sorted keys, no spaces, no hash inside: what is hashed and what is stored."""
        return json.dumps(self._plain(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON, in hexadecimal: the version of the printed form."""
        return hashlib.sha256(self.canonical_json().encode()).hexdigest()

    def contract(self) -> dict[str, Any]:
        """The published form of the layout (``sotarsa forms layout --json``)."""
        return {"form": self.form, "paper": self.paper, "hash": self.hash, **self._plain()}

    def on_page(self, page: int) -> Iterator[Box]:
        """All boxes of one page, in the order of the paper."""
        return (box for box in self.boxes if box.page == page)

    def fields_on_page(self, page: int) -> dict[str, tuple[Box, ...]]:
        """Boxes of each field of one page by field name (``FIELD`` or ``FIELD.ROW``)."""
        fields: dict[str, list[Box]] = {}
        for box in self.on_page(page):
            if box.kind in FIELD_KINDS:
                fields.setdefault(box.name, []).append(box)
        return {name: tuple(boxes) for name, boxes in fields.items()}
