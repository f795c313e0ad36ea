"""Forms of the intake pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

MAX_FILES = 100
"""In one go; a folder of thousands goes through ``sotarsa scan``, which shows its progress."""


OLD_IS_COPY = "lama"


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files; empty files are let through, because intake names them with a reason."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> Sequence[UploadedFile[Any]]:
        files = data if isinstance(data, list | tuple) else [data]
        files = [file for file in files if file]
        if not files:
            raise forms.ValidationError("Pilih dahulu berkas hasil pindai.")
        if len(files) > MAX_FILES:
            raise forms.ValidationError(f"Paling banyak {MAX_FILES} berkas sekali kirim.")
        return files


class UploadForm(forms.Form):
    """Scans to take in."""

    scans = ManyFilesField(label="Berkas hasil pindai (PDF, TIFF, JPEG, PNG)")


class AssignForm(forms.Form):
    """Which page of which sheet a loose page is. ``way``: read it once more, or file it unread so
    that its fields are typed from the image, as turned on the screen (degrees clockwise). ``copy``:
    the paper is a photocopy of that sheet."""

    sheet = forms.CharField(max_length=9)
    page = forms.IntegerField(min_value=1, max_value=15)
    way = forms.ChoiceField(choices=[("read", "baca"), ("type", "ketik dari gambar")])
    copy = forms.BooleanField(required=False)
    turn = forms.TypedChoiceField(
        choices=[(str(turn), str(turn)) for turn in (0, 90, 180, 270)],
        coerce=int,
        required=False,
        empty_value="0",
    )

    @property
    def turned(self) -> int:
        """Only after `is_valid`."""
        return int(self.cleaned_data["turn"])


class CodePartForm(forms.Form):
    """Some characters of a code in letters, as a person types them; anything else finds nothing."""

    kode = forms.CharField(max_length=40, required=False, strip=True)


class TurnForm(forms.Form):
    """How a picture is turned, degrees clockwise; none where the reader's own turning is meant."""

    putar = forms.TypedChoiceField(
        choices=[(str(turn), str(turn)) for turn in (0, 90, 180, 270)],
        coerce=int,
        required=False,
        empty_value=None,
    )


class AsideForm(forms.Form):
    """Whether a page is put aside, or brought back into the tray."""

    aside = forms.ChoiceField(choices=[("ya", "sisihkan"), ("tidak", "kembalikan")])


class CopyForm(forms.Form):
    """The photocopy that an image belongs to; without one (or ``lama``), a new one. ``lama``: the
    image that came first is the photocopy's."""

    copy = forms.CharField(max_length=9, required=False)

    @property
    def is_old(self) -> bool:
        """Only after `is_valid`."""
        return bool(self.cleaned_data["copy"] == OLD_IS_COPY)

    @property
    def code(self) -> str:
        """Code of the photocopy, or empty. Only after `is_valid`."""
        code: str = self.cleaned_data["copy"]
        return "" if self.is_old else code
