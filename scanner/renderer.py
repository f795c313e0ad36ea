"""The reading process's side of `scanner.pdfium_worker`: asks, waits a while, never fails."""

from __future__ import annotations

import os
import select
import struct
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import cv2
import numpy as np

from scanner.pdfium_worker import ANSWER, CPU_SECONDS, EXTRACT, RENDER, REQUEST
from scanner.picture import too_large
from scanner.windows import Grey

WAIT_SECONDS = 3 * CPU_SECONDS
"""For one answer: the child's own limit is on CPU time, and the cores are shared."""

_CHUNK = 1 << 20
_CHANNELS = {1: None, 3: cv2.COLOR_BGR2GRAY, 4: cv2.COLOR_BGRA2GRAY}


@dataclass(frozen=True)
class Drawn:
    """What came back: grey pixels, and what the picture had before."""

    grey: Grey
    bits: int
    colour: bool


class Renderer:
    """One child for one PDF, started at the first request, replaced when it has died.

    Use as a context manager. Every request gives None when the child cannot answer it.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Renderer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def render(self, index: int, dpi: float) -> Drawn | None:
        """Page ``index`` (from 0) drawn at ``dpi``."""
        return self._ask(RENDER, index, dpi)

    def extract(self, index: int) -> Drawn | None:
        """The pixels of the page's only picture, as they are."""
        return self._ask(EXTRACT, index, 0.0)

    def _ask(self, what: bytes, index: int, dpi: float) -> Drawn | None:
        try:
            child = self._child or self._start()
            assert child.stdin is not None
            child.stdin.write(REQUEST.pack(what, index, dpi))
            child.stdin.flush()
            return self._answer(child, time.monotonic() + WAIT_SECONDS)
        except (OSError, EOFError, TimeoutError, struct.error):
            self._stop()
            return None

    def _start(self) -> subprocess.Popen[bytes]:
        self._child = subprocess.Popen(
            [sys.executable, "-m", "scanner.pdfium_worker"],
            cwd=Path(__file__).parent.parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._child.stdin is not None
        self._child.stdin.write(struct.pack("<Q", len(self._data)))
        self._child.stdin.write(self._data)
        return self._child

    def _answer(self, child: subprocess.Popen[bytes], deadline: float) -> Drawn | None:
        width, height, channels, bits = ANSWER.unpack(_read(child, ANSWER.size, deadline))
        if not width:
            return None
        if channels not in _CHANNELS or too_large(width, height):
            raise EOFError("not an answer")
        pixels = np.frombuffer(_read(child, width * height * channels, deadline), dtype=np.uint8)
        convert = _CHANNELS[channels]
        if convert is None:
            return Drawn(pixels.reshape(height, width), bits, colour=False)
        grey = cv2.cvtColor(pixels.reshape(height, width, channels), convert)
        return Drawn(np.asarray(grey, dtype=np.uint8), bits, colour=True)

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # what it had not read yet cannot be flushed any more
                    continue


def _read(child: subprocess.Popen[bytes], length: int, deadline: float) -> bytearray:
    """Exactly ``length`` bytes. Raises EOFError when the child ends, TimeoutError when late."""
    assert child.stdout is not None
    source, data, got = child.stdout.fileno(), bytearray(length), 0
    view = memoryview(data)
    while got < length:
        ready, _, _ = select.select([source], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise TimeoutError
        count = os.readv(source, [view[got : got + _CHUNK]])
        if not count:
            raise EOFError
        got += count
    return data
