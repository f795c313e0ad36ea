"""Which opening of a sheet has the claim."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("review", "0010_item_to_count")]

    operations = [
        migrations.AddField(
            model_name="claim",
            name="screen",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
    ]
