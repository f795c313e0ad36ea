"""``sotarsa round``: plan a visit, print its pack, account for its sheets."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import date
from pathlib import Path
from typing import Any

from office.bootstrap import open_office, open_office_for_writing
from office.commandline import print_json, say
from office.errors import ExitCode

HELP = "Putaran kunjungan: rencanakan, cetak paket, hitung semua lembar."
EXAMPLES = """contoh:
  sotarsa round new --village 63.11.02.2014 --date 2026-12-01 \\
      --sheets registrasi=40,sosialisasi=1,kehadiran=2
  sotarsa round print liyu-20261201-7kq2 -o paket.pdf
  sotarsa round status liyu-20261201-7kq2
  sotarsa round close liyu-20261201-7kq2"""


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}” bukan tanggal; tulis seperti 2026-12-01") from None


def _sheets(text: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for part in text.split(","):
        kind, equals, count = part.strip().partition("=")
        if not (kind and equals and count.isdecimal()):
            raise ArgumentTypeError(f"“{part}” tidak jelas; tulis seperti registrasi=40")
        if kind in counts:
            raise ArgumentTypeError(f"{kind} disebut dua kali")
        counts[kind] = int(count)
    return counts


def add_arguments(parser: ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="TINDAKAN", required=True, title="tindakan")
    new = actions.add_parser("new", help="rencanakan kunjungan baru", epilog=EXAMPLES)
    new.set_defaults(action=_new)
    new.add_argument("--village", metavar="KODE", required=True, help="kode desa, 63.11.02.2014")
    new.add_argument("--date", metavar="T", type=_day, required=True, help="tanggal, 2026-12-01")
    new.add_argument(
        "--sheets", metavar="L", type=_sheets, required=True, help="registrasi=40,kehadiran=2"
    )
    new.add_argument("--paper", choices=("a4", "f4"), default="a4", help="a4 (biasa) atau f4")
    new.add_argument("--round", metavar="NAMA", help="nama putaran, baru atau yang sudah ada")
    printing = actions.add_parser("print", help="cetak paket kunjungan", epilog=EXAMPLES)
    printing.set_defaults(action=_print)
    printing.add_argument("-o", "--output", metavar="F.pdf", required=True, help="berkas hasil")
    printing.add_argument("--one-sided", action="store_true", help="untuk cetak satu muka")
    status = actions.add_parser("status", help="hitung lembar satu kunjungan", epilog=EXAMPLES)
    status.set_defaults(action=_status)
    listing = actions.add_parser("list", help="daftar kunjungan", epilog=EXAMPLES)
    listing.set_defaults(action=_list)
    close = actions.add_parser(
        "close", help="tutup kunjungan: yang masih di luar jadi hilang", epilog=EXAMPLES
    )
    close.set_defaults(action=_close)
    for action in (printing, status, close):
        action.add_argument("visit", metavar="ID", help="ID kunjungan")
    for action in (new, printing, status, listing, close):
        action.add_argument("--json", action="store_true", help="hasil untuk mesin")


def run(args: Namespace) -> ExitCode:
    result: ExitCode = args.action(args)
    return result


def _new(args: Namespace) -> ExitCode:
    open_office_for_writing()
    from office.rounds.planning import plan_visit

    visit = plan_visit(
        args.village, args.date, args.sheets, paper=args.paper, round_name=args.round
    )
    say(f"Direncanakan: {visit.desa.name}, {visit.date:%Y-%m-%d}, {visit.round.name}.")
    if args.json:
        print_json(_visit_json(visit))
    else:
        print(visit.public_id)
    return ExitCode.OK


def _visit_json(visit: Any) -> dict[str, Any]:
    return {
        "visit": visit.public_id,
        "round": visit.round.name,
        "village": visit.desa.code,
        "desa": visit.desa.name,
        "date": visit.date.isoformat(),
        "paper": visit.paper,
        "closed": visit.closed_at is not None,
    }


def _print(args: Namespace) -> ExitCode:
    open_office_for_writing()
    from office.commands.files import publish
    from office.output import stage
    from office.rounds.printing import commit_print, prepare_pack
    from office.rounds.visits import find_visit

    prepared = prepare_pack(find_visit(args.visit), one_sided=args.one_sided)
    staged = stage(Path(args.output), prepared.pack.pdf)
    try:
        done = commit_print(prepared)
        publish(staged)
    finally:
        staged.discard()
    what = "Dicetak ulang dengan kode yang sama" if done.is_reprint else "Tercatat dicetak"
    say(f"{what}: {done.n_sheets} lembar, {done.n_pdf_pages} halaman PDF.")
    if args.json:
        print_json(prepared.pack.contract())
    return ExitCode.OK


def _status(args: Namespace) -> ExitCode:
    open_office()
    from office.rounds.visits import find_visit, reconcile

    _show_status(reconcile(find_visit(args.visit)), as_json=args.json)
    return ExitCode.OK


def _close(args: Namespace) -> ExitCode:
    open_office_for_writing()
    from office.rounds.visits import close_visit, find_visit

    _show_status(close_visit(find_visit(args.visit)), as_json=args.json)
    return ExitCode.OK


def _show_status(status: dict[str, Any], *, as_json: bool) -> None:
    from office.reports.tables import reconciliation_lines

    if as_json:
        print_json(status)
        return
    print(f"Kunjungan {status['visit']}")
    for line in reconciliation_lines(status):
        print(line)


def _list(args: Namespace) -> ExitCode:
    open_office()
    from office.rounds.models import Visit

    visits = Visit.objects.select_related("round", "desa")
    if args.json:
        print_json([_visit_json(visit) for visit in visits])
        return ExitCode.OK
    for visit in visits:
        closed = "  ditutup" if visit.closed_at else ""
        print(f"{visit.public_id:<34} {visit.date:%Y-%m-%d}  {visit.desa} ({visit.round}){closed}")
    return ExitCode.OK
