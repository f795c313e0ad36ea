"""What can be measured of a screen, by `looks.js` in the page itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser.people import OFFICE_SCREEN, TABLET

CHECKS = (Path(__file__).parent / "looks.js").read_text(encoding="utf-8")
LEAST_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3, for text of any size."""
MOST_TABS = 400
NAMED = {"button", "link", "textbox", "searchbox", "spinbutton", "combobox", "listbox"} | (
    {"checkbox", "radio", "Date", "DisclosureTriangle", "image", "dialog"}
)
"""Roles of what nobody can use, or see the sense of, without a name."""


def _ask(page: Page, what: str) -> Any:
    return page.evaluate(f"({CHECKS}).{what}")


def poor_contrast(page: Page) -> list[str]:
    """Text, signs, entries and placeholders that are hard to read."""
    found: list[str] = _ask(page, f"contrast({LEAST_CONTRAST})")
    return found


def too_wide(page: Page) -> list[str]:
    """How wide the page is, when it would have to be scrolled sideways."""
    found: list[str] = _ask(page, "wide()")
    return found


def cut_controls(page: Page) -> list[str]:
    """Controls that cannot be brought on the screen, are covered there, or lose words."""
    found: list[str] = _ask(page, "cut()")
    return found


def cut_words(page: Page) -> list[str]:
    """Boxes that hide a part of their own words."""
    found: list[str] = _ask(page, "clipped()")
    return found


def nameless(page: Page) -> list[str]:
    """Controls, pictures and dialogs of which a screen reader would say nothing: by the names that
    the browser itself computes for it."""
    session = page.context.new_cdp_session(page)
    tree = session.send("Accessibility.getFullAXTree")["nodes"]
    wrong = [
        session.send("DOM.describeNode", {"backendNodeId": node["backendDOMNodeId"]})["node"]
        for node in tree
        if not node["ignored"]
        and node["role"]["value"] in NAMED
        and not node.get("name", {}).get("value", "").strip()
    ]
    session.detach()
    return [f"<{node['localName']} {' '.join(node['attributes'])}>" for node in wrong]


def hard_to_read(page: Page) -> list[str]:
    """What is too faint or has no name, on the office's screen and on a tablet."""
    wrong: set[str] = set()
    for size in (TABLET, OFFICE_SCREEN):
        page.set_viewport_size(size)
        wrong.update(poor_contrast(page), nameless(page))
    return sorted(wrong)


def unseen_focus(page: Page) -> list[str]:
    """Controls that the Tab key reaches without that being seen. Goes round the page once."""
    _ask(page, "remember()")
    wrong: list[str] = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        found = _ask(page, "focus()")
        if found.get("again"):
            return wrong
        if "wrong" in found:
            wrong.append(found["wrong"])
    raise AssertionError("the Tab key never comes round")
