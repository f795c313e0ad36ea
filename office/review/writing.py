"""Cells that people confirmed or corrected, cut out and labelled: an office's own handwriting.

They lie in the data folder, like the scans that they are cut from, and never leave it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from forms.layout import Box
from office.intake.context import office_context
from office.intake.models import ScanPage
from office.review.current import CurrentField, current_fields
from office.review.picture.images import NoImageError, page_image
from office.rounds.models import Sheet
from scanner.context import ReaderContext, writing_settings_path
from scanner.handwriting.cells import CellCrops, cut_cells
from scanner.handwriting.nets import Kind
from scanner.handwriting.refit import LabelledCells, columns_of
from scanner.pages import PageImage
from scanner.pipeline import Located, locate

KINDS: Mapping[str, Kind] = {"digits": "digits", "capitals": "capitals"}
"""Nets by what a cell may hold. Codes of sheets, which both look at, teach neither."""

Labels = dict[Kind, tuple[NDArray[np.uint8], NDArray[np.intp]]]
"""Pictures (n, 28, 28) and columns (n,) of the cells of one page."""


def crops_folder() -> Path:
    return writing_settings_path(settings.DATA.root).parent / "cells"


def collect() -> int:
    """Cut out the cells of all pages whose handwriting was decided; returns how many pages have
    any. A page whose decisions changed is cut anew."""
    folder, context, count = crops_folder(), office_context(), 0
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for sheet in Sheet.objects.filter(decisions__isnull=False).distinct().order_by("id"):
        for page, texts in _decided(sheet).items():
            labels = _labelled(page, texts, context)
            if labels:
                _save(folder / f"{page.pk}.npz", labels, sheet.pk)
                count += 1
    return count


def collected() -> Iterator[LabelledCells]:
    """All cells that were cut out, by net."""
    parts: dict[Kind, list[tuple[NDArray[np.uint8], NDArray[np.intp], NDArray[np.intp]]]] = {}
    for path in sorted(crops_folder().glob("*.npz")):
        with np.load(path) as kept:
            for kind in KINDS.values():
                if f"{kind}_seen" in kept:
                    truth = kept[f"{kind}_truth"]
                    sheets = np.full(len(truth), int(kept["sheet"]))
                    parts.setdefault(kind, []).append((kept[f"{kind}_seen"], truth, sheets))
    for kind, some in parts.items():
        seen, truth, sheet = (np.concatenate(column) for column in zip(*some, strict=True))
        yield LabelledCells(kind, seen, truth, sheet)


def _decided(sheet: Sheet) -> dict[ScanPage, dict[str, str]]:
    """Texts that a person said of comb fields, by page."""
    texts: dict[ScanPage, dict[str, str]] = {}
    for name, field in current_fields(sheet).items():
        if _says_text(field):
            texts.setdefault(field.page, {})[name] = str(field.value)
    return texts


def _says_text(field: CurrentField) -> bool:
    of_a_net = field.spec.kind == "cell" and field.spec.chars in KINDS
    return of_a_net and field.decision is not None and bool(field.value)


def _labelled(page: ScanPage, texts: Mapping[str, str], context: ReaderContext) -> Labels:
    """The cells of a page whose ink stands where the decided text has its characters."""
    try:
        grey = page_image(page)
    except NoImageError:
        return {}
    image = PageImage(str(page.pk), page.index, grey, None, {})
    at = locate(image, context)
    if not isinstance(at, Located):
        return {}
    crops = cut_cells(grey, at.work, at.placed, at.printed, at.page)
    rows = {box.id: row for row, box in enumerate(crops.boxes)}
    fields = at.printed.layout.fields_on_page(at.page)
    found: dict[Kind, list[tuple[NDArray[np.intp], NDArray[np.intp]]]] = {}
    for name, text in texts.items():
        kind = KINDS[fields[name][0].chars or ""]
        labels = _aligned(fields[name], rows, crops, kind, text)
        if labels is not None:
            found.setdefault(kind, []).append(labels)
    return {
        kind: (
            crops.seen[np.concatenate([at for at, _ in some])],
            np.concatenate([truth for _, truth in some]),
        )
        for kind, some in found.items()
    }


def _aligned(
    boxes: tuple[Box, ...], rows: Mapping[str, int], crops: CellCrops, kind: Kind, text: str
) -> tuple[NDArray[np.intp], NDArray[np.intp]] | None:
    """Rows of the written cells and their columns; None where there are not as many characters as
    cells with ink: then nobody said which is which."""
    ordered = sorted(boxes, key=lambda box: box.index or 0)
    at = np.array([rows[box.id] for box in ordered], dtype=np.intp)
    at, letters = at[~crops.empty[at]], text.replace(" ", "")
    truth = columns_of(kind, letters) if len(letters) == len(at) else None
    return None if truth is None else (at, truth)


def _save(path: Path, labels: Labels, sheet: int) -> None:
    """Written aside first: a half-written file is never read."""
    arrays: dict[str, NDArray[np.generic]] = {"sheet": np.array(sheet)}
    for kind, (seen, truth) in labels.items():
        arrays |= {f"{kind}_seen": seen, f"{kind}_truth": truth}
    aside = path.with_suffix(".part")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
    aside.replace(path)
