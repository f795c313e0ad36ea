"""Printed forms as they are kept for ever: ``layouts/<hash>/{layout.json,base.pdf,spec.json}``.

A sheet is always read and reprinted with the layout it was printed with, never with a
form typeset anew; so everything needed for that is stored at the first print.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from forms.layout import Layout
from forms.spec import FormSpec


class DamagedLayoutError(Exception):
    """A stored layout does not match its own hashes."""


@dataclass(frozen=True)
class PrintedForm:
    """One form on one paper: its questions, its geometry, and the base pages (PDF bytes)."""

    spec: FormSpec
    layout: Layout
    base_pdf: bytes


def store(printed: PrintedForm, layouts: Path) -> Path:
    """Write the form below ``layouts`` unless it is there already; returns its folder.

    The folder appears complete or not at all (written aside, then renamed).
    """
    folder = layouts / printed.layout.hash
    if folder.exists():
        return folder
    aside = layouts / f".{printed.layout.hash}.{os.getpid()}"
    aside.mkdir(parents=True, exist_ok=True)
    (aside / "layout.json").write_text(printed.layout.canonical_json(), encoding="utf-8")
    (aside / "spec.json").write_text(printed.spec.canonical_json(), encoding="utf-8")
    (aside / "base.pdf").write_bytes(printed.base_pdf)
    aside.rename(folder)
    return folder


def load(folder: Path) -> PrintedForm:
    """Read one stored form. Raises DamagedLayoutError when its hashes do not match."""
    layout = Layout.model_validate_json((folder / "layout.json").read_text(encoding="utf-8"))
    spec = FormSpec.model_validate_json((folder / "spec.json").read_text(encoding="utf-8"))
    base_pdf = (folder / "base.pdf").read_bytes()
    if layout.hash != folder.name:
        raise DamagedLayoutError(f"{folder.name}: layout.json was changed")
    if spec.sha256 != layout.spec_sha256:
        raise DamagedLayoutError(f"{folder.name}: spec.json was changed")
    if hashlib.sha256(base_pdf).hexdigest() != layout.base_pdf_sha256:
        raise DamagedLayoutError(f"{folder.name}: base.pdf was changed")
    return PrintedForm(spec, layout, base_pdf)


def load_all(layouts: Path) -> dict[str, PrintedForm]:
    """All stored forms by layout hash; an absent folder holds none."""
    if not layouts.is_dir():
        return {}
    return {
        folder.name: load(folder)
        for folder in sorted(layouts.iterdir())
        if folder.is_dir() and not folder.name.startswith(".")
    }
