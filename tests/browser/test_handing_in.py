"""Handing in scans through the browser: what is seen while they are read, and after."""

from __future__ import annotations

from playwright.sync_api import expect

from office.datafolder import CHECKOUT
from tests.browser.people import Person

LETTER = CHECKOUT / "samples" / "scans" / "22-surat-lain.jpg"
STAY = """document.querySelector("[data-upload]").addEventListener(
  "submit", (event) => event.preventDefault(), { once: true })"""
"""A page that is being left cannot be looked at: the first time nothing is sent."""


def _choose(person: Person) -> None:
    person.go("/pindai/")
    person.page.get_by_label("Berkas hasil pindai").set_input_files(LETTER)
    expect(person.page.get_by_text("1 berkas dipilih.")).to_be_visible()


def test_while_scans_are_read_the_page_says_so_and_sends_them_once(rina: Person) -> None:
    page, send = rina.page, rina.page.get_by_role("button", name="Masukkan", exact=True)
    _choose(rina)
    page.evaluate(STAY)
    send.click()
    expect(page.get_by_text("Sedang mengirim dan membaca.")).to_be_visible()
    expect(send).to_be_disabled()
    _choose(rina)
    send.click()
    expect(page.get_by_text("perlu dilihat orang")).to_be_visible()
    page.get_by_role("link", name="Ke Halaman lepas").click()
    expect(page.get_by_text(LETTER.name)).to_be_visible()
