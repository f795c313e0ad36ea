"""One sheet at the desk: by keyboard only, and through everything that may come between."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from playwright.sync_api import expect

from samples.demo.village import scan
from samples.demo.visit import changed
from tests.browser.desk import Desk
from tests.browser.people import Person
from tests.browser.server import Server
from tests.browser.village import Village, command

BORN, NIK, OTHER_DAY = "tanggal_lahir.3", "nik.3", "27101961"
"""Of the last member: much else waits above it."""
STATE = "select state from rounds_sheet where code = ?"
IMAGES = """select p.status, p.active from intake_scanpage p
join rounds_sheet s on s.id = p.sheet_id
where s.code = ? and p.page_no = 1 order by p.id"""


def test_from_signing_in_to_the_register_without_a_mouse(
    village: Village, server: Server, rina: Person
) -> None:
    code = village.sheets[0]
    desk = Desk(rina, code).open()
    done = desk.answer_all(village.truth[code])
    assert len(done) == len(set(done))
    assert rina.focused().startswith("Terima lembar")
    desk.accept()
    assert server.rows(STATE, code) == [("accepted",)]
    names = {village.truth[code][f"nama.{row}"] for row in (1, 2, 3)}
    assert names <= {name for (name,) in server.rows("select name from register_person")}


def test_a_nik_that_contradicts_the_birth_date_has_the_first_focus(
    village: Village, server: Server, rina: Person, tmp_path: Path
) -> None:
    sheet = village.stack.sheets[-1]  # has not come back yet
    assert sheet.filling is not None and sheet.answers is not None
    texts = {**sheet.filling.texts, BORN: OTHER_DAY}
    other = replace(sheet, filling=replace(sheet.filling, texts=texts))
    (tmp_path / "tak-cocok.pdf").write_bytes(scan(replace(village.stack, sheets=(other,))))
    command(server.data, "scan", tmp_path / "tak-cocok.pdf")
    desk, page = Desk(rina, sheet.sheet).open(), rina.page
    expect(page.get_by_label("Yang bertentangan")).to_contain_text("NIK")
    shown = desk.here()
    assert shown is not None and shown.name in (BORN, NIK), shown
    above = page.locator("[data-field].is-open").first
    assert above.get_attribute("data-field") not in (BORN, NIK)
    expect(page.locator(".leaf:not([hidden]) .spot")).to_be_visible()


def test_of_two_images_of_one_page_the_right_one_is_chosen_without_a_mouse(
    village: Village, server: Server, rina: Person, tmp_path: Path
) -> None:
    sheet = village.stack.sheets[5]
    other = replace(village.stack, sheets=(changed(sheet),))
    (tmp_path / "berubah.pdf").write_bytes(scan(other, (1,)))
    command(server.data, "scan", tmp_path / "berubah.pdf")
    Desk(rina, sheet.sheet).open()
    fresh, page = rina.page.locator('.leaf[data-page^="baru-"]'), rina.page
    for _ in range(2):
        assert "dua gambar berbeda" in rina.focused()
        rina.press("Enter")
        expect(fresh).to_be_visible()
        rina.press("h")
        expect(fresh).to_be_hidden()
        expect(page.locator('.leaf[data-page="1"]')).to_be_visible()
        rina.press("h")
        expect(fresh).to_be_visible()
        expect(fresh.locator(".box").first).to_be_visible()
        rina.press("Control+Enter")
        expect(page.get_by_text("Pilih dulu salah satu dari dua gambar")).to_be_visible()
        rina.press("F8", "F7")
    assert server.rows(IMAGES, sheet.sheet) == [("filed", 1), ("conflict", 0)]
    rina.press("Enter", "Tab", "Tab")
    assert rina.focused() == "Pakai gambar baru"
    with page.expect_navigation():
        rina.press("Enter")
    assert server.rows(IMAGES, sheet.sheet) == [("rejected", 0), ("filed", 1)]
    expect(page.get_by_text("dua gambar berbeda")).to_have_count(0)
    shown = Desk(rina, sheet.sheet).here()
    assert shown is not None, "one goes on with the fields"
