"""Forms of the review pages. Every POST goes through one of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.http import urlencode

from forms.sheetcode import parse_printed
from office.review.queue import narrowed
from office.review.versions import PATTERN, Version
from office.rounds.models import Sheet, Visit

HOUR_MS = 3_600_000


class VersionForm(forms.Form):
    """What the screen showed when the button was pressed, and whose screen it was (``by``)."""

    by = forms.CharField(required=False, max_length=150)
    version = forms.RegexField(regex=rf"\A{PATTERN}\Z")

    @property
    def seen(self) -> Version:
        """Only after `is_valid`."""
        return Version.parse(self.cleaned_data["version"])


class LaneForm(forms.Form):
    """Which sheets come one after the other: those that need nothing but accepting, or all."""

    jalur = forms.ChoiceField(required=False, choices=[("", "semua"), ("siap", "siap diterima")])
    setelah = forms.CharField(required=False, max_length=20)

    @property
    def ready(self) -> bool:
        """An unknown lane is the one of all sheets."""
        return self.is_valid() and self.cleaned_data["jalur"] == "siap"

    def after(self) -> Sheet | None:
        """The sheet behind which to go on."""
        code = self.cleaned_data["setelah"] if self.is_valid() else ""
        return Sheet.objects.select_related("visit").filter(code=code).first()


class AheadForm(forms.Form):
    """The desk that a browser has fetched ahead: its sheet, version and screen."""

    ahead = forms.CharField(max_length=20)
    ahead_version = forms.RegexField(regex=rf"\A{PATTERN}\Z")
    ahead_screen = forms.CharField(max_length=40)

    @property
    def is_used(self) -> bool:
        """A browser that has none fetched sends nothing of it."""
        return self.is_valid()

    @property
    def seen(self) -> Version:
        """Only where it `is_used`."""
        return Version.parse(self.cleaned_data["ahead_version"])


class AcceptForm(VersionForm):
    """``keyed_once``: take numbers that nobody keyed again; asked of a supervisor only."""

    keyed_once = forms.BooleanField(required=False)


class DecisionForm(VersionForm):
    """One answer. ``value`` is JSON in the value shapes of a reading; ``ms`` is capped at an
    hour, because a longer time is a break and no work. ``shown``: the last decision of this field
    that the screen showed; without it the version of the whole sheet is asked. ``known``: the
    value was taken from the register."""

    known = forms.BooleanField(required=False)
    shown = forms.IntegerField(min_value=0, required=False)

    field = forms.CharField(max_length=60)
    value = forms.JSONField(required=False)
    ms = forms.IntegerField(min_value=0, required=False)
    keys = forms.IntegerField(min_value=0, max_value=100_000, required=False)

    def clean_value(self) -> str | list[str] | bool | None:
        """Only the four shapes of a value; numbers and nested things are nobody's answer."""
        value = self.cleaned_data["value"]
        if value is None or isinstance(value, str | bool):
            return value
        if isinstance(value, list) and all(isinstance(part, str) for part in value):
            return value
        raise forms.ValidationError("bentuk jawaban tidak dikenal")

    def clean_ms(self) -> int | None:
        ms: int | None = self.cleaned_data["ms"]
        return None if ms is None else min(ms, HOUR_MS)


class LeaveForm(forms.Form):
    """Which opening of a desk was left."""

    screen = forms.CharField(max_length=40)


class ReasonForm(forms.Form):
    """Why a sheet is reopened or voided."""

    reason = forms.CharField(
        label="Alasan",
        max_length=200,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": "Tuliskan alasannya dahulu.",
            "max_length": "Alasan paling panjang 200 huruf.",
        },
    )


class ChoiceForm(forms.Form):
    """Which of two differing images of a page is the right one."""

    page = forms.IntegerField(min_value=1)
    keep = forms.ChoiceField(choices=[("new", "gambar baru"), ("old", "gambar lama")])


class CodeForm(forms.Form):
    """The code in letters, as printed: with or without page, check character and hyphens."""

    kode = forms.CharField(
        max_length=40,
        error_messages={"required": "Ketik dahulu kode lembarnya, misalnya 7KQ-2MX-94D."},
    )

    def clean_kode(self) -> str:
        typed = self.cleaned_data["kode"]
        whole = parse_printed(typed)
        bare = "".join(char for char in typed.upper() if char.isalnum())
        code = whole[0] if whole else bare
        if not Sheet.objects.filter(code=code, layout_hash__isnull=False).exists():
            raise forms.ValidationError(
                "Tidak ada lembar dengan kode itu. Cocokkan huruf demi huruf dengan kertasnya."
            )
        return code


class QueueForm(forms.Form):
    """The filters of the queue; an unknown value filters nothing."""

    kunjungan = forms.CharField(required=False, max_length=60)
    alasan = forms.CharField(required=False, max_length=60)
    hanya = forms.ChoiceField(
        required=False,
        choices=[(name, name) for name in ("", "lengkap", "sebagian", "siap", "pilih")],
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.is_valid()

    def visit(self) -> Visit | None:
        """The visit asked for, if there is such a one."""
        return Visit.objects.filter(public_id=self.cleaned_data.get("kunjungan", "")).first()

    def sheets(self) -> QuerySet[Sheet]:
        """What the filters let through."""
        data = self.cleaned_data
        return narrowed(self.visit(), data.get("alasan", ""), data.get("hanya", ""))

    @property
    def query(self) -> str:
        """The filters as part of an address, for turning pages."""
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        return f"{urlencode(chosen)}&" if chosen else ""
