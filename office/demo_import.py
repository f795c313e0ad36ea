"""Putting the demo office's visits into an empty database: printed, and out in the village."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from django.db import transaction

from office.datafolder import DataFolder, make_key
from office.demo_office import DemoVisit
from office.rounds.models import Desa, Round, Sheet, Visit
from office.rounds.printed import printed_form
from office.rounds.sheets import move
from office.rounds.states import SheetState


def copy_demo_files(source: Path, target: DataFolder) -> None:
    """The public key and the stored layouts of the demo office, in a new data folder."""
    target.keys.mkdir(mode=0o700, parents=True)
    shutil.copy(source / "keys" / "office.key", target.office_key)
    target.office_key.chmod(0o600)
    shutil.copytree(source / "layouts", target.layouts)
    target.scans.mkdir()
    make_key(target.django_key)


def import_visits(visits: Iterable[DemoVisit]) -> list[Visit]:
    """One visit row each, with all its sheets printed. Raises Desa.DoesNotExist."""
    with transaction.atomic():
        return [_import(visit) for visit in visits]


def _import(demo: DemoVisit) -> Visit:
    layouts = {sheet.layout: printed_form(sheet.layout).layout for sheet in demo.sheets}
    visit = Visit.objects.create(
        public_id=demo.public_id,
        round=Round.objects.get_or_create(name=demo.round)[0],
        desa=Desa.objects.get(code=demo.village),
        date=demo.date,
        paper=next(iter(layouts.values())).paper,
    )
    for sheet in demo.sheets:
        row = Sheet.objects.create(
            code=sheet.code,
            visit=visit,
            form=sheet.form,
            seq=sheet.seq,
            layout_hash=sheet.layout,
            n_pages=len(layouts[sheet.layout].pages),
        )
        move(row, SheetState.PRINTED, note="kantor contoh")
    return visit
