"""``sotarsa scan``: intake. Stores, reads and files; safe to repeat."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from office.bootstrap import open_office_for_writing
from office.commandline import print_json, say
from office.commands.progress import bar
from office.errors import ExitCode

if TYPE_CHECKING:
    from office.intake.models import ScanFile
    from office.intake.services import Intake, Taken

HELP = "Terima pindaian: simpan aslinya, baca, masukkan ke lembarnya. Boleh diulang."
EXAMPLES = """contoh:
  sotarsa scan pindaian.pdf
  sotarsa scan /media/usb/pindaian --json

Berkas asal tidak diubah dan tidak dihapus. Kode keluar 1 bila ada berkas yang tidak bisa
diambil atau dibaca."""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("paths", metavar="BERKAS|FOLDER", nargs="+", help="pindaian atau foldernya")
    parser.add_argument("--json", action="store_true", help="hasil untuk mesin")


def run(args: Namespace) -> ExitCode:
    open_office_for_writing()
    from office.intake.services import take_in

    with bar("berkas") as shown:

        def progress(done: int, total: int) -> None:
            shown.total = total
            shown.update(done - shown.n)

        intake = take_in([Path(path) for path in args.paths], progress)
    if args.json:
        print_json(intake.json())
    else:
        for line in _lines(intake):
            print(line)
    _say_skipped(intake)
    return ExitCode.OK if _all_answered(intake) else ExitCode.PARTLY


def _say_skipped(intake: Intake) -> None:
    from office.review.wording import wording_of

    for skipped in intake.skipped:
        wording = wording_of(skipped.reason)
        say(f"Dilewati: {skipped.path}: {wording.label}. {wording.advice}")
    if not intake.taken and not intake.skipped:
        say("Tidak ada berkas di sana.")


def _all_answered(intake: Intake) -> bool:
    """Whether every file that looked like a scan was taken and could be read."""
    from office.intake.models import ScanFile
    from office.intake.reasons import IntakeReason

    refused = any(taken.file.status == ScanFile.Status.REFUSED for taken in intake.taken)
    harmless = {IntakeReason.HIDDEN_OR_TEMPORARY}
    return not refused and all(skipped.reason in harmless for skipped in intake.skipped)


def _lines(intake: Intake) -> Iterator[str]:
    for taken in intake.taken:
        yield from _taken_lines(taken)
    for file in intake.resumed:
        yield f"{file.name}: dari pekerjaan yang terhenti"
        yield from _file_lines(file)


def _taken_lines(taken: Taken) -> Iterator[str]:
    from django.utils import timezone

    if taken.known:
        when = timezone.localtime(taken.file.received_at)
        yield (
            f"{taken.source}: berkas ini sudah diterima {when:%Y-%m-%d %H:%M} "
            f"sebagai {taken.file.name}"
        )
    else:
        yield f"{taken.source}: diterima"
    yield from _file_lines(taken.file)


def _file_lines(file: ScanFile) -> Iterator[str]:
    if file.status == file.Status.REFUSED:
        yield from (f"  ditolak: {_words(reason)}" for reason in file.reasons)
    for page in file.pages.select_related("sheet"):
        sheet = f"{page.sheet.form} {page.sheet} hlm. {page.page_no}: " if page.sheet else ""
        line = f"  hlm. {page.index + 1}: {sheet}{page.get_status_display()}"
        reasons = "; ".join(_words(reason) for reason in page.reasons)
        yield f"{line} ({reasons})" if reasons else line


def _words(reason: str) -> str:
    from office.review.wording import reported

    return reported(reason)
