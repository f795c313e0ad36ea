"""The next stack, fetched while the last screen of another is looked at."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from office.review.decisions import record_decision
from office.review.models import Item
from office.review.quality import seeds
from office.rounds.models import Sheet
from tests.office_web.gridtalk import Grid, tiles_in

if TYPE_CHECKING:
    from tests.office_web.conftest import WebOffice

NIK = "6311025203859001"


@pytest.fixture(autouse=True)
def nothing_mixed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Known answers are tested elsewhere; the lot would make these tests differ."""
    monkeypatch.setattr(seeds, "ONE_IN", 10**9)


def _ahead(office: WebOffice, n: int = 9) -> Grid:
    """A stack of ``n`` numbers, fetched ahead."""
    for _ in range(n):
        office.scanned({"nama_kepala": "ADUL", "nik.1": "?" + NIK})
    return Grid(office, "peninjau", "nik/ragu", query="?awal=1").open()


def _enter(grid: Grid) -> dict[str, object]:
    held = json.dumps([tile["tile"] for tile in grid.tiles])
    return grid.post("masuk", {"by": grid.user, "held": held})


def test_of_the_next_stack_one_screen_is_leased(office: WebOffice) -> None:
    grid = _ahead(office)
    assert len(grid.tiles) == 6
    assert Item.objects.filter(claimed_by=office.users["peninjau"]).count() == 6


def test_the_last_screen_is_told_what_comes_next(office: WebOffice) -> None:
    grid = _ahead(office)
    told = grid.accept(tiles=grid.tiles[:3], held=json.dumps([t["tile"] for t in grid.tiles[3:]]))
    assert "ahead" not in told  # three are still to come
    held = [tile["tile"] for tile in [*grid.tiles[3:], *tiles_in(told["next"])]]
    told = grid.accept(tiles=grid.tiles[3:4], held=json.dumps(held[1:]))
    assert told["next"] == "" and "end" not in told
    assert told["ahead"] == "/periksa/petak/keluarga/nama_kepala/ragu/"


def test_who_comes_is_told_that_all_holds_and_what_is_behind(office: WebOffice) -> None:
    grid = _ahead(office)
    told = _enter(grid)
    assert told["gone"] == [] and len(tiles_in(str(told["next"]))) == 3
    assert told["left"] == 9


def test_what_was_decided_or_taken_meanwhile_is_named(office: WebOffice) -> None:
    grid = _ahead(office)
    decided, taken, late = (tile["tile"] for tile in grid.tiles[:3])
    sheet = Sheet.objects.get(code=grid.tiles[0]["sheet"])
    record_decision(sheet, "nik.1", NIK, office.users["penyelia"])
    Item.objects.filter(pk=taken).update(claimed_by=office.users["penyelia"])
    Item.objects.filter(pk=late).update(claimed_until=timezone.now() - timedelta(minutes=1))
    told = _enter(grid)
    assert told["gone"] == [decided, taken]
    assert Item.objects.filter(pk=late, claimed_until__gt=timezone.now()).exists()
    assert not {decided, taken} & {tile["tile"] for tile in tiles_in(str(told["next"]))}


def test_nothing_left_of_it_is_the_end(office: WebOffice) -> None:
    grid = _ahead(office, 2)
    Item.objects.filter(stack="keluarga.nik").update(claimed_by=office.users["penyelia"])
    told = _enter(grid)
    assert len(str(told["gone"]).split()) == 2 and told["next"] == ""
    assert "sedang dikerjakan orang lain" in str(told["end"])


def test_the_screen_of_one_account_is_not_anothers(office: WebOffice) -> None:
    grid = _ahead(office, 1)
    told = grid.post("masuk", {"by": "penyelia", "held": "[]"}, status=409)
    assert told["signed_out"] is True
