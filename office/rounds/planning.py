"""Planning a visit: which sheets will be carried to which village, and their codes."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils import timezone

from forms.sheetcode import ALPHABET, new_sheet_id
from forms.spec import catalog_forms
from office.errors import OfficeError
from office.rounds.models import Desa, Round, Sheet, Visit
from office.rounds.villages import village

MAX_SHEETS = 2000
"""Of one kind in one visit. A village here has a few hundred households; more is a slip of
the finger, and 2,000 sheets are already four boxes of paper."""

MAX_ROUND_NAME = 40
"""What fits into the stamped line at the foot of a page."""


class PlanError(OfficeError):
    """The visit cannot be planned as asked."""


def _check_sheets(sheets: Mapping[str, int]) -> None:
    if not sheets:
        raise PlanError("Sebutkan lembar yang dibawa, misalnya registrasi=40.")
    for kind, count in sheets.items():
        if kind not in catalog_forms():
            known = ", ".join(catalog_forms())
            raise PlanError(f"Jenis lembar “{kind}” tidak ada; yang ada: {known}.")
        if not 1 <= count <= MAX_SHEETS:
            raise PlanError(f"Jumlah lembar {kind} harus 1 sampai {MAX_SHEETS}, bukan {count}.")


def _check_date(day: date) -> None:
    today = timezone.localdate()
    if day < today:
        raise PlanError(
            f"Tanggal {day:%Y-%m-%d} sudah lewat; kunjungan baru paling awal {today:%Y-%m-%d}."
        )


def _round(name: str | None, year: int) -> Round:
    if name is None:
        number = Round.objects.filter(name__endswith=f"/{year}").count() + 1
        while Round.objects.filter(name=f"Putaran {number}/{year}").exists():
            number += 1
        name = f"Putaran {number}/{year}"
    name = name.strip()
    if not name or len(name) > MAX_ROUND_NAME or not name.isprintable():
        raise PlanError(f"Nama putaran harus 1 sampai {MAX_ROUND_NAME} huruf biasa.")
    return Round.objects.get_or_create(name=name)[0]


def _public_id(desa: Desa, day: date) -> str:
    """Such as ``liyu-20261201-7kq2``: speaks to people, and does not tell how many there are."""
    slug = re.sub(r"[^a-z0-9]+", "-", desa.name.lower()).strip("-")
    tail = "".join(secrets.choice(ALPHABET) for _ in range(4)).lower()
    return f"{slug}-{day:%Y%m%d}-{tail}"


def new_codes(count: int) -> list[str]:
    """Sheet ids that no other sheet has. Random: 45 bits, so hardly ever a second try."""
    codes: set[str] = set()
    while len(codes) < count:
        fresh = {new_sheet_id() for _ in range(count - len(codes))}
        taken = Sheet.objects.filter(code__in=fresh).values_list("code", flat=True)
        codes |= fresh - set(taken)
    return list(codes)


def plan_visit(
    village_code: str,
    day: date,
    sheets: Mapping[str, int],
    *,
    paper: str = "a4",
    round_name: str | None = None,
) -> Visit:
    """Plan one visit and reserve a code for each of its sheets.

    ``sheets`` maps sheet kinds to how many; without a name the visit starts a new round.
    Raises UnknownVillageError or PlanError; then nothing was written.
    """
    _check_sheets(sheets)
    _check_date(day)
    with transaction.atomic():
        desa = village(village_code)
        visit = Visit.objects.create(
            public_id=_public_id(desa, day),
            round=_round(round_name, day.year),
            desa=desa,
            date=day,
            paper=paper,
        )
        for kind, count in sheets.items():
            codes = new_codes(count)
            Sheet.objects.bulk_create(
                Sheet(code=code, visit=visit, form=kind, seq=seq)
                for seq, code in enumerate(codes, start=1)
            )
    return visit
