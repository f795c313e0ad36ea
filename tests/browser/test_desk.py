"""One sheet at the desk: by keyboard only, and through everything that may come between."""

from __future__ import annotations

from tests.browser.desk import Desk
from tests.browser.people import Person
from tests.browser.server import Server
from tests.browser.village import Village

STATE = "select state from rounds_sheet where code = ?"
DECIDED = """select d.field, d.to_value from review_decision d
join rounds_sheet s on s.id = d.sheet_id where s.code = ? order by d.id"""


def test_from_signing_in_to_the_register_without_a_mouse(
    village: Village, server: Server, rina: Person
) -> None:
    code = village.sheets[0]
    desk = Desk(rina, code).open()
    done = desk.answer_all(village.truth[code])
    assert len(done) == len(set(done))
    assert rina.focused().startswith("Terima lembar")
    desk.accept()
    assert server.rows(STATE, code) == [("accepted",)]
    names = {village.truth[code][f"nama.{row}"] for row in (1, 2, 3)}
    assert names <= {name for (name,) in server.rows("select name from register_person")}
