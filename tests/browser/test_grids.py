"""Grids when something comes between, and with two people at the same stack."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import escape

import pytest
from playwright.sync_api import Route, expect

from tests.browser import looks
from tests.browser.desk import Desk
from tests.browser.grid import Grids
from tests.browser.people import Person
from tests.browser.server import Server
from tests.browser.test_interrupted import SWITCHED_OFF
from tests.browser.village import MEMBERS, N_SHEETS, Village

DECIDED = """select s.code, d.field, u.username from review_decision d
join rounds_sheet s on s.id = d.sheet_id join auth_user u on u.id = d.by_id
where d.field like ? order by d.id"""
NAMES = "nama.%"
N_NAMES = N_SHEETS * MEMBERS


def decided(server: Server, fields: str = NAMES) -> list[tuple[str, str]]:
    """Sheet and field of every decision on disk."""
    return [(code, field) for code, field, _ in server.rows(DECIDED, fields)]


def test_the_server_may_be_restarted_in_the_middle(
    village: Village, server: Server, rina: Person
) -> None:
    rina.watch.allow(*SWITCHED_OFF)
    grids = Grids(rina, village.truth).open("nama/ragu")
    grids.answer(grids.screen())
    expect(rina.page.locator("[data-screen]")).to_have_count(2)
    server.kill()
    last = grids.screen()
    grids.accept(last)
    expect(rina.page.get_by_text("komputer kantor tidak menjawab")).to_be_visible()
    server.start()
    expect(rina.page.get_by_text("jawaban tersimpan")).to_be_visible()
    assert {(tile.sheet, tile.field) for tile in last} <= set(decided(server))
    grids.play()
    expect(rina.page.locator("[data-following]")).to_be_focused()
    assert len(decided(server)) == len(set(decided(server))) == N_NAMES


def test_what_was_accepted_stays_when_the_browser_is_closed(
    village: Village, server: Server, arriving: Callable[[Server, str], Person]
) -> None:
    rina = arriving(server, "rina")
    grids = Grids(rina, village.truth).open("nama/ragu")
    first = grids.screen()
    grids.accept(first)
    left_open = grids.screen()
    expect(rina.page.get_by_text("jawaban tersimpan")).to_be_visible()
    rina.page.close()
    assert set(decided(server)) == {(tile.sheet, tile.field) for tile in first}
    dewi = arriving(server, "dewi")
    again = Grids(dewi, village.truth).open("nama/ragu")
    assert [tile.key for tile in again.screen()] == [tile.key for tile in left_open]


def test_after_the_session_ran_out_the_screen_is_not_lost(
    village: Village, server: Server, rina: Person
) -> None:
    grids = Grids(rina, village.truth).open("nama/ragu")
    assert server.change("delete from django_session") == 1
    screen = grids.screen()
    grids.accept(screen)
    expect(rina.page.get_by_text("Anda sudah keluar")).to_be_visible()
    assert looks.hard_to_read(rina.page) == []
    assert decided(server) == []
    with rina.page.expect_popup() as opened:
        rina.page.get_by_role("link", name="Masuk di jendela baru").press("Enter")
    Person("rina", server, opened.value, rina.watch).sign_in()
    expect(opened.value.get_by_role("button", name="Keluar")).to_be_visible()
    rina.page.get_by_role("button", name="Coba lagi").press("Enter")
    expect(rina.page.get_by_text("jawaban tersimpan")).to_be_visible()
    assert set(decided(server)) == {(tile.sheet, tile.field) for tile in screen}


def test_an_accepted_screen_can_be_taken_back(
    village: Village, server: Server, rina: Person
) -> None:
    grids = Grids(rina, village.truth).open("nama/ragu")
    screen = grids.screen()
    grids.accept(screen)
    grids.take_back("Control+z", screen)
    grids.play()
    last: dict[tuple[str, str], int] = {}
    for place in decided(server):
        last[place] = last.get(place, 0) + 1
    assert len(last) == N_NAMES
    assert {last[tile.sheet, tile.field] for tile in screen} == {3}  # said, taken back, said again


def test_two_people_at_one_stack_lose_and_double_nothing(
    village: Village, server: Server, arriving: Callable[[Server, str], Person]
) -> None:
    both = [
        Grids(arriving(server, name), village.truth).open("nama/ragu") for name in ("rina", "dewi")
    ]
    screens = [0, 0]
    while any(grids.screen() for grids in both):
        for number, grids in enumerate(both):
            if tiles := grids.screen():
                others = both[1 - number].screen()
                assert not {tile.key for tile in tiles} & {tile.key for tile in others}
                grids.answer(tiles)
                screens[number] += 1
    assert min(screens) > 1
    for grids in both:
        expect(grids.person.page.locator("[data-following]")).to_be_visible()
        expect(grids.person.page.locator("[data-refused]")).to_be_hidden()
    assert len(decided(server)) == len(set(decided(server))) == N_NAMES


def test_who_decided_meanwhile_is_told(
    village: Village, server: Server, arriving: Callable[[Server, str], Person]
) -> None:
    dewi, rina = arriving(server, "dewi"), arriving(server, "rina")
    grids = Grids(dewi, village.truth).open("dusun/ragu")
    tile = grids.screen()[0]
    desk = Desk(rina, tile.sheet).open()
    desk.field("dusun").locator("input").focus()
    rina.press("Control+a")
    rina.type("LAIN")
    rina.press("Enter")
    desk.is_saved()
    grids.accept(grids.screen())
    refused = dewi.page.locator("[data-refused]")
    expect(refused).to_contain_text("Sudah diputuskan oleh rina")
    expect(refused).to_contain_text("LAIN")
    assert looks.hard_to_read(dewi.page) == []
    by = [user for code, _, user in server.rows(DECIDED, "dusun") if code == tile.sheet]
    assert by == ["rina"]


AHEAD = """select s.code, i.field from review_item i join rounds_sheet s on s.id = i.sheet_id
join auth_user u on u.id = i.claimed_by_id
where u.username = 'dewi' and i.stack <> 'registrasi.dusun' order by i.id"""


def at_the_last_screen(grids: Grids, server: Server) -> list[tuple[str, str]]:
    """Answer all screens of ``dusun`` but the last; what of the next stack waits behind it."""
    page = grids.person.page
    while page.locator("[data-screen]").count() > 1:
        grids.answer(grids.screen())
        expect(page.locator("[data-saved]")).not_to_contain_text("…")
    for _ in range(100):
        if ahead := server.rows(AHEAD):
            return [(code, field) for code, field in ahead]
        page.wait_for_timeout(100)
    raise AssertionError("nothing is fetched ahead")


def test_what_was_decided_since_it_was_fetched_ahead_is_not_asked(
    village: Village, server: Server, arriving: Callable[[Server, str], Person]
) -> None:
    dewi, rina = arriving(server, "dewi"), arriving(server, "rina")
    grids = Grids(dewi, village.truth).open("dusun/ragu")
    ahead = at_the_last_screen(grids, server)
    code, name = ahead[1]
    desk = Desk(rina, code).open()
    desk.field(name).locator("input").focus()
    rina.press("Enter")
    desk.is_saved()
    dewi.page.evaluate("window.isStillHere = true")
    grids.answer(grids.screen())
    expect(dewi.page.locator("[data-following]")).to_be_focused()
    dewi.press("Enter")
    expect(dewi.page.get_by_text("1 isian baru saja dikerjakan orang lain")).to_be_visible()
    assert dewi.page.evaluate("window.isStillHere")  # no other page was loaded
    shown = {(tile.sheet, tile.field) for tile in grids.screen()}
    assert shown == set(ahead) - {(code, name)}
    grids.play()
    dewi.page.go_back()
    expect(dewi.page.get_by_role("heading", name="Dusun")).to_be_visible()


@pytest.mark.parametrize("is_whole", [False, True])
def test_who_leaves_gives_back_what_was_fetched_ahead(
    village: Village, server: Server, arriving: Callable[[Server, str], Person], is_whole: bool
) -> None:
    """While its pictures are still coming, and when they all have come."""
    dewi = arriving(server, "dewi")
    grids = Grids(dewi, village.truth).open("dusun/ragu")
    assert at_the_last_screen(grids, server)
    if is_whole:
        dewi.page.wait_for_load_state("networkidle")
        dewi.page.wait_for_timeout(500)
    dewi.press("Escape")
    expect(dewi.page.locator("[data-stack]").first).to_be_focused()
    held = "select count(*) from review_item where claimed_by_id is not null"
    for _ in range(50):
        if server.rows(held) == [(0,)]:
            return
        dewi.page.wait_for_timeout(100)
    raise AssertionError(server.rows(AHEAD))


def test_a_key_that_does_nothing_says_so(village: Village, rina: Person) -> None:
    Grids(rina, village.truth).open("jaminan_kesehatan/ragu")
    hint = rina.page.locator("[data-hint]")
    rina.page.keyboard.press("-")
    expect(hint).to_contain_text("Tombol - tidak dipakai di sini.")
    rina.page.keyboard.press("ArrowRight")
    expect(hint).to_be_empty()


def test_a_question_of_twelve_options_has_a_key_for_each(village: Village, rina: Person) -> None:
    """None of the village's has so many: one is made of another on its way to the browser."""
    options = [[f"p{n}", f"Pilihan {n}"] for n in range(1, 13)]
    choices = f'data-choices="{escape(json.dumps(options))}"'

    def twelve(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=re.sub('data-choices="[^"]*"', choices, answer.text()))

    rina.page.route("**/jaminan_kesehatan/ragu/", twelve)
    Grids(rina, village.truth).open("jaminan_kesehatan/ragu")
    expect(rina.page.locator("[data-legend]")).to_contain_text("Pilihan 12")
    rina.page.keyboard.press("Shift+2")
    expect(rina.page.locator("[data-tile]").first).to_contain_text("Pilihan 11")
