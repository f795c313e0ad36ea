"""The command ``sotarsa``: parses, runs one command module, and turns trouble into a sentence."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from types import ModuleType

from django.db import DatabaseError

from office.commandline import Parser, say
from office.errors import ExitCode, OfficeError, database_sentence

COMMANDS = (
    *("init", "user", "forms", "round", "read", "scan", "serve"),
    *("export", "retrain", "demo"),
)
"""One module of ``office.commands`` each, with ``HELP``, ``EXAMPLES``, ``add_arguments(parser)``
and ``run(args) -> ExitCode``. Only the module that is asked for does its heavy imports."""


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"office.commands.{name}")


def build_parser() -> Parser:
    """The whole command line, with help and examples in Indonesian."""
    parser = Parser(
        prog="sotarsa",
        description="Pak Sotarsa: mencetak lembar kunjungan, membaca pindaiannya, "
        "dan mengisi buku induk.",
        epilog="Bantuan tiap perintah: sotarsa PERINTAH --help",
    )
    commands = parser.add_subparsers(
        dest="command", metavar="PERINTAH", required=True, parser_class=Parser, title="perintah"
    )
    for name in COMMANDS:
        module = _module(name)
        command = commands.add_parser(
            name, help=module.HELP, description=module.HELP, epilog=module.EXAMPLES
        )
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return parser


def _run(argv: Sequence[str] | None) -> ExitCode:
    args = build_parser().parse_args(argv)
    result: ExitCode = args.run(args)
    sys.stdout.flush()
    return result


def _database_trouble(error: Exception) -> ExitCode:
    """Say what is wrong with the disk or the database file; other faults are raised again."""
    sentence = database_sentence(error)
    if sentence is None:
        raise error
    say(sentence)
    return ExitCode.NOT_READY


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line; returns the exit code (`ExitCode`)."""
    # Before numpy is loaded, and inherited by reading processes: OpenBLAS starts a thread a core
    # for matrices of three columns, which made a page cost 60 % more CPU.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        return _run(argv)
    except OfficeError as error:
        say(str(error))
        return error.exit_code
    except DatabaseError as error:
        return _database_trouble(error)
    except BrokenPipeError:
        # The reader of our output (``head``) has gone; nothing is left to tell it.
        sys.stderr.close()
        return ExitCode.PARTLY
    except KeyboardInterrupt:
        say("Dihentikan; yang sudah disimpan tetap tersimpan.")
        return ExitCode.INTERRUPTED
