"""A person may say which page of which sheet a picture is; the page is then read once more."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from office.appendonly import triggers


def _person() -> models.Field[object, object]:
    return models.ForeignKey(
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0002_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(model_name="scanpage", name="named_by", field=_person()),
        migrations.AddField(
            model_name="scanpage", name="named_at", field=models.DateTimeField(null=True)
        ),
        migrations.AlterField(
            model_name="scanpage",
            name="status",
            field=models.CharField(
                choices=[
                    ("filed", "masuk lembar"),
                    ("extra", "gambar tambahan"),
                    ("conflict", "berbeda, perlu dipilih"),
                    ("replaced", "diganti gambar lain"),
                    ("rejected", "tidak dipakai"),
                    ("void_sheet", "lembar sudah batal"),
                    ("unknown_sheet", "lembar tidak tercatat"),
                    ("orphan", "tanpa kode"),
                    ("blank", "halaman kosong"),
                    ("refused", "ditolak"),
                    ("not_ours", "bukan formulir"),
                ],
                db_index=True,
                max_length=16,
            ),
        ),
        migrations.AddField(model_name="reading", name="named_by", field=_person()),
        migrations.RemoveConstraint(model_name="reading", name="one_reading_a_reader_version"),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.UniqueConstraint(
                condition=models.Q(("named_by", None)),
                fields=("page", "reader_version"),
                name="one_own_reading_a_version",
            ),
        ),
        # Without its old constraint SQLite makes the table anew, and loses what guards it.
        triggers("intake_reading"),
    ]
