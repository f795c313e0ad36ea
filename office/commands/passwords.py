"""Asking for names and passwords: from a file for scripts, else from the keyboard."""

from __future__ import annotations

import sys
from getpass import getpass
from pathlib import Path

from office.commandline import say
from office.errors import OfficeError
from office.output import why


def ask_name() -> str | None:
    """The name of the first account, asked at a terminal; None where nobody can answer."""
    if not sys.stdin.isatty():
        return None
    return input("Nama akun pertama (kosongkan untuk nanti): ").strip() or None


def _from_file(path: Path) -> str:
    try:
        password = path.read_text(encoding="utf-8").split("\n")[0].rstrip("\r")
    except OSError as error:
        raise OfficeError(f"Berkas sandi “{path}” tidak bisa dibaca: {why(error)}.") from error
    except UnicodeDecodeError as error:
        raise OfficeError(f"Berkas sandi “{path}” bukan berkas teks.") from error
    if not password:
        raise OfficeError(f"Berkas sandi “{path}” kosong di baris pertama.")
    return password


def _from_keyboard() -> str:
    if not sys.stdin.isatty():
        raise OfficeError("Kata sandi tidak bisa ditanyakan di sini; beri --password-file.")
    password = getpass("Kata sandi: ")
    if password != getpass("Sekali lagi: "):
        raise OfficeError("Kedua kata sandi tidak sama; ulangi.")
    return password


def new_password(username: str, file: str | None) -> str:
    """A password for ``username``. Typed, it must be a good one; from a file a weak one is
    only pointed out, because a script cannot answer back."""
    from django.contrib.auth.models import User

    from office.accounts.people import weakness

    password = _from_file(Path(file)) if file else _from_keyboard()
    weak = weakness(password, User(username=username))
    if weak and not file:
        raise OfficeError(weak)
    if weak:
        say(f"Kata sandi ini lemah: {weak}")
    return password
