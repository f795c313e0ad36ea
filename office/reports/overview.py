"""What lies on the desk, as rows for a plain table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from office.intake.models import ScanFile, ScanPage
from office.register.masking import masked
from office.register.models import Membership
from office.review.current import current_fields
from office.review.wording import wording_of
from office.rounds.models import Sheet, Visit
from office.rounds.states import SheetState

SHEET_HEAD = ("lembar", "jenis", "status", "pasti", "kosong", "diperiksa", "alasan")
PERSON_HEAD = ("desa", "keluarga", "nama", "NIK", "L/P", "lahir", "hubungan", "lembar")
SHOWN_REASONS = 3
"""More would break the line; the desk shows all of them."""

Status = ScanPage.Status


def _reasons(counts: Counter[str]) -> str:
    common = counts.most_common(SHOWN_REASONS)
    more = len(counts) - len(common)
    text = ", ".join(f"{wording_of(reason).label} ({count})" for reason, count in common)
    return f"{text}, dan {more} lainnya" if more > 0 else text


def sheet_rows(visit: Visit) -> Iterator[tuple[object, ...]]:
    """Every scanned sheet of a visit: `SHEET_HEAD`."""
    scanned = visit.sheets.filter(scan_pages__active=True).distinct().order_by("form", "seq")
    for sheet in scanned:
        fields = current_fields(sheet).values()
        states = Counter(field.reading["state"] for field in fields)
        reasons = Counter(reason for field in fields for reason in field.reading["reasons"])
        for page in sheet.scan_pages.all():
            reasons.update(page.reasons)
        yield (
            sheet.code,
            sheet.form,
            SheetState(sheet.state).label,
            states["sure"],
            states["empty"],
            states["doubtful"],
            _reasons(reasons),
        )


def person_rows() -> Iterator[tuple[object, ...]]:
    """Everybody in the register, NIK masked: `PERSON_HEAD`."""
    members = Membership.objects.filter(active=True, person__active=True, household__active=True)
    for member in members.select_related("person__sheet", "household__desa").order_by("id"):
        person = member.person
        yield (
            member.household.desa.name,
            member.household.head_name,
            person.name,
            masked(person.nik) or person.get_nik_state_display(),
            person.sex,
            person.birth_date.isoformat() if person.birth_date else "",
            member.relation,
            person.sheet.code,
        )


def apart_lines() -> Iterator[str]:
    """Files and pages that are no part of a sheet, or wait for a choice, with the reason."""
    for file in ScanFile.objects.filter(status=ScanFile.Status.REFUSED):
        yield f"{file.name}: {'; '.join(wording_of(reason).label for reason in file.reasons)}"
    apart = ScanPage.objects.filter(active=False).exclude(
        status__in=[Status.BLANK, Status.REPLACED, Status.NOT_OURS]
    )
    for page in apart.select_related("file", "sheet"):
        sheet = f" ({page.sheet.form} {page.sheet})" if page.sheet else ""
        reasons = "; ".join(wording_of(reason).label for reason in page.reasons)
        what = page.get_status_display() + (f": {reasons}" if reasons else "")
        yield f"{page.file.name} hlm. {page.index + 1}{sheet}: {what}"


def waiting_sheets(visit: Visit) -> list[Sheet]:
    """Sheets of a visit that are scanned and not accepted yet."""
    states = (SheetState.SCANNED, SheetState.READ, SheetState.UNDER_REVIEW)
    return list(visit.sheets.filter(state__in=states).order_by("form", "seq"))
