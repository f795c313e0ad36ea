"""``sotarsa export``: the register as a spreadsheet."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from office.bootstrap import open_office
from office.commandline import say
from office.commands.files import write_product
from office.errors import ExitCode, OfficeError

HELP = "Ekspor buku induk ke XLSX atau CSV: satu baris per orang."
EXAMPLES = """contoh:
  sotarsa export register -o buku-induk.xlsx
  sotarsa export register -o buku-induk.csv

NIK dan nomor KK ditulis sebagai teks. Berkas berisi data pribadi: simpan di tempat aman."""
SUFFIXES = (".xlsx", ".csv")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("what", metavar="register", choices=("register",), help="buku induk")
    parser.add_argument(
        "-o", "--output", metavar="F", required=True, help="berkas hasil, .xlsx atau .csv"
    )


def run(args: Namespace) -> ExitCode:
    target = Path(args.output)
    if target.suffix.lower() not in SUFFIXES:
        raise OfficeError(f"“{target.name}” harus berakhiran .xlsx atau .csv.")
    open_office()
    from office.reports.register_export import as_csv, as_xlsx, register_rows

    rows = register_rows()
    data = as_xlsx(rows) if target.suffix.lower() == ".xlsx" else as_csv(rows)
    write_product(target, data)
    say(f"{len(rows)} orang diekspor.")
    return ExitCode.OK
