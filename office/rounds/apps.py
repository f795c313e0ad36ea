"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class RoundsConfig(AppConfig):
    name = "office.rounds"
    verbose_name = "Putaran"
