"""FormSpec: what a form asks, from the catalog's YAML. How it looks is the template's."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, model_validator

from forms.layout import Chars, Choice, Means

CATALOG = Path(__file__).parent / "catalog"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Option(_Frozen):
    """One box of a mark field; ``label`` is what is printed beside it and shown on screen."""

    id: str
    label: str


class FieldSpec(_Frozen):
    """One question. ``rows`` is set for fields that repeat (one household member a row)."""

    id: str
    kind: Literal["mark", "cell", "ink"]
    label: str
    page: int
    means: Means = "other"
    choice: Choice | None = None
    options: tuple[Option, ...] = ()
    length: int | None = None
    chars: Chars | None = None
    rows: int | None = None
    required: bool = False
    register_as: str | None = None
    """Where the accepted value goes, e.g. ``household.kk_number`` or ``person.nik``."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.kind == "mark") != bool(self.options and self.choice):
            raise ValueError(f"{self.id}: a mark field, and only that, has choice and options")
        if (self.kind == "cell") != bool(self.length and self.chars):
            raise ValueError(f"{self.id}: a cell field, and only that, has length and chars")
        if len(self.options) == 1 and (self.options[0].id, self.choice) != ("ya", "multiple"):
            raise ValueError(f"{self.id}: a lone box is multiple with the single option ya")
        return self


class Notice(_Frozen):
    """The data-protection notice printed on the form."""

    version: str
    legal_basis: str
    text: str


class FormSpec(_Frozen):
    """One sheet kind: its questions in the order of the paper."""

    form: str
    title: str
    pages: int
    notice: Notice
    fields: tuple[FieldSpec, ...]

    @model_validator(mode="after")
    def _unique(self) -> Self:
        ids = [field.id for field in self.fields]
        if len(set(ids)) != len(ids):
            raise ValueError(f"{self.form}: a field id appears twice")
        return self

    def field(self, field_id: str) -> FieldSpec:
        """The field with this id (without row). Raises KeyError."""
        for field in self.fields:
            if field.id == field_id:
                return field
        raise KeyError(f"{self.form} has no field {field_id!r}")

    def names(self, page: int | None = None) -> Iterator[str]:
        """All field names, rows written out as ``FIELD.ROW``."""
        for field in self.fields:
            if page in (None, field.page):
                yield from (
                    [field.id]
                    if field.rows is None
                    else [f"{field.id}.{row}" for row in range(1, field.rows + 1)]
                )

    def canonical_json(self) -> str:
        return json.dumps(
            self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )

    @property
    def sha256(self) -> str:
        """SHA-256 of the canonical JSON; part of every layout made from this spec."""
        return hashlib.sha256(self.canonical_json().encode()).hexdigest()


@cache
def load_form(form: str) -> FormSpec:
    """The spec of one sheet kind. Raises KeyError when the catalog has no such kind."""
    path = CATALOG / f"{form}.yaml"
    if form not in catalog_forms():
        raise KeyError(form)
    return FormSpec.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


@cache
def catalog_forms() -> tuple[str, ...]:
    """Names of all sheet kinds of the catalog, sorted."""
    return tuple(sorted(path.stem for path in CATALOG.glob("*.yaml")))
