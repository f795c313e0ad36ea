"""What a grid shows: the guess, what is in doubt, and nothing that a blind look must not see."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from django.contrib.auth.models import User

from office.accounts.models import AccessEvent
from office.review.claims import claim
from office.review.decisions import record_decision
from office.review.grid.crops import options_in_question
from office.review.models import Item
from office.review.passes import SECOND
from office.review.quality import seeds
from office.rounds.models import Visit
from tests.office_web.gridtalk import Grid

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from tests.office_web.conftest import WebOffice

NIK, OTHER = "6311025203859001", "6311025203859007"
INK = "~"
"""In a cell field: handwriting that nobody has read."""


@pytest.fixture(autouse=True)
def nothing_mixed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Known answers are tested elsewhere; the lot would make these tests differ."""
    monkeypatch.setattr(seeds, "ONE_IN", 10**9)


def _sheets(office: WebOffice, n: int, **values: object) -> None:
    for _ in range(n):
        office.scanned({"nama_kepala": "ADUL", **values})


def _sign_in(office: WebOffice, *names: str) -> None:
    for name in names:
        office.client(name)


def test_the_list_counts_stacks_and_leads_to_them(office: WebOffice) -> None:
    _sheets(office, 3, **{"nik.1": "?" + NIK})
    page = office.client("peninjau").get("/periksa/petak/").content.decode()
    assert "/periksa/petak/keluarga/nik/ragu/" in page
    assert "Yang diragukan" in page and "<b>3</b>" in page
    page = office.client("peninjau").get("/periksa/petak/?kunjungan=lain").content.decode()
    assert "<b>3</b>" in page, "an unknown visit filters nothing"


def test_an_empty_list_says_so(office: WebOffice) -> None:
    page = office.client("peninjau").get("/periksa/petak/").content.decode()
    assert "Tidak ada isian yang menunggu" in page


def test_marks_are_preset_to_the_guess_the_surest_first(office: WebOffice) -> None:
    for belief in (0.6, 0.97, 0.8):
        office.scanned({"nama_kepala": "ADUL", "lantai": ("?", "papan", belief)})
    grid = Grid(office, "peninjau", "lantai/ragu").open()
    rows = [Item.objects.get(pk=tile["tile"]) for tile in grid.tiles]
    assert [row.certainty for row in rows] == [0.97, 0.8, 0.6]
    assert [json.loads(tile["preset"]) for tile in grid.tiles] == [row.guess for row in rows]
    assert [json.loads(tile["ways"]) for tile in grid.tiles] == [["papan", None]] * 3
    for words in ("hampir pasti", "cukup yakin", "kurang yakin", "Tanda tipis"):
        assert words in grid.html


def test_without_a_guess_nothing_is_preset(office: WebOffice) -> None:
    office.scanned({"nama_kepala": "ADUL", "lantai": ("?", "papan", None), "nik.1": INK})
    for stack in ("lantai/ragu", "nik/ragu"):
        (tile,) = Grid(office, "peninjau", stack).open().tiles
        assert Item.objects.get(pk=tile["tile"]).certainty == 0
        assert tile["preset"] == "null"
        assert 'data-preset=""' in Grid(office, "peninjau", stack).open().html


def test_doubtful_cells_are_ringed_with_the_two_likeliest(office: WebOffice) -> None:
    _sheets(office, 1, **{"nik.1": "?" + NIK})
    page = Grid(office, "peninjau", "nik/ragu").open().html
    assert page.count('class="spot cell"') == 16
    assert 'data-top="0" data-other="4">6<i>4</i>' in page
    assert "16 kotak ragu" in page, "also for those who hear the screen"


def test_a_sure_number_has_no_rings(office: WebOffice) -> None:
    _sheets(office, 1, **{"nik.1": NIK})
    assert "spot cell" not in Grid(office, "peninjau", "nik/ragu").open().html


