"""Files sent through the browser: written aside, then taken in like any other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from office.intake.services import Intake, take_in

NAME_CHARS = 60
"""Four bytes a character at most stay below the 255 bytes of a file system's names."""


def take_uploads(files: Sequence[UploadedFile[Any]]) -> Intake:
    """Take in uploaded files under the names they had; the copies aside are removed again."""
    with TemporaryDirectory(prefix="sotarsa-") as folder:
        return take_in([_write(file, Path(folder), n) for n, file in enumerate(files)])


def _write(file: UploadedFile[Any], folder: Path, number: int) -> Path:
    """A folder for each file, so that two files of one name stay two."""
    own = folder / str(number)
    own.mkdir()
    path = own / _plain_name(file.name or "")
    with path.open("wb") as out:
        for chunk in file.chunks():
            out.write(chunk)
    return path


def _plain_name(name: str) -> str:
    """The last part of the name without control characters; never empty, hidden or long."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(char for char in last if char.isprintable()).strip(". ")
    return shown[-NAME_CHARS:] or "tanpa-nama"
