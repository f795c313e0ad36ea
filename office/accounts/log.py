"""Writing the access log."""

from __future__ import annotations

from django.contrib.auth.models import User

from office.accounts.models import AccessEvent


def looked(by: User, action: AccessEvent.Action, subject: object = "", *, note: str = "") -> None:
    """Note that ``by`` looked at personal data. ``subject``: a sheet code or a row number."""
    AccessEvent.objects.create(by=by, action=action, subject=str(subject), note=note)
