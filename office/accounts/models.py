"""The access log: who looked at personal data, and when. Kept for ever, never the data itself."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from office.appendonly import AppendOnly


class AccessEvent(AppendOnly):
    """One look at personal data. ``subject`` is a sheet code or a row number, never a name."""

    class Action(models.TextChoices):
        SHEET = "sheet", "membuka lembar"
        PAGE = "page", "membuka gambar halaman"
        HOUSEHOLD = "household", "membuka keluarga"
        NIK = "nik", "membuka NIK"
        SEARCH = "search", "mencari di buku induk"
        EXPORT = "export", "mengunduh buku induk"

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    action = models.CharField(max_length=10, choices=Action.choices)
    subject = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=200, blank=True)
    """What for, where the page asks."""

    class Meta:
        ordering = ["id"]
