"""Answers of the desk as they are given: saved, shown again, taken back. The page asks by script
and is told in JSON what stands there now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from office.accounts.access import allow
from office.accounts.roles import Role, has_role
from office.errors import OfficeError
from office.review.blind import HIDDEN, Viewer, note_sights, viewer_of, visible_values
from office.review.checks import warnings
from office.review.claims import prolong
from office.review.current import CurrentField, current_field, current_fields, reading_of
from office.review.decisions import NotDecidableError, record_decision, take_back
from office.review.desk.cards import Setting, cards
from office.review.desk.fields import field_view, flag, was
from office.review.forms import DecisionForm, VersionForm
from office.review.known import known_text
from office.review.models import Decision
from office.review.passes import FIRST, THIRD
from office.review.picture.images import frame_in
from office.review.spoken import spoken, spoken_name
from office.review.values import InvalidValueError
from office.review.versions import (
    ChangedError,
    Version,
    check_pages,
    check_saving,
    version_after,
)
from office.review.views import REVIEWERS, find_sheet, of_another, user_of
from office.rounds.models import Sheet
from office.rounds.printed import form_of


class FieldChangedError(ChangedError):
    """Somebody else decided the field since the screen was made; ``field`` as it stands now."""

    def __init__(self, message: str, field: CurrentField) -> None:
        super().__init__(message)
        self.field = field


def _not_understood() -> JsonResponse:
    return JsonResponse({"error": "Jawaban ini tidak dimengerti. Muat ulang halaman."}, status=400)


@allow(*REVIEWERS)
@require_POST
def save(request: HttpRequest, code: str) -> JsonResponse:
    """One answer, as soon as it is given. Says what counts now, as JSON for the page."""
    sheet, form, user = find_sheet(code), DecisionForm(request.POST), user_of(request)
    if not form.is_valid():
        return _not_understood()
    if other := of_another(user, form.cleaned_data["by"]):
        return other
    name = form.cleaned_data["field"]
    try:
        _record(sheet, form, user)
    except KeyError:
        return JsonResponse({"error": "Lembar ini tidak mempunyai isian itu."}, status=400)
    except InvalidValueError as error:
        return JsonResponse({"problem": str(error)}, status=422)
    except FieldChangedError as error:
        theirs = _theirs(error.field, viewer_of(user, sheet, [error.field]))
        return JsonResponse({"error": str(error), "conflict": theirs}, status=409)
    except OfficeError as error:
        return JsonResponse({"error": str(error)}, status=409)
    prolong(sheet, user)
    return JsonResponse(_saved(sheet, name, form.seen, user))


def _record(sheet: Sheet, form: DecisionForm, user: User) -> None:
    """In one transaction: what the screen showed is still so, and then the row."""
    said = form.cleaned_data
    name = said["field"]
    with transaction.atomic():
        current = current_field(sheet, name)
        _check_shown(sheet, form, user, current)
        differ = current is not None and current.said.differ
        record_decision(
            sheet,
            name,
            said["value"],
            user,
            said["ms"],
            said["keys"],
            pass_no=THIRD if differ else FIRST,
            from_register=said["known"] and _is_known(sheet, name, said["value"]),
        )


def _is_known(sheet: Sheet, name: str, value: object) -> bool:
    """Whether the register really offers this value here; the browser only says so."""
    return bool(value) and known_text(sheet, current_fields(sheet), name) == value


def _check_shown(
    sheet: Sheet, form: DecisionForm, user: User, current: CurrentField | None
) -> None:
    shown = form.cleaned_data["shown"]
    if shown is None or current is None:
        check_saving(sheet, form.seen, user, form.cleaned_data["field"])
    else:
        check_pages(sheet, form.seen)
        _check_field(current, shown, user)
    if current is not None and viewer_of(user, sheet, [current]).is_blind(current):
        raise NotDecidableError(
            "Nomor ini sudah diketik rekan Anda. Ketik ulang di layar “Ketik ulang nomor”."
        )


def _check_field(current: CurrentField, shown: int, user: User) -> None:
    """What was taken back since leaves nothing to go against; one's own answer in another window
    is gone over, but a comparison must have been seen."""
    last = current.said.last
    if last is None or last.pk == shown:
        return
    if last.by_id == user.pk and not current.said.differ:
        return
    at = timezone.localtime(last.at).strftime("%H.%M")
    name = last.by.get_username()
    raise FieldChangedError(f"Isian ini sudah diputuskan oleh {name} pukul {at}.", current)


def _theirs(current: CurrentField, viewer: Viewer) -> dict[str, Any]:
    """What the other person said, to stand beside what was typed here."""
    last = current.said.last
    assert last is not None  # held by _check_field
    secret = viewer.is_blind(current) or current.said.differ
    return {
        "by": last.by.get_username(),
        "text": HIDDEN if secret else spoken(current.spec, last.to_value),
        "seen": current.seen,
        "secret": secret,
    }


def _saved(sheet: Sheet, name: str, seen: Version, user: User) -> dict[str, Any]:
    """What the page must know after an answer: what is open, and all warnings."""
    fields = current_fields(sheet)
    viewer = viewer_of(user, sheet, fields.values())
    field = fields[name]
    return {
        "flag": flag(field),
        "text": field.value if isinstance(field.value, str) else None,
        "was": was(field, user.pk),
        "seen": field.seen,
        "awaits": "others" if viewer.waits(field) else "",
        **_around(sheet, fields, seen, viewer),
    }


def _around(
    sheet: Sheet, fields: dict[str, CurrentField], seen: Version, viewer: Viewer
) -> dict[str, Any]:
    """The sheet as a whole after something changed."""
    by = User.objects.get(pk=viewer.user_id)
    return {
        "version": str(version_after(sheet, seen, by)),
        "open": sum(one.is_open for one in fields.values()),
        "second": sum(viewer.waits(one) for one in fields.values()),
        "warnings": warnings(form_of(sheet), visible_values(fields, viewer)),
    }


@allow(*REVIEWERS)
@never_cache
@require_safe
def field(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """One field as it stands now, as a piece of the page."""
    sheet = find_sheet(code)
    fields = current_fields(sheet)
    viewer = viewer_of(user_of(request), sheet, fields.values())
    if name not in fields:
        raise Http404
    return HttpResponse(_piece(request, sheet, fields, viewer, name))


def _piece(
    request: HttpRequest,
    sheet: Sheet,
    fields: Mapping[str, CurrentField],
    viewer: Viewer,
    name: str,
) -> str:
    """One field alone: neither the views nor the crops of the others are made, and the register
    is asked of its row only."""
    one = fields[name]
    viewer = note_sights([one], viewer)
    said = warnings(form_of(sheet), visible_values(fields, viewer)).get(name, "")
    frame = frame_in(one.page, reading_of(one.page))
    view = field_view(one, frame, said, viewer, known_text(sheet, fields, name))
    may_reveal = has_role(request.user, Role.PENYELIA)
    return cards([view], Setting(sheet.form, may_reveal=may_reveal))


@allow(*REVIEWERS)
@require_POST
def undo(request: HttpRequest, code: str) -> JsonResponse:
    """Take back the last answer that the user gave on this sheet and that still stands."""
    sheet, form, user = find_sheet(code), VersionForm(request.POST), user_of(request)
    if not form.is_valid():
        return _not_understood()
    if other := of_another(user, form.cleaned_data["by"]):
        return other
    last = _last_own(sheet, user)
    if last is None:
        return JsonResponse({"said": "Tidak ada jawaban Anda yang bisa diurungkan."})
    try:
        take_back(last, user)
    except OfficeError as error:
        return JsonResponse({"error": str(error)}, status=409)
    prolong(sheet, user)
    fields = current_fields(sheet)
    viewer = viewer_of(user, sheet, fields.values())
    return JsonResponse(
        {
            "said": f"Diurungkan: {spoken_name(fields[last.field].spec, last.field)}",
            "field": last.field,
            "html": _piece(request, sheet, fields, viewer, last.field),
            **_around(sheet, fields, form.seen, viewer),
        }
    )


def _last_own(sheet: Sheet, user: User) -> Decision | None:
    """The newest decision of the user that nobody has gone over since."""
    standing = (one.said.last for one in current_fields(sheet).values())
    own = (last for last in standing if last is not None and last.by_id == user.pk)
    return max(own, key=lambda decision: decision.pk, default=None)
