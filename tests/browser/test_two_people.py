"""Two people with a browser each, at the same sheet."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.people import Person
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
