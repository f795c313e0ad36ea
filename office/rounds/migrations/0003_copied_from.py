"""Photocopied sheets are sheets of their own, linked to their origin."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rounds", "0002_append_only")]

    operations = [
        migrations.AddField(
            model_name="sheet",
            name="copied_from",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="copies",
                to="rounds.sheet",
            ),
        ),
    ]
