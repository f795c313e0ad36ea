"""Dates as people here write them."""

from __future__ import annotations

import datetime

MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)


def long_date(date: datetime.date) -> str:
    """``1 Desember 2026``."""
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"
