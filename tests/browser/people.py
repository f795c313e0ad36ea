"""Somebody at the office with a browser: signs in, types, and is watched."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.server import Server
from tests.browser.village import PASSWORD
from tests.browser.watch import Watch

OFFICE_SCREEN: ViewportSize = {"width": 1366, "height": 768}
TABLET: ViewportSize = {"width": 1024, "height": 768}
ZOOMED: ViewportSize = {"width": 683, "height": 384}
"""The office's screen at 200 % zoom."""


PATIENCE_MS = 30_000
"""How long something may take before it counts as not coming; nothing here is a test of speed."""

expect.set_options(timeout=PATIENCE_MS)


@dataclass
class Person:
    """``keys``: how many keys were pressed so far."""

    name: str
    server: Server
    page: Page
    watch: Watch
    keys: int = 0

    def press(self, *keys: str) -> None:
        """One stroke each; ``Shift+F8`` is one too."""
        for key in keys:
            self.page.keyboard.press(key)
        self.keys += len(keys)

    def type(self, text: str) -> None:
        """A text, letter by letter."""
        self.page.keyboard.type(text)
        self.keys += len(text)

    def go(self, path: str) -> None:
        """Open an address of the office."""
        self.page.goto(self.server.url + path)

    def go_on(self) -> None:
        """The one button of the start page, where one left off."""
        self.go("/")
        expect(self.page.get_by_role("link", name="Lanjutkan", exact=True)).to_be_focused()
        with self.page.expect_navigation():
            self.press("Enter")

    def focused(self) -> str:
        """The words on what has the focus."""
        words: str = self.page.evaluate(
            "(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()"
        )
        return words

    def sign_in(self, password: str = PASSWORD) -> None:
        """By keyboard, on the page that asks for it."""
        expect(self.page.get_by_role("heading", name="Masuk")).to_be_visible()
        self.page.get_by_label("Nama pengguna").focus()
        self.type(self.name)
        self.press("Tab")
        self.type(password)
        self.press("Enter")


def sit_down(browser: Browser, server: Server, name: str) -> Person:
    """A browser of one's own, on the page that asks for one's name."""
    context = browser.new_context(
        viewport=OFFICE_SCREEN, locale="id-ID", timezone_id="Asia/Makassar"
    )
    context.set_default_timeout(PATIENCE_MS)
    watch = Watch(server.url).over(context)
    person = Person(name, server, context.new_page(), watch)
    person.go("/")
    return person


def arrive(browser: Browser, server: Server, name: str) -> Person:
    """A browser of one's own, signed in, on the start page."""
    person = sit_down(browser, server, name)
    person.sign_in()
    expect(person.page.get_by_role("button", name="Keluar")).to_be_visible()
    return person
