"""Every address is in a table with the roles it opens for; what is not in it fails the test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from office.accounts.roles import Role
from office.rounds import printed

if TYPE_CHECKING:
    from tests.office_web.conftest import WebOffice

EVERYBODY = {"petugas", "peninjau", "penyelia", "admin", "pembaca"}
REVIEWERS = {"peninjau", "penyelia", "admin"}
PLANNERS = {"petugas", "penyelia", "admin"}
SUPERVISORS = {"penyelia", "admin"}
SCANNERS = {"petugas", "peninjau", "penyelia", "admin"}

ALLOWED: dict[str, set[str]] = {
    "start": EVERYBODY,
    "resume": REVIEWERS,
    "visits": EVERYBODY,
    "visit": EVERYBODY,
    "plan": PLANNERS,
    "pack": PLANNERS,
    "close": SUPERVISORS,
    "upload": PLANNERS,
    "tray": SCANNERS,
    "loose": SCANNERS,
    "loose-choices": SCANNERS,
    "loose-image": SCANNERS,
    "loose-put": SCANNERS,
    "loose-take-off": SCANNERS,
    "loose-aside": SCANNERS,
    "loose-copy": REVIEWERS,
    "queue": REVIEWERS,
    "go-on": REVIEWERS,
    "find": REVIEWERS,
    "grids": REVIEWERS,
    "grid": REVIEWERS,
    "grid-answer": REVIEWERS,
    "grid-enter": REVIEWERS,
    "grid-undo": REVIEWERS,
    "grid-leave": REVIEWERS,
    "desk": REVIEWERS,
    "upcoming": REVIEWERS,
    "leave-desk": REVIEWERS,
    "save": REVIEWERS,
    "undo": REVIEWERS,
    "field": REVIEWERS,
    "accept": REVIEWERS,
    "choose": REVIEWERS,
    "reopen": SUPERVISORS,
    "void": SUPERVISORS,
    "quality": REVIEWERS,
    "end-full-review": SUPERVISORS,
    "page-image": SCANNERS,
    "page-thumb": SCANNERS,
    "field-image": REVIEWERS,
    "register": REVIEWERS,
    "household": REVIEWERS,
    "numbers": REVIEWERS,
    "export": SUPERVISORS,
}
OF_ACCOUNTS = {"login", "logout", "password"}
"""Open to every account, also to one without a role; `login` to everybody."""

ONLY_POST = {
    *("save", "undo", "accept", "choose", "reopen", "void", "pack", "close", "numbers", "export"),
    *(f"loose-{what}" for what in ("put", "take-off", "aside", "copy")),
    *("grid-answer", "grid-enter", "grid-undo", "grid-leave", "leave-desk", "end-full-review"),
}


def _patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _patterns(entry)
        else:
            yield entry


def _roles_of(pattern: URLPattern) -> frozenset[Role]:
    roles: frozenset[Role] = vars(pattern.callback)["allowed_roles"]
    return roles


def _address(office: WebOffice, name: str) -> str:
    """An address of this name that exists."""
    sheet = office.visit.sheets.first() or office.scanned()
    page = sheet.scan_pages.order_by("page_no").first()
    assert page is not None
    arguments: dict[str, list[object]] = {
        "visit": [office.visit.public_id],
        "pack": [office.visit.public_id],
        "close": [office.visit.public_id],
        "page-image": [page.pk],
        "page-thumb": [page.pk],
        **{one: [page.pk] for one in ALLOWED if one.startswith("loose")},
        "field-image": [page.pk, "lantai"],
        **{one: ["keluarga", "lantai", "ragu"] for one in ALLOWED if one.startswith("grid-")},
        "grid": ["keluarga", "lantai", "ragu"],
        "end-full-review": [1],
        "household": [1],
        "numbers": [1],
        "field": [sheet.code, "lantai"],
    }
    of_sheet = {"desk", "upcoming", "leave-desk", "save", "undo"}
    of_sheet |= {"accept", "choose", "reopen", "void"}
    return reverse(name, args=[sheet.code] if name in of_sheet else arguments.get(name, []))


def test_every_address_is_in_the_table() -> None:
    names = {pattern.name for pattern in _patterns(get_resolver())}
    assert names == ALLOWED.keys() | OF_ACCOUNTS


def test_the_decorators_say_what_the_table_says() -> None:
    for pattern in _patterns(get_resolver()):
        if pattern.name in ALLOWED:
            roles = {role.value for role in _roles_of(pattern)} | {"admin"}
            assert roles == ALLOWED[pattern.name], pattern.name


@pytest.mark.parametrize("name", sorted(ALLOWED))
def test_other_roles_are_refused_in_words(office: WebOffice, name: str) -> None:
    address = _address(office, name)
    for user in EVERYBODY | {"tanpa-peran"}:
        client = office.client(user)
        answer = client.post(address) if name in ONLY_POST else client.get(address)
        assert (answer.status_code == 403) == (user not in ALLOWED[name]), user
        if answer.status_code == 403:
            assert "bukan untuk akun Anda" in answer.content.decode()


@pytest.mark.parametrize("name", sorted(ALLOWED))
def test_nobody_gets_in_without_an_account(office: WebOffice, name: str) -> None:
    address = _address(office, name)
    answer = Client().post(address) if name in ONLY_POST else Client().get(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/masuk/")


@pytest.mark.parametrize("name", sorted(ONLY_POST))
def test_changes_need_a_post_and_a_token(office: WebOffice, name: str) -> None:
    address = _address(office, name)
    assert office.client("admin").get(address).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(office.users["admin"])
    answer = strict.post(address)
    assert answer.status_code == 403
    assert "terlalu lama terbuka" in answer.content.decode()


def test_pages_may_load_nothing_from_outside(office: WebOffice) -> None:
    names = ("start", "queue", "desk", "visits", "plan", "upload", "tray", "loose", "register")
    for name in (*names, "quality"):
        answer = office.client("admin").get(_address(office, name))
        page = answer.content.decode()
        assert answer.status_code == 200, name
        assert answer["Content-Security-Policy"].startswith("default-src 'self'")
        assert "<style" not in page
        assert " style=" not in page
        assert " onclick=" not in page
        assert "http://" not in page.replace("http://www.w3.org", "")
        assert "https://" not in page


def test_a_fault_of_the_program_is_a_friendly_page(office: WebOffice) -> None:
    sheet = office.scanned()
    shutil.rmtree(office.data.layouts)
    printed._load.cache_clear()
    client = office.client("peninjau")
    client.raise_request_exception = False
    answer = client.get(f"/periksa/{sheet.code}/")
    assert answer.status_code == 500
    assert "Data yang sudah tersimpan tetap aman" in answer.content.decode()


def test_a_wrong_address_is_a_friendly_page(office: WebOffice) -> None:
    answer = office.client("peninjau").get("/periksa/TIDAK0ADA/")
    assert answer.status_code == 404
    assert "tidak ditemukan" in answer.content.decode()
