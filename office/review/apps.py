"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_save


class ReviewConfig(AppConfig):
    name = "office.review"
    verbose_name = "Pemeriksaan"

    def ready(self) -> None:
        """Whatever changes what a sheet says marks its list of work as stale."""
        from office.intake.models import Reading, ScanPage
        from office.review.items import on_change, on_event
        from office.rounds.models import SheetEvent

        for model in (ScanPage, Reading):
            post_save.connect(on_change, sender=model, dispatch_uid=f"items-{model.__name__}")
        post_save.connect(on_event, sender=SheetEvent, dispatch_uid="items-SheetEvent")
