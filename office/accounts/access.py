"""Who may open which page: one decorator, so that a page without it is found by a test."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from office.accounts.roles import Role, has_role

View = Callable[..., HttpResponseBase]


def allow(*roles: Role) -> Callable[[View], View]:
    """Let only accounts with one of ``roles`` in (an admin always); others get the 403 page.

    The view keeps the set as ``allowed_roles``, which the table of all addresses is
    tested against.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not has_role(request.user, *roles):
                raise PermissionDenied(_refusal(roles))
            return view(request, *args, **kwargs)

        guarded.__dict__["allowed_roles"] = frozenset(roles)
        return guarded

    return decorate


def _refusal(roles: tuple[Role, ...]) -> str:
    names = " atau ".join([*sorted(set(roles) - {Role.ADMIN}), Role.ADMIN])
    return f"Hanya akun dengan peran {names} yang boleh membukanya."
