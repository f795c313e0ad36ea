"""The desk of one sheet, used by keyboard only by somebody who knows what stands on the paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, expect

from forms.codelist import grouped
from samples.simulator.filling import Value
from tests.browser.people import Person

_HERE = """() => {
  const field = document.activeElement.closest("[data-field]");
  if (!field) return null;
  const boxes = [...field.querySelectorAll("input:not([type=text])")];
  const text = field.querySelector("input[type=text]");
  return {
    name: field.dataset.field,
    kind: field.dataset.kind,
    text: text ? text.value : "",
    options: boxes.map((box) => box.value),
    chosen: boxes.filter((box) => box.checked).map((box) => box.value),
  };
}"""

_MOVED_OR_WARNED = """(before) => location.href !== before ||
  document.querySelector("[data-saved]").textContent.includes("sekali lagi")"""


@dataclass(frozen=True)
class Shown:
    """The field with the focus. ``options``: values of its choices in the order of the screen;
    the digit of a choice is its place from 1, and 0 says that nothing is ticked."""

    name: str
    kind: str
    text: str
    options: list[str]
    chosen: list[str]

    def keys_to(self, value: Value) -> tuple[list[str], str]:
        """Keys, and then a text, that make it say ``value``; none where it says so already."""
        if self.kind == "text":
            same = self.text.rstrip() == str(value).rstrip()
            return ([], "") if same else (["Control+a"], str(value) or " ")
        if self.kind == "multiple":
            wanted = value if isinstance(value, list) else []
            differ = set(wanted) ^ set(self.chosen)
            return [self._digit(option) for option in self.options if option in differ], ""
        wanted_one = {True: "ada", False: "tidak", None: ""}.get(value, value)  # type: ignore[arg-type]
        return ([], "") if self.chosen == [wanted_one] else ([self._digit(str(wanted_one))], "")

    def _digit(self, option: str) -> str:
        return "0" if option == "" else str(self.options.index(option) + 1)


@dataclass
class Desk:
    """One person at the desk of the sheet ``code``."""

    person: Person
    code: str

    def open(self) -> Desk:
        self.person.go(f"/periksa/{self.code}/")
        return self

    def here(self) -> Shown | None:
        """The field that has the focus."""
        found: dict[str, Any] | None = self.person.page.evaluate(_HERE)
        return None if found is None else Shown(**found)

    def field(self, name: str) -> Locator:
        return self.person.page.locator(f'[data-field="{name}"]')

    def answer(self, truth: Mapping[str, Value]) -> str:
        """Put the field with the focus right and confirm it; its name."""
        shown = self.here()
        assert shown is not None, self.person.focused()
        keys, text = shown.keys_to(truth[shown.name])
        self.person.press(*keys)
        self.person.type(text)
        self.person.press("Enter")
        return shown.name

    def answer_all(self, truth: Mapping[str, Value]) -> list[str]:
        """Every field that waits, in the order in which the desk offers them."""
        done = []
        while self.here() is not None:
            done.append(self.answer(truth))
            assert len(done) <= len(truth), f"goes round in circles: {done[-5:]}"
        return done

    def is_saved(self) -> None:
        """Waits until the page says that everything is saved."""
        expect(self.person.page.get_by_text("Semua tersimpan")).to_be_visible()

    def pass_on(self) -> None:
        """From a sheet that waits for somebody else to the next, also past what is warned of."""
        page, before = self.person.page, self.person.page.url
        self.person.press("Control+Enter")
        page.wait_for_function(_MOVED_OR_WARNED, arg=before)
        if page.url == before:
            self.person.press("Control+Enter")
        page.wait_for_url(lambda url: url != before)

    def accept(self) -> None:
        """Accept, also what is warned of; the person is on another page then."""
        page = self.person.page
        note = page.get_by_text(f"{grouped(self.code)} diterima")
        again = page.get_by_text("Tekan Terima sekali lagi")
        self.person.press("Control+Enter")
        expect(note.or_(again).first).to_be_visible()
        if again.is_visible():
            self.person.press("Control+Enter")
        expect(note).to_be_visible()
