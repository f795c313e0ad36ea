"""Static files straight from the checkout, with their content's hash in the address.

No collectstatic step, which somebody would forget after an upgrade: whitenoise serves the
files where they lie, and the changed address makes every browser fetch a changed file.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage


@cache
def _version(name: str) -> str:
    found = finders.find(name)
    if found is None:
        raise FileNotFoundError(f"no static file {name!r}")
    return hashlib.sha256(Path(found).read_bytes()).hexdigest()[:12]


class VersionedStaticFiles(StaticFilesStorage):
    """``{% static 'office/app.css' %}`` -> ``/static/office/app.css?v=<hash>``."""

    def url(self, name: str | None, force: bool = False) -> str:
        """Raises FileNotFoundError for a file that does not exist: a broken page in a test,
        not in an office."""
        address = super().url(name)
        return f"{address}?v={_version(name)}" if name and not name.endswith("/") else address
