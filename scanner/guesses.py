"""What a page that was not identified still tells: for a person who says which page it is.

Nothing here is a claim. The reader refuses such a page; these are the threads that it had in
hand when it did.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from forms.sheetcode import ALPHABET, SHEET_CHARS, check_character
from scanner.align import align
from scanner.codecheck import PageName
from scanner.codeplaces import Placed, placed_skeleton, placed_skeletons
from scanner.context import ReaderContext
from scanner.landmarks import landmarks_of
from scanner.letters import letters_seen
from scanner.markers import Corners, find_markers
from scanner.named import seen_by_picture
from scanner.seeds import find_seeds
from scanner.windows import Grey

CODE_CHARS = SHEET_CHARS + 2
MOST_SLIPS = 5
"""A code in letters that differs from what was read by more characters (of 11) is no guess: of
100,000 pairs of random codes one differs by so few, and 4 of 1,000 by 7."""

MOST_LAYOUTS = 12
"""Pages of forms that are tried, the best fitting markers first: 0.1 s each where they fail."""

MOST_LOOKED_AT = 40
"""Pages of forms that are looked for as pictures, 50 ms each: an office keeps every layout it ever
printed, and a person waits for the answer."""

MOST_PICTURES = 8
"""Places that are tried where no marker is left, those first that look most like the page."""


@dataclass(frozen=True)
class Fit:
    """A page of a form that lies on the image. ``rotation``: degrees clockwise to turn it;
    ``share``: of its landmarks, those found."""

    layout_hash: str
    page: int
    rotation: int
    share: float


@dataclass(frozen=True)
class Hints:
    """Lines of the code in letters as Tesseract reads them, and the pages that fit."""

    lines: tuple[str, ...]
    fits: tuple[Fit, ...]

    @property
    def rotation(self) -> int:
        """How the page must be turned to stand upright, as far as it is known."""
        return self.fits[0].rotation if self.fits else 0


@dataclass(frozen=True)
class NearCode:
    """A printed page whose code resembles a line that was read: ``slips`` characters differ."""

    name: PageName
    line: str
    slips: int


def hints_of(grey: Grey, context: ReaderContext, dpi: float | None = None) -> Hints:
    """Letters and fitting forms of a raw image (h x w, 8 bit). Without markers the pages are looked
    for as pictures; that needs a scan, or a photo that shows nothing but the page."""
    markers = find_markers(grey)
    places = placed_skeletons(grey, markers, context)
    fits = _fits(grey, markers, places, context)
    if not fits:
        pictured = _pictured(grey, context, dpi)
        places, fits = ([pictured[0]], (pictured[1],)) if pictured else (places, ())
    lines = [line for place in places[:2] for line in letters_seen(list(place.letter_crops()))]
    return Hints(tuple(line for line in lines if line), fits)


def _pictured(grey: Grey, context: ReaderContext, dpi: float | None) -> tuple[Placed, Fit] | None:
    """The page of a form that lies on the image, told by its printed middle alone."""
    looks = [
        (likeness, name, seeds)
        for name in pages_to_look_for(context)
        for likeness, seeds in seen_by_picture(grey, context.forms[name[0]], name[1], dpi)
    ]
    looks.sort(key=lambda look: -look[0])
    for _, name, seeds in looks[:MOST_PICTURES]:
        found = align(grey, seeds, landmarks_of(context.forms[name[0]], name[1]))
        if found is not None:
            at = found.alignment
            placed = placed_skeleton(grey, at.homography, at.px_per_mm, name, context)
            return placed, Fit(*name, at.rotation, at.trusted_share)
    return None


def pages_to_look_for(context: ReaderContext) -> list[tuple[str, int]]:
    """Layouts and pages, those first whose sheets were printed last (`ReaderContext.printed` has
    them in the order of their visits)."""
    newest = dict.fromkeys([*reversed(list(context.printed.values())), *context.forms])
    pages = (
        (full, page)
        for full in newest
        if full in context.forms
        for page in range(1, len(context.forms[full].layout.pages) + 1)
    )
    return list(islice(pages, MOST_LOOKED_AT))


def _fits(
    grey: Grey, markers: Mapping[int, Corners], places: Sequence[Placed], context: ReaderContext
) -> tuple[Fit, ...]:
    names = [name for place in places for name in place.skeleton.names][:MOST_LAYOUTS]
    fits = []
    for layout_hash, page in names:
        printed = context.forms[layout_hash]
        seeds = find_seeds(printed.layout, page, markers, {})
        found = None if seeds is None else align(grey, seeds, landmarks_of(printed, page))
        if found is not None:
            at = found.alignment
            fits.append(Fit(layout_hash, page, at.rotation, at.trusted_share))
    return tuple(sorted(fits, key=lambda fit: -fit.share))


def near_codes(lines: Sequence[str], names: Sequence[PageName]) -> list[NearCode]:
    """The pages of ``names`` whose printed code is like one of ``lines``, nearest first."""
    if not lines or not names:
        return []
    codes = np.array([_letters(name) for name in names], dtype=np.uint8)
    slips = np.array([_distances(codes, line) for line in lines])
    best = slips.argmin(axis=0)
    found = [
        NearCode(name, lines[line], int(slips[line, at]))
        for at, (name, line) in enumerate(zip(names, best.tolist(), strict=True))
        if slips[line, at] <= MOST_SLIPS
    ]
    return sorted(found, key=lambda near: near.slips)


def _letters(name: PageName) -> list[int]:
    text = name.sheet + ALPHABET[name.page] + check_character(name.sheet, name.page)
    return [ord(char) for char in text]


def _distances(codes: NDArray[np.uint8], line: str) -> NDArray[np.intp]:
    """Edit distance of ``line`` from each code (n, 11), all codes at once."""
    width = codes.shape[1]
    before = [np.full(len(codes), at) for at in range(width + 1)]
    for row, char in enumerate(line, start=1):
        now = [np.full(len(codes), row)]
        for at in range(width):
            changed = before[at] + (codes[:, at] != ord(char))
            now.append(np.minimum(changed, np.minimum(before[at + 1], now[at]) + 1))
        before = now
    return np.asarray(before[-1], dtype=np.intp)