def test_a_contradiction_is_told_at_its_tile(office: WebOffice) -> None:
    _sheets(office, 1, **{"nik.1": "?" + NIK, "tanggal_lahir.1": "13031985"})
    assert "NIK menyebut lahir 12-03-85" in (
        Grid(office, "peninjau", "tanggal_lahir/ragu").open().html
    )


def test_a_page_holds_two_screens_and_their_sheets_are_logged(office: WebOffice) -> None:
    _sheets(office, 15, **{"nik.1": "?" + NIK})
    grid = Grid(office, "peninjau", "nik/ragu").open()
    assert grid.html.count("data-screen") == 2 and len(grid.tiles) == 12
    seen = AccessEvent.objects.filter(action="sheet", note="petak")
    assert set(seen.values_list("subject", flat=True)) == {tile["sheet"] for tile in grid.tiles}
    assert 'data-left="15"' in grid.html


def test_two_people_never_see_the_same_tile(office: WebOffice) -> None:
    _sheets(office, 15, **{"nik.1": "?" + NIK})
    mine = Grid(office, "peninjau", "nik/ragu").open()
    theirs = Grid(office, "penyelia", "nik/ragu").open()
    assert len(theirs.tiles) == 3
    assert not set(mine.fields()) & set(theirs.fields())
    again = Grid(office, "peninjau", "nik/ragu").open()
    assert set(again.fields()) == set(mine.fields()), "loading again shows the same"


def test_who_leaves_gives_back(office: WebOffice) -> None:
    _sheets(office, 3, **{"nik.1": "?" + NIK})
    grid = Grid(office, "peninjau", "nik/ragu").open()
    assert "sedang dikerjakan orang lain" in Grid(office, "penyelia", "nik/ragu").open().html
    left = office.client("peninjau").post(f"{grid.url}lepas/")
    assert left.status_code == 204
    assert len(Grid(office, "penyelia", "nik/ragu").open().tiles) == 3


def test_a_sheet_on_a_desk_is_in_nobody_elses_grid(office: WebOffice) -> None:
    sheet = office.scanned({"nama_kepala": "ADUL", "nik.1": "?" + NIK})
    claim(sheet, office.users["penyelia"])
    assert not Grid(office, "peninjau", "nik/ragu").open().tiles
    assert len(Grid(office, "penyelia", "nik/ragu").open().tiles) == 1


def test_a_grid_keeps_to_its_visit(office: WebOffice) -> None:
    _sheets(office, 2, **{"nik.1": "?" + NIK})
    other = Visit.objects.create(
        public_id="lain",
        round=office.visit.round,
        desa=office.visit.desa,
        date=office.visit.date,
    )
    assert not Grid(office, "peninjau", "nik/ragu", f"?kunjungan={other.public_id}").open().tiles
    own = Grid(office, "peninjau", "nik/ragu", f"?kunjungan={office.visit.public_id}").open()
    assert len(own.tiles) == 2
    assert f"simpan/?kunjungan={office.visit.public_id}" in own.html


def test_the_end_leads_to_the_next_stack(office: WebOffice) -> None:
    _sheets(office, 1, **{"nik.1": "?" + NIK})
    done = Grid(office, "peninjau", "no_kk/ragu").open().html
    assert "Selesai" in done and "/periksa/petak/keluarga/nama_kepala/ragu/" in done
    office.client("peninjau").post("/periksa/petak/keluarga/nik/ragu/lepas/")
    Item.objects.all().delete()
    assert "Tidak ada lagi isian" in Grid(office, "peninjau", "no_kk/ragu").open().html


@pytest.mark.parametrize("path", ["keluarga/nik/lain/", "keluarga/bukan/ragu/", "bukan/nik/ragu/"])
def test_what_is_no_stack_is_not_found(office: WebOffice, path: str) -> None:
    office.scanned()
    assert office.client("peninjau").get(f"/periksa/petak/{path}").status_code == 404


