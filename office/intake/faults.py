"""Which readings say that a file, or one page of it, gave no image. Needs no database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scanner.reading import PageStatus, Reason

FILE_FAULTS: frozenset[str] = frozenset(
    {
        Reason.EMPTY_FILE,
        Reason.UNREADABLE_FILE,
        Reason.UNKNOWN_FILE_TYPE,
        Reason.ENCRYPTED_FILE,
        Reason.TRUNCATED_FILE,
        Reason.TOO_LARGE,
        Reason.NO_PAGES,
    }
)
"""Reasons for which a file gives no page at all."""


def is_file_fault(page: Mapping[str, Any]) -> bool:
    """Whether this object says that the file (not one page of it) cannot be read."""
    return page["status"] == PageStatus.REFUSED and not FILE_FAULTS.isdisjoint(page["reasons"])


def is_unreadable(page: Mapping[str, Any]) -> bool:
    """Whether this object stands for a file or a page without an image."""
    return is_file_fault(page) or (
        page["status"] == PageStatus.REFUSED and Reason.UNREADABLE_PAGE in page["reasons"]
    )
