"""A screen of answers: written together, once, beside what others did meanwhile; and taken back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db.models import Sum
from django.utils import timezone

from office.register.services import accept_sheet, void_sheet
from office.review.current import current_field, current_values, open_fields
from office.review.decisions import record_decision, take_back
from office.review.models import Decision, Item
from office.review.passes import FIRST, SECOND, THIRD
from office.review.quality import seeds
from office.rounds.models import Sheet
from tests.office_web.gridtalk import Grid, tiles_in

if TYPE_CHECKING:
    from tests.office_web.conftest import WebOffice

NIK, OTHER = "6311025203859001", "6311025203859007"
INK = "~"


@pytest.fixture(autouse=True)
def nothing_mixed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Known answers are tested elsewhere; the lot would make these tests differ."""
    monkeypatch.setattr(seeds, "ONE_IN", 10**9)


def _grid(office: WebOffice, n: int = 3, user: str = "peninjau") -> Grid:
    """A grid of ``n`` numbers that the reader is not sure of."""
    for _ in range(n):
        office.scanned({"nama_kepala": "ADUL", "nik.1": "?" + NIK})
    return Grid(office, user, "nik/ragu").open()


def _marks(office: WebOffice) -> Grid:
    for belief in (0.6, 0.9, 0.8):
        office.scanned({"nama_kepala": "ADUL", "lantai": ("?", "papan", belief)})
    return Grid(office, "peninjau", "lantai/ragu").open()


def _sheet(tile: dict[str, str]) -> Sheet:
    return Sheet.objects.get(code=tile["sheet"])


def _value(tile: dict[str, str]) -> object:
    return current_values(_sheet(tile))[tile["field"]]


def test_one_post_decides_a_whole_screen(office: WebOffice) -> None:
    grid, batch = _marks(office), uuid4()
    told = grid.accept({0: "semen", 1: None}, batch=batch)
    assert told["saved"] == [tile["tile"] for tile in grid.tiles] and told["refused"] == []
    assert [_value(tile) for tile in grid.tiles] == ["semen", None, "papan"]
    rows = Decision.objects.filter(batch=batch)
    assert {(r.by, r.mode, r.pass_no) for r in rows} == {(office.users["peninjau"], "grid", FIRST)}
    assert rows.aggregate(ms=Sum("ms"), keys=Sum("keystrokes")) == {"ms": 5000, "keys": 3}
    assert not Item.objects.filter(field="lantai").exists() and told["left"] == 0


def test_a_confirmed_suggestion_is_reviewed_and_a_corrected_one_keyed(office: WebOffice) -> None:
    grid = _grid(office)
    grid.accept({1: OTHER, 2: None})
    assert [_value(tile) for tile in grid.tiles] == [NIK, OTHER, None]
    origins = [Decision.objects.get(sheet__code=t["sheet"]).origin for t in grid.tiles]
    assert origins == ["reviewed", "keyed", "keyed"]


def test_the_same_batch_twice_writes_once_and_says_the_same(office: WebOffice) -> None:
    grid, batch = _grid(office), uuid4()
    first = grid.accept(batch=batch)
    again = grid.accept(batch=batch)
    assert again["saved"] == first["saved"] and again["refused"] == []
    assert Decision.objects.count() == 3


def test_a_late_copy_of_an_undone_batch_writes_nothing(office: WebOffice) -> None:
    grid, batch = _grid(office), uuid4()
    grid.accept(batch=batch)
    grid.undo()
    grid.accept(batch=batch)
    assert all(_value(tile) is None for tile in grid.tiles)
    assert Decision.objects.filter(undoes=None).count() == 3


def test_the_reply_brings_the_screen_after_the_next(office: WebOffice) -> None:
    grid = _grid(office, 15)
    shown, behind = grid.tiles[:6], grid.tiles[6:]
    told = grid.accept(tiles=shown, held=json.dumps([tile["tile"] for tile in behind]))
    after = tiles_in(told["next"])
    assert len(after) == 3 and told["left"] == 9 and "end" not in told
    assert not {t["tile"] for t in after} & {t["tile"] for t in grid.tiles}
    told = grid.accept(tiles=behind, held=json.dumps([tile["tile"] for tile in after]))
    assert (told["next"], told["left"]) == ("", 3)
    told = grid.accept(tiles=after)
    assert "Selesai" in told["end"] and "data-following" in told["end"]


