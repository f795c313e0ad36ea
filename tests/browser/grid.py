"""Grids, used by keyboard only by somebody who knows what stands on every paper: corrects what is
shown wrong, with the fewest keys, and accepts the screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import TimeoutError as TimedOut
from playwright.sync_api import expect

from samples.simulator.filling import Value
from tests.browser.people import Person

STOPWATCH = (Path(__file__).parent / "stopwatch.js").read_text(encoding="utf-8")
LETTERS = "abcdefhijkmnopqrstuvwxy"
"""Of the tiles, in their order; g, l and z are commands."""

TEXTS, MARKS = "texts", "marks"

_SCREEN = """() => {
  const tiles = [...document.querySelectorAll("[data-screen]:not([hidden]) [data-tile]")];
  return tiles.map((tile) => ({
    key: tile.dataset.tile,
    sheet: tile.dataset.sheet,
    field: tile.dataset.field,
    kind: tile.dataset.kind,
    value: tile.one.read(),
    is_set: tile.one.isSet(),
    is_here: tile.classList.contains("is-here"),
    ways: JSON.parse(tile.dataset.ways || "[]"),
    options: JSON.parse(tile.dataset.choices || "[]").map(([id]) => id),
    length: Number(tile.dataset.length),
  }));
}"""
_CARET = """() => {
  const input = document.activeElement, tile = input.closest("[data-tile]");
  return {
    at: input.selectionStart,
    text: input.value,
    others: Object.fromEntries([...tile.querySelectorAll("[data-top]")]
      .map((top) => [top.dataset.top, top.dataset.other])),
  };
}"""
_NEXT_IS_LOADED = """() => {
  if (document.querySelector("[data-saved]").textContent.includes("…")) return false;
  const next = document.querySelectorAll("[data-screen]")[1];
  return !next || [...next.querySelectorAll("img")].every((image) => image.complete);
}"""
_IS_LAST = """() => !document.querySelectorAll("[data-screen]")[1]"""
LOOKED_AT_MS = 1_000
"""For so long, at least, the last screen of a stack is looked at, while the next one is fetched."""
_CAME = """(before) => {
  const tile = document.querySelector("[data-screen]:not([hidden]) [data-tile]");
  const end = document.querySelector("[data-end]");
  const asks = document.querySelector("[data-screen]:not([hidden]) .has-problem");
  return tile ? tile.dataset.tile !== before || Boolean(asks) : !end.hidden;
}"""


@dataclass(frozen=True)
class Tile:
    """One tile of the visible screen. ``ways``: answers that a flip goes through."""

    key: str
    sheet: str
    field: str
    kind: str
    value: Value
    is_set: bool
    is_here: bool
    ways: list[Value]
    options: list[str]
    length: int


@dataclass
class Count:
    """What was decided in one kind of grid, and the keys it took."""

    items: int = 0
    keys: int = 0


@dataclass
class Grids:
    """One person working through the stacks. ``counts``: of texts or marks, by stage."""

    person: Person
    truth: Mapping[str, Mapping[str, Value]]
    counts: dict[tuple[str, str], Count] = field(default_factory=dict)

    def open(self, stack: str) -> Grids:
        """One stack: ``FIELD/STAGE``."""
        self.person.page.add_init_script(STOPWATCH)
        self.person.go(f"/periksa/petak/registrasi/{stack}/")
        return self

    def go_on(self) -> Grids:
        """From the start page, by the button that has the focus there."""
        self.person.page.add_init_script(STOPWATCH)
        self.person.go_on()
        return self

    def play_all(self) -> None:
        """Stack after stack with Enter, from the first until the list of sheets is shown."""
        page, following = self.person.page, self.person.page.locator("[data-following]")
        while "/petak/" in page.url:
            self.play()
            expect(following).to_be_focused()
            with page.expect_navigation():
                self.person.press("Enter")

    def play(self) -> None:
        """All screens of the stack that is open."""
        while tiles := self.screen():
            self.answer(tiles)

    def answer(self, tiles: list[Tile]) -> None:
        """Put one screen right and accept it, when what was accepted before is saved and the next
        screen has come: nobody judges six numbers in less than the second which that takes."""
        page, before = self.person.page, self.person.keys
        for number, tile in enumerate(tiles):
            self._correct(tile, number, tiles)
        page.wait_for_function(_NEXT_IS_LOADED)
        if page.evaluate(_IS_LAST):
            page.wait_for_timeout(LOOKED_AT_MS)
        self.accept(tiles)
        stage = page.url.split("/petak/")[1].split("/")[2]
        what = TEXTS if tiles[0].kind == "text" else MARKS
        count = self.counts.setdefault((what, stage), Count())
        count.items += len(tiles)
        count.keys += self.person.keys - before

    def take_back(self, key: str, accepted: list[Tile]) -> None:
        """``key`` brings the screen back that was just accepted."""
        expect(self.person.page.get_by_text("jawaban tersimpan")).to_be_visible()
        self.person.press(key)
        expect(self.person.page.get_by_text("jawaban dikembalikan")).to_be_visible()
        before = [(tile.sheet, tile.field) for tile in accepted]
        assert [(tile.sheet, tile.field) for tile in self.screen()] == before

    def accept(self, tiles: list[Tile]) -> None:
        """Enter; once more where a number that is shorter than usual is asked about."""
        for _ in range(1 + len(tiles)):
            self.person.press("Enter")
            try:
                self.person.page.wait_for_function(_CAME, arg=tiles[0].key)
            except TimedOut as error:
                raise AssertionError(f"nothing came: {self._said()} {self.screen()}") from error
            if [tile.key for tile in self.screen()] != [tile.key for tile in tiles]:
                return
        raise AssertionError(f"the screen stays: {self._said()}")

    def _said(self) -> str:
        """What the page tells: of the screen, of saving, of trouble."""
        parts = self.person.page.locator("[data-hint], [data-saved], [data-stop], [data-progress]")
        return " | ".join(parts.all_inner_texts())

    def screen(self) -> list[Tile]:
        """The tiles on the screen; none at the end of a stack."""
        return [Tile(**found) for found in self.person.page.evaluate(_SCREEN)]

    def _correct(self, tile: Tile, number: int, tiles: list[Tile]) -> None:
        wanted = self.truth[tile.sheet][tile.field]
        if tile.is_set and _same(tile.value, wanted):
            return
        if tile.kind == "text":
            self._go_to(number)
            self._write(str(wanted).ljust(tile.length))
        else:
            is_here = next(one.is_here for one in self.screen() if one.key == tile.key)
            self.person.press(*min(keys_for(tile, number, wanted, is_here), key=len))
        after = self.screen()[number]
        assert _same(after.value, wanted), (after, wanted)

    def _go_to(self, number: int) -> None:
        at = next(n for n, one in enumerate(self.screen()) if one.is_here)
        self.person.press(*["ArrowDown" if number > at else "ArrowUp"] * abs(number - at))

    def _write(self, wanted: str) -> None:
        """Cell by cell, only where something else stands."""
        if not wanted.strip():
            self.person.press("F4")
        for _ in range(2 * len(wanted)):
            caret: dict[str, Any] = self.person.page.evaluate(_CARET)
            shown = caret["text"].ljust(len(wanted))
            wrong = [n for n, char in enumerate(wanted) if shown[n] != char]
            if not wrong:
                return
            at, target = caret["at"], wrong[0]
            self.person.press(*["ArrowRight" if target > at else "ArrowLeft"] * abs(target - at))
            if caret["others"].get(str(target)) == wanted[target]:
                self.person.press("Space")
            elif wanted[target] == " ":
                self.person.press("Backspace")
            else:
                self.person.type(wanted[target])
        raise AssertionError(f"cannot be written: {wanted!r}")

    def times_ms(self) -> dict[str, list[float]]:
        """From the key that accepts to the next crops on the screen: ``screen`` within a stack,
        ``stack`` from one to the next, ``first stack`` from another page."""
        found: dict[str, list[float]] = self.person.page.evaluate(
            "JSON.parse(sessionStorage.getItem('stopwatch') || '{}')"
        )
        return found


def _same(shown: Value, wanted: Value) -> bool:
    if isinstance(wanted, list):
        return isinstance(shown, list) and set(shown) == set(wanted)
    return shown == (wanted.rstrip() if isinstance(wanted, str) else wanted)


def keys_for(tile: Tile, number: int, wanted: Value, is_here: bool) -> Iterator[list[str]]:
    """Ways to make a tile say ``wanted``: flips, or its digits. The letter of a tile that is not
    yet here flips it too."""
    first = ["Space"] if is_here else [LETTERS[number]]
    ways = [sorted(way) if isinstance(way, list) else way for way in tile.ways]
    goal = sorted(wanted) if isinstance(wanted, list) else wanted
    now = sorted(tile.value) if isinstance(tile.value, list) else tile.value
    start = ways.index(now) if tile.is_set and now in ways else -1
    if goal in ways:
        flips = ways.index(goal) - start
        yield first + ["Space"] * ((flips if flips > 0 else flips + len(ways)) - 1)
    if tile.kind == "ink":
        yield [*first[is_here:], "1" if wanted else "2"]
    elif tile.kind == "single":
        digit = 0 if wanted is None else tile.options.index(str(wanted)) + 1
        yield [*first[is_here:], str(digit)]
    elif isinstance(wanted, list):
        digits = [str(tile.options.index(option) + 1) for option in wanted]
        yield [*first[is_here:], "0", *digits]
        flipped = (now if is_here else ways[(start + 1) % len(ways)]) or []
        differ = set(wanted) ^ set(flipped if isinstance(flipped, list) else [])
        if differ or not is_here:
            yield [*first[is_here:], *(str(tile.options.index(option) + 1) for option in differ)]
