"""A progress bar for people at a terminal; nothing for logs and pipes."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any, TypeVar

from tqdm import tqdm

T = TypeVar("T")


def progress(items: Iterable[T], unit: str) -> Iterable[T]:
    """``items``, with a bar on stderr while they are used up, if that is a terminal."""
    return tqdm(items, unit=f" {unit}", leave=False, disable=not sys.stderr.isatty())


def bar(unit: str) -> tqdm[Any]:
    """A bar to be fed by hand (``update``), under the same rule."""
    return tqdm(unit=f" {unit}", leave=False, disable=not sys.stderr.isatty())
