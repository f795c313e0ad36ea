"""From one desk to the next one, which the browser has fetched ahead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from office.accounts.models import AccessEvent
from office.review.claims import claim
from office.review.decisions import record_decision
from office.review.models import Claim
from office.review.versions import version_of
from office.rounds.models import Sheet

if TYPE_CHECKING:
    from tests.office_web.conftest import WebOffice

FILLED = {"nama_kepala": "~"}


def _ahead(office: WebOffice, sheet: Sheet) -> dict[str, str]:
    """What the browser tells of the desk of ``sheet`` that it has fetched ahead."""
    html = office.client("peninjau").get(f"/periksa/{sheet.code}/?awal=1").content.decode()
    found = dict(re.findall(r'data-(code|version|screen)="([^"]+)"', html))
    return {
        "ahead": found["code"],
        "ahead_version": found["version"],
        "ahead_screen": found["screen"],
    }


def _pair(office: WebOffice) -> tuple[Sheet, Sheet]:
    """A sheet that is ready to be accepted, and the one behind it."""
    first, second = office.scanned(FILLED), office.scanned(FILLED)
    record_decision(first, "nama_kepala", "ADUL", office.users["peninjau"])
    first.refresh_from_db()
    return first, second


def _accept(office: WebOffice, sheet: Sheet, ahead: dict[str, str]) -> Any:
    sent = {"version": str(version_of(sheet)), **ahead}
    return office.client("peninjau").post(f"/periksa/{sheet.code}/terima/", sent).json()


def test_a_desk_fetched_ahead_is_nobodys_until_it_is_shown(office: WebOffice) -> None:
    first, second = _pair(office)
    ahead = _ahead(office, second)
    assert not Claim.objects.exists()
    told = _accept(office, first, ahead)
    assert told["enters"] and told["desk"] == f"/periksa/{second.code}/"
    assert "diterima" in told["said"]
    held = Claim.objects.get()
    assert (held.sheet, held.screen) == (second, ahead["ahead_screen"])
    page = office.client("peninjau").get("/periksa/").content.decode()
    assert "dan masuk buku induk" not in page, "it was said already"


@pytest.mark.parametrize("what", ["decided", "taken", "another"])
def test_what_is_no_longer_true_is_not_shown(office: WebOffice, what: str) -> None:
    first, second = _pair(office)
    ahead = _ahead(office, second)
    if what == "decided":
        record_decision(second, "lantai", "semen", office.users["penyelia"])
    elif what == "taken":
        claim(second, office.users["penyelia"], "x")
    else:
        ahead["ahead"] = first.code
    told = _accept(office, first, ahead)
    assert not told["enters"] and told["said"] == ""
    assert told["desk"] == ("/periksa/" if what == "taken" else f"/periksa/{second.code}/")
    assert "masuk buku induk" in office.client("peninjau").get(told["desk"]).content.decode()


def test_the_log_tells_what_was_fetched_from_what_was_shown(office: WebOffice) -> None:
    first, second = _pair(office)
    ahead = _ahead(office, second)
    notes = AccessEvent.objects.filter(subject=second.code).values_list("note", flat=True)
    assert list(notes) == ["diambil lebih dulu"]
    assert _accept(office, first, ahead)["enters"]
    assert list(notes.all().order_by("id")) == ["diambil lebih dulu", ""]


def test_who_leaves_a_sheet_without_accepting_goes_on_alike(office: WebOffice) -> None:
    first, second = _pair(office)
    asked = {"setelah": first.code, **_ahead(office, second)}
    told = office.client("peninjau").get("/periksa/lanjut/", asked).json()
    assert told == {"desk": f"/periksa/{second.code}/", "enters": True, "said": ""}
