"""The reader's context of this office: its key, its layouts, and every sheet it printed."""

from __future__ import annotations

from django.conf import settings

from office.readercontext import reader_context
from office.rounds.models import Sheet
from scanner.context import ReaderContext


def office_context() -> ReaderContext:
    """As of now; a photocopy's own code stands on no paper. Raises FileNotFoundError without a
    key, NotReadyError on damaged data."""
    sheets = Sheet.objects.filter(layout_hash__isnull=False, copied_from=None).values_list(
        "code", "layout_hash"
    )
    printed = {code: layout_hash for code, layout_hash in sheets if layout_hash is not None}
    return reader_context(settings.DATA.root, printed)
