"""People who are in the register already are offered at the desk; a person takes the offer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from office.register.models import Person
from office.register.services import accept_sheet
from office.review.current import current_values
from office.review.decisions import record_decision
from office.review.models import Decision

if TYPE_CHECKING:
    from office.rounds.models import Sheet
    from tests.office_web.conftest import WebOffice

NIK, MISREAD = "6311021203859001", "6311021203859007"
PERSON = {"nama.1": "JUMBERI", "nik.1": NIK, "tanggal_lahir.1": "12031985"}


def _register(office: WebOffice) -> None:
    sheet = office.scanned({**PERSON, "nama_kepala": "JUMBERI"})
    for field, value in {**PERSON, "nama_kepala": "JUMBERI"}.items():
        record_decision(sheet, field, value, office.users["peninjau"])
    sheet.refresh_from_db()
    accept_sheet(sheet, current_values(sheet), office.users["peninjau"])


def _desk(office: WebOffice, sheet: Sheet) -> str:
    return str(office.client("peninjau").get(f"/periksa/{sheet.code}/").content.decode())


def _save(office: WebOffice, sheet: Sheet, value: str, **more: Any) -> Decision:
    sent = office.answer(sheet, "nik.1", json.dumps(value), **more)
    answer = office.client("peninjau").post(f"/periksa/{sheet.code}/simpan/", sent)
    assert answer.status_code == 200
    return Decision.objects.latest("id")


def test_what_the_register_has_is_offered_where_it_differs(office: WebOffice) -> None:
    _register(office)
    sheet = office.scanned({**PERSON, "nik.1": "?" + MISREAD})
    page = _desk(office, sheet)
    assert f'data-known="{NIK}"' in page
    assert page.count("data-known=") == 1, "name and date are read as the register has them"
    made = _save(office, sheet, NIK, known="on")
    assert (made.origin, made.from_value) == (Decision.Origin.REGISTER, MISREAD)
    assert "data-known=" not in _desk(office, sheet), "what is decided needs no offer"


def test_only_what_the_register_offers_comes_from_it(office: WebOffice) -> None:
    _register(office)
    sheet = office.scanned({**PERSON, "nik.1": "?" + MISREAD})
    made = _save(office, sheet, "6311021203859002", known="on")
    assert made.origin == Decision.Origin.KEYED


def test_strangers_get_no_offer(office: WebOffice) -> None:
    _register(office)
    stranger = {"nama.1": "SAHRUDIN", "nik.1": "6311020407909001", "tanggal_lahir.1": "04071990"}
    assert "data-known=" not in _desk(office, office.scanned(stranger))


def test_what_was_corrected_in_the_register_is_offered_as_it_is_now(office: WebOffice) -> None:
    _register(office)
    sheet = office.scanned({**PERSON, "nik.1": "?" + MISREAD})
    assert f'data-known="{NIK}"' in _desk(office, sheet)
    corrected = NIK[:-1] + "2"
    person = Person.objects.get()
    person.nik = corrected
    person.save()
    assert f'data-known="{corrected}"' in _desk(office, sheet)
