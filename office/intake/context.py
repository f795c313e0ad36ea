"""The reader's context of this office: its key, its layouts, and every sheet it printed."""

from __future__ import annotations

from django.conf import settings

from forms.printed import DamagedLayoutError
from office.errors import NotReadyError
from office.rounds.models import Sheet
from scanner.context import ReaderContext, load_context


def office_context() -> ReaderContext:
    """As of now. Raises FileNotFoundError without a key, NotReadyError on a damaged layout."""
    sheets = Sheet.objects.filter(layout_hash__isnull=False).values_list("code", "layout_hash")
    printed = {code: layout_hash for code, layout_hash in sheets if layout_hash is not None}
    try:
        return load_context(settings.DATA.root, printed)
    except DamagedLayoutError as error:
        raise NotReadyError(
            f"Rancangan cetak di folder data rusak ({error}); kembalikan dari cadangan."
        ) from error
