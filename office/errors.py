"""The office's one exception root: expected trouble, told to a person in one sentence."""

from __future__ import annotations

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


class NotReadyError(OfficeError):
    """The data folder is missing, incomplete or cannot be written."""

    exit_code = ExitCode.NOT_READY
