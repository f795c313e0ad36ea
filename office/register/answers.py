"""Answers of the register in the words of the form they were given on."""

from __future__ import annotations

from collections.abc import Iterable

from forms.spec import FieldSpec
from office.register.models import Answer
from office.rounds.models import Sheet
from office.rounds.printed import form_of

ANSWER = "answer."


def spoken_answers(sheet: Sheet, answers: Iterable[Answer]) -> list[tuple[str, str]]:
    """(question, answers) in the order of the paper; what two sheets of one household say alike is
    said once."""
    given: dict[str, list[str]] = {}
    for answer in answers:
        given.setdefault(answer.item, []).append(answer.value)
    specs = {spec.register_as: spec for spec in form_of(sheet).fields}
    return [
        (spec.label, ", ".join(_words(spec, value) for value in dict.fromkeys(given[item])))
        for key, spec in specs.items()
        if key and (item := key.removeprefix(ANSWER)) in given and key.startswith(ANSWER)
    ]


def _words(spec: FieldSpec, value: str) -> str:
    return next((option.label for option in spec.options if option.id == value), value)
