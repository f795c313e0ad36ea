"""An office in the middle of its work, so that every screen has something on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, expect

from office.datafolder import CHECKOUT
from samples.demo.village import scan
from samples.demo.visit import changed
from tests.browser.desk import Desk
from tests.browser.people import Person, arrive, sit_down
from tests.browser.server import Server
from tests.browser.village import N_SHEETS, Village, command

STRANGE = (
    "22-surat-lain.jpg",
    "23-kertas-kosong.jpg",
    "24-kantor-lain.jpg",
    "07-foto-hp-warna.jpg",
)

CONFLICT, VOID, ACCEPTED = 5, 6, 0
"""Which sheets of the village show which trouble; of one more only its first page came."""


def bring_trouble(village: Village, data: Path) -> None:
    """Scan strange paper, a sheet with other marks than before, and half a sheet."""
    folder = data.parent / "masalah"
    folder.mkdir()
    changed_one = changed(village.stack.sheets[CONFLICT])
    (folder / "berubah.pdf").write_bytes(scan(replace(village.stack, sheets=(changed_one,)), (1,)))
    half = village.stack.sheets[N_SHEETS : N_SHEETS + 1]
    (folder / "separuh.pdf").write_bytes(scan(replace(village.stack, sheets=half), (1,)))
    (folder / "rusak.pdf").write_bytes(b"%PDF-1.7 broken off")
    samples = [CHECKOUT / "samples" / "scans" / name for name in STRANGE]
    command(data, "scan", *samples, folder, expect=1)


FULL_REVIEW = (
    "insert into review_fullreview (stratum, since, note) values (?, '2027-01-13', '')",
    "single/phone",
)
"""As the second confirmed error of one kind of mark makes one."""

NAMES = (
    "masuk",
    "beranda",
    "antrean",
    "petak",
    "petak-tanda",
    "petak-nik",
    "petak-nama",
    "petak-uji",
    "mutu",
    "lembar",
    "lembar-bentrok",
    "lembar-separuh",
    "lembar-diterima",
    "lembar-batal",
    "kunjungan",
    "kunjungan-desa",
    "rencana",
    "pindai",
    "halaman-lepas",
    "satu-halaman",
    "satu-halaman-bentrok",
    "buku-induk",
    "keluarga",
    "kata-sandi",
    "tidak-ada",
)
"""Every screen, as its picture is called."""


def addresses(server: Server, village: Village) -> dict[str, str]:
    """Where each of the `NAMES` is."""
    code = village.sheets
    household = server.rows("select min(id) from register_household")[0][0]

    def loose(status: str) -> int:
        return int(
            server.rows("select min(id) from intake_scanpage where status = ?", status)[0][0]
        )

    found = (
        "/masuk/",
        "/",
        "/periksa/",
        "/periksa/petak/",
        "/periksa/petak/registrasi/semua-tanda/ragu/",
        "/periksa/petak/registrasi/nik/ragu/",
        "/periksa/petak/registrasi/nama/ragu/",
        "/periksa/petak/registrasi/semua-tanda/uji/",
        "/mutu/",
        f"/periksa/{code[1]}/",
        f"/periksa/{code[CONFLICT]}/",
        f"/periksa/{village.stack.sheets[N_SHEETS].sheet}/",
        f"/periksa/{code[ACCEPTED]}/",
        f"/periksa/{code[VOID]}/",
        "/kunjungan/",
        f"/kunjungan/{village.visit}/",
        "/kunjungan/baru/",
        "/pindai/",
        "/halaman-lepas/",
        f"/halaman-lepas/{loose('orphan')}/",
        f"/halaman-lepas/{loose('conflict')}/",
        "/buku-induk/",
        f"/buku-induk/{household}/",
        "/kata-sandi/",
        "/tidak-ada/",
    )
    return dict(zip(NAMES, found, strict=True))


@dataclass
class Showcase:
    """The admin before that office, somebody who has not signed in, and where its screens are."""

    person: Person
    stranger: Person
    addresses: dict[str, str]

    def show(self, name: str, size: ViewportSize) -> Page:
        """The page with one screen on it, loaded but for pictures that are far down. Guesses come
        behind the page, and what stands below them moves."""
        who = self.stranger if name == "masuk" else self.person
        page = who.page
        page.set_viewport_size(size)
        who.go(self.addresses[name])
        expect(page.locator("[data-waiting]")).to_have_count(0)
        return page


def opened(chromium: Browser, village: Village, folder: Path) -> Iterator[Showcase]:
    """Serve the office and sign in; afterwards nothing may have gone wrong on any screen."""
    server = Server(village.copy_to(folder))
    bring_trouble(village, server.data)
    server.start()
    server.change(*FULL_REVIEW)
    person = arrive(chromium, server, "admin")
    _accept_one_and_void_one(person, village)
    person.watch.allow("404 (Not Found)")
    stranger = sit_down(chromium, server, "")
    yield Showcase(person, stranger, addresses(server, village))
    for one in (person, stranger):
        one.page.context.close()
        one.watch.check()
    server.kill()


def _accept_one_and_void_one(person: Person, village: Village) -> None:
    code = village.sheets[ACCEPTED]
    desk = Desk(person, code).open()
    desk.answer_all(village.truth[code])
    desk.accept()
    person.go(f"/periksa/{village.sheets[VOID]}/")
    person.page.get_by_role("button", name="Lainnya").click()
    person.page.locator("#alasan-batal").fill("basah kuyup")
    person.page.get_by_role("button", name="Batalkan lembar").click()
    expect(person.page.get_by_text("dibatalkan").first).to_be_visible()
