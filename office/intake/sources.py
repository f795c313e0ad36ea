"""Which files of a command line or a folder are taken in. Nothing here is ever changed."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from office.intake.reasons import IntakeReason

_TEMPORARY = (".tmp", ".temp", ".part", ".partial", ".crdownload", ".download", ".swp", "~")
_LITTER = frozenset({"thumbs.db", "desktop.ini"})


@dataclass(frozen=True)
class Skipped:
    """Something that was not taken, named with its reason."""

    path: Path
    reason: IntakeReason


def reason_of(error: OSError) -> IntakeReason:
    """What the operating system's refusal means for a person."""
    if isinstance(error, FileNotFoundError):
        return IntakeReason.NOT_FOUND
    if isinstance(error, PermissionError):
        return IntakeReason.NO_PERMISSION
    return IntakeReason.DISK_ERROR


def _is_litter(name: str) -> bool:
    """Hidden files and those that scanners, browsers and Windows leave while they work."""
    lower = name.lower()
    return lower.startswith((".", "~$")) or lower.endswith(_TEMPORARY) or lower in _LITTER


def _one(path: Path) -> Iterator[Path | Skipped]:
    """``path`` itself, what lies below it, or why not."""
    try:
        mode = path.lstat().st_mode
    except OSError as error:
        yield Skipped(path, reason_of(error))
        return
    if stat.S_ISLNK(mode):
        yield Skipped(path, IntakeReason.SYMLINK)
    elif stat.S_ISDIR(mode):
        yield from _folder(path)
    elif stat.S_ISREG(mode):
        yield path
    else:
        yield Skipped(path, IntakeReason.NOT_A_FILE)


def _folder(folder: Path) -> Iterator[Path | Skipped]:
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        yield Skipped(folder, reason_of(error))
        return
    for name in names:
        if _is_litter(name):
            yield Skipped(folder / name, IntakeReason.HIDDEN_OR_TEMPORARY)
        else:
            yield from _one(folder / name)


def gather(paths: Iterable[Path]) -> Iterator[Path | Skipped]:
    """All regular files of ``paths``, folders with all that is below them, in name order.

    Symbolic links, pipes, devices, hidden and temporary files come as `Skipped`; a file that
    is named outright is taken whatever its name is.
    """
    for path in paths:
        yield from _one(path)
