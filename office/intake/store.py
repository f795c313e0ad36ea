"""The store of originals: every scan by its content, ``<2 hex>/<sha256>``, never changed.

The order of steps survives a kill at any system call and a power cut: temporary file, fsync,
rename, fsync of the folder; only then does a row name the file. The user's own file is only
read.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
import time
from dataclasses import dataclass
from pathlib import Path

from office.intake.reasons import IntakeReason
from office.intake.sources import Skipped, reason_of

_CHUNK = 1 << 20
_LEFTOVER_AGE_S = 24 * 60 * 60
"""A temporary file of a killed intake is removed after a day: no copy takes that long."""


@dataclass(frozen=True)
class Stored:
    """A file that lies safely in the store; ``size`` in bytes."""

    source: Path
    sha256: str
    size: int


def stored_path(scans: Path, sha256: str) -> Path:
    """Where the original with this content lies."""
    return scans / sha256[:2] / sha256


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sync_folder(folder.parent)


def _copy(source: int, target: Path) -> tuple[str, int]:
    """Copy an open file to ``target`` and to the disk; returns SHA-256 and size."""
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        while chunk := os.read(source, _CHUNK):
            digest.update(chunk)
            size += len(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest(), size


def _settle(aside: Path, scans: Path, sha256: str) -> None:
    final = stored_path(scans, sha256)
    _make_folder(final.parent)
    if final.exists():
        aside.unlink()
        return
    aside.rename(final)
    _sync_folder(final.parent)


def _stamp(facts: os.stat_result) -> tuple[int, int]:
    return facts.st_size, facts.st_mtime_ns


def _store_open(path: Path, source: int, scans: Path) -> Stored | Skipped:
    before = os.fstat(source)
    if not stat.S_ISREG(before.st_mode):
        return Skipped(path, IntakeReason.NOT_A_FILE)
    aside = scans / "tmp" / f"{os.getpid()}-{secrets.token_hex(6)}"
    _make_folder(aside.parent)
    try:
        sha256, size = _copy(source, aside)
        if _stamp(os.fstat(source)) != _stamp(before) or size != before.st_size:
            return Skipped(path, IntakeReason.STILL_CHANGING)
        _settle(aside, scans, sha256)
    finally:
        aside.unlink(missing_ok=True)
    return Stored(path, sha256, size)


def store(path: Path, scans: Path) -> Stored | Skipped:
    """Copy a file into the store; the same content twice is one file.

    The descriptor is opened once, without following links and without waiting for a pipe, and
    all is judged by it: nobody can swap the file between check and copy.
    """
    try:
        source = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        return Skipped(path, reason_of(error))
    try:
        return _store_open(path, source, scans)
    except OSError:
        return Skipped(path, IntakeReason.DISK_ERROR)
    finally:
        os.close(source)


def sweep(scans: Path) -> None:
    """Remove what a killed intake left half copied; the user still has the original."""
    oldest = time.time() - _LEFTOVER_AGE_S
    for path in (scans / "tmp").glob("*"):
        if path.lstat().st_mtime < oldest:
            path.unlink(missing_ok=True)
