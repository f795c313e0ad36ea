"""Texts that are markup, wherever somebody can put one: they are shown, and never run."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import expect

from office.datafolder import CHECKOUT
from tests.browser.desk import Desk
from tests.browser.grid import Grids
from tests.browser.people import Person
from tests.browser.server import Server
from tests.browser.showcase import ACCEPTED, FULL_REVIEW, STRANGE, addresses, bring_trouble
from tests.browser.village import Village, command

MARKUP = "\"'><img src=x onerror=ran=1>"
"""Breaks out of an attribute too. If it were taken for markup, the picture would be asked for,
and its handler would be refused by the content security policy: `Watch` sees both."""

FILE_NAME = "<img src=x onerror=ran=1>.jpg"
SEARCHES = {
    "/periksa/": "Cari dengan kode di kertas",
    "/buku-induk/": "Nama, dusun, NIK, atau nomor KK",
}
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
    reopen(village, rina)


def test_what_is_searched_for(village: Village, server: Server, rina: Person) -> None:
    """The register shows it again in its entry; no search shows it as markup."""
    bring_trouble(village, server.data)
    for path, label in SEARCHES.items():
        rina.go(path)
        rina.page.get_by_label(label).fill(MARKUP)
        with rina.page.expect_navigation():
            rina.page.get_by_label(label).press("Enter")
        assert nothing_ran(rina), path
    expect(rina.page.get_by_label(SEARCHES["/buku-induk/"])).to_have_value(MARKUP)
    ((loose,),) = server.rows("select min(id) from intake_scanpage where status = 'orphan'")
    rina.go(f"/halaman-lepas/{loose}/")
    expect(rina.page.locator("[data-waiting]")).to_have_count(0)
    with rina.page.expect_response(lambda answer: "onerror" in answer.url):
        rina.page.locator("#kode").fill(MARKUP)
    expect(rina.page.locator("[data-waiting]")).to_have_count(0)
    assert nothing_ran(rina)


def test_the_cause_of_a_full_review(village: Village, server: Server, rina: Person) -> None:
    assert server.change(*FULL_REVIEW)
    rina.go("/mutu/")
    rina.page.get_by_label("Penyebabnya apa").fill(MARKUP)
    with rina.page.expect_navigation():
        rina.page.get_by_role("button", name="Akhiri pemeriksaan penuh").press("Enter")
    assert server.rows("select note from review_fullreview") == [(MARKUP,)]
    assert nothing_ran(rina)


def test_entries_of_grids(village: Village, server: Server, rina: Person) -> None:
    """Their cells take no signs of markup; what is left of it is saved and shown."""
    for stack in ("dusun", "nik"):
        grids = Grids(rina, village.truth).open(f"{stack}/ragu")
        tiles = grids.screen()
        rina.press("Control+a")
        rina.type(MARKUP)
        assert "<" not in str(grids.screen()[0].value)
        grids.accept(tiles)
        expect(rina.page.get_by_text("jawaban tersimpan")).to_be_visible()
        assert nothing_ran(rina), stack
        Desk(rina, tiles[0].sheet).open()
        assert nothing_ran(rina), stack


def test_the_file_of_a_page_without_identity(
    village: Village, server: Server, rina: Person, tmp_path: Path
) -> None:
    """It can be read, so its name stands on the card of its page and on that page's own screen."""
    shutil.copy(CHECKOUT / "samples" / "scans" / STRANGE[0], tmp_path / FILE_NAME)
    command(server.data, "scan", tmp_path / FILE_NAME)
    ((page,),) = server.rows("select max(id) from intake_scanpage")
    for path in ("/halaman-lepas/", f"/halaman-lepas/{page}/"):
        rina.go(path)
        expect(rina.page.get_by_text(FILE_NAME).first).to_be_visible()
        expect(rina.page.locator("[data-waiting]")).to_have_count(0)
        assert nothing_ran(rina), path


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


def reopen(village: Village, person: Person) -> None:
    """The accepted sheet, for a reason that is markup: its history tells it."""
    person.go(f"/periksa/{village.sheets[ACCEPTED]}/")
    person.page.get_by_role("button", name="Lainnya").click()
    person.page.locator("#alasan-buka").fill(MARKUP)
    with person.page.expect_navigation():
        person.page.get_by_role("button", name="Buka kembali").click()
    person.page.get_by_role("button", name="Lainnya").click()
    expect(person.page.locator(".history").get_by_text(f"Status lembar: {MARKUP}")).to_be_visible()
    assert nothing_ran(person)


def spoil_names(server: Server) -> None:
    """What no page takes, written into the database: as an old office's data might hold it."""
    for table, column in COLUMNS:
        assert server.change(f"update {table} set {column} = ?", MARKUP)
    assert server.change("update rounds_desa set name = ? where name = 'Liyu'", MARKUP)
    assert server.change("update auth_user set username = ? where username = 'rina'", MARKUP)
