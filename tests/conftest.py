"""What holds for every test: none touches the data folder of the person who runs it."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An absent data folder; a test that needs one makes it there, or names its own."""
    folder = tmp_path / "data"
    monkeypatch.setenv("SOTARSA_DATA", str(folder))
    return folder
