"""Forms of the intake pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

MAX_FILES = 100
"""In one go; a folder of thousands goes through ``sotarsa scan``, which shows its progress."""


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
