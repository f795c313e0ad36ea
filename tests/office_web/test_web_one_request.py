"""What is asked once a request is asked anew by the next one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from office.onerequest import OneRequest, once_a_request


def test_a_question_is_asked_once_a_request_and_every_time_outside() -> None:
    asked: list[int] = []

    @once_a_request
    def how_many() -> int:
        asked.append(1)
        return len(asked)

    def view(_: HttpRequest) -> HttpResponse:
        return HttpResponse(f"{how_many()} {how_many()}")

    serve = OneRequest(view)
    assert serve(HttpRequest()).content == b"1 1"
    assert serve(HttpRequest()).content == b"2 2"
    assert (how_many(), how_many()) == (3, 4)


def test_of_two_things_it_is_asked_for_each() -> None:
    asked: list[str] = []

    @once_a_request
    def shouted(text: str) -> str:
        asked.append(text)
        return text.upper()

    def view(_: HttpRequest) -> HttpResponse:
        return HttpResponse(" ".join(shouted(text) for text in ("a", "b", "a")))

    assert OneRequest(view)(HttpRequest()).content == b"A B A"
    assert asked == ["a", "b"]
