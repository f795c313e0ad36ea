"""Calibration sheets: what ink and net claim on them, before it is held against certificates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

import numpy as np

from samples.bench.accuracy import cases
from samples.bench.places import places
from samples.bench.score import Case
from samples.bench.sheets import Task
from samples.simulator.anything import Mix
from samples.simulator.marks import Truth
from samples.training.certify import Claims
from samples.training.crops import located
from samples.workers import workers
from scanner.capture import CaptureClass
from scanner.classify import claim
from scanner.explain import Measured
from scanner.marknet import MarkClass
from scanner.pages import PageImage
from scanner.pipeline import measure_page
from scanner.reading import MarkState
from scanner.settings import ReadSettings

Key = tuple[CaptureClass, MarkClass]
"""What the reader took the capture for (not what it was), and the state claimed."""


def ledgers(
    stock: Path, tasks: Iterable[Task], mix: Mix, processes: int
) -> Iterator[Mapping[Key, Claims]]:
    """What was claimed on each page, in order."""
    with workers(processes) as pool:
        for pages in pool.map(partial(_ledgers, stock, mix), tasks, chunksize=8):
            yield from pages


def _ledgers(stock: Path, mix: Mix, task: Task) -> list[Mapping[Key, Claims]]:
    return [
        found
        for case, image in cases(stock, task, mix)
        if isinstance(image, PageImage)
        for found in _ledger(stock, case, image)
    ]


def _ledger(stock: Path, case: Case, image: PageImage) -> Iterator[Mapping[Key, Claims]]:
    at, settings = located(stock, case, image), ReadSettings()
    if at is None:
        return
    measured = measure_page(image, at, settings)
    found: dict[Key, list[tuple[float, bool]]] = {}
    for box_id, truth in _clear(case, measured):
        verdict = claim(measured.marks[box_id], settings.marks)
        if verdict.state is not MarkState.DOUBTFUL:
            key = measured.capture.capture, MarkClass(verdict.state.value)
            wrong = verdict.state.value != truth.value
            found.setdefault(key, []).append((verdict.confidence, wrong))
    yield {
        key: Claims(
            np.array([belief for belief, _ in rows]),
            np.array([wrong for _, wrong in rows]),
            np.full(len(rows), case.task.number),
        )
        for key, rows in found.items()
    }


def _clear(case: Case, measured: Measured) -> Iterator[tuple[str, Truth]]:
    """Boxes that the reader judges and a person could not doubt: whole, certainly placed, not
    erased by the capture, not unclear."""
    placed = measured.placed
    boxes = [box for box in placed.boxes if box.kind == "mark"]
    where = places(case.simulated.picture, boxes)
    for box in boxes:
        truth = case.filling.look(box.id)
        judged = not placed.outside[placed.index[box.id]] and box.id not in measured.trouble
        seen = where[box.id].seen == "whole" and box.id not in case.erased
        if judged and seen and truth is not Truth.UNCLEAR:
            yield box.id, truth
