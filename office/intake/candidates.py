"""Which page of which sheet a loose page may be: guesses with their grounds, and what fits the
characters that a person types. Nothing is decided here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from django.conf import settings
from django.db.models import Max, Q, QuerySet

from forms.sheetcode import ALPHABET, check_character, parse_printed
from office.intake.assign import CLOSED
from office.intake.context import office_context
from office.intake.models import ScanFile, ScanPage
from office.intake.store import stored_path
from office.rounds.models import Sheet
from office.rounds.states import SheetState
from scanner.codecheck import PageName
from scanner.guesses import Fit, Hints, hints_of, near_codes
from scanner.pages import PageImage, open_pages

SHOWN = 8
"""Guesses shown: what does not stand there is found by typing."""

MATCHES_SHOWN = 12
LEAST_TYPED = 2
"""Characters from which a code is looked for; four nearly always leave one sheet."""

OUTSTANDING_STATES = (SheetState.PRINTED, SheetState.MISSING, SheetState.SCANNED)
"""States of a sheet of which a page is still missing."""

NEAR_SCORE, NEIGHBOUR_SCORE, FIT_SCORE, RECENT_SCORE = 12, 8, 3, 1
"""What a ground weighs (estimates): letters of the code tell most, then the sheet next to it in
the same stack, then which form lies on the image. A wrong character takes two from the first."""

_NUMBER = re.compile(r"(?i)(?:no|nomor|lembar)[ .]*([0-9]{1,4})\Z")
"""The number of a sheet within its visit, as the paper's head says it."""

_LOOKALIKES = str.maketrans({"I": "1", "L": "1", "O": "0"})
Key = tuple[int, int]
"""A sheet's key and a page number."""


@dataclass
class Candidate:
    """One page of one sheet that the picture may be, and why; ``has_image``: it has one."""

    sheet: Sheet
    page_no: int
    has_image: bool = False
    why: list[str] = field(default_factory=list)
    score: int = 0

    def add(self, score: int, why: str) -> None:
        self.score += score
        self.why.append(why)


def outstanding() -> dict[Key, PageName]:
    """All pages of sheets in use that have no image yet, latest visits first."""
    sheets = Sheet.objects.filter(state__in=OUTSTANDING_STATES, layout_hash__isnull=False)
    pages = ScanPage.objects.filter(active=True, sheet__in=sheets)
    have = set(pages.values_list("sheet_id", "page_no"))
    return {key: name for key, name in _names(sheets).items() if key not in have}


@lru_cache(maxsize=64)
def _hints(sha256: str, index: int) -> Hints:
    """Of one stored page: a second of work, done once. What it depends on besides (the layouts)
    only grows; a page that nobody could tell before a new layout came is not of that layout."""
    path = stored_path(settings.DATA.scans, sha256)
    image = next(open_pages(path, first=index), None)
    if not isinstance(image, PageImage) or image.page_index != index:
        return Hints((), ())
    return hints_of(image.grey, office_context(), image.dpi)


def hints(page: ScanPage) -> Hints:
    """What the picture itself still tells."""
    return _hints(page.file.sha256, page.index)


def best_guesses(page: ScanPage) -> list[Candidate]:
    """The likeliest places of a loose page, each with its grounds in words."""
    missing, seen = outstanding(), hints(page)
    grounds: dict[Key, list[tuple[int, str]]] = {}
    for score, key, why in [
        *_by_letters(seen, missing),
        *_by_neighbours(page, missing),
        *_own_sheet(page),
    ]:
        grounds.setdefault(key, []).append((score, why))
    for key in _fitting(_latest(missing), missing, seen.fits)[:SHOWN]:
        grounds.setdefault(key, []).append((RECENT_SCORE, "Halaman ini belum dipindai."))
    fitting = set(_fitting(grounds, missing, seen.fits))
    for key, own in grounds.items():
        if seen.fits and key in fitting:
            own.append((FIT_SCORE, "Cetakan pada gambar cocok dengan halaman ini."))
        elif seen.fits and key in missing:
            own.append((-NEIGHBOUR_SCORE, "Tetapi cetakan pada gambar tidak cocok."))
    candidates = _candidates(sorted(grounds, key=lambda key: -_sum(grounds[key]))[:SHOWN])
    for one in candidates:
        for score, why in grounds[one.sheet.pk, one.page_no]:
            one.add(score, why)
    return candidates


def _sum(own: list[tuple[int, str]]) -> int:
    return sum(score for score, _ in own)


Ground = tuple[int, Key, str]


def _by_letters(seen: Hints, missing: dict[Key, PageName]) -> list[Ground]:
    keys = list(missing)
    by_name: dict[PageName, Key] = {missing[key]: key for key in reversed(keys)}
    return [
        (
            NEAR_SCORE - 2 * near.slips,
            by_name[near.name],
            f"Kode yang terbaca “{near.line}” mirip: {11 - near.slips} dari 11 huruf sama.",
        )
        for near in near_codes(seen.lines, list(by_name))[:SHOWN]
    ]


