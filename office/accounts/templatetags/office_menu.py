"""The main menu: only what the account may open."""

from __future__ import annotations

from typing import Any, TypedDict

from django import template
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.urls import resolve, reverse

from office.accounts.roles import Role, has_role

register = template.Library()


class Item(TypedDict):
    url: str
    label: str
    here: bool


ENTRIES = (
    ("start", "Beranda"),
    ("queue", "Periksa"),
    ("visits", "Kunjungan"),
    ("upload", "Masukkan pindaian"),
    ("tray", "Halaman lepas"),
    ("register", "Buku induk"),
    ("quality", "Mutu"),
)


@register.simple_tag(takes_context=True)
def main_menu(context: dict[str, Any]) -> list[Item]:
    """The entries whose page the account's roles open; the page's own is marked."""
    request = context["request"]
    items: list[Item] = []
    for name, label in ENTRIES:
        url = reverse(name)
        roles: frozenset[Role] = getattr(resolve(url).func, "allowed_roles", frozenset())
        if has_role(request.user, *roles):
            here = request.path == url or (url != "/" and request.path.startswith(url))
            items.append(Item(url=url, label=label, here=here))
    return items


@register.filter
def role_names(user: AbstractBaseUser | AnonymousUser) -> str:
    """The account's roles in words, e.g. ``peninjau, petugas``."""
    if not isinstance(user, User):
        return ""
    known = {role.value for role in Role}
    names = [group.name for group in user.groups.all() if group.name in known]
    return ", ".join(sorted(names)) or "belum ada peran"


@register.filter
def may(user: AbstractBaseUser | AnonymousUser, roles: str) -> bool:
    """``{% if user|may:"penyelia" %}``; several roles are separated by commas."""
    return has_role(user, *(Role(name) for name in roles.split(",")))
