"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "office.intake"
    verbose_name = "Penerimaan"
