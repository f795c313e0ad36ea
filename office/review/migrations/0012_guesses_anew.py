"""What the screens preset is made anew: an empty box of a scan without certificate was preset as
ticked."""

from typing import Any

from django.db import migrations

STATES = ("scanned", "read", "under_review")


def mark_all_stale(apps: Any, _: Any) -> None:
    """The lists of work of sheets in work are made again when they are next asked for."""
    sheets = apps.get_model("rounds", "Sheet").objects.filter(state__in=STATES)
    stale = apps.get_model("review", "StaleSheet")
    stale.objects.bulk_create((stale(sheet=sheet) for sheet in sheets), ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("review", "0011_claim_screen"), ("rounds", "0003_copied_from")]

    operations = [migrations.RunPython(mark_all_stale, migrations.RunPython.noop)]
