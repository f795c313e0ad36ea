"""Processes that simulate and read sheets side by side."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import cv2


def workers(processes: int) -> ProcessPoolExecutor:
    """A pool whose processes are started afresh: one forked after OpenCV ran a net waits for ever
    for threads that it does not have. Each has one thread, since processes share the cores."""
    return ProcessPoolExecutor(processes, get_context("spawn"), initializer=_one_thread)


def _one_thread() -> None:
    cv2.setNumThreads(1)
