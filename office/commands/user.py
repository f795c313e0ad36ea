"""``sotarsa user``: accounts."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from office.bootstrap import open_office_for_writing
from office.commandline import say
from office.errors import ExitCode

HELP = "Akun: tambah akun, ganti kata sandi."
EXAMPLES = """contoh:
  sotarsa user add rina --role peninjau
  sotarsa user password rina --password-file sandi.txt

peran: petugas (memindai), peninjau (memeriksa), penyelia (membatalkan, membuka kembali),
admin, pembaca"""
ROLES = ("petugas", "peninjau", "penyelia", "admin", "pembaca")


def add_arguments(parser: ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="TINDAKAN", required=True, title="tindakan")
    add = actions.add_parser("add", help="tambah akun", epilog=EXAMPLES)
    add.set_defaults(action=_add)
    add.add_argument("--role", metavar="R", required=True, choices=ROLES, help=", ".join(ROLES))
    password = actions.add_parser("password", help="ganti kata sandi", epilog=EXAMPLES)
    password.set_defaults(action=_password)
    password.add_argument("--role", metavar="R", choices=ROLES, help="tambahkan peran ini sekalian")
    for action in (add, password):
        action.add_argument("username", metavar="U", help="nama akun")
        action.add_argument("--password-file", metavar="F", help="berkas berisi kata sandinya")


def run(args: Namespace) -> ExitCode:
    open_office_for_writing()
    result: ExitCode = args.action(args)
    return result


def _add(args: Namespace) -> ExitCode:
    from office.accounts.people import add_account
    from office.accounts.roles import Role
    from office.commands.passwords import new_password

    add_account(args.username, new_password(args.username, args.password_file), Role(args.role))
    say(f"Akun “{args.username}” dibuat dengan peran {args.role}.")
    return ExitCode.OK


def _password(args: Namespace) -> ExitCode:
    from office.accounts.people import find_account, set_password
    from office.accounts.roles import Role, grant
    from office.commands.passwords import new_password

    find_account(args.username)
    user = set_password(args.username, new_password(args.username, args.password_file))
    if args.role:
        grant(user, Role(args.role))
    say(f"Kata sandi akun “{args.username}” diganti.")
    return ExitCode.OK
