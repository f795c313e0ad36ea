"""Mark boxes cut out of simulated pages, as the reader itself cuts them, with their truth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from forms.layout import Box
from samples.bench.accuracy import cases, stock_in
from samples.bench.places import places
from samples.bench.score import Case
from samples.bench.sheets import Task
from samples.simulator.anything import Mix
from samples.workers import workers
from scanner.marknet import CLASSES, NET_PX, MarkClass
from scanner.marks import InkMeasure, see_marks
from scanner.pages import PageImage
from scanner.pipeline import Located, locate
from scanner.settings import MarkSettings

MISPLACED_MM = 0.5
"""A box found further off than this is not seen at all: that is not the net's to learn."""

ROUND = MarkSettings().partly_circle_share

INK_FIELDS = tuple(field.name for field in fields(InkMeasure))


@dataclass(frozen=True, eq=False)
class Crops:
    """``n`` boxes with ink: what the net sees (n, 2, 48, 48), what is true (index into
    `marknet.CLASSES`), the ink's own measures (n, len(INK_FIELDS)), and the number of the sheet
    each comes from."""

    seen: NDArray[np.uint8]
    truth: NDArray[np.uint8]
    ink: NDArray[np.float32]
    sheet: NDArray[np.int32]

    def only(self, rows: NDArray[np.bool_]) -> Crops:
        return Crops(self.seen[rows], self.truth[rows], self.ink[rows], self.sheet[rows])

    def told(self) -> Crops:
        """Without boxes that hold something of which nothing can be seen, in which a net could only
        learn to doubt every empty box."""
        ink = dict(zip(INK_FIELDS, self.ink.T, strict=True))
        bare = (ink["length_mm"] == 0) & (ink["pale_mm"] == 0) & (ink["round_share"] < ROUND)
        return self.only(~bare | (self.truth == CLASSES.index(MarkClass.EMPTY)))

    @classmethod
    def joined(cls, parts: Iterable[Crops]) -> Crops:
        empty = cls(
            np.empty((0, 2, NET_PX, NET_PX), dtype=np.uint8),
            np.empty(0, dtype=np.uint8),
            np.empty((0, len(INK_FIELDS)), dtype=np.float32),
            np.empty(0, dtype=np.int32),
        )
        rows = [empty, *parts]
        return cls(
            np.concatenate([part.seen for part in rows]),
            np.concatenate([part.truth for part in rows]),
            np.concatenate([part.ink for part in rows]),
            np.concatenate([part.sheet for part in rows]),
        )


def cut(stock: Path, tasks: Iterable[Task], mix: Mix, processes: int) -> Iterator[Crops]:
    """The crops of each sheet, in order (none of pages that could not be read)."""
    with workers(processes) as pool:
        yield from pool.map(partial(_cut_sheet, stock, mix), tasks, chunksize=8)


def _cut_sheet(stock: Path, mix: Mix, task: Task) -> Crops:
    parts: list[Crops] = []
    for case, image in cases(stock, task, mix):
        at = located(stock, case, image)
        if at is not None and isinstance(image, PageImage):
            parts += _crops(case, image, at)
    return Crops.joined(parts)


def located(stock: Path, case: Case, image: object) -> Located | None:
    """Where the page's boxes lie; None when it cannot be read, or is taken for another."""
    if not isinstance(image, PageImage):
        return None
    at = locate(image, stock_in(stock).context)
    known = isinstance(at, Located) and (at.identity.sheet, at.page) == (case.sheet, case.page)
    return at if isinstance(at, Located) and known else None


def _crops(case: Case, image: PageImage, at: Located) -> Iterator[Crops]:
    for stack in see_marks(image.grey, at.work, at.placed, at.printed, at.page):
        told = [case.filling.training_class(box.id) for box in stack.inked]
        good = _well_seen(stack.inked, at, case) & np.array([one is not None for one in told])
        truth = [CLASSES.index(MarkClass(one or MarkClass.UNCLEAR)) for one in told]
        ink = [[float(getattr(one, name)) for name in INK_FIELDS] for one in stack.ink]
        yield Crops(
            stack.net_input[good],
            np.array(truth, dtype=np.uint8)[good],
            np.array(ink, dtype=np.float32).reshape(-1, len(INK_FIELDS))[good],
            np.full(int(good.sum()), case.task.number, dtype=np.int32),
        )


def _well_seen(boxes: tuple[Box, ...], at: Located, case: Case) -> NDArray[np.bool_]:
    """Whether each box is whole, keeps its mark, and was found where it is."""
    where = places(case.simulated.picture, boxes)
    limit_px = MISPLACED_MM * at.alignment.px_per_mm
    return np.array(
        [
            where[box.id].seen == "whole"
            and box.id not in case.erased
            and np.linalg.norm(where[box.id].corners_px.mean(axis=0) - middle) <= limit_px
            for box, middle in zip(boxes, at.placed.middles_px[at.placed.rows(boxes)], strict=True)
        ],
        dtype=bool,
    )
