"""``sotarsa read``: pure reading. Writes nothing, needs no account and no Django."""

from __future__ import annotations

import sqlite3
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from office.commandline import print_json, say
from office.commands.progress import progress
from office.datafolder import DataFolder, data_folder
from office.errors import ExitCode, NotReadyError

if TYPE_CHECKING:
    from scanner.context import ReaderContext

HELP = "Baca pindaian dan tampilkan hasilnya; tidak menyimpan apa-apa."
EXAMPLES = """contoh:
  sotarsa read pindaian.pdf
  sotarsa read pindaian.pdf foto.jpg --json
  sotarsa read foto.jpg --debug-dir gambar

kode keluar 0 bila semua berkas terjawab, 1 bila ada berkas yang tidak bisa dibuka"""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("files", metavar="BERKAS", nargs="+", help="PDF, TIFF, JPEG, atau PNG")
    parser.add_argument("--json", action="store_true", help="hasil untuk mesin")
    parser.add_argument(
        "--debug-dir", metavar="D", type=Path, help="simpan gambar tiap halaman di sini"
    )


def printed_sheets(database: Path) -> dict[str, str]:
    """Sheet code -> layout hash of every sheet ever printed, from a database opened read-only.

    Plain SQL, so that reading works without Django and beside a running office.
    """
    if not database.is_file():
        return {}
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        try:
            rows = connection.execute(
                "SELECT code, layout_hash FROM rounds_sheet WHERE layout_hash IS NOT NULL"
            ).fetchall()
        except sqlite3.DatabaseError as error:
            raise NotReadyError(
                f"Basis data {database} tidak bisa dibaca; jalankan `sotarsa init` dahulu."
            ) from error
    return {str(code): str(layout) for code, layout in rows}


def _context() -> ReaderContext:
    """This office's context, or the demo office's, which is said."""
    from office.demo_office import demo_sheets
    from office.readercontext import reader_context
    from scanner.context import DEMO_OFFICE

    folder: DataFolder = data_folder()
    if folder.office_key.is_file():
        return reader_context(folder.root, printed_sheets(folder.database))
    say(f"Belum ada folder data {folder.root}; membaca sebagai kantor contoh (samples/office).")
    return reader_context(DEMO_OFFICE, {sheet.code: sheet.layout for sheet in demo_sheets()})


def run(args: Namespace) -> ExitCode:
    context = _context()
    try:
        pages = list(_read(args.files, context, args.debug_dir))
    except OSError as error:
        raise NotReadyError(f"Gambar tidak bisa disimpan di {args.debug_dir}: {error}.") from error
    if args.json:
        print_json(pages)
    else:
        for page in pages:
            print(_line(page))
    return ExitCode.PARTLY if any(_unreadable(page) for page in pages) else ExitCode.OK


def _read(
    files: Iterable[str], context: ReaderContext, debug_dir: Path | None
) -> Iterator[dict[str, Any]]:
    from scanner.pipeline import read_file
    from scanner.reading import page_json

    for file in progress(list(files), "berkas"):
        for reading in read_file(Path(file), context, debug_dir):
            yield {**page_json(reading), "source": file}


def _unreadable(page: dict[str, Any]) -> bool:
    """Whether this object stands for a file or a page that gave no image."""
    from office.intake.faults import is_unreadable

    return is_unreadable(page)


def _line(page: dict[str, Any]) -> str:
    from office.review.wording import reported

    where = f"{page['source']} hlm. {page['page_index'] + 1}"
    reasons = "; ".join(reported(reason) for reason in page["reasons"])
    if page["status"] != "read":
        return f"{where}: {'ditolak' if page['status'] == 'refused' else 'tanpa kode'} ({reasons})"
    states = [field["state"] for field in page["fields"].values()]
    counts = f"{states.count('sure')} pasti, {states.count('empty')} kosong, "
    counts += f"{states.count('doubtful')} diperiksa"
    name = f"{page['form']} {page['sheet']} halaman {page['page']}"
    return f"{where}: {name}: {counts}" + (f" ({reasons})" if reasons else "")