def _by_neighbours(page: ScanPage, missing: dict[Key, PageName]) -> list[Ground]:
    """The other pages of the sheet that was scanned just before or after, in the same file."""
    grounds = []
    for step, where in ((-1, "sebelum"), (1, "sesudah")):
        beside = page.file.pages.filter(index=page.index + step, sheet__isnull=False).first()
        if beside is None or beside.sheet_id is None or beside.page_no is None:
            continue
        why = f"Halaman {beside.page_no} lembar ini tepat {where} halaman ini dalam berkas."
        for key in missing:
            if key[0] == beside.sheet_id:
                close = key[1] == beside.page_no - step
                grounds.append((NEIGHBOUR_SCORE + close, key, why))
    return grounds


def _own_sheet(page: ScanPage) -> list[Ground]:
    """The sheet whose code was read, where only the page's place was not found."""
    if page.sheet_id is None or page.page_no is None:
        return []
    return [(NEAR_SCORE + 2, (page.sheet_id, page.page_no), "Kodenya terbaca pada gambar ini.")]


def _latest(missing: dict[Key, PageName]) -> list[Key]:
    """Missing pages, those of sheets that are partly scanned first, then as they come: the visit
    whose files came last is the one that is being scanned."""
    latest = ScanFile.objects.aggregate(last=Max("pages__sheet__visit_id"))["last"]
    visits = dict(Sheet.objects.filter(state__in=OUTSTANDING_STATES).values_list("pk", "visit_id"))
    partly = set(Sheet.objects.filter(state=SheetState.SCANNED).values_list("pk", flat=True))
    return sorted(missing, key=lambda key: (key[0] not in partly, visits.get(key[0]) != latest))


def _fitting(keys: Iterable[Key], missing: dict[Key, PageName], fits: tuple[Fit, ...]) -> list[Key]:
    """Those whose printed page lies on the image; all of them when nothing is known of that."""
    known = {(fit.layout_hash, fit.page) for fit in fits}
    if not known:
        return list(keys)
    return [
        key
        for key in keys
        if key in missing and (missing[key].layout_hash, missing[key].page) in known
    ]


def matching(typed: str) -> list[Candidate]:
    """Pages of printed sheets whose code has these characters in a row, as it is printed on the
    paper (id, page, check character); those without an image first, photocopies by the code on
    their paper. Two characters at least. ``no 3``: the sheets with this number.
    """
    keys = _keys_like(typed)
    have = _with_image({pk for pk, _ in keys})
    keys.sort(key=lambda key: key in have)
    candidates = _candidates(keys[:MATCHES_SHOWN])
    for one in candidates:
        one.has_image = (one.sheet.pk, one.page_no) in have
    return candidates


def _keys_like(typed: str) -> list[Key]:
    """Most is found by the database; only what reaches into page and check character, which are
    in no column, needs a look at every sheet (0.2 s for 10,000)."""
    sheets = Sheet.objects.filter(layout_hash__isnull=False).exclude(state__in=CLOSED)
    number, wanted = _NUMBER.match(typed.strip()), _plain(typed)
    if number is not None:
        return list(_names(sheets.filter(seq=int(number[1]), copied_from=None)))
    if len(wanted) < LEAST_TYPED:
        return []
    own = Q(copied_from=None, code__contains=wanted) | Q(copied_from__code__contains=wanted)
    if found := list(_names(sheets.filter(own))):
        return found
    whole = parse_printed(typed)
    return [key for key, name in _names(sheets).items() if _has(name, wanted, whole)]


def _with_image(sheets: set[int]) -> set[tuple[int | None, int | None]]:
    pages = ScanPage.objects.filter(active=True, sheet__in=sheets)
    return set(pages.values_list("sheet_id", "page_no"))


def _names(sheets: QuerySet[Sheet]) -> dict[Key, PageName]:
    """Every page of these sheets, latest visits first. A photocopy is named by the code that its
    paper bears."""
    rows = sheets.order_by("-visit__date", "-visit_id", "form", "seq").values_list(
        "pk", "code", "copied_from__code", "layout_hash", "n_pages"
    )
    return {
        (pk, page): PageName(origin or code, layout_hash or "", page)
        for pk, code, origin, layout_hash, n_pages in rows
        for page in range(1, (n_pages or 0) + 1)
    }


def stands_out(found: list[Candidate], *, by_code: bool) -> bool:
    """Whether the first candidate may be offered for a single key: the one missing page with the
    characters typed, or a guess with a ground of its own, not merely a page that is missing."""
    if by_code:
        return [one.has_image for one in found[:2]].count(False) == 1
    return bool(found) and found[0].score >= NEIGHBOUR_SCORE


def _plain(typed: str) -> str:
    return "".join(char for char in typed.upper().translate(_LOOKALIKES) if char in ALPHABET)


def _has(name: PageName, wanted: str, whole: tuple[str, int] | None) -> bool:
    if whole is not None:
        return (name.sheet, name.page) == whole
    return wanted in name.sheet + ALPHABET[name.page] + check_character(name.sheet, name.page)


def _candidates(keys: list[Key]) -> list[Candidate]:
    """The sheets of these keys with all that is shown of them, in the same order."""
    sheets = Sheet.objects.select_related("visit__desa", "copied_from").in_bulk(
        {pk for pk, _ in keys}
    )
    return [Candidate(sheets[pk], page) for pk, page in keys if pk in sheets]
