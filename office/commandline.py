"""What all commands share: an Indonesian argument parser, and ways to speak.

Products go to stdout, words about them to stderr; a wrong command line is one sentence.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from typing import Any, NoReturn

from office.errors import ExitCode

_TRANSLATED = (
    (r"the following arguments are required: (.*)", r"masih kurang: \1"),
    (r"unrecognized arguments: (.*)", r"tidak dikenal: \1"),
    (r"argument (.*?): invalid choice: '?(.*?)'? \(choose from (.*)\)",
     r"\1 tidak mengenal “\2”; pilih dari \3"),
    (r"argument (.*?): invalid \w+ value: (.*)", r"\1 tidak mengerti \2"),
    (r"argument (.*?): expected (one|at least one) argument", r"\1 perlu diisi"),
    (r"argument (.*?): not allowed with argument (.*)", r"\1 tidak bisa bersama \2"),
    (r"one of the arguments (.*) is required", r"pilih satu dari \1"),
    (r"ambiguous option: (.*) could match (.*)", r"\1 kurang jelas; maksudnya \2?"),
    (r"argument (.*?): (.*)", r"\1: \2"),
)  # fmt: skip
"""argparse's English messages (Python 3.11-3.13) and ours."""


def translated(message: str) -> str:
    """An argparse message in Indonesian; one it does not know passes as it is."""
    for pattern, ours in _TRANSLATED:
        found = re.fullmatch(pattern, message, re.DOTALL)
        if found is not None:
            return found.expand(ours)
    return message


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Examples keep their lines; the word before the usage is Indonesian."""

    def add_usage(
        self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None
    ) -> None:
        super().add_usage(usage, actions, groups, "pemakaian: " if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """argparse with Indonesian help, no abbreviated options, and one-sentence errors."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("formatter_class", _Formatter)
        super().__init__(**options, add_help=False, allow_abbrev=False)
        self._positionals.title = "isian"
        self._optionals.title = "pilihan"
        self.add_argument("-h", "--help", action="help", help="tampilkan bantuan ini")

    def error(self, message: str) -> NoReturn:
        self.exit(
            ExitCode.USAGE, f"{self.prog}: {translated(message)} (bantuan: {self.prog} --help).\n"
        )


def say(sentence: str) -> None:
    """Tell the person at the terminal something; never mixed into the product."""
    print(sentence, file=sys.stderr)


def print_json(value: Any) -> None:
    """The product for machines: readable UTF-8 JSON on stdout."""
    print(json.dumps(value, ensure_ascii=False, indent=2))
