"""Pages and cells in files, so that each step can be gone on with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from samples.bench.stock import Stock
from samples.simulator.handdata import Characters
from samples.training.writing.plan import ALPHABETS, Pages, pools
from samples.training.writing.sheets import Manner, Wanted, WrittenPage, items, pages


def make_pages(folder: Path, data: Path, stock: Stock, name: str, of: Pages) -> None:
    """Write all pages of a set below ``folder/pages``; those that are there stay."""
    target = folder / "pages" / name
    target.mkdir(parents=True, exist_ok=True)
    sources = pools(data, of)
    rng = np.random.default_rng(of.seed)
    wanted = Wanted(ALPHABETS[of.kind], of.punctuation, of.spoilt)
    told = items(sources, wanted, rng)
    how = Manner(of.seed, of.pens)
    for page in pages(stock, sources, told, of.profiles, how):
        save_page(target / f"{page.name}.npz", page, sources)
    print(f"{name}: {len(list(target.glob('*.npz')))} pages", flush=True)


def save_page(path: Path, page: WrittenPage, sources: Sequence[Characters]) -> None:
    """The page's file, and of each cell: its id, label, who wrote it and how it is spoilt."""
    rows = list(page.items.values())
    np.savez(
        path,
        scan=np.frombuffer(page.file, dtype=np.uint8),
        cell=np.array(list(page.items)),
        label=np.array([row.label for row in rows]),
        source=np.array([sources[row.pool].source for row in rows]),
        origin=np.array([sources[row.pool].origins[row.row] for row in rows]),
        writer=np.array([sources[row.pool].writers[row.row] for row in rows]),
        spoilt=np.array([row.spoilt.value if row.spoilt else "" for row in rows]),
        profile=np.full(len(rows), page.name.split("-")[0]),
    )


def saved_pages(folder: Path, name: str) -> Iterator[Path]:
    yield from sorted((folder / "pages" / name).glob("*.npz"), key=lambda path: path.name[-9:])
