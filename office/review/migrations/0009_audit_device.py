from django.db import migrations, models

from office.appendonly import triggers


class Migration(migrations.Migration):
    """SQLite makes the table anew to change its columns, and loses its triggers by it."""

    dependencies = [("review", "0008_sight")]

    operations = [
        migrations.AddField(
            model_name="auditdraw",
            name="device",
            field=models.CharField(default="", max_length=60),
        ),
        migrations.RunSQL("DROP TRIGGER IF EXISTS review_auditdraw_no_update;", ""),
        migrations.RunSQL("DROP TRIGGER IF EXISTS review_auditdraw_no_delete;", ""),
        triggers("review_auditdraw"),
    ]
