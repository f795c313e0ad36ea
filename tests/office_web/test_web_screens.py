"""Every screen says what it is for, and stands in the README's table of screens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from office.datafolder import CHECKOUT
from office.register.models import Household
from office.register.services import accept_sheet
from office.review.current import current_values
from office.review.decisions import record_decision

if TYPE_CHECKING:
    from tests.office_web.conftest import WebOffice

WITHOUT_ADDRESS = ("400", "403", "403_csrf", "404", "405", "500", "accounts/locked")
"""Screens that come in place of another one."""

PURPOSE = re.compile(r'<(p|span) class="(?:[^"]* )?purpose">(.*?)</\1>', re.DOTALL)


def _patterns(resolver: URLResolver, before: str = "/") -> Iterator[tuple[str, URLPattern]]:
    """Every address with its route."""
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, route)
        else:
            yield route, entry


def _household(office: WebOffice) -> Household:
    sheet, by = office.scanned({"nama_kepala": "~"}), office.users["peninjau"]
    record_decision(sheet, "nama_kepala", "JUMBERI", by)
    accept_sheet(sheet, current_values(sheet), by)
    return Household.objects.get()


def _screens(office: WebOffice) -> dict[str, str]:
    """The whole pages that a browser can open, by their route as the README writes it."""
    sheet = office.scanned()
    page, household = sheet.scan_pages.first(), _household(office)
    assert page is not None
    known = {"visit_id": office.visit.public_id, "code": sheet.code, "pk": page.pk}
    known |= {"form": "keluarga", "field": "lantai", "tahap": "ragu", "name": "lantai"}
    found: dict[str, str] = {}
    for route, pattern in _patterns(get_resolver()):
        names = {name: known[name] for name in pattern.pattern.converters}
        if pattern.name == "household":
            names["pk"] = household.pk
        client = Client() if pattern.name == "login" else office.client("admin")
        answer = client.get(reverse(str(pattern.name), kwargs=names))
        if answer.status_code == 200 and answer.content.startswith(b"<!doctype html>"):
            found[re.sub(r"(<[^>]+>/?)+", "…/", route)] = answer.content.decode()
    return found


def _lacking(page: str) -> list[str]:
    """What a newcomer would miss: a title, one heading, one sentence that says what it is for."""
    told = [re.sub(r"<[^>]+>", "", words).strip() for _, words in PURPOSE.findall(page)]
    has = {
        "a title": re.search(r"<title>\s*\w[^<]* – Pak Sotarsa</title>", page),
        "one heading": page.count("<h1") == 1,
        "one purpose": len(told) == 1 and len(told[0]) > 30 and told[0].endswith("."),
    }
    return [name for name, is_there in has.items() if not is_there]


def test_every_screen_says_what_it_is_for_and_is_in_the_readme(office: WebOffice) -> None:
    screens = _screens(office)
    assert {route: lacks for route, page in screens.items() if (lacks := _lacking(page))} == {}
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    table = readme.split("\n### Screens\n")[1].split("\n#")[0]
    assert set(re.findall(r"^\| `(/\S*)` \|", table, re.MULTILINE)) == screens.keys()


@pytest.mark.parametrize("name", WITHOUT_ADDRESS)
def test_a_screen_of_trouble_says_what_happened(name: str) -> None:
    page = render_to_string(f"{name}.html")
    assert _lacking(page) == []
    assert 'href="/' in page, "and leads on"
