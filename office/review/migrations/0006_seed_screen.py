from django.db import migrations, models

from office.appendonly import triggers


class Migration(migrations.Migration):
    """SQLite makes the table anew to change its columns, and loses its triggers by it."""

    dependencies = [("review", "0005_quality")]

    operations = [
        migrations.RemoveField(model_name="seed", name="reasons"),
        migrations.AddField(
            model_name="seed",
            name="screen",
            field=models.CharField(db_index=True, default="", max_length=64),
        ),
        migrations.RunSQL("DROP TRIGGER IF EXISTS review_seed_no_update;", ""),
        migrations.RunSQL("DROP TRIGGER IF EXISTS review_seed_no_delete;", ""),
        triggers("review_seed"),
    ]