def test_answers_prolong_the_leases_of_what_is_on_the_screen(office: WebOffice) -> None:
    grid = _grid(office, 12)
    Item.objects.update(claimed_until=timezone.now())
    held = [tile["tile"] for tile in grid.tiles[6:]]
    grid.accept(tiles=grid.tiles[:6], held=json.dumps(held))
    kept = Item.objects.filter(pk__in=held, claimed_until__gt=timezone.now())
    assert kept.count() == 6
    assert not Grid(office, "penyelia", "nik/ragu").open().tiles


def test_what_somebody_else_decided_stops_only_its_own_tile(office: WebOffice) -> None:
    grid = _grid(office)
    record_decision(_sheet(grid.tiles[1]), "nik.1", OTHER, office.users["penyelia"])
    told = grid.accept()
    assert len(told["saved"]) == 2
    (refusal,) = told["refused"]
    at = timezone.localtime(Decision.objects.get(to_value=OTHER).at).strftime("%H.%M")
    assert refusal["text"] == f"Sudah diputuskan oleh penyelia pukul {at}."
    assert (refusal["theirs"], refusal["mine"], refusal["wrong"]) == (OTHER, NIK, False)
    assert refusal["desk"] == f"/periksa/{grid.tiles[1]['sheet']}/#nik.1"
    assert _value(grid.tiles[1]) == OTHER


def test_who_says_the_same_is_not_bothered(office: WebOffice) -> None:
    grid = _grid(office)
    record_decision(_sheet(grid.tiles[1]), "nik.1", NIK, office.users["penyelia"])
    told = grid.accept()
    assert len(told["saved"]) == 3 and told["refused"] == []
    assert Decision.objects.filter(sheet=_sheet(grid.tiles[1])).count() == 1


def test_another_window_of_ones_own_is_named_as_such(office: WebOffice) -> None:
    grid = _grid(office, 1)
    record_decision(_sheet(grid.tiles[0]), "nik.1", OTHER, office.users["peninjau"])
    assert "Anda sendiri, di layar lain," in grid.accept()["refused"][0]["text"]


def test_an_answer_seen_and_then_undone_by_somebody_is_told(office: WebOffice) -> None:
    sheet = office.scanned({"nama_kepala": "ADUL", "nik.1": INK})
    first = record_decision(sheet, "nik.1", NIK, office.users["peninjau"])
    second = record_decision(sheet, "nik.1", OTHER, office.users["penyelia"], pass_no=SECOND)
    grid = Grid(office, "admin", "nik/banding").open()
    take_back(second, office.users["penyelia"])
    take_back(first, office.users["peninjau"])
    told = grid.accept({0: NIK})
    assert told["refused"][0]["text"] == "Jawaban yang Anda lihat sudah diurungkan."


def test_a_sheet_out_of_work_refuses_its_tile_alone(office: WebOffice) -> None:
    grid = _grid(office)
    void_sheet(_sheet(grid.tiles[0]), office.users["penyelia"], "basah")
    done = _sheet(grid.tiles[1])
    for name in open_fields(done):
        record_decision(done, name, "ADUL" if "nama" in name else OTHER, office.users["admin"])
    accept_sheet(done, current_values(done), office.users["admin"], keyed_once=True)
    told = grid.accept()
    assert told["saved"] == [grid.tiles[2]["tile"]]
    assert "batal" in told["refused"][0]["text"]
    assert "diterima" in told["refused"][1]["text"]


def test_a_new_image_refuses_what_was_seen_on_the_old(office: WebOffice) -> None:
    grid = _grid(office, 1)
    tile = {**grid.tiles[0], "page": "999999"}
    told = grid.accept(tiles=[tile])
    assert "Gambar halaman ini diganti" in told["refused"][0]["text"]
    assert not Decision.objects.exists()


def test_a_value_that_does_not_fit_comes_back_to_its_tile(office: WebOffice) -> None:
    grid = _grid(office)
    told = grid.accept({1: "63110A"})
    (refusal,) = told["refused"]
    assert refusal["wrong"] and refusal["key"] == grid.tiles[1]["tile"]
    assert "63110A" not in json.dumps(told), "a number is never repeated in a message"
    assert len(told["saved"]) == 2


