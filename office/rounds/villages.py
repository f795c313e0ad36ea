"""The villages of Kecamatan Halong, as the Ministry of Home Affairs numbers them.

``data/halong-desa.csv`` holds the 24 codes of Kepmendagri 300.2.2-2138/2025; 2006 and 2007 do
not exist. BPS numbers the same villages otherwise and is never used here.
"""

from __future__ import annotations

import csv
from pathlib import Path

from office.errors import OfficeError
from office.rounds.models import Desa

VILLAGES_CSV = Path(__file__).parent / "data" / "halong-desa.csv"


class UnknownVillageError(OfficeError):
    """No village of this kecamatan has that code."""


def load_villages() -> int:
    """Put the villages of the list into the database; returns how many there are."""
    with VILLAGES_CSV.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        Desa.objects.update_or_create(code=row["code"], defaults={"name": row["name"]})
    return len(rows)


def village(code: str) -> Desa:
    """The village with this code. Raises UnknownVillageError, naming a near one if it can."""
    found = Desa.objects.filter(code=code).first()
    if found is not None:
        return found
    named = (
        Desa.objects.filter(name__iexact=code.strip()).first()
        or Desa.objects.filter(code__endswith=f".{code.strip()[-4:]}").first()
    )
    example = named or Desa.objects.order_by("code").first()
    hint = f"contoh: {example.code} ({example.name})" if example else "jalankan `sotarsa init`"
    raise UnknownVillageError(f"Kode desa “{code}” tidak ada di Kecamatan Halong; {hint}.")
