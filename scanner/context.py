"""ReaderContext: all that reading a page depends on, besides the image itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from forms.printed import PrintedForm, load_all
from forms.sheetcode import key_id, layout_prefix
from scanner.codebook import CodeBook
from scanner.settings import ReadSettings, WritingSettings

DEMO_OFFICE = Path(__file__).parent.parent / "samples" / "office"
"""The fixed, public demo office; its sheets are samples everywhere else."""


class DamagedSettingsError(Exception):
    """An office's own settings cannot be used."""


@dataclass(frozen=True)
class ReaderContext:
    """A frozen record; ``office/`` builds it from its data, ``sotarsa read`` from a folder.

    ``printed`` maps the id of every sheet this office printed to its layout hash, in the order of
    their visits: a code read by OCR or typed counts only if it is there.
    """

    key: bytes
    forms: Mapping[str, PrintedForm]
    printed: Mapping[str, str] = field(default_factory=dict)
    specimen_key_ids: frozenset[str] = frozenset()
    settings: ReadSettings = field(default_factory=ReadSettings)

    @cached_property
    def code_book(self) -> CodeBook:
        """The QR codes of all printed sheets."""
        return CodeBook(self.key, self.printed)

    @property
    def key_id(self) -> str:
        return key_id(self.key)

    def layouts_with_prefix(self, prefix: str) -> Iterable[str]:
        """Hashes of the known layouts whose 25-bit prefix this is (almost always 0 or 1)."""
        return (full for full in self.forms if layout_prefix(full) == prefix)


def demo_key() -> bytes:
    """The public key of the demo office."""
    return (DEMO_OFFICE / "keys" / "office.key").read_bytes()


def load_context(data: Path, printed: Mapping[str, str]) -> ReaderContext:
    """The context of a data folder (``keys/office.key`` and ``layouts/``).

    Sheets signed with the demo key are specimens, except in the demo office itself.
    Raises FileNotFoundError when the folder has no key, DamagedLayoutError on a bad layout.
    """
    key = (data / "keys" / "office.key").read_bytes()
    specimens = frozenset({key_id(demo_key())} - {key_id(key)})
    settings = ReadSettings(writing=load_writing(data))
    return ReaderContext(key, load_all(data / "layouts"), dict(printed), specimens, settings)


def writing_settings_path(data: Path) -> Path:
    """Where an office keeps how sure its own handwriting lets the nets be."""
    return data / "writing" / "calibration.json"


def load_writing(data: Path) -> WritingSettings:
    """The office's own settings for handwriting, or the shipped ones where it has none. Raises
    DamagedSettingsError."""
    path = writing_settings_path(data)
    if not path.is_file():
        return WritingSettings()
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))["settings"]
        found = WritingSettings(**{name: float(value) for name, value in kept.items()})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedSettingsError(path.name) from error
    if not min(found.digits_temperature, found.capitals_temperature) >= 1:
        raise DamagedSettingsError(path.name)
    return found
