"""Finding households: by name, by village, or by a whole NIK or family-card number."""

from __future__ import annotations

from django.db.models import Prefetch, Q, QuerySet

from office.register.models import Household, Membership, NikState

NUMBER_DIGITS = 16


def find_households(text: str, desa_code: str) -> QuerySet[Household]:
    """Active households whose head, members, hamlet or numbers match; by village and name.

    Every word of ``text`` must occur in one of the names; 16 digits are a NIK or KK number.
    An empty text finds all of them.
    """
    found = Household.objects.filter(active=True)
    if desa_code:
        found = found.filter(desa_id=desa_code)
    digits = "".join(char for char in text if char.isdigit())
    if len(digits) == NUMBER_DIGITS:
        found = found.filter(_by_number(digits))
    else:
        for word in text.split():
            found = found.filter(_by_word(word))
    return (
        found.distinct()
        .select_related("desa", "sheet")
        .prefetch_related(_active_members())
        .order_by("desa__name", "head_name", "id")
    )


def _by_number(digits: str) -> Q:
    member = Q(
        memberships__active=True,
        memberships__person__nik=digits,
        memberships__person__nik_state=NikState.REAL,
    )
    return member | Q(kk_numbers__active=True, kk_numbers__number=digits)


def _by_word(word: str) -> Q:
    member = Q(memberships__active=True, memberships__person__name__icontains=word)
    return member | Q(head_name__icontains=word) | Q(dusun__icontains=word)


def _active_members() -> Prefetch[str]:
    members = Membership.objects.filter(active=True).select_related("person")
    return Prefetch("memberships", members.order_by("person__row"), to_attr="members")
