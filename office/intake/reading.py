"""Reading stored files: here for a few, in worker processes for many.

Workers get a file and a reader context and give back JSON; they never touch the database, so
a lost worker loses nothing. The executor has the shape of ``concurrent.futures``.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scanner.context import ReaderContext
from scanner.pipeline import read_file
from scanner.reading import page_json

log = logging.getLogger(__name__)

FEW_FILES = 4
"""From here on workers pay: starting one costs about a second of imports."""

Pages = list[dict[str, Any]]
_context: ReaderContext | None = None


@dataclass(frozen=True)
class ReadJob:
    """One stored file; ``label`` is the name its readings carry as ``source``."""

    key: str
    path: Path
    label: str


def read_job(job: ReadJob, context: ReaderContext) -> Pages:
    """All pages of one file as published JSON."""
    pages = [page_json(reading) for reading in read_file(job.path, context)]
    return [{**page, "source": job.label} for page in pages]


def _start_worker(context: ReaderContext) -> None:
    global _context
    _context = context


def _work(job: ReadJob) -> Pages:
    assert _context is not None  # set by _start_worker
    return read_job(job, _context)


def _pool(context: ReaderContext, workers: int) -> ProcessPoolExecutor:
    # Spawned, not forked: a forked child would share the parent's database connection.
    return ProcessPoolExecutor(
        workers, multiprocessing.get_context("spawn"), _start_worker, (context,)
    )


def _result(job: ReadJob, future: Future[Pages]) -> Pages | None:
    """The pages; None (and a log entry) when reading this file fails unexpectedly."""
    try:
        return future.result()
    except BrokenProcessPool:
        raise
    except Exception:
        log.exception("reading %s failed", job.key)
        return None


def _read_alone(job: ReadJob, context: ReaderContext) -> Pages | None:
    """Read one file in a worker of its own, so that only the guilty file pays for a crash."""
    with _pool(context, 1) as pool:
        try:
            return _result(job, pool.submit(_work, job))
        except BrokenProcessPool:
            log.error("reading %s ended its process", job.key)
            return None


def _read_many(
    jobs: Sequence[ReadJob], context: ReaderContext
) -> Iterator[tuple[ReadJob, Pages | None]]:
    workers = min(len(jobs), len(os.sched_getaffinity(0)))
    done: set[str] = set()
    try:
        with _pool(context, workers) as pool:
            for job, future in [(job, pool.submit(_work, job)) for job in jobs]:
                pages = _result(job, future)
                done.add(job.key)
                yield job, pages
    except BrokenProcessPool:
        for job in jobs:
            if job.key not in done:
                yield job, _read_alone(job, context)


def _read_here(job: ReadJob, context: ReaderContext) -> Pages | None:
    try:
        return read_job(job, context)
    except Exception:
        log.exception("reading %s failed", job.key)
        return None


def read_all(
    jobs: Sequence[ReadJob], context: ReaderContext
) -> Iterator[tuple[ReadJob, Pages | None]]:
    """Read every job, in their order; None instead of pages where the reader itself failed.

    One bad file stops nothing, not even one that kills its worker.
    """
    if len(jobs) >= FEW_FILES:
        yield from _read_many(jobs, context)
    else:
        yield from ((job, _read_here(job, context)) for job in jobs)
