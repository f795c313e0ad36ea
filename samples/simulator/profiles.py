"""What may happen to a page between the printer and the file, as data: one Profile a kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

Range = tuple[float, float]
Background = Literal["lid", "dark", "table"]


@dataclass(frozen=True)
class Profile:
    """Ranges are drawn from evenly, page by page. Lengths are on paper.

    ``toner``: 1 is black print, 0.4 a cartridge at its end. ``copies``: generations of
    photocopying after the page was filled in. ``perspective``: how far the corners of a phone
    photo lie from a rectangle, as a share of the page. ``glass_mm``: a scanner's glass that is
    smaller than the paper. ``turns``: how the page may lie. ``bits`` 1 is a fax-like scan.
    ``shear_mm``: how far the paper slides along its folds. ``wet``: places that water reached.
    ``torn``: corners that are missing. ``cropped``: the largest share that the picture misses at
    one side.
    """

    dpi: int = 300
    skew_deg: float = 1.5
    shift_mm: float = 1.5
    print_scale: Range = (0.997, 1.003)
    warp_mm: float = 0.0
    folds: int = 0
    shear_mm: Range | None = None
    perspective: float = 0.0
    blur_mm: Range = (0.03, 0.055)
    noise: Range = (1.0, 3.5)
    shading: float = 0.05
    shadow: float = 0.0
    background: Background = "lid"
    toner: Range = (0.85, 1.0)
    copies: int = 0
    show_through: float = 0.03
    jpeg_quality: tuple[int, int] = (75, 90)
    bits: Literal[1, 8] = 8
    turns: tuple[int, ...] = (0,)
    stains: int = 0
    torn: int = 0
    wet: int = 0
    cropped: float = 0.0
    streaks: int = 0
    glass_mm: tuple[float, float] | None = None
    coloured: bool = False


OFFICE = Profile()

PROFILES: dict[str, Profile] = {
    "clean": replace(
        OFFICE, skew_deg=0.3, noise=(0.5, 1.0), toner=(1.0, 1.0), show_through=0.0, shading=0.02
    ),
    "office300": OFFICE,
    "office200": replace(OFFICE, dpi=200, blur_mm=(0.04, 0.065)),
    "upside_down": replace(OFFICE, turns=(180,)),
    "rotated": replace(OFFICE, turns=(90, 180, 270)),
    "one_bit": replace(OFFICE, bits=1, noise=(2.0, 6.0)),
    "faint": replace(OFFICE, toner=(0.4, 0.7)),
    "cropped": replace(OFFICE, cropped=0.05),
    "low_toner": replace(OFFICE, toner=(0.35, 0.6)),
    "fit_to_page": replace(OFFICE, print_scale=(0.94, 0.97)),
    "enlarged": replace(OFFICE, print_scale=(1.01, 1.03)),
    "photocopy1": replace(OFFICE, copies=1),
    "photocopy2": replace(OFFICE, copies=2),
    "warped": replace(OFFICE, warp_mm=1.5),
    "folded": replace(OFFICE, folds=2, warp_mm=0.4, shear_mm=(0.2, 1.0)),
    "wet": replace(OFFICE, wet=3, warp_mm=2.0),
    "stained": replace(OFFICE, stains=3),
    "torn": replace(OFFICE, torn=1),
    "torn2": replace(OFFICE, torn=2),
    "streaked": replace(OFFICE, streaks=2),
    "a4_glass": replace(OFFICE, glass_mm=(210.0, 297.0), shift_mm=0.8),
    "phone": replace(
        OFFICE,
        dpi=230,
        skew_deg=4.0,
        shift_mm=4.0,
        perspective=0.07,
        blur_mm=(0.07, 0.13),
        noise=(2.0, 5.0),
        shading=0.12,
        shadow=0.35,
        background="table",
        warp_mm=0.8,
        jpeg_quality=(65, 85),
    ),
    "phone_colour": replace(
        OFFICE,
        dpi=200,
        skew_deg=4.0,
        shift_mm=4.0,
        perspective=0.06,
        blur_mm=(0.07, 0.11),
        noise=(2.0, 4.0),
        shading=0.12,
        shadow=0.3,
        background="table",
        warp_mm=0.6,
        jpeg_quality=(70, 80),
        coloured=True,
    ),
}
"""``faint`` also has pens of its own (`anything.FAINT_MIX`).

Ranges of the office scanner as its makers and users commonly state them (feeders skew up to
1.5 degrees); the others are guesses at trouble, chosen before any figure was taken."""

PRACTICE: dict[str, Profile] = {
    "photocopy3": replace(OFFICE, copies=3),
    "photocopy3_200": replace(PROFILES["office200"], copies=3),
}
"""Only trained on, never reported: worse copies than an office makes."""

MIXED = "mixed"
NAMES = (*PROFILES, MIXED)
"""All names that are reported on."""

_DAMAGES: tuple[Mapping[str, Any], ...] = (
    {"toner": (0.45, 0.7)},
    {"warp_mm": 1.2},
    {"folds": 1, "shear_mm": (0.2, 0.8)},
    {"stains": 2},
    {"wet": 1, "warp_mm": 0.8},
    {"torn": 1},
    {"streaks": 1},
    {"copies": 1},
    {"cropped": 0.03},
    {"turns": (90, 180, 270)},
    {"print_scale": (0.95, 1.02)},
    {"show_through": 0.08},
)
_CAPTURES = ("office300", "office200", "phone", "one_bit")
_CAPTURE_SHARES = (0.35, 0.35, 0.2, 0.1)


def of_page(name: str, rng: np.random.Generator) -> Profile:
    """The profile of one page: ``mixed`` draws two or three damages and a way to capture it."""
    if name != MIXED:
        return PROFILES.get(name) or PRACTICE[name]
    base = PROFILES[_CAPTURES[int(rng.choice(len(_CAPTURES), p=_CAPTURE_SHARES))]]
    usable = [d for d in _DAMAGES if not (base.perspective and ("cropped" in d or "torn" in d))]
    chosen = rng.permutation(len(usable))[: int(rng.integers(2, 4))]
    return replace(base, **{k: v for i in chosen for k, v in usable[int(i)].items()})
