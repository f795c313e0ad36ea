"""Keys of the screens, each pressed in the browser: what the list of keys says is what they do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import looks
from tests.browser.desk import Desk
from tests.browser.grid import Grids
from tests.browser.people import Person
from tests.browser.server import Server
from tests.browser.showcase import bring_trouble
from tests.browser.test_interrupted import decided
from tests.browser.village import Village

LISTS = {
    "/": "Lanjutkan yang tadi",
    "/periksa/": "saringan yang dipilih",
    "/periksa/petak/": "Pilih tumpukan",
    "/halaman-lepas/": "Pilih halaman",
    "/periksa/petak/registrasi/semua-tanda/ragu/": "Balik jawaban petak",
}
"""Screens whose focus is in no entry, and what their lists say."""

HAS_FOCUS = "(one) => one === document.activeElement"
VIEW = """() => {
  const view = document.querySelector("[data-view]");
  const leaf = view.querySelector(".leaf:not([hidden])");
  return [leaf.clientWidth, view.scrollLeft, view.scrollTop];
}"""


def _list_of_keys(page: Page, key: str, words: str) -> None:
    """Opens with ``key``, tells ``words``, closes with Esc; the focus is where it was."""
    before = page.evaluate_handle("document.activeElement")
    page.keyboard.press(key)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(words)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.wait_for_function(HAS_FOCUS, arg=before)  # from a hidden button only with the next picture


def test_every_list_screen_shows_its_own_keys(
    village: Village, server: Server, rina: Person
) -> None:
    bring_trouble(village, server.data)
    for path, words in LISTS.items():
        rina.go(path)
        _list_of_keys(rina.page, "?", words)
        _list_of_keys(rina.page, "F1", words)


def test_a_desk_shows_its_keys(village: Village, rina: Person) -> None:
    Desk(rina, village.sheets[0]).open()
    _list_of_keys(rina.page, "F1", "Urungkan jawaban terakhir")
    choice = rina.page.locator("[data-desk] input[type=radio]").first
    choice.focus()
    _list_of_keys(rina.page, "?", "Urungkan jawaban terakhir")


def test_a_grid_of_entries_shows_its_own_keys(village: Village, rina: Person) -> None:
    """Also with the caret in an entry: no number and no name has a question mark."""
    for stack, words in (("nik", "Angka"), ("nama", "Huruf")):
        Grids(rina, village.truth).open(f"{stack}/ragu")
        entry = rina.page.locator("[data-screen]:not([hidden]) input").first
        before = entry.input_value()
        expect(entry).to_be_focused()
        for key in ("?", "F1"):
            _list_of_keys(rina.page, key, f"{words}Mengganti isi kotak")
        assert entry.input_value() == before


def test_the_last_screen_is_taken_back_with_z(village: Village, rina: Person) -> None:
    grids = Grids(rina, village.truth).open("jaminan_kesehatan/ragu")
    screen = grids.screen()
    grids.answer(screen)
    grids.take_back("z", screen)


@pytest.mark.parametrize("key", ["Control+z", "z"])
def test_the_last_answer_of_a_desk_is_taken_back(
    village: Village, server: Server, rina: Person, key: str
) -> None:
    code = village.sheets[0]
    desk = Desk(rina, code).open()
    name = desk.answer(village.truth[code])
    desk.is_saved()
    if key == "z":  # in an entry it is a letter
        rina.page.locator("[data-desk] input[type=radio]").first.focus()
    rina.press(key)
    expect(desk.field(name)).to_have_class(r"field is-open is-here")
    shown = desk.here()
    assert shown is not None and shown.name == name
    assert decided(server, code) == [name, name]


def test_the_picture_is_enlarged_and_moved_by_keys(village: Village, rina: Person) -> None:
    page = rina.page
    Desk(rina, village.sheets[0]).open()
    page.wait_for_load_state("networkidle")
    whole, *_ = page.evaluate(VIEW)
    rina.press("F2")
    near, *_ = page.evaluate(VIEW)
    assert near > 1.5 * whole
    for key, axis in (("ArrowDown", 2), ("ArrowRight", 1), ("ArrowUp", 2), ("ArrowLeft", 1)):
        before = page.evaluate(VIEW)[axis]
        rina.press(f"Control+{key}")
        after = page.evaluate(VIEW)[axis]
        assert after > before if key in ("ArrowDown", "ArrowRight") else after < before
    rina.press("F2", "F2")
    assert page.evaluate(VIEW)[0] == whole
    page.locator("[data-desk] input[type=radio]").first.focus()
    rina.press("+")
    assert page.evaluate(VIEW)[0] == near
    rina.press("-")
    assert page.evaluate(VIEW)[0] == whole


def test_the_caret_stands_on_the_doubtful_cell(village: Village, rina: Person) -> None:
    Desk(rina, village.sheets[0]).open()
    text = rina.page.locator("[data-desk] .is-open input[data-doubts]").first
    text.evaluate("(one) => one.blur()")
    card = text.locator("xpath=ancestor::div[contains(@class, 'field')]")
    card.locator(".flag").click()
    place, wanted = text.evaluate(
        "(one) => [[one.selectionStart, one.selectionEnd], parseInt(one.dataset.doubts)]"
    )
    assert place == [wanted, wanted + 1]
    expect(card.locator(f'[data-ring="{wanted}"]')).to_have_class("is-at")


def test_a_page_closed_right_after_enter_keeps_the_answer(
    village: Village, server: Server, arriving: Callable[[Server, str], Person]
) -> None:
    rina, code = arriving(server, "rina"), village.sheets[0]
    name = Desk(rina, code).open().answer(village.truth[code])
    rina.page.close()
    dewi = arriving(server, "dewi")
    dewi.page.wait_for_timeout(1_000)
    assert decided(server, code) == [name]


@pytest.mark.parametrize("mine", [True, False])
def test_the_difference_of_two_answers_is_shown_and_settled(
    village: Village, server: Server, arriving: Callable[[Server, str], Person], mine: bool
) -> None:
    rina, dewi, code = arriving(server, "rina"), arriving(server, "dewi"), village.sheets[0]
    desks = [Desk(person, code).open() for person in (rina, dewi)]
    dewi.watch.allow("409 (Conflict)")
    for person, desk, said in ((rina, desks[0], "LADANG"), (dewi, desks[1], "SUNGAI")):
        desk.field("dusun").locator("input").focus()
        person.press("Control+a")
        person.type(said)
        person.press("Enter")
        if person is rina:
            desk.is_saved()
    difference = desks[1].field("dusun").locator(".versus")
    for words in ("Lihat bedanya", "LADANG", "SUNGAI"):
        expect(difference).to_contain_text(words)
    assert looks.hard_to_read(dewi.page) == []
    difference.get_by_role("button", name="punya saya" if mine else "punya rina").press("Enter")
    desks[1].is_saved()
    wanted = "SUNGAI" if mine else "LADANG"
    expect(desks[1].field("dusun").locator("input")).to_have_value(wanted)
    said = """select json_extract(d.to_value, '$') from review_decision d
    join rounds_sheet s on s.id = d.sheet_id where s.code = ? and d.field = 'dusun'
    order by d.id desc limit 1"""
    assert server.rows(said, code) == [(wanted,)]


def test_four_letters_of_the_code_put_a_loose_page_to_its_sheet(
    village: Village, server: Server, rina: Person
) -> None:
    bring_trouble(village, server.data)
    rina.watch.allow("409 (Conflict)")
    ((page,),) = server.rows("select min(id) from intake_scanpage where status = 'orphan'")
    sheet = next(one for one in village.stack.sheets if one.sheet not in village.truth)
    rina.go(f"/halaman-lepas/{page}/")
    expect(rina.page.locator("[data-waiting]")).to_have_count(0)
    rina.type(sheet.sheet[3:7])
    expect(rina.page.get_by_role("option")).to_have_count(2)
    with rina.page.expect_navigation():
        rina.press("Enter")
    type_it = rina.page.get_by_role("button", name="Ketik dari gambar")
    with rina.page.expect_navigation():
        type_it.press("Enter")
    where = "select s.code from intake_scanpage p join rounds_sheet s on s.id = p.sheet_id"
    assert server.rows(f"{where} where p.id = ?", page) == [(sheet.sheet,)]