def test_the_second_keying_is_blind(office: WebOffice) -> None:
    _sign_in(office, "peninjau", "penyelia")
    sheet = office.scanned(
        {"nama_kepala": "ADUL", "nik.1": "?" + NIK, "tanggal_lahir.1": "13031985"}
    )
    record_decision(sheet, "nik.1", OTHER, office.users["penyelia"])
    assert not Grid(office, "penyelia", "nik/ulang").open().tiles, "not by who keyed it first"
    grid = Grid(office, "peninjau", "nik/ulang").open()
    assert len(grid.tiles) == 1
    for kept in (NIK, OTHER, "spot cell", "data-other", "yakin", "NIK menyebut"):
        assert kept not in grid.html
    birth = Grid(office, "peninjau", "tanggal_lahir/ragu").open()
    assert "NIK menyebut" not in birth.html, "a warning would give its digits away"
    office.client("peninjau").post(f"{birth.url}lepas/")
    assert "NIK menyebut" in Grid(office, "penyelia", "tanggal_lahir/ragu").open().html


def test_alone_nobody_keys_again(office: WebOffice) -> None:
    sheet = office.scanned({"nama_kepala": "ADUL", "nik.1": "?" + NIK})
    record_decision(sheet, "nik.1", NIK, office.users["penyelia"])
    User.objects.update(last_login=None)
    office.client("peninjau")
    assert not Grid(office, "peninjau", "nik/ulang").open().tiles


def test_the_third_look_shows_both_values_and_no_names(office: WebOffice) -> None:
    _sign_in(office, "peninjau", "penyelia", "admin")
    orders = set()
    for n in range(6):
        sheet = office.scanned({"nama_kepala": "ADUL", "nik.1": INK})
        record_decision(sheet, "nik.1", NIK, office.users["peninjau"])
        record_decision(sheet, "nik.1", OTHER, office.users["penyelia"], pass_no=SECOND)
        if n % 2:
            record_decision(sheet, "nama_kepala", "IPAH", office.users["peninjau"])
    grid = Grid(office, "admin", "nik/banding").open()
    assert len(grid.tiles) == 6 and grid.html.count("data-screen") == 2
    for place in range(6):
        part = grid.html.split('<li class="tile')[place + 1]
        assert f'data-rival="{NIK}"' in part and f'data-rival="{OTHER}"' in part
        assert "peninjau" not in part and "penyelia" not in part
        orders.add(part.index(NIK) < part.index(OTHER))
    assert orders == {True, False}, "the order names nobody"


def test_marks_of_all_questions_say_which_and_come_by_how_sure_they_are(office: WebOffice) -> None:
    for floor, insured in ((0.9, 0.8), (0.6, 0.97), (0.8, 0.7)):
        marks = {"lantai": ("?", "papan", floor), "asuransi": ("?", "pbi_jk", insured)}
        office.scanned({"nama_kepala": "ADUL", **marks})
    grid = Grid(office, "peninjau", "semua-tanda/ragu").open()
    certainties = [Item.objects.get(pk=tile["tile"]).certainty for tile in grid.tiles]
    assert certainties == [0.97, 0.9, 0.8, 0.8, 0.7, 0.6]
    fields = [(tile["field"], json.loads(tile["preset"])) for tile in grid.tiles]
    assert fields[2:4] == [("asuransi", ["pbi_jk"]), ("lantai", "papan")], "by question"
    assert "<b>lantai</b>" in grid.html and "<b>asuransi</b>" in grid.html


def _shape(jpeg: bytes) -> tuple[int, ...]:
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    return tuple(picture.shape)


def test_crops_of_tiles_are_small_pictures_round_the_options(office: WebOffice) -> None:
    office.scanned({"nama_kepala": "ADUL", "lantai": ("?", "papan", 0.9), "nik.1": "?" + NIK})
    client = office.client("peninjau")
    shapes = {}
    for stack in ("lantai", "nik"):
        page = Grid(office, "peninjau", f"{stack}/ragu").open().html
        address = page.split('<img src="')[1].split('"')[0].replace("&amp;", "&")
        assert address.startswith("/gambar/") and "petak=1" in address
        answer = client.get(address)
        assert answer["Cache-Control"] == "private, no-store"
        shapes[stack] = _shape(answer.content)
    assert shapes["lantai"][1] < 75 * 100 / 25.4, "two options and their words at 100 dpi"
    wide = client.get(address.split("?")[0] + "?petak=luas")
    big = _shape(wide.content)
    assert big[0] > shapes["nik"][0] and big[1] > shapes["nik"][1]


