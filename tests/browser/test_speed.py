"""How long it takes until the next picture is on the screen, measured in the browser. The figures
are printed; what is asserted is far from them, for a busy machine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.people import Person
from tests.browser.village import Village

DESKWATCH = (Path(__file__).parent / "deskwatch.js").read_text(encoding="utf-8")
SHEETS = 8
LOOKED_AT_MS = 1_500
"""For so long, at least, somebody looks at a sheet; the next one is fetched meanwhile."""


def test_the_next_field_and_the_next_sheet_come_at_once(
    village: Village, rina: Person, figure: Callable[[str], None]
) -> None:
    page = rina.page
    page.add_init_script(DESKWATCH)
    Desk(rina, village.sheets[0]).open()
    for code in village.sheets[:SHEETS]:
        desk = Desk(rina, code)
        page.wait_for_timeout(LOOKED_AT_MS)
        page.wait_for_load_state("networkidle")
        desk.answer_all(village.truth[code])
        desk.is_saved()
        desk.accept()
    expect(page.locator(".leaf:not([hidden]) img")).to_be_visible()
    page.wait_for_timeout(500)
    for name, times in page.evaluate("JSON.parse(sessionStorage.getItem('desk times'))").items():
        middle, p95 = median(times), quantiles(times, n=20)[-1]
        figure(f"desk, next {name}: median {middle:.0f} ms, p95 {p95:.0f} ms, n {len(times)}")
        assert middle < 500