@pytest.mark.parametrize(
    "sent",
    [
        {"answers": "[]"},
        {"answers": "[3]"},
        {"answers": "bukan json"},
        {"batch": "bukan"},
        {"ms": "-1"},
        {"held": "[[1]]"},
        {"keys": "x"},
    ],
)
def test_what_no_screen_sends_is_refused(office: WebOffice, sent: dict[str, str]) -> None:
    grid = _grid(office, 1)
    answers = json.dumps([grid.told(grid.tiles[0])])
    good = {"batch": str(uuid4()), "answers": answers, "by": "peninjau", "ms": 1, "keys": 1}
    told = grid.post("simpan", {**good, **sent}, status=400)
    assert "tidak dimengerti" in told["error"]
    assert not Decision.objects.exists()


def test_a_shape_that_is_no_value_is_refused(office: WebOffice) -> None:
    grid = _grid(office, 1)
    for value in (3, {"a": 1}, [["a"]]):
        answers = json.dumps([{**grid.told(grid.tiles[0]), "value": value}])
        sent = {"batch": str(uuid4()), "answers": answers, "by": "peninjau", "ms": 1, "keys": 1}
        grid.post("simpan", sent, status=400)
    assert not Decision.objects.exists()


def test_a_sheet_that_is_none_of_ours_is_told(office: WebOffice) -> None:
    grid = _grid(office, 1)
    told = grid.accept(tiles=[{**grid.tiles[0], "sheet": "TIDAKADA0"}])
    assert "tidak ada di kantor ini" in told["refused"][0]["text"]
    told = grid.accept(tiles=[{**grid.tiles[0], "field": "bukan.1"}])
    assert told["saved"] == [] and len(told["refused"]) == 1


def test_the_screen_of_one_account_is_not_saved_by_another(office: WebOffice) -> None:
    grid = _grid(office, 1)
    answers = json.dumps([grid.told(grid.tiles[0])])
    sent = {"batch": str(uuid4()), "answers": answers, "by": "penyelia", "ms": 1, "keys": 1}
    told = grid.post("simpan", sent, status=409)
    assert "milik penyelia" in told["error"] and told["signed_out"]
    assert grid.post("urungkan", {"by": "penyelia"}, status=409)["signed_out"]
    assert not Decision.objects.exists()


def test_the_second_keying_tells_nobody_anything(office: WebOffice) -> None:
    first = _grid(office, 2)
    office.client("penyelia")
    first.accept()
    grid = Grid(office, "penyelia", "nik/ulang").open()
    told = grid.accept({0: OTHER, 1: NIK})
    assert len(told["saved"]) == 2 and told["refused"] == []
    rows = Decision.objects.filter(by=office.users["penyelia"])
    assert {(row.mode, row.pass_no, row.origin) for row in rows} == {("key", SECOND, "keyed")}
    assert Item.objects.get(purpose="third").sheet == _sheet(grid.tiles[0])


def test_who_comes_second_to_the_second_keying_learns_no_value(office: WebOffice) -> None:
    first = _grid(office, 1)
    for name in ("penyelia", "admin"):
        office.client(name)
    first.accept()
    mine = Grid(office, "penyelia", "nik/ulang").open()
    Item.objects.update(claimed_by=None)
    theirs = Grid(office, "admin", "nik/ulang").open()
    mine.accept({0: OTHER})
    told = theirs.accept({0: "1111"})
    (refusal,) = told["refused"]
    assert refusal["theirs"] == "" and "penyelia" in refusal["text"]
    assert OTHER not in json.dumps(told) and NIK not in json.dumps(told)


def test_the_third_look_decides(office: WebOffice) -> None:
    sheet = office.scanned({"nama_kepala": "ADUL", "nik.1": INK})
    record_decision(sheet, "nik.1", NIK, office.users["peninjau"])
    record_decision(sheet, "nik.1", OTHER, office.users["penyelia"], pass_no=SECOND)
    grid = Grid(office, "admin", "nik/banding").open()
    assert grid.accept({0: OTHER})["saved"]
    assert Decision.objects.latest("id").pass_no == THIRD
    assert _value(grid.tiles[0]) == OTHER and "nik.1" not in open_fields(sheet)


