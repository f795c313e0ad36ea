"""Printing a visit's pack. The first print freezes each form; a reprint is the same pack.

The rows say "printed" before anybody gets the file, so no paper exists that the office does
not account for. When the last step fails, nothing is lost: the pack is simply printed again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from forms.pack import Pack, PackError, PackOrder, SheetToPrint, make_pack
from forms.printed import DamagedLayoutError, PrintedForm, store
from forms.typeset import typeset
from office.errors import OfficeError
from office.rounds.models import PrintRun, Sheet, Visit
from office.rounds.printed import printed_form
from office.rounds.sheets import move, remark
from office.rounds.states import SheetState


class PrintError(OfficeError):
    """The pack cannot be printed."""


@dataclass(frozen=True)
class PreparedPack:
    """A finished pack that does not count as printed yet (`commit_print`)."""

    visit: Visit
    pack: Pack
    layouts: dict[str, PrintedForm]
    sheets: tuple[Sheet, ...]
    one_sided: bool

    @property
    def is_reprint(self) -> bool:
        """Whether all its sheets were printed before."""
        return all(sheet.layout_hash is not None for sheet in self.sheets)


def _kept_form(layout_hash: str) -> PrintedForm:
    try:
        return printed_form(layout_hash)
    except (DamagedLayoutError, FileNotFoundError) as error:
        raise PrintError(
            f"Rancangan cetak {layout_hash[:12]} hilang atau rusak; kembalikan dari cadangan."
        ) from error


def _form_for(visit: Visit, kind: str) -> PrintedForm:
    """The form as this visit printed it before; else typeset today and kept for good."""
    frozen = visit.sheets.filter(form=kind, layout_hash__isnull=False).first()
    if frozen is not None and frozen.layout_hash is not None:
        return _kept_form(frozen.layout_hash)
    printed = typeset(kind, "f4" if visit.paper == "f4" else "a4")
    store(printed, settings.DATA.layouts)
    return printed


def _order(
    visit: Visit, sheets: tuple[Sheet, ...], layouts: dict[str, PrintedForm], one_sided: bool
) -> PackOrder:
    return PackOrder(
        visit=visit.public_id,
        round_name=visit.round.name,
        desa=visit.desa.name,
        date=visit.date,
        key=settings.DATA.office_key.read_bytes(),
        sheets=tuple(SheetToPrint(sheet.code, sheet.form, sheet.seq) for sheet in sheets),
        printed_forms=layouts,
        one_sided=one_sided,
    )


def prepare_pack(visit: Visit, *, one_sided: bool = False) -> PreparedPack:
    """Make the pack of all sheets of ``visit`` that are not void, in a fixed order. Photocopied
    sheets are left out: their paper bears another code.

    Raises PrintError when nothing is left to print.
    """
    sheets = tuple(
        visit.sheets.filter(copied_from=None).exclude(state=SheetState.VOID).order_by("form", "seq")
    )
    if not sheets:
        raise PrintError(f"Semua lembar kunjungan {visit.public_id} sudah batal.")
    layouts = {kind: _form_for(visit, kind) for kind in sorted({sheet.form for sheet in sheets})}
    try:
        pack = make_pack(_order(visit, sheets, layouts, one_sided))
    except PackError as error:
        raise PrintError(str(error)) from error
    return PreparedPack(visit, pack, layouts, sheets, one_sided)


def _freeze(sheet: Sheet, printed: PrintedForm, by: User | None) -> None:
    """Bind a planned sheet to its layout, and count it as printed."""
    sheet.layout_hash, sheet.n_pages = printed.layout.hash, len(printed.layout.pages)
    sheet.save(update_fields=["layout_hash", "n_pages"])
    move(sheet, SheetState.PRINTED, by=by)


def commit_print(prepared: PreparedPack, *, by: User | None = None) -> PrintRun:
    """Count the sheets of a pack as printed, in one transaction. Raises StaleSheetError when
    a sheet changed since `prepare_pack`."""
    is_reprint = prepared.is_reprint
    with transaction.atomic():
        for sheet in prepared.sheets:
            if sheet.layout_hash is None:
                _freeze(sheet, prepared.layouts[sheet.form], by)
            else:
                remark(sheet, "dicetak ulang", by=by)
        return PrintRun.objects.create(
            visit=prepared.visit,
            is_reprint=is_reprint,
            one_sided=prepared.one_sided,
            n_sheets=len(prepared.sheets),
            n_pdf_pages=len(prepared.pack.pages),
            pdf_sha256=hashlib.sha256(prepared.pack.pdf).hexdigest(),
        )
