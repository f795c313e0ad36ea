"""Every screen: fits, can be read, shows where the focus is, and works at 200 % zoom."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import looks
from tests.browser.people import OFFICE_SCREEN, TABLET, ZOOMED
from tests.browser.showcase import NAMES, Showcase, opened
from tests.browser.village import Village

SIZES = {"office": OFFICE_SCREEN, "tablet": TABLET, "zoomed": ZOOMED}


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


@pytest.mark.parametrize("name", NAMES)
def test_all_words_can_be_read_and_the_focus_is_always_seen(showcase: Showcase, name: str) -> None:
    page = showcase.show(name, OFFICE_SCREEN)
    assert looks.poor_contrast(page) == []
    assert looks.unseen_focus(page) == []
