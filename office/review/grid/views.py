"""The grid pages: which stacks wait, one screen after the other, and what its keys do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from forms.spec import FieldSpec
from office.accounts.access import allow
from office.accounts.log import looked_at_all
from office.accounts.models import AccessEvent
from office.review.grid.batches import Outcome, Undone, answer_batch, undo_batch
from office.review.grid.forms import STAGE_OF, BatchForm, ScreenForm, VisitForm, stack_name
from office.review.grid.screens import (
    StackName,
    entries,
    known_entry,
    next_items,
    per_screen,
    views,
)
from office.review.grid.stacks import (
    Stack,
    give_back,
    keep,
    lease,
    of_reason,
    on_paper,
    order_of,
    stacks,
    still_held,
    waiting_in,
)
from office.review.grid.tiles import ItemView
from office.review.models import Item
from office.review.views import REVIEWERS, of_another, user_of
from office.review.wording import wording_of
from office.rounds.models import Sheet, Visit
from office.rounds.printed import title_of

NOT_UNDERSTOOD = "Layar ini tidak dimengerti. Muat ulang halaman."


def _name(form: str, field: str, stage: str) -> StackName:
    name = stack_name(form, field, stage)
    if name is None:
        raise Http404
    return name


def _visit(request: HttpRequest) -> Visit | None:
    return VisitForm(request.GET).visit()


@allow(*REVIEWERS)
@never_cache
@require_safe
def grids(request: HttpRequest) -> HttpResponse:
    """All stacks that wait, or those in which something waits for one reason, by what is to be
    done with them."""
    user, visit, reason = user_of(request), _visit(request), VisitForm(request.GET).reason()
    found = stacks(user, visit)
    counted = of_reason(user, found, reason, visit) if reason else [(one, one.n) for one in found]
    context = {
        "groups": _by_purpose(counted, visit),
        "n_all": sum(one.n for one in found),
        "n_of_reason": sum(n for _, n in counted),
        "reason": reason,
        "wording": wording_of(reason),
        "visit": visit,
        "visits": Visit.objects.select_related("desa"),
    }
    return render(request, "review/grids.html", context)


def _by_purpose(counted: Sequence[tuple[Stack, int]], visit: Visit | None) -> list[dict[str, Any]]:
    """Stacks with their addresses under each purpose, and how many in each are meant; the first
    nine have a key."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for number, (one, n) in enumerate(counted, start=1):
        key = number if number <= 9 else ""
        row = {"stack": one, "n": n, "url": _url(one, visit), "key": key}
        groups.setdefault(one.purpose, []).append(row)
    return [{"purpose": purpose, "rows": rows} for purpose, rows in groups.items()]


def _url(stack: Stack, visit: Visit | None) -> str:
    stage = STAGE_OF[Item.Purpose(stack.purpose)]
    address = reverse("grid", args=[stack.form, stack.field, stage])
    return f"{address}?kunjungan={visit.public_id}" if visit else address


@allow(*REVIEWERS)
@never_cache
@require_safe
def grid(request: HttpRequest, form: str, field: str, tahap: str) -> HttpResponse:
    """Two screens of a stack: the first is shown, the second waits behind it with its images.
    Fetched ahead it is the first alone: `enter` brings the second."""
    name, visit, user = _name(form, field, tahap), _visit(request), user_of(request)
    question = _question(name)
    n = per_screen(question, name.purpose)
    with transaction.atomic():
        shown = next_items(user, name, n if VisitForm(request.GET).is_ahead() else 2 * n, visit)
        _log(request, shown)
        left = waiting_in(user, name.stack, name.purpose, visit).count()
    context = {
        "name": name,
        "stage": tahap,
        "label": question.label if question else "Tanda pada semua pertanyaan",
        "title": title_of(shown[0].sheet) if shown else "",
        "screens": [screen for screen in (shown[:n], shown[n:]) if screen],
        "n": n,
        "left": left,
        "kind": shown[0].kind if shown else "",
        "chars": shown[0].chars if shown else "",
        "visit": visit,
        "query": f"?kunjungan={visit.public_id}" if visit else "",
        **({} if shown else _end(request, name, visit)),
    }
    return render(request, "review/grid.html", context)


def _question(name: StackName) -> FieldSpec | None:
    try:
        return on_paper(name.form, name.field)[1]
    except (KeyError, Sheet.DoesNotExist) as error:
        raise Http404 from error


def _log(request: HttpRequest, shown: Sequence[ItemView]) -> None:
    codes = (one.sheet.code for one in shown)
    looked_at_all(user_of(request), AccessEvent.Action.SHEET, codes, note="petak")


def _end(request: HttpRequest, name: StackName, visit: Visit | None) -> dict[str, Any]:
    """What is said when nothing of this stack is left for the user, and where to go on: the next
    stack in the order of the list."""
    found = stacks(user_of(request), visit)
    here = [one for one in found if (one.form, one.field, one.purpose) == _triple(name)]
    place = found.index(here[0]) if here else _place(found, name)
    others = [one for one in found[place:] + found[:place] if one.n_free and one not in here]
    following = others[0] if others else None
    return {
        "held_by_others": here[0].n if here else 0,
        "following": following,
        "following_url": _url(following, visit) if following else "",
    }


