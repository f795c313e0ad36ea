"""Which values a field may take, whoever gives them."""

from __future__ import annotations

from typing import TypeGuard

from forms.sheetcode import ALPHABET
from forms.spec import FieldSpec
from office.errors import OfficeError

Value = str | list[str] | bool | None
"""As in a reading: an option or None; a list of options; text or None (not legible); a bool."""


def is_value(sent: object) -> TypeGuard[Value]:
    """Whether something that came as JSON has one of the shapes of a value; numbers and nested
    things are nobody's answer."""
    if isinstance(sent, list):
        return all(isinstance(part, str) for part in sent)
    return sent is None or isinstance(sent, str | bool)


_ALLOWED = {
    "digits": (frozenset("0123456789 "), "angka"),
    "capitals": (frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ .,'-/()"), "huruf"),
    "code": (frozenset(ALPHABET + " "), "huruf dan angka kode"),
}
"""Blank cells inside are spaces. Capitals allow what names and places are written with."""


class InvalidValueError(OfficeError):
    """The value does not fit the field. The message never repeats the value: it may be a NIK."""


def _text(field: FieldSpec, value: Value) -> str | None:
    if value is None:
        return None
    assert field.chars is not None and field.length is not None  # held by FieldSpec
    allowed, words = _ALLOWED[field.chars]
    text = value.upper().rstrip() if isinstance(value, str) else None
    if text is None or len(text) > field.length or not allowed.issuperset(text):
        raise InvalidValueError(
            f"Isian “{field.label}” hanya boleh {words}, paling banyak {field.length}."
        )
    return text


def _marks(field: FieldSpec, value: Value) -> str | list[str] | None:
    options = [option.id for option in field.options]
    if field.choice == "single" and (value is None or value in options):
        return value if isinstance(value, str) else None
    if field.choice == "multiple" and isinstance(value, list) and set(value) <= set(options):
        return [option for option in options if option in value]
    raise InvalidValueError(f"Pilihan untuk “{field.label}” tidak ada pada lembar ini.")


def checked(field: FieldSpec, value: Value) -> Value:
    """The value in its one stored shape. Raises InvalidValueError when it does not fit."""
    if field.kind == "mark":
        return _marks(field, value)
    if field.kind == "cell":
        return _text(field, value)
    if isinstance(value, bool):
        return value
    raise InvalidValueError(f"Isian “{field.label}” hanya ada atau tidak ada.")


def tidied(field: FieldSpec, text: str) -> str:
    """What was read from cells as a person would type it: one blank between words, none before a
    number that stands at the right of its cells."""
    return " ".join(text.split()) if field.chars == "capitals" or field.means == "count" else text


def same(one: Value, other: Value) -> bool:
    """Whether two values of a field say the same: the order of ticks means nothing, and no tick
    is nothing chosen."""
    return _plain(one) == _plain(other)


def _plain(value: Value) -> Value:
    return (sorted(value) or None) if isinstance(value, list) else value
