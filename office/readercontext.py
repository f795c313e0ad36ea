"""The reader's context of a data folder, or one sentence why it cannot be had."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from forms.printed import DamagedLayoutError
from office.errors import NotReadyError
from scanner.context import DamagedSettingsError, ReaderContext, load_context


def reader_context(data: Path, printed: Mapping[str, str]) -> ReaderContext:
    """``printed``: layout hash of each sheet's code. Raises FileNotFoundError without a key,
    NotReadyError where what is kept is damaged."""
    try:
        return load_context(data, printed)
    except DamagedLayoutError as error:
        raise NotReadyError(
            f"Rancangan cetak di folder data rusak ({error}); kembalikan dari cadangan."
        ) from error
    except DamagedSettingsError as error:
        raise NotReadyError(
            f"Setelan tulisan tangan di folder data rusak ({error}). "
            "Kembali ke setelan bawaan: sotarsa retrain --reset"
        ) from error
