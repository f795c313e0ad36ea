"""The printed forms of this office: every sheet is shown and read as it was printed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from forms.printed import PrintedForm, load
from forms.spec import FieldSpec, FormSpec, catalog_forms, load_form
from office.rounds.models import Sheet


@lru_cache(maxsize=64)
def _load(folder: Path) -> PrintedForm:
    return load(folder)


def printed_form(layout_hash: str) -> PrintedForm:
    """The stored form with this hash. Raises FileNotFoundError or DamagedLayoutError.

    Cached: stored layouts never change.
    """
    return _load(settings.DATA.layouts / layout_hash)


def form_of(sheet: Sheet) -> FormSpec:
    """The questions of a printed sheet, as of its print. Raises ValueError before that."""
    if sheet.layout_hash is None:
        raise ValueError(f"sheet {sheet.code} was never printed")
    return printed_form(sheet.layout_hash).spec


def title_of(sheet: Sheet) -> str:
    """What stands at the head of the paper: that is how staff know a form."""
    if sheet.layout_hash is not None:
        return form_of(sheet).title
    return load_form(sheet.form).title if sheet.form in catalog_forms() else sheet.form


@lru_cache(maxsize=64)
def questions(layout_hash: str) -> Mapping[str, FieldSpec]:
    """The question of every field by its name, rows written out. Raises as `printed_form` does."""
    form = printed_form(layout_hash).spec
    by_id = {spec.id: spec for spec in form.fields}
    return {name: by_id[name.partition(".")[0]] for name in form.names()}
