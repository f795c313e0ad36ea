"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "office.review"
    verbose_name = "Pemeriksaan"