def test_undo_brings_the_last_screen_back_with_its_answers(office: WebOffice) -> None:
    grid = _grid(office)
    grid.accept({1: OTHER})
    assert not Grid(office, "peninjau", "nik/ragu").open().tiles
    told = grid.undo()
    back = tiles_in(told["screen"])
    assert [(t["sheet"], json.loads(t["preset"])) for t in back] == [
        (tile["sheet"], OTHER if n == 1 else NIK) for n, tile in enumerate(grid.tiles)
    ]
    assert (told["n"], told["left"], told["refused"]) == (3, 3, [])
    assert all(_value(tile) is None for tile in grid.tiles)
    assert {tile["seen"] for tile in back} == {"0"}
    assert len(grid.accept(tiles=back)["saved"]) == 3, "and can be accepted again"


def test_undo_goes_back_screen_by_screen_and_no_further(office: WebOffice) -> None:
    grid = _grid(office, 8)
    grid.accept(tiles=grid.tiles[:6])
    grid.accept(tiles=grid.tiles[6:])
    assert [grid.undo()["n"] for _ in range(2)] == [2, 6]
    told = grid.undo()
    assert told["nothing"] and told["screen"] == ""


def test_undo_keeps_to_its_stack_and_its_person(office: WebOffice) -> None:
    numbers, marks = _grid(office), _marks(office)
    numbers.accept()
    assert marks.undo()["nothing"]
    assert Grid(office, "peninjau", "semua-tanda/ragu").undo()["nothing"]
    assert Grid(office, "penyelia", "nik/ragu").undo()["nothing"]
    marks.accept()
    assert Grid(office, "peninjau", "semua-tanda/ragu").undo()["n"] == 3
    assert numbers.undo()["n"] == 3


def test_undo_of_what_somebody_decided_since_is_refused_in_words(office: WebOffice) -> None:
    grid = _grid(office, 2)
    grid.accept()
    record_decision(_sheet(grid.tiles[0]), "nik.1", OTHER, office.users["penyelia"])
    told = grid.undo()
    assert told["n"] == 1
    assert "diputuskan lagi sesudahnya" in told["refused"][0]
    assert grid.tiles[0]["sheet"] in told["refused"][0]
    assert _value(grid.tiles[0]) == OTHER


def test_undo_after_the_second_keying_is_refused(office: WebOffice) -> None:
    grid = _grid(office, 1)
    office.client("penyelia")
    grid.accept()
    Grid(office, "penyelia", "nik/ulang").open().accept({0: OTHER})
    assert grid.undo()["n"] == 0
    assert Grid(office, "penyelia", "nik/ulang").undo()["n"] == 1
    assert grid.undo()["n"] == 1
    field = current_field(_sheet(grid.tiles[0]), "nik.1")
    assert field is not None and field.is_undecided


def test_what_was_undone_is_on_the_screen_of_who_undid_it(office: WebOffice) -> None:
    grid = _grid(office)
    grid.accept()
    grid.undo()
    assert not Grid(office, "penyelia", "nik/ragu").open().tiles
    assert len(Grid(office, "peninjau", "nik/ragu").open().tiles) == 3


def test_time_and_keys_are_divided_exactly(office: WebOffice) -> None:
    grid = _grid(office, 6)
    grid.accept(ms=10_001, keys=8)
    rows = Decision.objects.all()
    assert sum(row.ms or 0 for row in rows) == 10_001
    assert sorted(row.keystrokes or 0 for row in rows) == [1, 1, 1, 1, 2, 2]
    grid.undo()
    grid.accept(ms=10**9, keys=1)
    last = Decision.objects.filter(undoes=None).order_by("-id")[:6]
    assert sum(row.ms or 0 for row in last) == 3_600_000, "a longer time is a break"


def test_a_supervisor_and_a_reviewer_empty_a_stack_together(office: WebOffice) -> None:
    """Taking turns in any order, each accepts what only they have."""
    _grid(office, 20)
    saved: list[str] = []
    User.objects.filter(username="penyelia").update(last_login=timezone.now())
    for user in ("peninjau", "penyelia", "penyelia", "peninjau", "penyelia"):
        grid = Grid(office, user, "nik/ragu").open()
        if grid.tiles:
            told = grid.accept(tiles=grid.tiles[:6])
            assert not told["refused"]
            saved += told["saved"]
    assert len(saved) == len(set(saved)) == 20
    assert Decision.objects.count() == 20
