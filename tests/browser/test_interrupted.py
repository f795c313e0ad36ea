"""Work at the desk that something comes between: nothing is lost, nothing is silent."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from forms.codelist import grouped
from tests.browser.desk import Desk
from tests.browser.people import ZOOMED, Person
from tests.browser.server import Server
from tests.browser.village import Village

STATES = """select e.to_state from rounds_sheetevent e join rounds_sheet s on s.id = e.sheet_id
where s.code = ? and e.from_state <> e.to_state order by e.id"""
SWITCHED_OFF = ("net::ERR_",)
"""What the browser says on its console of a server that does not answer, or stops while it does."""

SEND_TWICE = """() => {
  const send = HTMLFormElement.prototype.submit;
  HTMLFormElement.prototype.submit = function () { send.call(this); send.call(this); };
}"""
DECIDED = """select d.field from review_decision d join rounds_sheet s on s.id = d.sheet_id
where s.code = ? order by d.id"""

BY = "select distinct u.username from review_decision d join auth_user u on u.id = d.by_id"


def decided(server: Server, code: str) -> list[str]:
    """Fields of the sheet for which a decision is on disk, in their order."""
    return [field for (field,) in server.rows(DECIDED, code)]


def test_the_back_button_never_shows_what_is_no_longer_true(
    village: Village, server: Server, rina: Person
) -> None:
    code = village.sheets[0]
    desk = Desk(rina, code).open()
    first = [desk.answer(village.truth[code]) for _ in range(3)]
    desk.is_saved()
    rina.go("/periksa/")
    rina.page.go_back()
    for name in first:
        expect(desk.field(name)).to_contain_text("Sudah diperiksa")
    desk.answer_all(village.truth[code])
    desk.accept()
    rina.page.go_back()
    expect(rina.page.get_by_text("tidak bisa diubah")).to_be_visible()
    expect(rina.page.get_by_role("button", name="Terima lembar")).to_have_count(0)


def test_a_step_to_a_place_on_the_page_loads_nothing_anew(
    village: Village, server: Server, rina: Person
) -> None:
    for path in (f"/periksa/{village.sheets[0]}/", "/periksa/petak/registrasi/nama/ragu/"):
        rina.go(path)
        rina.page.evaluate("document.isSame = true")
        rina.page.get_by_role("link", name="Langsung ke isi").focus()
        rina.press("Enter")
        expect(rina.page).to_have_url(server.url + path + "#isi")
        rina.page.wait_for_load_state("networkidle")
        assert rina.page.evaluate("document.isSame")


def test_a_form_sent_twice_accepts_once(village: Village, server: Server, rina: Person) -> None:
    code = village.sheets[0]
    desk = Desk(rina, code).open()
    desk.answer_all(village.truth[code])
    desk.is_saved()
    rina.page.evaluate(SEND_TWICE)
    rina.press("Control+Enter", "Control+Enter")
    expect(rina.page.get_by_text(re.compile(f"{grouped(code)} (sudah )?diterima"))).to_be_visible()
    assert server.rows(STATES, code).count(("accepted",)) == 1
    assert server.rows("select count(*) from register_household") == [(1,)]


def test_keys_pressed_too_often_accept_once(village: Village, server: Server, rina: Person) -> None:
    code, following = village.sheets[:2]
    desk = Desk(rina, code).open()
    desk.answer_all(village.truth[code])
    often = ["Control+Enter"] * 3
    done = rina.page.get_by_text(f"{grouped(code)} diterima")
    warned = rina.page.get_by_text("Tekan Terima sekali lagi")
    rina.press(*often)
    expect(done.or_(warned).first).to_be_visible()
    if warned.is_visible():  # a warning is not passed by keys that came before it was seen
        rina.press(*often)
    expect(done).to_be_visible()
    assert server.rows(STATES, code).count(("accepted",)) == 1
    assert ("accepted",) not in server.rows(STATES, following)


def test_after_the_session_ran_out_one_goes_on_where_one_was(
    village: Village, server: Server, rina: Person
) -> None:
    code = village.sheets[0]
    desk = Desk(rina, code).open()
    saved = [desk.answer(village.truth[code]) for _ in range(3)]
    desk.is_saved()
    assert server.change("delete from django_session") == 1
    unsaved = desk.answer(village.truth[code])
    expect(rina.page.get_by_text("Anda sudah keluar")).to_be_visible()
    assert decided(server, code) == saved
    rina.page.get_by_role("button", name="Muat ulang").focus()
    rina.press("Enter")
    rina.sign_in()
    expect(rina.page.get_by_role("heading", name=code[:3])).to_be_visible()
    shown = desk.here()
    assert shown is not None
    assert shown.name == unsaved
    assert len(desk.answer_all(village.truth[code])) > 3
    desk.accept()
    assert len(set(decided(server, code))) == len(decided(server, code))


def test_after_signing_in_elsewhere_the_answers_go_on(
    village: Village, server: Server, rina: Person
) -> None:
    code = village.sheets[0]
    desk = Desk(rina, code).open()
    done = [desk.answer(village.truth[code]) for _ in range(2)]
    desk.is_saved()
    assert server.change("delete from django_session") == 1
    done += [desk.answer(village.truth[code]) for _ in range(3)]
    expect(rina.page.get_by_text("Anda sudah keluar")).to_be_visible()
    for name in ("dewi", "rina"):
        with rina.page.expect_popup() as opened:
            rina.page.get_by_role("link", name="Masuk di jendela baru").press("Enter")
        Person(name, server, opened.value, rina.watch).sign_in()
        expect(opened.value.get_by_role("button", name="Keluar")).to_be_visible()
        assert decided(server, code) == done[:2]
        if name == "dewi":
            rina.watch.allow("409 (Conflict)")
            rina.page.get_by_role("button", name="Coba lagi").press("Enter")
            expect(rina.page.get_by_text("yang masuk sekarang dewi")).to_be_visible()
            opened.value.get_by_role("button", name="Keluar").click()
    rina.page.get_by_role("button", name="Coba lagi").press("Enter")
    desk.is_saved()
    assert decided(server, code) == done
    assert server.rows(BY) == [("rina",)]


def test_answers_wait_while_the_office_computer_is_off(
    village: Village, server: Server, rina: Person
) -> None:
    code = village.sheets[0]
    rina.watch.allow(*SWITCHED_OFF)
    desk = Desk(rina, code).open()
    done = [desk.answer(village.truth[code]) for _ in range(3)]
    desk.is_saved()
    server.kill()
    rina.page.set_viewport_size(ZOOMED)
    done += [desk.answer(village.truth[code]) for _ in range(4)]
    expect(rina.page.get_by_text("komputer kantor tidak menjawab")).to_be_in_viewport()
    server.start()
    desk.is_saved()
    assert decided(server, code) == done
    desk.answer_all(village.truth[code])
    desk.accept()


def test_leaving_with_answers_that_wait_is_asked_about(
    village: Village, server: Server, rina: Person
) -> None:
    code = village.sheets[0]
    rina.watch.allow(*SWITCHED_OFF)
    desk = Desk(rina, code).open()
    server.kill()
    desk.answer(village.truth[code])
    expect(rina.page.get_by_text("komputer kantor tidak menjawab")).to_be_visible()
    rina.page.close(run_before_unload=True)
    rina.page.wait_for_event("close")
    assert len(rina.watch.asked) == 1
    server.start()
