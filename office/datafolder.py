"""The data folder: where keys, printed layouts, the database and the scans of one office lie."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
KEY_BYTES = 32
"""256 bits: as long as the output of the SHA-256 that the sheet codes are signed with."""


@dataclass(frozen=True)
class DataFolder:
    """Paths below ``SOTARSA_DATA``; making the object touches no disk."""

    root: Path

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def office_key(self) -> Path:
        """Signs the sheet codes; whoever holds it can print sheets this office accepts."""
        return self.keys / "office.key"

    @property
    def django_key(self) -> Path:
        return self.keys / "django.key"

    @property
    def layouts(self) -> Path:
        return self.root / "layouts"

    @property
    def database(self) -> Path:
        return self.root / "db.sqlite3"

    @property
    def scans(self) -> Path:
        """Originals by content: ``<first 2 hex>/<sha256>``."""
        return self.root / "scans"

    @property
    def backups(self) -> Path:
        return self.root / "backups"

    @property
    def is_ready(self) -> bool:
        """Whether ``sotarsa init`` was run here (all of it)."""
        return all(p.is_file() for p in (self.office_key, self.django_key, self.database))


def data_folder() -> DataFolder:
    """The folder named by ``SOTARSA_DATA``, or ``data`` in the checkout."""
    named = os.environ.get("SOTARSA_DATA")
    return DataFolder(Path(named).absolute() if named else CHECKOUT / "data")


def make_key(path: Path) -> bool:
    """Write a fresh random key, mode 0600, unless the file exists; says whether it was made.

    A key is never overwritten: every sheet printed with it would be lost.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    return True
