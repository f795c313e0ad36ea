"""The options of a mark field as the review page shows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from office.review.current import CurrentField
from office.review.guesses import Guess
from office.review.markup import attributes_of
from scanner.reading import MarkState


@dataclass(frozen=True)
class ChoiceView:
    """One option of a mark field as HTML: up to the attributes of its input, and from there."""

    opening: str
    rest: str


def choices_of(current: CurrentField, guess: Guess) -> Iterator[ChoiceView]:
    """The options of a field, and which of them stand; ``guess`` is what is preset."""
    spec = current.spec
    value = guess.value if guess.exists and spec.kind != "cell" else current.value
    # Of several answers those that the reader claims stand, whatever it doubts beside them.
    # On a void sheet nothing waits, and nothing was settled either.
    waits = current.is_open or current.is_undecided
    settled = guess.exists or not waits or spec.choice == "multiple"
    if spec.kind == "ink":
        yield _choice(current, "ada", "Ada", settled and value is True, "1")
        yield _choice(current, "tidak", "Tidak ada", settled and value is False, "2")
    if spec.kind != "mark":
        return
    for number, option in enumerate(spec.options, start=1):
        checked = settled and option.id in (value if isinstance(value, list) else [value])
        key = str(number) if number <= 9 else ""
        yield _choice(current, option.id, option.label, checked, key)
    if spec.choice == "single":
        yield _choice(current, "", "Tidak diisi", settled and value is None, "0")


def _choice(current: CurrentField, value: str, label: str, checked: bool, key: str) -> ChoiceView:
    state = (current.reading.get("options") or {}).get(value, {}).get("state")
    doubtful = current.is_open and state == MarkState.DOUBTFUL
    kind = "checkbox" if current.spec.choice == "multiple" else "radio"
    return _view(kind, current.name, value, label, checked, doubtful, key)


@lru_cache(maxsize=4096)
def _view(
    kind: str, name: str, value: str, label: str, checked: bool, doubtful: bool, key: str
) -> ChoiceView:
    """``key`` is the digit that picks it, or empty. Kept: a sheet has 250 of them, and the next
    sheet nearly the same."""
    classes = f"choice{'' if value else ' none'}{' doubtful' if doubtful else ''}"
    told = {"type": kind, "name": f"isian-{name}", "value": value, "checked": checked}
    tag = ' <b class="tag">mesin ragu</b>' if doubtful else ""
    shown = f' <i class="key">{key}</i>' if key else ""
    return ChoiceView(
        f'<label class="{classes}"><input{attributes_of(told)}',
        f' autocomplete="off"><span>{escape(label)}{tag}{shown}</span></label>',
    )