def test_markup_in_a_text_is_text(office: WebOffice) -> None:
    sheet = office.scanned({"nama_kepala": "ADUL", "nik.1": INK})
    Item.objects.all().delete()
    office.client("peninjau").get("/periksa/petak/")
    Item.objects.filter(sheet=sheet, field="nik.1").update(
        guess='"><img src=x onerror=alert(1)>', certainty=0.9
    )
    page = Grid(office, "peninjau", "nik/ragu").open().html
    assert "<img src=x" not in page and "&lt;img src=x" in page


@pytest.mark.parametrize("n", [6, 24])
def test_the_number_of_queries_does_not_grow(
    office: WebOffice, django_assert_max_num_queries: DjangoAssertNumQueries, n: int
) -> None:
    _sheets(office, n, **{"nik.1": "?" + NIK})
    grid = Grid(office, "peninjau", "nik/ragu").open()
    with django_assert_max_num_queries(34):
        grid.open()
    with django_assert_max_num_queries(45):
        grid.accept(tiles=grid.tiles[:6])


def _list(office: WebOffice, query: str) -> str:
    page = office.client("peninjau").get(f"/periksa/petak/{query}").content.decode()
    return str(page.split('id="isi"')[1])


def test_the_list_of_one_reason_shows_its_stacks_alone_and_the_way_to_all(
    office: WebOffice,
) -> None:
    _sheets(office, 2, **{"nik.1": "?" + NIK, "lantai": ("?", "tanah")})
    _sheets(office, 1, **{"nik.1": INK})
    page = _list(office, "?alasan=not_read")
    assert page.count("data-stack ") == 1 and "/keluarga/nik/ragu/" in page
    assert "<b>1</b> dari 3" in page, "how many have it, of how many are opened"
    assert "<b>Tulisan belum terbaca</b>: 1 isian" in page
    assert 'href="/periksa/petak/">Tampilkan semua tumpukan' in page
    assert _list(office, "").count("data-stack ") == 3, "the name that was read too"
    for query in ("?alasan=tidak_ada", "?alasan="):
        assert _list(office, query).count("data-stack ") == 3, "an unknown reason filters nothing"


def test_a_reason_that_waits_no_more_is_no_dead_end(office: WebOffice) -> None:
    _sheets(office, 1, **{"nik.1": INK})
    page = _list(office, f"?alasan=faint_mark&kunjungan={office.visit.public_id}")
    assert "Tidak ada lagi isian dengan alasan ini" in page
    assert f'href="/periksa/petak/?kunjungan={office.visit.public_id}">Tampilkan semua' in page


def test_few_marks_of_one_reason_are_found_in_the_stack_that_holds_them(office: WebOffice) -> None:
    _sheets(office, 1, lantai=("?", "tanah"), asuransi=("?", "pbi_jk"))
    page = _list(office, "?alasan=faint_mark")
    assert "/keluarga/semua-tanda/ragu/" in page and "<b>2</b> tanda" in page


@pytest.mark.parametrize(
    ("states", "shown"),
    [
        ("doubtful empty marked", {"a", "c"}),
        ("marked empty marked", {"a", "c"}),
        ("empty doubtful empty", {"b"}),
        ("doubtful doubtful empty", {"a", "b"}),
    ],
)
def test_the_picture_shows_what_is_in_doubt_and_what_is_preset(
    states: str, shown: set[str]
) -> None:
    """Of a scribbled-out box beside a tick only the box was shown: the tick had to be believed."""
    options = {name: {"state": state} for name, state in zip("abc", states.split(), strict=True)}
    assert set(options_in_question({"options": options})) == shown
