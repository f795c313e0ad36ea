"""Cells cut by the reader itself out of the pages, with their truth."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samples.bench.stock import Stock
from samples.simulator.hands import PUNCTUATION
from samples.training.writing.store import saved_pages
from scanner.handwriting.cells import cut_cells
from scanner.handwriting.glyphs import NET_PX
from scanner.pages import PageImage, open_pages
from scanner.pipeline import Located, locate

COLUMNS = ("label", "source", "origin", "writer", "spoilt", "profile")


@dataclass(frozen=True, eq=False)
class Crops:
    """``n`` cells: what the nets see (n, 28, 28), whether the reader calls them empty and sees
    a line through them, and `COLUMNS` as `store.save_page` has them."""

    seen: NDArray[np.uint8]
    empty: NDArray[np.bool_]
    struck: NDArray[np.bool_]
    label: NDArray[np.str_]
    source: NDArray[np.str_]
    origin: NDArray[np.int64]
    writer: NDArray[np.str_]
    spoilt: NDArray[np.str_]
    profile: NDArray[np.str_]

    def only(self, rows: NDArray[np.bool_]) -> Crops:
        return Crops(**{name: column[rows] for name, column in vars(self).items()})

    def truth(self, alphabet: str) -> NDArray[np.uint8]:
        """(n,): index into the alphabet; its length stands for not a character."""
        places = {char: place for place, char in enumerate(alphabet)}
        return np.array([places.get(label, len(alphabet)) for label in self.label], dtype=np.uint8)

    @property
    def written(self) -> NDArray[np.bool_]:
        """(n,): whether the label is that of a data set, neither drawn nor spoilt here."""
        return np.asarray((self.spoilt == "") & ~np.isin(self.label, ["?", *PUNCTUATION]))


def cut_set(folder: Path, stock: Stock, name: str) -> None:
    """Cut all pages of a set into ``folder/cells``; those that are there stay."""
    target = folder / "cells" / name
    target.mkdir(parents=True, exist_ok=True)
    for path in saved_pages(folder, name):
        if not (target / path.name).exists():
            np.savez(target / path.name, **_cut(path, stock))
    print(f"{name}: {len(list(target.glob('*.npz')))} pages cut", flush=True)


def _cut(path: Path, stock: Stock) -> dict[str, Any]:
    """The cells of one page; none when it cannot be read."""
    with np.load(path) as page:
        scan = page["scan"].tobytes()
        cells, columns = page["cell"], {name: page[name] for name in COLUMNS}
    at = _located(scan, stock)
    if at is None:
        nothing = {name: column[:0] for name, column in columns.items()}
        no = np.empty(0, dtype=np.bool_)
        seen = np.empty((0, NET_PX, NET_PX), dtype=np.uint8)
        return {"seen": seen, "empty": no, "struck": no, **nothing}
    image, place = at
    cut = cut_cells(image.grey, place.work, place.placed, place.printed, place.page)
    row = {box.id: number for number, box in enumerate(cut.boxes)}
    rows = np.array([row[cell] for cell in cells.tolist()])
    struck = np.array([one.struck_out for one in cut.flags])
    return {
        "seen": cut.seen[rows],
        "empty": cut.empty[rows],
        "struck": struck[rows],
        **columns,
    }


def _located(scan: bytes, stock: Stock) -> tuple[PageImage, Located] | None:
    with tempfile.NamedTemporaryFile(suffix=".scan") as file:
        file.write(scan)
        file.flush()
        image = next(iter(open_pages(Path(file.name))))
    if not isinstance(image, PageImage):
        return None
    at = locate(image, stock.context)
    return (image, at) if isinstance(at, Located) else None


def load_crops(folder: Path, *names: str) -> Crops:
    """The cells of all pages of these sets."""
    return joined(
        path for name in names for path in sorted((folder / "cells" / name).glob("*.npz"))
    )


def joined(paths: Iterable[Path]) -> Crops:
    """The cells of all pages."""
    parts = []
    for path in paths:
        with np.load(path) as page:
            parts.append({column: page[column] for column in page.files})
    return Crops(**{name: np.concatenate([one[name] for one in parts]) for name in parts[0]})
