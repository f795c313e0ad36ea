"""Names and values of fields in words, for the history, for old beside new, and for lists."""

from __future__ import annotations

from forms.spec import FieldSpec
from office.review.values import Value


def spoken(spec: FieldSpec, value: Value) -> str:
    """A value in words."""
    if spec.kind == "mark":
        chosen = value if isinstance(value, list) else [value]
        labels = [option.label for option in spec.options if option.id in chosen]
        return ", ".join(labels) or "tidak diisi"
    if spec.kind == "ink":
        return "ragu" if value is None else "ada" if value else "tidak ada"
    return "tidak terbaca" if value is None else (str(value) or "kosong")


def spoken_name(spec: FieldSpec, name: str) -> str:
    """A field's label, with its row where it has one."""
    _, _, row = name.partition(".")
    return f"{spec.label} (baris {row})" if row else spec.label
