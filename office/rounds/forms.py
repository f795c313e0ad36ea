"""Forms of the visit pages."""

from __future__ import annotations

from typing import Any

from django import forms

from forms.spec import catalog_forms, load_form
from office.rounds.models import PAPERS, Desa
from office.rounds.planning import MAX_ROUND_NAME, MAX_SHEETS

PREFIX = "lembar_"


class PlanForm(forms.Form):
    """A new visit: where, when, and how many sheets of each kind."""

    desa = forms.ModelChoiceField(
        Desa.objects.all(),
        label="Desa",
        empty_label="Pilih desa",
        to_field_name="code",
        error_messages={"required": "Pilih desanya."},
    )
    date = forms.DateField(
        label="Tanggal kunjungan",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Isi tanggal kunjungannya."},
    )
    paper = forms.ChoiceField(
        label="Kertas",
        choices=PAPERS,
        help_text="Yang ada di printer. F4 disebut juga folio.",
    )
    round_name = forms.CharField(
        label="Putaran (boleh kosong)",
        required=False,
        max_length=MAX_ROUND_NAME,
        help_text="Nama bersama untuk beberapa kunjungan. Bila kosong, diberi nomor berikutnya.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in catalog_forms():
            self.fields[PREFIX + kind] = forms.IntegerField(
                label=f"{load_form(kind).title}, berapa lembar",
                min_value=0,
                max_value=MAX_SHEETS,
                required=False,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "placeholder": "0"}),
            )

    def clean(self) -> dict[str, Any] | None:
        """A visit without paper is none; a count with an error of its own is told there."""
        kinds = [PREFIX + kind for kind in catalog_forms()]
        if not any(self.cleaned_data.get(name) or name in self.errors for name in kinds):
            said = "Isi jumlah lembar yang dibawa, sedikitnya satu lembar dari satu jenis."
            raise forms.ValidationError(said)
        return self.cleaned_data

    def sheets(self) -> dict[str, int]:
        """Sheet kinds and how many of each, without the zeros. Only after `is_valid`."""
        return {
            kind: count
            for kind in catalog_forms()
            if (count := self.cleaned_data[PREFIX + kind] or 0) > 0
        }


class PrintForm(forms.Form):
    """How the pack is printed."""

    one_sided = forms.BooleanField(label="Printer hanya satu sisi", required=False)


class CloseForm(forms.Form):
    """Closing a visit makes what is still out missing, so it is asked twice."""

    sure = forms.BooleanField(
        label="Semua lembar yang kembali sudah dipindai",
        error_messages={"required": "Beri centang bahwa semua lembar yang kembali sudah dipindai."},
    )
