"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    name = "office.register"
    verbose_name = "Buku induk"
