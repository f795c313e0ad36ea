"""Rows that are written once: readings, decisions, events. Nobody rewrites what was seen."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn, Self, TypeVar

from django.db import models
from django.db.migrations import RunSQL


class AppendOnlyError(Exception):
    """The program tried to change or remove a row that is kept as it was."""


_Row = TypeVar("_Row", bound=models.Model, covariant=True)


class AppendOnlyQuerySet(models.QuerySet[_Row]):
    """Refuses the bulk doors too."""

    def update(self, **_: Any) -> NoReturn:
        raise AppendOnlyError(self.model.__name__)

    def bulk_update(self, *_: Any, **__: Any) -> NoReturn:
        raise AppendOnlyError(self.model.__name__)

    def delete(self) -> NoReturn:
        raise AppendOnlyError(self.model.__name__)


class AppendOnlyManager(models.Manager[_Row]):
    """Hands out only query sets that refuse."""

    def get_queryset(self) -> AppendOnlyQuerySet[_Row]:
        return AppendOnlyQuerySet(self.model, using=self._db)


class AppendOnly(models.Model):
    """A model whose rows are only added. The database refuses changes as well (`triggers`)."""

    objects: ClassVar[AppendOnlyManager[Self]] = AppendOnlyManager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError(type(self).__name__)
        super().save(*args, **kwargs)

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        raise AppendOnlyError(type(self).__name__)


def triggers(table: str) -> RunSQL:
    """The migration step that makes SQLite itself refuse UPDATE and DELETE on ``table``."""
    made = [
        f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;"
        for what in ("UPDATE", "DELETE")
    ]
    undone = [f"DROP TRIGGER IF EXISTS {table}_no_{what};" for what in ("update", "delete")]
    return RunSQL(tuple(made), tuple(undone))
