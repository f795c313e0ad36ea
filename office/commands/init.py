"""``sotarsa init``: a data folder that is ready for work. Safe to repeat."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from office.bootstrap import is_outdated, migrate, setup
from office.commandline import say
from office.datafolder import DataFolder, data_folder, make_key
from office.errors import ExitCode, NotReadyError, OfficeError
from office.output import why

HELP = "Siapkan folder data: kunci, basis data, daftar desa, dan akun pertama."
EXAMPLES = """contoh:
  sotarsa init
  sotarsa init --username rina --password-file sandi.txt"""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--username", metavar="U", help="nama akun pertama (berperan admin)")
    parser.add_argument(
        "--password-file", metavar="F", help="berkas berisi kata sandi akun itu, satu baris"
    )


def _make_folder(folder: DataFolder) -> None:
    """The folder with its keys. Raises NotReadyError when the disk refuses."""
    if folder.database.exists() and not folder.office_key.exists():
        raise NotReadyError(
            f"Kunci {folder.office_key} hilang, padahal basis datanya ada; "
            "kembalikan kunci dari cadangan."
        )
    try:
        folder.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in (folder.layouts, folder.scans):
            path.mkdir(mode=0o700, exist_ok=True)
        for key in (folder.office_key, folder.django_key):
            make_key(key)
    except OSError as error:
        raise NotReadyError(
            f"Folder data {folder.root} tidak bisa disiapkan: {why(error)}."
        ) from error


def run(args: Namespace) -> ExitCode:
    if args.password_file and not args.username:
        raise OfficeError("Sebutkan juga --username untuk kata sandi itu.")
    folder = data_folder()
    _make_folder(folder)
    setup()
    if is_outdated():
        migrate(folder)

    from office.rounds.villages import load_villages

    villages = load_villages()
    _first_account(args)
    print(f"Siap: {folder.root} ({villages} desa).")
    return ExitCode.OK


def _first_account(args: Namespace) -> None:
    """Make the first account if there is none; an existing one of that name is left alone."""
    from django.contrib.auth.models import User

    from office.accounts.people import add_account
    from office.accounts.roles import Role
    from office.commands.passwords import ask_name, new_password

    if User.objects.filter(username=args.username or "").exists():
        say(f"Akun “{args.username}” sudah ada dan tidak diubah.")
        return
    username = args.username or (None if User.objects.exists() else ask_name())
    if username is not None:
        add_account(username, new_password(username, args.password_file), Role.ADMIN)
        say(f"Akun “{username}” dibuat dengan peran admin.")
    elif not User.objects.exists():
        say("Belum ada akun; buat dengan `sotarsa user add NAMA --role admin`.")
