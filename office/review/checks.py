"""Warnings while a sheet is reviewed: what is written may still be so, and nothing is refused.

A NIK keeps the birth date it was made with, even after that was corrected; so a contradiction
asks for a second look and stops nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils import timezone

from forms.layout import Means
from forms.spec import FieldSpec, FormSpec
from office.register.identity import (
    FEMALE_DAY_OFFSET,
    judge_birth,
    looks_like_kk,
    looks_real,
)
from office.register.models import BirthPrecision
from office.review.values import Value

NUMBER_DIGITS = 16
"""Both NIK and KK number."""


def warnings(form: FormSpec, values: Mapping[str, Value]) -> dict[str, str]:
    """One sentence a field worth a second look, by field name."""
    said: dict[str, str] = {}
    here = [name.partition(".") for name in values]  # of a grid's tile, one to three
    ids, rows = {field for field, _, _ in here}, {int(row) for _, _, row in here if row}
    for spec in form.fields:
        for name in _names(spec) if spec.id in ids else ():
            text = values.get(name)
            if isinstance(text, str) and text and spec.kind == "cell":
                said.update((name, words) for words in _alone(spec, text))
    for row in sorted(rows):
        said.update(_together(form, row, values))
    return said


def _names(spec: FieldSpec) -> list[str]:
    return [spec.id] if spec.rows is None else [f"{spec.id}.{r}" for r in range(1, spec.rows + 1)]


def _alone(spec: FieldSpec, text: str) -> Iterator[str]:
    digits = sum(char.isdigit() for char in text)
    if spec.means in ("nik", "kk") and digits != NUMBER_DIGITS:
        yield f"Seharusnya {NUMBER_DIGITS} angka, ini {digits}. Cocokkan dengan kertas."
    elif spec.means == "nik" and not looks_real(text):
        yield "Susunan angka ini bukan NIK resmi; dicatat sebagai NIK diragukan."
    elif spec.means == "kk" and not looks_like_kk(text):
        yield "Nomor KK tidak berawalan 0. Cocokkan dengan kertas."
    elif spec.means in ("birth_date", "date"):
        yield from _date_words(text)


def _date_words(text: str) -> Iterator[str]:
    precision = judge_birth(text, False, timezone.localdate()).precision
    if precision == BirthPrecision.UNKNOWN:
        yield "Bukan tanggal yang mungkin (hari, bulan, tahun). Cocokkan dengan kertas."
    elif precision != BirthPrecision.DAY:
        yield "Tanggal tidak lengkap; bila di kertas memang begitu, biarkan."


def _together(form: FormSpec, row: int, values: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    nik = _of(form, row, "nik", values)
    if nik is None or not looks_real(nik[1]):
        return
    digits = nik[1]
    is_woman = int(digits[6:8]) > FEMALE_DAY_OFFSET
    day = int(digits[6:8]) - (FEMALE_DAY_OFFSET if is_woman else 0)
    born = f"{day:02}", digits[8:10], digits[10:12]
    written = _of(form, row, "birth_date", values)
    if written and len(written[1]) == 8 and written[1].isdigit():
        text = written[1]
        if born != (text[0:2], text[2:4], text[6:8]):
            said = f"NIK menyebut lahir {'-'.join(born)}, isian ini lain. Cocokkan keduanya."
            yield written[0], said
    sex = _of(form, row, "sex", values)
    if sex and sex[1] in ("L", "P") and is_woman != (sex[1] == "P"):
        by_nik = "perempuan" if is_woman else "laki-laki"
        yield sex[0], f"Menurut NIK orang ini {by_nik}. Cocokkan dengan kertas."


def _of(
    form: FormSpec, row: int, means: Means, values: Mapping[str, Value]
) -> tuple[str, str] | None:
    """Name and text of the row's field with this meaning, if it has a text."""
    for spec in form.fields:
        if spec.means == means and spec.rows is not None and row <= spec.rows:
            name = f"{spec.id}.{row}"
            value = values.get(name)
            return (name, value) if isinstance(value, str) and value else None
    return None
