"""Writing the access log."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import User

from office.accounts.models import AccessEvent


def looked(by: User, action: AccessEvent.Action, subject: object = "", *, note: str = "") -> None:
    """Note that ``by`` looked at personal data. ``subject``: a sheet code or a row number."""
    AccessEvent.objects.create(by=by, action=action, subject=str(subject), note=note)


def looked_at_all(
    by: User, action: AccessEvent.Action, subjects: Iterable[object], *, note: str = ""
) -> None:
    """`looked` for what one screen shows together; each subject once."""
    AccessEvent.objects.bulk_create(
        AccessEvent(by=by, action=action, subject=subject, note=note)
        for subject in dict.fromkeys(str(one) for one in subjects)
    )
