"""Roles as Django groups. One person may hold several in a small office."""

from __future__ import annotations

from enum import StrEnum

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, Group, User
from django.db.models import prefetch_related_objects


class Role(StrEnum):
    """What an account may do; the values are what staff type and see."""

    PETUGAS = "petugas"
    """Plans, prints and scans."""
    PENINJAU = "peninjau"
    """Reviews sheets and accepts them."""
    PENYELIA = "penyelia"
    """Also reopens accepted sheets, and voids sheets."""
    ADMIN = "admin"
    """All of it, and accounts."""
    PEMBACA = "pembaca"
    """Looks at reports only."""


def grant(user: User, role: Role) -> None:
    """Give a role; giving it twice changes nothing."""
    user.groups.add(Group.objects.get_or_create(name=role.value)[0])


def has_role(user: AbstractBaseUser | AnonymousUser, *roles: Role) -> bool:
    """Whether the (active) user holds one of ``roles``; an admin may do everything. Asked a dozen
    times for one page, whose user is a new object, so the groups are looked up once for each."""
    if not isinstance(user, User) or not user.is_active:
        return False
    prefetch_related_objects([user], "groups")
    wanted = {role.value for role in roles} | {Role.ADMIN.value}
    return any(group.name in wanted for group in user.groups.all())
