"""Texts that are markup, wherever somebody can put one: they are shown, and never run."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.people import Person
from tests.browser.server import Server
from tests.browser.showcase import ACCEPTED, addresses, bring_trouble
from tests.browser.village import Village

MARKUP = "\"'><img src=x onerror=ran=1>"
"""Breaks out of an attribute too. If it were taken for markup, the picture would be asked for,
and its handler would be refused by the content security policy: `Watch` sees both."""

FILE_NAME = "<img src=x onerror=ran=1>.jpg"
COLUMNS = (
    ("rounds_round", "name"),
    ("register_household", "head_name"),
    ("register_household", "dusun"),
    ("register_person", "name"),
)


def test_text_fields_of_a_sheet(village: Village, server: Server, rina: Person) -> None:
    code = village.sheets[0]
    rina.watch.allow("422")
    desk = Desk(rina, code).open()
    texts = rina.page.locator("[data-kind=text] input[type=text]")
    for number in range(texts.count()):
        if not texts.nth(number).is_visible():
            continue
        texts.nth(number).focus()
        rina.press("Control+a")
        rina.type(MARKUP)
        rina.press("Enter")
    expect(rina.page.locator("[data-saved]")).not_to_contain_text("…")
    desk.open()
    assert nothing_ran(rina)


def test_names_reasons_and_files_on_every_screen(
    village: Village, server: Server, rina: Person, tmp_path: Path
) -> None:
    bring_trouble(village, server.data)
    send_a_file(rina, tmp_path)
    accept_and_void(village, rina)
    spoil_names(server)
    rina.watch.allow("404 (Not Found)")
    shown = set()
    for name, address in addresses(server, village).items():
        rina.go(address)
        assert nothing_ran(rina), name
        if MARKUP in (rina.page.text_content("body") or ""):
            shown.add(name)
    assert shown >= {"kunjungan", "lembar-batal", "lembar-diterima", "buku-induk", "keluarga"}


def nothing_ran(person: Person) -> bool:
    """Neither the handler nor the picture of the markup is there; `Watch` tells the rest."""
    found: bool = person.page.evaluate(
        "window.ran === undefined && !document.querySelector('img[src=x], [onerror]')"
    )
    return found


def send_a_file(person: Person, folder: Path) -> None:
    """A scan whose name is markup, sent by the page that takes scans."""
    path = folder / FILE_NAME
    path.write_bytes(b"\xff\xd8\xff\xe0 no picture")
    person.go("/pindai/")
    person.page.locator("input[type=file]").set_input_files(path)
    person.page.get_by_role("button", name="Masukkan").click()
    expect(person.page.get_by_text(FILE_NAME)).to_be_visible()
    assert nothing_ran(person)


def accept_and_void(village: Village, person: Person) -> None:
    """One sheet in the register, one void for a reason that is markup."""
    code = village.sheets[ACCEPTED]
    desk = Desk(person, code).open()
    desk.answer_all(village.truth[code])
    desk.accept()
    person.go(f"/periksa/{village.sheets[6]}/")
    person.page.get_by_role("button", name="Lainnya").click()
    person.page.locator("#alasan-batal").fill(MARKUP)
    person.page.get_by_role("button", name="Batalkan lembar").click()
    expect(person.page.get_by_text(MARKUP).first).to_be_visible()
    assert nothing_ran(person)


def spoil_names(server: Server) -> None:
    """What no page takes, written into the database: as an old office's data might hold it."""
    for table, column in COLUMNS:
        assert server.change(f"update {table} set {column} = ?", MARKUP)
    assert server.change("update rounds_desa set name = ? where name = 'Liyu'", MARKUP)
    assert server.change("update auth_user set username = ? where username = 'rina'", MARKUP)
