"""The register pages: found by name or number, numbers hidden until asked for, and all logged."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from office.accounts.models import AccessEvent
from office.register.masking import HIDDEN, grouped, masked
from office.register.models import Household
from office.register.services import accept_sheet
from office.review.current import current_values
from office.review.decisions import record_decision
from office.review.values import Value

if TYPE_CHECKING:
    from tests.office_web.conftest import WebOffice

INK = "~"
"""In a cell field: handwriting that nobody has read."""

NIK, KK = "6311025203859001", "6311020102159001"
FILLED = {"no_kk": INK, "nama_kepala": INK, "lantai": "tanah", "nama.1": INK, "nik.1": INK}


def _household(office: WebOffice, name: str = "JUMBERI", nik: str = NIK) -> Household:
    sheet = office.scanned({**FILLED, "asuransi": ["pbi_jk"]})
    said: dict[str, Value] = {
        "no_kk": KK,
        "nama_kepala": name,
        "nama.1": "MARLIANA",
        "nik.1": nik,
    }
    for field, value in said.items():
        record_decision(sheet, field, value, office.users["peninjau"])
    accept_sheet(sheet, current_values(sheet), office.users["peninjau"])
    return Household.objects.get(sheet=sheet)


def _search(office: WebOffice, text: str, desa: str = "") -> Any:
    sent = {"text": text, "desa": desa}
    answer = office.client("peninjau").post("/buku-induk/", sent, follow=True)
    return answer


@pytest.mark.parametrize(
    ("text", "desa", "found"),
    [
        ("", "", True),
        ("jumb", "", True),
        ("liana", "", True),
        ("marliana jumberi", "", True),
        ("rusdi", "", False),
        (NIK, "", True),
        ("6311 0252 0385 9001", "", True),
        (KK, "", True),
        ("6311025203859999", "", False),
        ("", "63.11.02.2014", True),
        ("", "63.11.02.2001", False),
        ("%", "", False),
    ],
)
def test_one_box_finds_names_and_numbers(
    office: WebOffice, text: str, desa: str, found: bool
) -> None:
    household = _household(office)
    page = _search(office, text, desa).content.decode()
    assert (f"/buku-induk/{household.pk}/" in page) == found


def test_a_members_number_stands_with_the_name(office: WebOffice) -> None:
    """Two columns of lines drifted apart where a long name took two."""
    _household(office)
    row = _search(office, "").content.decode().split('<div class="member">')[1].split("</div>")[0]
    assert "MARLIANA" in row
    assert "6311 02•• •••• ••01" in row


def test_what_was_asked_for_never_stands_in_an_address(office: WebOffice) -> None:
    _household(office)
    answer = _search(office, NIK)
    assert answer.redirect_chain == [("/buku-induk/", 302)]
    event = AccessEvent.objects.get(action=AccessEvent.Action.SEARCH)
    assert NIK not in event.subject + event.note


def test_numbers_are_hidden_until_somebody_asks_and_that_is_logged(office: WebOffice) -> None:
    household = _household(office)
    address = f"/buku-induk/{household.pk}/"
    client = office.client("peninjau")
    for page in (client.get("/buku-induk/"), client.get(address)):
        assert NIK not in page.content.decode().replace(" ", "")
        assert masked(NIK) in page.content.decode()
    assert not AccessEvent.objects.filter(action=AccessEvent.Action.NIK).exists()
    shown = client.post(f"{address}nomor/").content.decode()
    assert grouped(NIK) in shown
    assert grouped(KK) in shown
    event = AccessEvent.objects.get(action=AccessEvent.Action.NIK)
    assert (event.by, event.subject) == (office.users["peninjau"], str(household.pk))
    assert NIK not in client.get(address).content.decode().replace(" ", "")


def test_a_number_that_one_person_keyed_says_so(office: WebOffice) -> None:
    client = office.client("peninjau")
    for name, nik, numbers in (("JUMBERI", NIK, 2), ("DAYANG", "", 1)):
        household = _household(office, name, nik)
        page = client.get(f"/buku-induk/{household.pk}/").content.decode()
        assert page.count("sekali ketik</span>") == numbers, name


def test_a_household_shows_its_answers_in_the_words_of_the_form(office: WebOffice) -> None:
    household = _household(office)
    page = office.client("peninjau").get(f"/buku-induk/{household.pk}/").content.decode()
    assert "<dt>lantai</dt><dd>Tanah</dd>" in page
    assert "Pbi_Jk" in page
    assert "MARLIANA" in page


def test_what_two_sheets_of_a_household_say_alike_is_said_once(office: WebOffice) -> None:
    household = _household(office)
    answer = household.answers.filter(active=True, person=None).get(value="tanah")
    for row, value in enumerate(("papan", "tanah"), start=1):
        answer.pk, answer.row, answer.value = None, row, value
        answer.save(force_insert=True)
    page = office.client("peninjau").get(f"/buku-induk/{household.pk}/").content.decode()
    assert "<dd>Tanah, Papan</dd>" in page


def test_from_a_search_all_households_are_one_click_away(office: WebOffice) -> None:
    household = _household(office)
    every = "Tampilkan semua keluarga"
    client = office.client("peninjau")
    assert every not in client.get("/buku-induk/").content.decode()
    page = _search(office, "rusdi", "").content.decode()
    assert every in page and f"/buku-induk/{household.pk}/" not in page
    form = page.split(every)[0].rsplit("<form", 1)[1]
    assert 'name="text" value=""' in form and 'name="desa" value=""' in form
    page = client.post("/buku-induk/", {"text": "", "desa": ""}, follow=True).content.decode()
    assert every not in page and f"/buku-induk/{household.pk}/" in page


def test_a_withdrawn_household_is_gone_from_the_pages(office: WebOffice) -> None:
    household = _household(office)
    office.client("penyelia").post(
        f"/periksa/{household.sheet.code}/buka-kembali/", {"reason": "salah"}
    )
    assert f"/buku-induk/{household.pk}/" not in _search(office, "").content.decode()
    assert office.client("peninjau").get(f"/buku-induk/{household.pk}/").status_code == 404


def test_names_are_shown_as_text(office: WebOffice) -> None:
    household = _household(office)
    Household.objects.filter(pk=household.pk).update(head_name="<img src=x onerror=alert(1)>")
    page = _search(office, "").content.decode()
    assert "<img" not in page
    assert "&lt;img" in page


def test_many_households_come_in_pages(office: WebOffice) -> None:
    first = _household(office)
    for seq in range(60):
        sheet = office.sheet()
        Household.objects.create(sheet=sheet, desa=first.desa, head_name=f"KELUARGA {seq:02}")
    page = office.client("peninjau").get("/buku-induk/").content.decode()
    assert "61 keluarga" in page
    assert "1 dari 2" in page
    assert "KELUARGA 59" in office.client("peninjau").get("/buku-induk/?hal=2").content.decode()


def test_the_register_is_exported_with_a_purpose(office: WebOffice) -> None:
    _household(office)
    sent = {"kind": "xlsx", "purpose": "Dinas Sosial, usulan PBI"}
    answer = office.client("penyelia").post("/buku-induk/unduh/", sent)
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert NIK in {cell.value for row in sheet.iter_rows() for cell in row}
    event = AccessEvent.objects.get(action=AccessEvent.Action.EXPORT)
    assert (event.subject, event.note) == ("xlsx", "Dinas Sosial, usulan PBI")
    csv = office.client("penyelia").post("/buku-induk/unduh/", {**sent, "kind": "csv"})
    assert NIK in csv.content.decode("utf-8-sig")


@pytest.mark.parametrize("sent", [{"kind": "xlsx"}, {"kind": "exe", "purpose": "x"}, {}])
def test_without_a_purpose_nothing_leaves(office: WebOffice, sent: dict[str, str]) -> None:
    _household(office)
    answer = office.client("penyelia").post("/buku-induk/unduh/", sent)
    assert answer.status_code == 302
    assert not AccessEvent.objects.filter(action=AccessEvent.Action.EXPORT).exists()


@given(st.text("0123456789", max_size=20))
def test_a_mask_keeps_the_length_and_hides_the_middle(number: str) -> None:
    shown = masked(number).replace(" ", "")
    assert len(shown) == len(number)
    assert shown.count(HIDDEN) == (len(number) if len(number) <= 8 else len(number) - 8)
