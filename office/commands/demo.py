"""``sotarsa demo``: the whole way once, on a copy of the demo office in a passing folder."""

from __future__ import annotations

import os
import secrets
import tempfile
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from office.bootstrap import migrate, setup
from office.commandline import say
from office.commands.progress import bar
from office.datafolder import CHECKOUT, DataFolder
from office.errors import ExitCode, OfficeError

if TYPE_CHECKING:
    from office.rounds.models import Visit

HELP = "Peragaan: seluruh jalan sekali, dari paket cetak sampai buku induk, dengan contoh."
EXAMPLES = """contoh:
  sotarsa demo

Memakai salinan kantor contoh di folder sementara; folder data Anda tidak disentuh. Semua
orang di dalamnya rekaan, semua pindaiannya buatan komputer."""
SAMPLES = CHECKOUT / "samples"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--folder", metavar="D", help="folder baru untuk peragaan ini")


def _new_folder(named: str | None) -> DataFolder:
    if named is None:
        return DataFolder(Path(tempfile.mkdtemp(prefix="sotarsa-contoh-")))
    folder = Path(named).absolute()
    if folder.exists() and any(folder.iterdir()):
        raise OfficeError(f"Folder {folder} tidak kosong; sebutkan folder baru.")
    return DataFolder(folder)


def run(args: Namespace) -> ExitCode:
    folder = _new_folder(args.folder)
    os.environ["SOTARSA_DATA"] = str(folder.root)
    setup()
    visits = _prepare(folder)
    for visit in visits:
        _show_and_reprint(visit, folder)
    _intake()
    _show_reading(visits)
    password = secrets.token_urlsafe(9)
    _review(password)
    _show_register(visits)
    _how_to_go_on(folder, password)
    return ExitCode.OK


def _heading(text: str) -> None:
    print(f"\n== {text}")


def _prepare(folder: DataFolder) -> list[Visit]:
    from office.demo_import import copy_demo_files, import_visits
    from office.demo_office import demo_visits
    from office.rounds.villages import load_villages
    from scanner.context import DEMO_OFFICE

    copy_demo_files(DEMO_OFFICE, folder)
    migrate(folder)
    load_villages()
    print(f"Kantor contoh disalin ke {folder.root}")
    print("Semua orang rekaan; semua pindaian dibuat komputer (simulasi).")
    return import_visits(demo_visits())


def _show_and_reprint(visit: Visit, folder: DataFolder) -> None:
    from office.output import stage
    from office.rounds.printing import commit_print, prepare_pack

    _heading(
        f"Kunjungan {visit.public_id}: Desa {visit.desa}, {visit.date:%Y-%m-%d}, {visit.round}"
    )
    before = set(visit.sheets.values_list("code", flat=True))
    prepared = prepare_pack(visit)
    done = commit_print(prepared)
    target = folder.root / f"paket-{visit.public_id}.pdf"
    stage(target, prepared.pack.pdf).publish()
    same = {page["sheet"] for page in prepared.pack.pages if page["sheet"]} == before
    print(f"Paket dicetak ulang: {done.n_sheets} lembar, {done.n_pdf_pages} halaman PDF: {target}")
    print(f"Kode lembar sama dengan cetakan pertama: {'ya' if same else 'TIDAK'}")


def _intake() -> None:
    from office.intake.services import take_in

    _heading("Pindaian diterima")
    with bar("berkas") as shown:

        def progress(done: int, total: int) -> None:
            shown.total = total
            shown.update(done - shown.n)

        intake = take_in([SAMPLES / "scans"], progress)
    pages = sum(taken.file.pages.count() for taken in intake.taken)
    print(f"{len(intake.taken)} berkas, {pages} halaman disimpan dan dibaca.")
    for skipped in intake.skipped:
        print(f"Dilewati: {skipped.path.name} ({skipped.reason})")


def _show_reading(visits: list[Visit]) -> None:
    from office.reports.overview import SHEET_HEAD, apart_lines, sheet_rows
    from office.reports.tables import table

    _heading("Hasil baca")
    rows = [row for visit in visits for row in sheet_rows(visit)]
    for line in table(SHEET_HEAD, rows):
        print(line)
    apart = list(apart_lines())
    if apart:
        print("\nDi luar lembar, atau menunggu pilihan:")
    for line in apart:
        print(f"  {line}")
    _reconcile(visits)


def _reconcile(visits: list[Visit]) -> None:
    from office.reports.tables import reconciliation_lines
    from office.rounds.visits import reconcile

    for visit in visits:
        _heading(f"Hitungan lembar {visit.public_id}")
        for line in reconciliation_lines(reconcile(visit)):
            print(line)


def _review(password: str) -> None:
    from office.demo_review import REVIEWER, demo_reviewer, load_truth, play_all

    _heading(f"Pemeriksaan dimainkan oleh akun {REVIEWER}, dari berkas kebenaran contoh")
    played = play_all(load_truth(SAMPLES / "truth.json"), demo_reviewer(password))
    accepted = [one for one in played if one.waits is None]
    wrong = [f"{one.sheet} {name}" for one in played for name in one.wrong]
    claimed = sum(one.claimed for one in played)
    print(
        f"{sum(one.decided for one in played)} isian diputuskan, {len(accepted)} lembar diterima."
    )
    print(f"Isian yang dinyatakan pasti oleh mesin: {claimed}; yang ternyata salah: {len(wrong)}")
    for name in wrong:
        print(f"  salah baca: {name}")
    for one in played:
        if one.waits is not None:
            print(f"  {one.sheet.form} {one.sheet}: {one.waits}")


def _show_register(visits: list[Visit]) -> None:
    from office.reports.overview import PERSON_HEAD, person_rows, waiting_sheets
    from office.reports.tables import table

    _heading("Buku induk")
    for line in table(PERSON_HEAD, list(person_rows())):
        print(line)
    _reconcile(visits)
    waiting = [sheet for visit in visits for sheet in waiting_sheets(visit)]
    _heading(f"Masih menunggu: {len(waiting)} lembar")
    for sheet in waiting:
        print(f"  {sheet.form} {sheet}: {sheet.get_state_display()}")


def _how_to_go_on(folder: DataFolder, password: str) -> None:
    from office.demo_review import REVIEWER

    _heading("Buka halaman pemeriksaan")
    print(f"  SOTARSA_DATA={folder.root} .venv/bin/sotarsa serve")
    print(f"  lalu buka http://127.0.0.1:8000/ dengan akun {REVIEWER}, kata sandi {password}")
    say(f"Folder peragaan boleh dihapus: {folder.root}")
