"""Decisions: what a person said of a field, beside the reading and never over it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from office.appendonly import AppendOnly
from office.intake.models import ScanPage
from office.rounds.models import Sheet


class Decision(AppendOnly):
    """One field of one sheet, decided by one person. The latest decision counts.

    ``field`` is ``FIELD`` or ``FIELD.ROW``; ``from_value`` is what stood there before (the
    reading's or an earlier decision's), both in the value shapes of the reading. ``page`` is
    the image the person looked at. ``ms`` and ``keystrokes`` measure the work, not the worker.
    """

    class Mode(models.TextChoices):
        SHEET = "sheet", "per lembar"
        GRID = "grid", "per pertanyaan"
        KEY = "key", "ketik ulang"

    class Origin(models.TextChoices):
        REVIEWED = "reviewed", "diperiksa"
        KEYED = "keyed", "diketik"

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="decisions")
    page = models.ForeignKey(ScanPage, on_delete=models.PROTECT, related_name="decisions")
    field = models.CharField(max_length=60)
    from_value = models.JSONField(null=True)
    to_value = models.JSONField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    ms = models.PositiveIntegerField(null=True)
    keystrokes = models.PositiveIntegerField(null=True)
    mode = models.CharField(max_length=8, choices=Mode.choices)
    pass_no = models.PositiveSmallIntegerField(default=1)
    origin = models.CharField(max_length=10, choices=Origin.choices)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["sheet", "field"], name="decision_by_field")]


class Claim(models.Model):
    """Who has a sheet on the screen. Polite, not binding: it only keeps two people from doing
    the same work; what is saved is guarded by the version of the sheet."""

    sheet = models.OneToOneField(Sheet, on_delete=models.CASCADE, related_name="claim")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()

    @property
    def is_held(self) -> bool:
        """Whether the claim has not run out."""
        return self.until >= timezone.now()
