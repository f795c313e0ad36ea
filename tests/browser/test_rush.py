"""Two people with two windows each at one stack, all at the same moment: the real server, its
threads and its database. Whoever is told that an answer was saved finds it there once."""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from string import ascii_uppercase
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, ProxyHandler, build_opener
from uuid import UUID, uuid4

from tests.browser.server import Server
from tests.browser.village import PASSWORD, Village
from tests.office_web.gridtalk import Tile, tiles_in

STACK = "/periksa/petak/registrasi/nama/ragu/"
ROUNDS = 16
TOKEN = re.compile('name="csrfmiddlewaretoken" value="([^"]+)"')
Place = tuple[str, str]
"""Sheet and field."""
Row = tuple[int, Place, str, str, str, int | None]
"""A decision: its number, place, batch, who, the value, and which row it takes back."""

ROWS = """select d.id, s.code, d.field, d.batch, u.username, d.to_value, d.undoes_id
from review_decision d join rounds_sheet s on s.id = d.sheet_id
join auth_user u on u.id = d.by_id order by d.id"""
WAITING = """select s.code, i.field from review_item i join rounds_sheet s on s.id = i.sheet_id
where i.purpose = 'doubt'"""


@dataclass
class Window:
    """One window of ``user``. ``saved``: what the server said that it saved; ``undone``: how many
    answers it said that it took back; ``refused``: how often somebody else was first."""

    server: Server
    user: str
    token: str = ""
    saved: dict[tuple[str, Place], str] = field(default_factory=dict)
    undone: int = 0
    refused: int = 0

    def __post_init__(self) -> None:
        self.opener = build_opener(ProxyHandler({}), HTTPCookieProcessor())

    def get(self, path: str) -> str:
        with self.opener.open(self.server.url + path, timeout=60) as answer:
            text: str = answer.read().decode()
        self.token = TOKEN.findall(text)[0]
        return text

    def post(self, path: str, sent: dict[str, Any]) -> str:
        """Raises HTTPError for every answer that is none of a good server."""
        body = urlencode({**sent, "csrfmiddlewaretoken": self.token}).encode()
        with self.opener.open(self.server.url + path, body, timeout=60) as answer:
            text: str = answer.read().decode()
            return text

    def sign_in(self) -> Window:
        self.get("/masuk/")
        self.post("/masuk/", {"username": self.user, "password": PASSWORD})
        self.get("/")
        return self

    def answer(self, tiles: list[Tile], batch: UUID, value: str) -> None:
        """Of each tile the same, seen as nobody has answered it yet."""
        answers = [{**_told(tile), "value": value} for tile in tiles]
        sent = {"batch": batch, "answers": json.dumps(answers), "held": "[]", "by": self.user}
        told = json.loads(self.post(STACK + "simpan/", {**sent, "ms": 900, "keys": 3}))
        known = {tile["tile"]: (tile["sheet"], tile["field"]) for tile in tiles}
        self.saved |= {(batch.hex, known[key]): value for key in told["saved"]}
        self.refused += len(told["refused"])
        assert len(told["saved"]) + len(told["refused"]) == len(tiles), "every answer is told of"
        assert all(one["text"] for one in told["refused"])

    def undo(self) -> None:
        told = json.loads(self.post(STACK + "urungkan/", {"by": self.user, "held": "[]"}))
        self.undone += told["n"]


def _told(tile: Tile) -> dict[str, Any]:
    numbers = {name: int(tile[name]) for name in ("page", "seen")}
    return {"key": tile["tile"], "sheet": tile["sheet"], "field": tile["field"], **numbers}


def test_no_decision_is_lost_or_doubled_when_all_send_at_once(
    village: Village, server: Server
) -> None:
    windows = [Window(server, name).sign_in() for name in ("rina", "dewi") * 2]
    tiles = [tile for one in windows[:2] for tile in tiles_in(one.get(STACK))]
    tiles = [tile for tile in tiles if tile["tile"].isdigit()]  # known answers are no decisions
    rng = random.Random(20_261_125)
    with ThreadPoolExecutor(len(windows)) as pool:
        for n in range(ROUNDS):
            list(pool.map(lambda act: act(), _moment(windows, tiles, n, rng)))
    rows = list(_rows(server))
    _all_saved_is_there_once(windows, rows)
    waiting = set(server.rows(WAITING))
    standing = _standing(rows)
    for tile in tiles:
        place = tile["sheet"], tile["field"]
        assert (place in waiting) == (place not in standing), place


def _moment(windows: list[Window], tiles: list[Tile], n: int, rng: random.Random) -> Iterator[Any]:
    """What the windows send together: answers about the same tiles; one is sent twice, and
    somebody takes back."""
    some = rng.sample(tiles, 8)
    for number, window in enumerate(windows):
        if rng.random() < 0.3:
            yield window.undo
            continue
        mine, batch = rng.sample(some, 4), uuid4()
        value = f"{window.user.upper()} {ascii_uppercase[n]}{ascii_uppercase[number]}"
        for _ in range(rng.choice((1, 2))):
            yield lambda w=window, m=mine, b=batch, v=value: w.answer(m, b, v)


def _rows(server: Server) -> Iterator[Row]:
    for key, code, name, batch, who, value, undoes in server.rows(ROWS):
        yield key, (code, name), (batch or "").replace("-", ""), who, json.loads(value), undoes


def _all_saved_is_there_once(windows: list[Window], rows: list[Row]) -> None:
    said = [
        (who, batch, place, value) for _, place, batch, who, value, undoes in rows if not undoes
    ]
    told = {(one.user, *key, value) for one in windows for key, value in one.saved.items()}
    assert sorted(said) == sorted(told)
    assert sum(one.undone for one in windows) == sum(1 for row in rows if row[5]) > 0
    assert all(sum(one.refused for one in windows if one.user == who) for who in ("rina", "dewi"))


def _standing(rows: list[Row]) -> set[Place]:
    """Places of which an answer counts: never was one given over another, and who takes back
    takes back what counted, and is the one who gave it."""
    counts: dict[Place, list[tuple[int, str]]] = defaultdict(list)
    for key, place, _, who, _, undoes in rows:
        if undoes is None:
            assert not counts[place], f"{place} was decided over another answer"
            counts[place].append((key, who))
        else:
            assert counts[place].pop() == (undoes, who)
    return {place for place, one in counts.items() if one}
