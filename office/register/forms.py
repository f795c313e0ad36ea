"""Forms of the register pages."""

from __future__ import annotations

from django import forms

from office.rounds.models import Desa


class SearchForm(forms.Form):
    """One box for names and numbers, and the village."""

    text = forms.CharField(label="Nama, dusun, NIK, atau nomor KK", required=False, max_length=80)
    desa = forms.ModelChoiceField(
        Desa.objects.all(),
        label="Desa",
        required=False,
        empty_label="Semua desa",
        to_field_name="code",
    )


class ExportForm(forms.Form):
    """Which file, and what for: a list with NIK leaves the office only with a reason."""

    kind = forms.ChoiceField(
        label="Jenis berkas", choices=[("xlsx", "Excel (.xlsx)"), ("csv", "CSV (.csv)")]
    )
    purpose = forms.CharField(
        label="Untuk siapa dan untuk apa",
        max_length=200,
        error_messages={"required": "Tuliskan untuk siapa dan untuk apa daftar ini diunduh."},
    )
