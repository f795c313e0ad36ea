"""A whole village by keyboard only: question by question, then sheet by sheet into the register.
The keys are counted and the times taken; simulated sheets, office-quality scans."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median, quantiles
from urllib.parse import urlsplit

from tests.browser.desk import Desk
from tests.browser.grid import MARKS, Grids
from tests.browser.people import Person
from tests.browser.registered import decided, registered, written
from tests.browser.server import Server
from tests.browser.village import Village

MOST_KEYS_A_SHEET = 40.0
MOST_KEYS_A_MARK = 0.3
"""A screen of twelve costs a key, and so does each wrong guess."""

MARKED = {"answer", "enrolment", "person.relation", "person.sex"}
MOST_NOT_SEEN = 0.005


def test_forty_sheets_from_the_first_question_to_the_register(
    village: Village, server: Server, rina: Person, figure: Callable[[str], None]
) -> None:
    rina.keys = 0
    grids = Grids(rina, village.truth).go_on()
    grids.play_all()
    accept_all(village, server, rina)
    assert rina.watch.asked == []
    as_written(village, server, figure)
    report(grids, len(village.sheets), figure)
    assert rina.keys / len(village.sheets) <= MOST_KEYS_A_SHEET
    assert keys_a_mark(grids) <= MOST_KEYS_A_MARK


def accept_all(village: Village, server: Server, person: Person) -> None:
    """Sheet after sheet as the desk brings them; what no grid asked is answered there."""
    person.go_on()
    while not (path := urlsplit(person.page.url).path).endswith("/periksa/"):
        code = path.rstrip("/").rpartition("/")[2]
        desk = Desk(person, code)
        desk.answer_all(village.truth[code])
        desk.accept()
    states = server.rows("select state, count(*) from rounds_sheet group by state order by state")
    assert dict(states)["accepted"] == len(village.sheets)


def as_written(village: Village, server: Server, figure: Callable[[str], None]) -> None:
    """Nothing stands in the register that no sheet says, and nothing twice. Of what is written
    only a mark may be missing that the reader surely took for empty: nobody was asked."""
    told, wanted = registered(server), written(village)
    assert len(told) == len(set(told))
    assert set(told) <= set(wanted)
    missing = [fact for fact in wanted if fact not in set(told)]
    figure(f"register: {len(told)} entries as on the sheets, {len(missing)} marks not seen")
    assert {place for _, _, place, _ in missing} <= MARKED
    assert not any(decided(server, village, fact) for fact in missing)
    assert len(missing) <= MOST_NOT_SEEN * len(wanted)


def keys_a_mark(grids: Grids) -> float:
    """Of the doubtful marks and signatures."""
    count = grids.counts[MARKS, "ragu"]
    return count.keys / count.items


def report(grids: Grids, n_sheets: int, figure: Callable[[str], None]) -> None:
    """The figures, with how many of what they are of."""
    figure(
        f"keystrokes per sheet: {grids.person.keys / n_sheets:.1f} ({n_sheets} sheets, simulated)"
    )
    marks = grids.counts[MARKS, "ragu"]
    figure(f"keystrokes per doubtful mark: {keys_a_mark(grids):.2f} ({marks.items} marks)")
    for (what, stage), count in sorted(grids.counts.items()):
        figure(f"  {what}, {stage}: {count.items} decided with {count.keys} keys")
    for name, times in grids.times_ms().items():
        p95 = quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
        figure(
            f"next crops, {name}: median {median(times):.0f} ms, p95 {p95:.0f} ms, n {len(times)}"
        )
