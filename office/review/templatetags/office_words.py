"""Filters that put codes into words."""

from __future__ import annotations

from django import template
from django.db.models import QuerySet

from office.intake import photocopies
from office.intake.models import ScanPage
from office.review.wording import Wording, wording_of
from office.rounds.models import Sheet
from office.rounds.printed import title_of

register = template.Library()


@register.filter
def code_groups(code: str) -> str:
    """A sheet code in groups of three, as printed: ``7KQ-2MX-94D``."""
    return "-".join(code[i : i + 3] for i in range(0, len(code), 3))


@register.filter
def form_title(sheet: Sheet) -> str:
    """The form of a sheet as its paper calls it."""
    return title_of(sheet)


@register.filter
def copies_lacking(page: ScanPage) -> QuerySet[Sheet]:
    """Photocopies of the page's sheet that lack this page."""
    return photocopies.copies_lacking(page)


@register.filter
def named_pages(sheet: Sheet) -> QuerySet[ScanPage]:
    """Pages of the sheet that a person put there, because their code could not be read."""
    pages = sheet.scan_pages.filter(active=True, named_by__isnull=False)
    return pages.select_related("named_by").order_by("page_no")


@register.filter
def wordings(codes: list[str]) -> list[Wording]:
    """Reason codes in words."""
    return [wording_of(code) for code in codes]


@register.filter
def wording_label(code: str) -> str:
    """One reason code in a whole sentence."""
    wording = wording_of(str(code))
    return f"{wording.label}. {wording.advice}"
