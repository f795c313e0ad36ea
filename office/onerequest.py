"""What stays as it is while one request is answered is asked of the database once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from django.http import HttpRequest, HttpResponse

_told: ContextVar[dict[Hashable, Any] | None] = ContextVar("told", default=None)

_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")


class OneRequest:
    """Begins with nothing told, and forgets it all with the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _told.set({})
        try:
            return self.get_response(request)
        finally:
            _told.reset(token)


def once_a_request(ask: Callable[_Asked, _Answer]) -> Callable[_Asked, _Answer]:
    """For a question that no request changes the answer of. Outside of requests it is asked
    every time."""

    @wraps(ask)
    def told(*args: _Asked.args, **named: _Asked.kwargs) -> _Answer:
        known = _told.get()
        if known is None:
            return ask(*args, **named)
        question = (ask, args, tuple(named.items()))
        if question not in known:
            known[question] = ask(*args, **named)
        return cast(_Answer, known[question])

    return told
