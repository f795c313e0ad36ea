"""Filters that put codes into words."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.db.models import QuerySet
from django.utils.safestring import SafeString

from office.intake import photocopies
from office.intake.models import ScanPage
from office.review.desk.cards import Setting, cards
from office.review.desk.fields import FieldView
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


@register.simple_tag
def field_cards(fields: Iterable[FieldView], setting: Setting) -> SafeString:
    """The cards of some fields of a desk."""
    return cards(fields, setting)


@register.filter
def wordings(codes: list[str]) -> list[Wording]:
    """Reason codes in words."""
    return [wording_of(code) for code in codes]


@register.filter
def wording_label(code: str) -> str:
    """One reason code in a whole sentence."""
    wording = wording_of(str(code))
    return f"{wording.label}. {wording.advice}"
