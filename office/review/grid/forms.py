"""Forms of the grids. Every POST of a grid goes through one of them."""

from __future__ import annotations

from typing import Any

from django import forms

from office.review.forms import HOUR_MS
from office.review.grid.batches import Answer
from office.review.grid.screens import StackName
from office.review.models import Item
from office.review.values import is_value
from office.review.wording import WORDINGS
from office.rounds.models import Visit

STAGES = {
    "ragu": Item.Purpose.DOUBT,
    "ulang": Item.Purpose.SECOND,
    "banding": Item.Purpose.THIRD,
    "uji": Item.Purpose.AUDIT,
}
"""Words of the address for what a grid is for."""

STAGE_OF = {purpose: stage for stage, purpose in STAGES.items()}

MOST_ANSWERS = 48
"""Four times the largest screen: more at once is no screen of ours."""

MOST_HELD = 480
"""Forty screens: what somebody accepts while the office's computer does not answer."""


def stack_name(form: str, field: str, stage: str) -> StackName | None:
    """The stack that an address names; None for an unknown stage."""
    return StackName(form, field, STAGES[stage].value) if stage in STAGES else None


class VisitForm(forms.Form):
    """Which visit the grid keeps to; an unknown one is none. ``alasan``: which reason the list of
    stacks keeps to. ``awal``: it is fetched ahead, while another stack is on the screen."""

    kunjungan = forms.CharField(required=False, max_length=60)
    alasan = forms.CharField(required=False, max_length=60)
    awal = forms.BooleanField(required=False)

    def visit(self) -> Visit | None:
        self.is_valid()
        asked = self.cleaned_data.get("kunjungan")
        return Visit.objects.filter(public_id=asked).first() if asked else None

    def reason(self) -> str:
        """A reason code that there is, or empty."""
        self.is_valid()
        asked: str = self.cleaned_data.get("alasan", "")
        return asked if asked in WORDINGS else ""

    def is_ahead(self) -> bool:
        return self.is_valid() and bool(self.cleaned_data["awal"])


class ScreenForm(forms.Form):
    """What every POST of a grid says: who believes to be signed in, and which items are on the
    screen."""

    by = forms.CharField(max_length=150)
    held = forms.JSONField(required=False)

    def clean_held(self) -> list[int]:
        """Keys of items; those of other sources are nobody's lease."""
        held = self.cleaned_data["held"] or []
        if not isinstance(held, list) or not all(isinstance(key, str) for key in held):
            raise forms.ValidationError("bentuk layar tidak dikenal")
        return [int(key) for key in held[:MOST_HELD] if key.isascii() and key.isdigit()]


class BatchForm(ScreenForm):
    """A whole screen of answers. ``ms`` is capped at an hour: a longer time is a break."""

    batch = forms.UUIDField()
    answers = forms.JSONField()
    ms = forms.IntegerField(min_value=0)
    keys = forms.IntegerField(min_value=0, max_value=100_000)

    def clean_ms(self) -> int:
        ms: int = self.cleaned_data["ms"]
        return min(ms, HOUR_MS)

    def clean_answers(self) -> list[Answer]:
        sent = self.cleaned_data["answers"]
        if not isinstance(sent, list) or not 0 < len(sent) <= MOST_ANSWERS:
            raise forms.ValidationError("bentuk jawaban tidak dikenal")
        return [_answer(one) for one in sent]


def _answer(sent: Any) -> Answer:
    texts, numbers = ("key", "sheet", "field"), ("page", "seen")
    is_known = (
        isinstance(sent, dict)
        and all(isinstance(sent.get(name), str) and len(sent[name]) <= 60 for name in texts)
        and all(_is_number(sent.get(name)) for name in numbers)
        and "value" in sent
        and is_value(sent["value"])
    )
    if not is_known:
        raise forms.ValidationError("bentuk jawaban tidak dikenal")
    return Answer(*(sent[name] for name in (*texts, *numbers, "value")))


def _is_number(sent: Any) -> bool:
    return isinstance(sent, int) and not isinstance(sent, bool) and 0 <= sent < 2**63
