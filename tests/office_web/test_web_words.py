"""Every reason has words; warnings ask for a second look and forbid nothing."""

from __future__ import annotations

import pytest

from forms.spec import FormSpec
from office.intake.reasons import IntakeReason
from office.review.checks import warnings
from office.review.values import Value
from office.review.wording import WORDINGS, wording_of
from scanner.reading import Reason

NIK = "6311025203859001"


@pytest.mark.parametrize("code", [*Reason, *IntakeReason])
def test_every_reason_has_a_label_and_advice(code: str) -> None:
    wording = WORDINGS[code]
    assert wording.label
    assert wording.advice.endswith((".", "?"))
    assert len(wording.label) < 60


def test_an_unknown_reason_is_shown_as_it_is() -> None:
    assert "alasan_baru" in wording_of("alasan_baru").label


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"nik.1": NIK[:15]}, "nik.1", "Seharusnya 16 angka, ini 15."),
        ({"nik.1": "0" + NIK[1:]}, "nik.1", "bukan NIK resmi"),
        ({"nik.1": "6311029903859001"}, "nik.1", "bukan NIK resmi"),
        ({"no_kk": "63110201"}, "no_kk", "Seharusnya 16 angka, ini 8."),
        ({"tanggal_lahir.1": "31021985"}, "tanggal_lahir.1", "Bukan tanggal yang mungkin"),
        ({"tanggal_lahir.1": "01011899"}, "tanggal_lahir.1", "Bukan tanggal yang mungkin"),
        ({"tanggal_lahir.1": "    1985"}, "tanggal_lahir.1", "tidak lengkap"),
        (
            {"nik.1": NIK, "tanggal_lahir.1": "12031986"},
            "tanggal_lahir.1",
            "NIK menyebut lahir 12-03-85",
        ),
        ({"nik.1": NIK, "jenis_kelamin.1": "L"}, "jenis_kelamin.1", "Menurut NIK"),
    ],
)
def test_worth_a_second_look(
    values: dict[str, Value], field: str, said: str, web_form: FormSpec
) -> None:
    assert said in warnings(web_form, values)[field]


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"nik.1": "", "no_kk": "", "tanggal_lahir.1": ""},
        {"nik.1": None, "tanggal_lahir.1": "12031985"},
        {"nik.1": NIK, "tanggal_lahir.1": "12031985", "jenis_kelamin.1": "P"},
        {"nik.1": NIK, "jenis_kelamin.1": None},
        {"nik.1": NIK, "tanggal_lahir.2": "01011990"},
    ],
)
def test_nothing_to_say(values: dict[str, Value], web_form: FormSpec) -> None:
    assert warnings(web_form, values) == {}
