"""Every screen: fits, can be read, shows where the focus is, and works at 200 % zoom."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import looks
from tests.browser.people import OFFICE_SCREEN, TABLET, ZOOMED
from tests.browser.showcase import NAMES, Showcase, opened
from tests.browser.village import Village

SIZES = {"office": OFFICE_SCREEN, "tablet": TABLET, "zoomed": ZOOMED}
KEYS = {"?", "F1", "F2", "g"}
DIALOGS = (
    ("beranda", "?"),
    ("antrean", "?"),
    ("petak", "?"),
    ("petak-tanda", "?"),
    ("petak-tanda", "g"),
    ("petak-nik", "F1"),
    ("petak-nik", "F2"),
    ("petak-nama", "F1"),
    ("lembar", "F1"),
    ("lembar", "Lainnya"),
    ("lembar-diterima", "Lainnya"),
    ("halaman-lepas", "?"),
    ("satu-halaman", "F1"),
)
"""Screens with a dialog, and the key or button that opens it."""


@pytest.fixture(scope="module")
def showcase(
    chromium: Browser, village: Village, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Showcase]:
    yield from opened(chromium, village, tmp_path_factory.mktemp("showcase"))


@pytest.mark.parametrize("name", NAMES)
def test_a_screen_fits_and_all_its_controls_can_be_reached(showcase: Showcase, name: str) -> None:
    page = showcase.show(name, OFFICE_SCREEN)
    for size, pixels in SIZES.items():
        page.set_viewport_size(pixels)
        assert (size, looks.too_wide(page), looks.cut_controls(page)) == (size, [], [])
        assert (size, looks.cut_words(page)) == (size, [])


@pytest.mark.parametrize("name", NAMES)
def test_all_words_can_be_read_and_the_focus_is_always_seen(showcase: Showcase, name: str) -> None:
    page = showcase.show(name, OFFICE_SCREEN)
    assert looks.hard_to_read(page) == []
    assert looks.unseen_focus(page) == []


@pytest.mark.parametrize(("name", "opener"), DIALOGS)
def test_an_open_dialog_can_be_read_as_well(showcase: Showcase, name: str, opener: str) -> None:
    page = showcase.show(name, OFFICE_SCREEN)
    if opener in KEYS:
        page.keyboard.press(opener)
    else:
        page.get_by_role("button", name=opener).press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert looks.hard_to_read(page) == []
    for pixels in SIZES.values():
        page.set_viewport_size(pixels)
        assert (looks.too_wide(page), looks.cut_words(page), looks.cut_controls(page)) == (
            [],
            [],
            [],
        )


def test_the_list_of_keys_begins_at_its_beginning_and_can_be_closed(showcase: Showcase) -> None:
    """The button that closes it has the focus: a browser scrolls to it."""
    for name in ("lembar", "petak-nik", "satu-halaman"):
        for pixels in SIZES.values():
            page = showcase.show(name, pixels)
            page.keyboard.press("F1")
            dialog = page.get_by_role("dialog")
            expect(dialog.get_by_role("heading")).to_be_in_viewport(ratio=1)
            expect(dialog.get_by_role("button", name="Tutup")).to_be_in_viewport(ratio=1)
            page.keyboard.press("Escape")
            expect(dialog).to_be_hidden()


def test_at_200_percent_paper_and_answer_are_seen_together(showcase: Showcase) -> None:
    """90 px of paper showed less than two lines of it."""
    page = showcase.show("lembar", ZOOMED)
    page.evaluate("document.querySelector('.field.is-here').scrollIntoView()")
    height = page.evaluate("document.querySelector('[data-view]').clientHeight")
    assert height >= 140
    field = page.locator(".field.is-here")
    expect(field.get_by_role("textbox")).to_be_in_viewport(ratio=1)
    expect(field.get_by_role("button", name="Benar")).to_be_in_viewport(ratio=1)


def test_on_a_loose_page_every_key_that_is_shown_works_at_once(showcase: Showcase) -> None:
    """The focus is where a code is typed, so the keys are none that a code may have."""
    page = showcase.show("satu-halaman", OFFICE_SCREEN)
    expect(page.get_by_label("Halaman ini milik lembar mana?")).to_be_focused()
    shown = page.locator(".desk kbd, .sheetbar kbd").all_inner_texts()
    assert {"F7", "F8", "F9"} <= set(shown) and not {"N", "R", "B"} & set(shown)
    with page.expect_response(lambda answer: "putar=90" in answer.url):
        page.keyboard.press("F7")
    page.keyboard.press("F9")
    expect(page.get_by_role("button", name="Bukan formulir kami")).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("F8")
