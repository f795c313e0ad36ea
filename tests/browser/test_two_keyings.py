"""A number that the reader is not sure of, from the first typing to the register: keyed again by
somebody who sees no value, compared by a third, or taken honestly as keyed once."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

from office.register.services import KEYED_ONCE
from tests.browser import looks
from tests.browser.desk import Desk
from tests.browser.grid import Grids
from tests.browser.people import Person
from tests.browser.server import Server
from tests.browser.village import Village

NUMBER = "nik.1"
MOST_KEYS_A_NUMBER = 20
"""Its 16 digits, the Enter that sends them, and the way there."""
TYPINGS = """select u.username, d.pass_no, json_extract(d.to_value, '$'), d.mode
from review_decision d join rounds_sheet s on s.id = d.sheet_id
join auth_user u on u.id = d.by_id where s.code = ? and d.field = ? order by d.id"""
WAITING = """select i.field, i.purpose from review_item i join rounds_sheet s on s.id = i.sheet_id
where s.code = ? and i.purpose in ('second', 'third') order by i.field"""
ACCEPTED = """select e.note from rounds_sheetevent e join rounds_sheet s on s.id = e.sheet_id
where s.code = ? and e.to_state = 'accepted'"""
IN_REGISTER = """select coalesce(p.nik, p.nik_written) from register_person p
join rounds_sheet s on s.id = p.sheet_id where s.code = ? and p.row = 1"""
ENTRIES = "[...document.querySelectorAll('input')].map((input) => input.value).join(' ')"
RIVALS = "[...document.querySelectorAll('{} [data-rival]')].map((one) => one.dataset.rival)"

Arriving = Callable[[Server, str], Person]


def with_a_number(village: Village) -> str:
    """The first sheet whose first member has a NIK."""
    return next(code for code, truth in village.truth.items() if len(str(truth[NUMBER])) == 16)


def slip(number: str) -> str:
    """The number with two neighbours changed about, as tired eyes do."""
    at = next(n for n in range(12, 15) if number[n] != number[n + 1])
    return number[:at] + number[at + 1] + number[at] + number[at + 2 :]


def open_by_link(person: Person, name: str) -> None:
    """Follow a link by keyboard."""
    link = person.page.get_by_role("link", name=name).first
    link.focus()
    with person.page.expect_navigation():
        person.press("Enter")


def all_there_is(person: Person) -> str:
    """The page as it came, as it is now, and what its entries hold; without blanks."""
    page = person.page
    source = page.request.get(page.url).text()
    return re.sub(r"[\s.-]", "", unquote(source + page.content() + page.evaluate(ENTRIES)))


def keyed_by_dewi(village: Village, server: Server, dewi: Person) -> tuple[str, str, str]:
    """A sheet that dewi went through with one slip: its code, what she typed, and what is true."""
    code = with_a_number(village)
    truth = village.truth[code]
    true = str(truth[NUMBER])
    wrong = slip(true)
    desk = Desk(dewi, code).open()
    desk.answer_all({**truth, NUMBER: wrong})
    desk.is_saved()
    expect(desk.field(NUMBER)).to_contain_text("sekali ketik")
    assert server.rows(TYPINGS, code, NUMBER) == [("dewi", 1, wrong, "sheet")]
    assert (NUMBER, "second") in server.rows(WAITING, code)
    desk.pass_on()
    assert server.rows(ACCEPTED, code) == []
    return code, wrong, true


def keyed_again(
    village: Village, server: Server, person: Person, code: str, hidden: list[str]
) -> None:
    """All numbers of the sheet that wait for it, stack after stack from its desk. Before `NUMBER`
    is keyed again none of ``hidden`` is seen."""
    while waiting := [field for field, what in server.rows(WAITING, code) if what == "second"]:
        kept = hidden if NUMBER in waiting else []
        desk = Desk(person, code).open()
        assert not [value for value in kept if value in all_there_is(person)]
        expect(desk.field(waiting[0]).locator("input")).to_have_count(0)
        open_by_link(person, "ketik ulang tanpa melihat")
        assert not [value for value in kept if value in all_there_is(person)]
        grids = Grids(person, village.truth)
        assert grids.screen()
        assert looks.hard_to_read(person.page) == []
        grids.play()
        expect(person.page.locator("[data-following]")).to_be_focused()


@pytest.mark.parametrize("third_at", ["desk", "grid"])
def test_a_slip_is_found_by_the_second_and_settled_by_the_third(
    village: Village, server: Server, arriving: Arriving, third_at: str
) -> None:
    dewi, rina, admin = (arriving(server, name) for name in ("dewi", "rina", "admin"))
    code, wrong, true = keyed_by_dewi(village, server, dewi)
    keyed_again(village, server, rina, code, [wrong, true])
    second = ("rina", 2, true, "key")
    assert server.rows(TYPINGS, code, NUMBER) == [("dewi", 1, wrong, "sheet"), second]
    assert server.rows(WAITING, code) == [(NUMBER, "third")]
    rina.go(f"/periksa/lanjut/?setelah={code}")
    look = at_the_desk if third_at == "desk" else in_the_grid
    look(server, admin, code, [wrong, true])
    mode = "sheet" if third_at == "desk" else "grid"
    assert server.rows(TYPINGS, code, NUMBER)[2:] == [("admin", 3, true, mode)]
    assert server.rows(WAITING, code) == []
    desk = Desk(admin, code).open()
    expect(desk.field(NUMBER)).to_contain_text("dibandingkan dengan kertas")
    desk.accept()
    assert server.rows(ACCEPTED, code) == [("",)]
    assert server.rows(IN_REGISTER, code) == [(true,)]


def at_the_desk(server: Server, person: Person, code: str, both: list[str]) -> None:
    """The third look beside the whole sheet: begun at the field, lit on the paper."""
    desk = Desk(person, code).open()
    field, page = desk.field(NUMBER), person.page
    assert sorted(page.evaluate(RIVALS.format(f'[data-field="{NUMBER}"]'))) == sorted(both)
    expect(field.locator("[data-rival]").first).to_be_focused()
    expect(field).not_to_contain_text("dewi")
    expect(page.get_by_label("Yang bertentangan")).to_contain_text("Dua ketikan berbeda")
    expect(page.locator(".leaf:not([hidden]) .spot")).to_be_visible()
    assert field.locator("img.crop").evaluate(
        "(image) => image.decode().then(() => image.naturalWidth)"
    )
    rivals = page.evaluate(RIVALS.format(f'[data-field="{NUMBER}"]'))
    person.press(str(1 + rivals.index(both[1])))
    desk.is_saved()


def in_the_grid(server: Server, person: Person, code: str, both: list[str]) -> None:
    """The third look among all that are to be compared."""
    person.go("/periksa/petak/registrasi/nik/banding/")
    page = person.page
    rivals = page.evaluate(RIVALS.format("[data-screen]:not([hidden])"))
    assert sorted(rivals) == sorted(both)
    expect(page.locator("[data-tile]")).not_to_contain_text("dewi")
    page.wait_for_function("document.querySelector('.shot img').naturalWidth > 0")
    assert looks.hard_to_read(page) == []
    person.press(str(1 + rivals.index(both[1])), "Enter")
    expect(page.locator("[data-following]")).to_be_focused()


def test_two_who_key_the_same_need_no_third(
    village: Village, server: Server, arriving: Arriving, figure: Callable[[str], None]
) -> None:
    dewi, rina = arriving(server, "dewi"), arriving(server, "rina")
    code = with_a_number(village)
    first = Desk(dewi, code).open()
    first.answer_all(village.truth[code])
    first.is_saved()
    first.pass_on()
    true = str(village.truth[code][NUMBER])
    numbers = [field for field, what in server.rows(WAITING, code) if what == "second"]
    rina.keys = 0
    keyed_again(village, server, rina, code, [true])
    figure(f"keystrokes per sheet (second keying): {rina.keys} ({len(numbers)} numbers, 1 sheet)")
    assert rina.keys <= MOST_KEYS_A_NUMBER * len(numbers)
    assert server.rows(TYPINGS, code, NUMBER) == [
        ("dewi", 1, true, "sheet"),
        ("rina", 2, true, "key"),
    ]
    desk = Desk(rina, code).open()
    expect(desk.field(NUMBER)).to_contain_text("dua kali ketik")
    desk.accept()
    assert server.rows(ACCEPTED, code) == [("",)]
    assert server.rows(IN_REGISTER, code) == [(true,)]


def test_who_asked_to_see_the_number_does_not_key_it_again(
    village: Village, server: Server, arriving: Arriving
) -> None:
    dewi, rina = arriving(server, "dewi"), arriving(server, "rina")
    code, wrong, _ = keyed_by_dewi(village, server, dewi)
    desk = Desk(rina, code).open()
    link = desk.field(NUMBER).get_by_role("link", name="Tampilkan")
    link.focus()
    with rina.page.expect_navigation():
        rina.press("Enter")
    expect(desk.field(NUMBER).locator("input")).to_have_value(wrong)
    expect(desk.field(NUMBER)).to_contain_text("Anda sudah melihat ketikan pertamanya")
    expect(rina.page.get_by_role("link", name="ketik ulang tanpa melihat")).to_have_count(0)
    seen = """select count(*) from review_sight v join auth_user u on u.id = v.by_id
    where u.username = 'rina'"""
    assert server.rows(seen) == [(len(server.rows(WAITING, code)),)]


def test_alone_a_number_is_taken_and_says_that_it_was_keyed_once(
    village: Village, server: Server, rina: Person
) -> None:
    code = with_a_number(village)
    desk = Desk(rina, code).open()
    desk.answer_all(village.truth[code])
    desk.is_saved()
    expect(desk.field(NUMBER)).to_contain_text("sekali ketik")
    expect(rina.page.locator("[data-again]")).to_be_hidden()
    desk.accept()
    assert server.rows(ACCEPTED, code) == [("",)]
    says_keyed_once(server, rina, code)


def test_without_a_second_person_a_supervisor_takes_it_as_keyed_once(
    village: Village, server: Server, arriving: Arriving
) -> None:
    arriving(server, "dewi")
    rina = arriving(server, "rina")
    code = with_a_number(village)
    desk = Desk(rina, code).open()
    desk.answer_all(village.truth[code])
    desk.is_saved()
    desk.open()
    rina.page.get_by_role("button", name="Lainnya").press("Enter")
    with rina.page.expect_navigation():
        rina.page.get_by_role("button", name="Terima sebagai “sekali ketik”").press("Enter")
    assert server.rows(ACCEPTED, code) == [(KEYED_ONCE,)]
    says_keyed_once(server, rina, code)


def says_keyed_once(server: Server, person: Person, code: str) -> None:
    """Where the number stands from now on."""
    found = """select h.id from register_household h join rounds_sheet s on s.id = h.sheet_id
    where s.code = ?"""
    ((household,),) = server.rows(found, code)
    person.go(f"/buku-induk/{household}/")
    expect(person.page.get_by_role("row").nth(1)).to_contain_text("sekali ketik")
