"""An index by which the open items are counted without looking at their rows."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0003_named_by_a_person"),
        ("review", "0009_audit_device"),
        ("rounds", "0003_copied_from"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                fields=[
                    "purpose",
                    "stack",
                    "kind",
                    "visit",
                    "reason",
                    "first_by",
                    "claimed_by",
                    "claimed_until",
                    "sheet",
                ],
                name="item_to_count",
            ),
        ),
    ]
