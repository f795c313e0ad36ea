"""Two people with a browser each, at the same sheet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic

from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.people import PATIENCE_MS, Person
from tests.browser.server import Server
from tests.browser.village import Village


def test_the_second_sees_who_has_the_sheet_and_who_decided(
    village: Village, server: Server, arriving: Callable[[Server, str], Person]
) -> None:
    code = village.sheets[0]
    truth = village.truth[code]
    rina, dewi = arriving(server, "rina"), arriving(server, "dewi")
    first, second = Desk(rina, code).open(), Desk(dewi, code).open()
    expect(dewi.page.get_by_text("sedang dibuka oleh rina")).to_be_visible()
    decided = first.answer(truth)
    first.is_saved()
    dewi.watch.allow("409 (Conflict)")
    assert second.answer({**truth, decided: "1234567890123456"}) == decided
    expect(dewi.page.get_by_text("oleh rina pukul")).to_be_visible()
    by = """select u.username from review_decision d join rounds_sheet s on s.id = d.sheet_id
    join auth_user u on u.id = d.by_id where s.code = ? and d.field = ?"""
    assert server.rows(by, code, decided) == [("rina",)]


def test_the_second_is_led_to_another_sheet(
    village: Village, server: Server, arriving: Callable[[Server, str], Person]
) -> None:
    rina, dewi = arriving(server, "rina"), arriving(server, "dewi")
    for person in (rina, dewi):
        person.go("/periksa/lanjut/")
    assert rina.page.url != dewi.page.url
    assert rina.page.url.endswith(f"/{village.sheets[0]}/")
    assert dewi.page.url.endswith(f"/{village.sheets[1]}/")


def test_who_leaves_a_sheet_by_any_way_gives_it_to_the_next(
    village: Village, server: Server, arriving: Callable[[Server, str], Person]
) -> None:
    """Not by loading the page anew, and whoever comes back has it again."""
    rina, dewi = arriving(server, "rina"), arriving(server, "dewi")
    first = f"/periksa/{village.sheets[0]}/"
    whose = """select u.username from review_claim c join rounds_sheet s on s.id = c.sheet_id
    join auth_user u on u.id = c.by_id where s.code = ? and c.until > ?"""

    def held() -> list[tuple[str]]:
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        return server.rows(whose, village.sheets[0], now)

    def becomes(expected: list[tuple[str]]) -> None:
        end = monotonic() + PATIENCE_MS / 1000
        while held() != expected and monotonic() < end:
            rina.page.wait_for_timeout(50)
        assert held() == expected

    rina.go(first)
    rina.page.reload()
    rina.page.wait_for_load_state("networkidle")
    becomes([("rina",)])
    rina.page.get_by_role("link", name="Beranda").click()
    becomes([])
    rina.page.go_back()
    becomes([("rina",)])
    rina.page.get_by_role("link", name="Buku induk").click()
    becomes([])
    dewi.go("/periksa/lanjut/")
    assert dewi.page.url.endswith(first)
