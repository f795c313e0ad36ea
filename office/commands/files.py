"""Writing the file a command was asked for."""

from __future__ import annotations

from pathlib import Path

from office.commandline import say
from office.output import StagedFile, stage


def publish(staged: StagedFile) -> None:
    """Give a staged file its name, and say so when another file had to make room."""
    kept = staged.publish()
    if kept is not None:
        say(f"Berkas lama disimpan sebagai {kept}.")
    say(f"Ditulis: {staged.target}")


def write_product(target: Path, data: bytes) -> None:
    """Write a file whole or not at all; an older one with other content is kept beside it."""
    publish(stage(target, data))
