"""The office's one exception root: expected trouble, told to a person in one sentence."""

from __future__ import annotations

import sqlite3
from enum import IntEnum


class ExitCode(IntEnum):
    """What a command says to the shell. 0 only when all that was asked for was done."""

    OK = 0
    PARTLY = 1
    """Done, but at least one file or sheet could not be taken."""
    USAGE = 2
    """The command line itself is wrong."""
    REFUSED = 3
    """Nothing was done: a rule of the office forbids it, or something asked for does not exist."""
    NOT_READY = 4
    """No usable data folder: run ``sotarsa init`` first, or free the disk."""
    INTERRUPTED = 130


class OfficeError(Exception):
    """Trouble that the person at the screen can mend.

    The message is one Indonesian sentence: what happened and what to do. It never holds
    a NIK or a name, because messages end up in terminals, logs and pages.
    """

    exit_code = ExitCode.REFUSED


_DATABASE_TROUBLE = (
    ("locked", "Basis data sedang dipakai proses lain; tunggu sebentar lalu ulangi."),
    ("full", "Disk penuh; kosongkan dahulu lalu ulangi, yang sudah tersimpan tetap ada."),
    ("readonly", "Basis data tidak boleh ditulis; periksa izin folder datanya."),
    ("unable to open", "Basis data tidak bisa dibuka; periksa izin folder datanya."),
    ("malformed", "Basis data rusak; kembalikan dari cadangan."),
    ("not a database", "Basis data rusak; kembalikan dari cadangan."),
    ("disk i/o error", "Disk bermasalah; periksa disknya sebelum bekerja lagi."),
)
"""SQLite's own words for trouble that a person can mend, and what to do."""


def database_sentence(error: Exception) -> str | None:
    """What a failed database call means for a person; None when it is a fault of ours."""
    cause = error.__cause__ or error
    if not isinstance(cause, sqlite3.DatabaseError):
        return None
    words = str(cause).lower()
    return next((sentence for sign, sentence in _DATABASE_TROUBLE if sign in words), None)


class NotReadyError(OfficeError):
    """The data folder is missing, incomplete or cannot be written."""

    exit_code = ExitCode.NOT_READY