def _triple(name: StackName) -> tuple[str, str, str]:
    return name.form, name.field, name.purpose


def _place(found: Sequence[Stack], name: StackName) -> int:
    """Where a stack that is done stood in the list."""
    at = order_of(name.form, name.purpose, on_paper(name.form, name.field)[0])
    return sum(one.order < at for one in found)


@allow(*REVIEWERS)
@require_POST
def answer(request: HttpRequest, form: str, field: str, tahap: str) -> JsonResponse:
    """A whole screen of answers; brings the screen after the next."""
    name, sent, user = _name(form, field, tahap), BatchForm(request.POST), user_of(request)
    if not sent.is_valid():
        return JsonResponse({"error": NOT_UNDERSTOOD}, status=400)
    if other := of_another(user, sent.cleaned_data["by"]):
        return other
    data = sent.cleaned_data
    with transaction.atomic():
        outcome = answer_batch(user, name, data["batch"], data["answers"], data["ms"], data["keys"])
        return JsonResponse(_told(outcome) | _more(request, name, data["held"]))


def _told(outcome: Outcome) -> dict[str, Any]:
    refused = [
        {
            "key": one.key,
            "sheet": one.sheet,
            "label": one.label,
            "text": one.text,
            "mine": one.mine,
            "theirs": one.theirs,
            "wrong": one.is_wrong,
            "desk": f"{reverse('desk', args=[one.sheet])}#{one.field}",
        }
        for one in outcome.refused
    ]
    return {"saved": outcome.saved, "refused": refused}


def _more(request: HttpRequest, name: StackName, held: Sequence[int]) -> dict[str, Any]:
    """The screen after those that the user has, how many are left, and the end if it is; or which
    stack comes next while the last screen is looked at."""
    user, visit = user_of(request), _visit(request)
    keep(user, held)
    n = per_screen(_question(name), name.purpose)
    shown = next_items(user, name, n, visit, beside=held)
    _log(request, shown)
    told: dict[str, Any] = {
        "next": _screen(name, shown),
        "left": waiting_in(user, name.stack, name.purpose, visit).count(),
    }
    if not shown:
        context = {"name": name, "visit": visit, **_end(request, name, visit)}
        told["ahead"] = context["following_url"]
        if not held:
            told["end"] = render_to_string("review/grid_end.html", context, request)
    return told


def _screen(name: StackName, shown: Sequence[ItemView]) -> str:
    if not shown:
        return ""
    return render_to_string("review/grid_screen.html", {"name": name, "tiles": shown})


@allow(*REVIEWERS)
@require_POST
def enter(request: HttpRequest, form: str, field: str, tahap: str) -> JsonResponse:
    """The first screen of a stack is looked at that was fetched ahead: which of its tiles no longer
    hold, and what comes behind it."""
    name, sent, user = _name(form, field, tahap), ScreenForm(request.POST), user_of(request)
    if not sent.is_valid():
        return JsonResponse({"error": NOT_UNDERSTOOD}, status=400)
    if other := of_another(user, sent.cleaned_data["by"]):
        return other
    held = sent.cleaned_data["held"]
    with transaction.atomic():
        still = still_held(user, held)
        gone = [str(key) for key in held if key not in still]
        return JsonResponse({"gone": gone, **_more(request, name, still)})


@allow(*REVIEWERS)
@require_POST
def undo(request: HttpRequest, form: str, field: str, tahap: str) -> JsonResponse:
    """Take back the last screen accepted in this stack, and show it again with its answers."""
    name, sent, user = _name(form, field, tahap), ScreenForm(request.POST), user_of(request)
    if not sent.is_valid():
        return JsonResponse({"error": NOT_UNDERSTOOD}, status=400)
    if other := of_another(user, sent.cleaned_data["by"]):
        return other
    with transaction.atomic():
        undone = undo_batch(user, name)
        keep(user, sent.cleaned_data["held"])
        shown = _brought_back(request, name, undone) if undone else []
        _log(request, shown)
        left = waiting_in(user, name.stack, name.purpose, _visit(request)).count()
    told = {
        "screen": _screen(name, shown),
        "n": len(shown),
        "refused": undone.refused if undone else [],
        "nothing": undone is None,
        "left": left,
    }
    return JsonResponse(told)


def _brought_back(request: HttpRequest, name: StackName, undone: Undone) -> list[ItemView]:
    user, places = user_of(request), undone.fields
    sheets = {pk for pk, _ in places}
    again = Item.objects.filter(sheet__in=sheets, purpose=name.purpose)
    keys = [one.pk for one in again if (one.sheet_id, one.field) in places]
    order = {place: number for number, place in enumerate(places)}
    back = sorted(lease(user, keys), key=lambda one: order[one.sheet_id, one.field])
    answered = dict(places)
    shown = entries(back)
    for mixed, value in undone.known:
        answered[mixed.found.sheet.pk, mixed.found.field.name] = value
        shown.insert(min(mixed.place, len(shown)), known_entry(mixed))
    return views(user, name, shown, answered)


@allow(*REVIEWERS)
@require_POST
def leave(request: HttpRequest, form: str, field: str, tahap: str) -> HttpResponse:
    """The page was left: others may have what was on it."""
    name = _name(form, field, tahap)
    give_back(user_of(request), name.stack, name.purpose)
    return HttpResponse(status=204)
