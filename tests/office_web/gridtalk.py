"""A browser at a grid, as the server sees it: opens screens, answers, undoes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

if TYPE_CHECKING:
    from tests.office_web.conftest import WebOffice

Tile = dict[str, Any]
"""The ``data-`` attributes of one tile."""


class _Tiles(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tiles: list[Tile] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name.removeprefix("data-"): value for name, value in attrs}
        if tag == "li" and "tile" in named:
            self.tiles.append({**named, "preset": named["preset"] or "null"})


def tiles_in(html: str) -> list[Tile]:
    """All tiles of a page or a screen, in order."""
    parser = _Tiles()
    parser.feed(html)
    return parser.tiles


@dataclass
class Grid:
    """The grid of ``stack`` (``FIELD/STAGE``) in the browser of ``user``."""

    office: WebOffice
    user: str
    stack: str
    query: str = ""
    html: str = ""
    tiles: list[Tile] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"/periksa/petak/keluarga/{self.stack}/"

    def open(self) -> Grid:
        """Load the page; its tiles are those of both screens."""
        answer = self.office.client(self.user).get(self.url + self.query)
        assert answer.status_code == 200
        self.html = answer.content.decode()
        self.tiles = tiles_in(self.html)
        return self

    def told(self, tile: Tile, value: object = ...) -> dict[str, Any]:
        """One answer; the preset where nothing else is said."""
        said = json.loads(tile["preset"]) if value is ... else value
        return {
            "key": tile["tile"],
            "sheet": tile["sheet"],
            "field": tile["field"],
            "page": int(tile["page"]),
            "seen": int(tile["seen"]),
            "value": said,
        }

    def post(self, what: str, sent: Mapping[str, Any], status: int = 200) -> dict[str, Any]:
        """POST to an address below the grid's."""
        answer = self.office.client(self.user).post(f"{self.url}{what}/{self.query}", sent)
        assert answer.status_code == status, answer.content
        told: dict[str, Any] = json.loads(answer.content)
        return told

    def accept(
        self,
        values: Mapping[int, object] | None = None,
        *,
        tiles: list[Tile] | None = None,
        batch: UUID | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        """Accept ``tiles`` (all) as preset, but for ``values`` by their place."""
        shown = self.tiles if tiles is None else tiles
        said = values or {}
        answers = [self.told(tile, said.get(n, ...)) for n, tile in enumerate(shown)]
        sent = {
            "batch": str(batch or uuid4()),
            "answers": json.dumps(answers),
            "held": "[]",
            "by": self.user,
            "ms": 5000,
            "keys": 3,
            **more,
        }
        return self.post("simpan", sent)

    def undo(self, **more: Any) -> dict[str, Any]:
        """Take back the last screen."""
        return self.post("urungkan", {"by": self.user, "held": "[]", **more})

    def fields(self) -> Iterator[tuple[str, str]]:
        """Sheet and field of each tile."""
        return ((tile["sheet"], tile["field"]) for tile in self.tiles)
