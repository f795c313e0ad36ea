"""Starting Django for a command, and bringing an older database up to date."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from office.commandline import say
from office.datafolder import DataFolder, data_folder
from office.errors import NotReadyError, OfficeError

OFFICE_ZONE = ZoneInfo("Asia/Makassar")


def setup() -> None:
    """Load Django with the office's settings. Raises OfficeError on a wrong setting."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "office.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise OfficeError(str(error)) from error


def open_office() -> DataFolder:
    """Set up for a command that only looks. Raises NotReadyError when the data folder is not
    there or its database is of another version of the program."""
    folder = _ready_folder()
    if is_outdated():
        raise NotReadyError(
            "Basis data ini dari versi program yang lebih lama; jalankan `sotarsa init` dahulu."
        )
    return folder


def open_office_for_writing() -> DataFolder:
    """As `open_office`, but an older database is backed up, migrated, and that is said."""
    folder = _ready_folder()
    if is_outdated():
        migrate(folder)
    return folder


def _ready_folder() -> DataFolder:
    folder = data_folder()
    if not folder.is_ready:
        raise NotReadyError(
            f"Folder data {folder.root} belum siap; jalankan `sotarsa init` dahulu."
        )
    setup()
    return folder


def is_outdated() -> bool:
    """Whether migrations wait. Raises NotReadyError when the database is newer than we are."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    known = executor.loader.disk_migrations
    ours = {app for app, _ in known}
    if any(key not in known for key in executor.loader.applied_migrations if key[0] in ours):
        raise NotReadyError(
            "Basis data ini dari versi program yang lebih baru; perbarui programnya dahulu."
        )
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def back_up(folder: DataFolder) -> Path:
    """A consistent copy of the database by SQLite's backup interface (never by copying the
    file, which may be in the middle of a write)."""
    folder.backups.mkdir(mode=0o700, exist_ok=True)
    stamp = datetime.now(OFFICE_ZONE).strftime("%Y%m%d-%H%M%S-%f")
    target = folder.backups / f"db-{stamp}.sqlite3"
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with (
        closing(sqlite3.connect(f"file:{folder.database}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)
    return target


def migrate(folder: DataFolder) -> None:
    """Bring the database up to date, with a backup first when there is one to lose."""
    from django.core.management import call_command

    if folder.database.is_file() and folder.database.stat().st_size:
        kept = back_up(folder)
        say(f"Basis data diperbarui ke versi program ini; cadangan sebelumnya: {kept}")
    call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
