"""The database itself refuses to change or remove these rows."""

from django.db import migrations

from office.appendonly import triggers


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [triggers("accounts_accessevent")]
