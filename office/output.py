"""Writing a file somebody asked for: whole or not at all, and never over another one."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from pathlib import Path

from office.errors import OfficeError


class OutputError(OfficeError):
    """The file cannot be written there."""


@dataclass(frozen=True)
class StagedFile:
    """A finished file under a passing name beside its final place."""

    aside: Path
    target: Path

    def publish(self) -> Path | None:
        """Give the file its name. Another file of that name is kept as ``NAME.lama-N.EXT``;
        returns that path, or None when there was nothing to keep."""
        kept = _keep_old(self.target, self.aside)
        self.aside.replace(self.target)
        _sync_folder(self.target.parent)
        return kept

    def discard(self) -> None:
        """Drop the file; harmless after `publish`."""
        self.aside.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _keep_old(target: Path, new: Path) -> Path | None:
    if not target.exists() or target.read_bytes() == new.read_bytes():
        return None
    number = 1
    while (kept := target.with_name(f"{target.stem}.lama-{number}{target.suffix}")).exists():
        number += 1
    target.rename(kept)
    return kept


def stage(target: Path, data: bytes) -> StagedFile:
    """Write ``data`` to disk beside ``target``, so that only a rename is left to do.

    Raises OutputError when the folder does not exist, forbids it, or the disk is full.
    """
    aside = target.with_name(f".{target.name}.{os.getpid()}")
    if target.is_dir():
        raise OutputError(f"“{target}” adalah folder; sebutkan nama berkas.")
    try:
        with aside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise OutputError(f"“{target}” tidak bisa ditulis: {why(error)}.") from error
    return StagedFile(aside, target)


def why(error: OSError) -> str:
    """The operating system's reason in plain words."""
    reasons: dict[type[OSError], str] = {
        FileNotFoundError: "berkas atau foldernya tidak ada",
        PermissionError: "tidak ada izin",
        NotADirectoryError: "foldernya tidak ada",
    }
    if error.errno == errno.ENOSPC:
        return "disk penuh, kosongkan dahulu"
    return reasons.get(type(error), error.strerror or "galat disk")
