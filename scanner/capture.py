"""How a page became a picture: by a grey scan, a 1-bit scan, a copier, a telephone.

Marks are certified for each of these apart, so the class is told from the page itself: from
blank paper, from the edges of the markers and from grey lines beside black ones, all of which
the known blank says are there. Never from the file's name, its tags, or the answers.

On 540 simulated pages of thirteen profiles (tuning seeds, four forms, both papers): clean, office
300 and 200, rotated, warped, stained, one_bit, phone, photocopy1, photocopy2 (36 each), folded and
streaked (72 each) all as such; wet 35 of 36 grey scans and 1 phone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from forms.printed import PrintedForm
from scanner import geometry, windows
from scanner.align import Alignment
from scanner.geometry import Points
from scanner.mosaic import Pieces, pieces, tiled
from scanner.paper import WorkImage
from scanner.probes import Lines, Probes, line_ink, probes_of
from scanner.streaks import Streak
from scanner.windows import Grey

Numbers = NDArray[np.float64]


class CaptureClass(StrEnum):
    """The ways of capture that are told apart, and certified apart."""

    GREY_SCAN = "grey_scan"
    ONE_BIT = "one_bit"
    PHOTOCOPY = "photocopy"
    PHONE = "phone"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class CaptureFacts:
    """The class and the numbers it was told from; None where the page shows too little."""

    capture: CaptureClass
    between_share: float | None
    """Of the raw pixels at edges of solid black, the share that is neither black nor white."""
    paper_noise: float | None
    """Standard deviation of blank paper, grey levels of the raw picture."""
    toner: float | None
    """Darkness of solid print: 0 is paper white, 1 black."""
    blur_mm: float | None
    """Width (Gaussian sigma) of the edges of solid black, without what the pixels add."""
    specks_per_dm2: float | None
    """Patches of paper that the form leaves blank with a dark speck, a square decimetre."""
    tone: float | None
    """Darkness of the form's grey lines over that of its black ones, against the blank: 1 where
    capture is linear. None where the form has none."""
    perspective: float
    """Relative change of scale over 100 mm that no affine map explains."""
    shading: float | None
    """How much darker the darkest paper white is than the lightest, as a share."""

    def json(self) -> dict[str, str | float | None]:
        """As published among a reading's facts."""
        return {
            name: value.value
            if isinstance(value, CaptureClass)
            else (None if value is None else round(value, 4))
            for name, value in asdict(self).items()
        }


def capture_facts(
    raw: Grey,
    work: WorkImage,
    alignment: Alignment,
    printed: PrintedForm,
    page: int,
    bits: int,
    streaks: Sequence[Streak] = (),
) -> CaptureFacts:
    """Facts of one aligned page: ``raw`` (h x w, 0 is black) and its working picture; ``bits``
    per sample in the file; ``streaks`` that were found on it. 1.2 ms."""
    probes = probes_of(printed, page)
    shifts = _shifts(alignment, probes)
    noise, shading, specks = _paper(raw, work, alignment, probes, shifts, streaks)
    toner, blur, between = _edges(raw, alignment, probes, shifts)
    numbers = CaptureFacts(
        CaptureClass.UNKNOWN,
        between_share=0.0 if bits == 1 else between,
        paper_noise=noise,
        toner=toner,
        blur_mm=blur,
        specks_per_dm2=specks,
        tone=_tone(raw, alignment, probes, shifts),
        perspective=_perspective(alignment),
        shading=shading,
    )
    return replace(numbers, capture=told(numbers))


MAX_BETWEEN, MAX_FLAT_NOISE = 0.01, 0.5
"""Edges and paper of a 1-bit scan, also one saved as a grey JPEG: both 0.000 on simulated
pages, while grey scans have edges of 0.02 and more."""

COPIED_SPECKS = 4.0
COPIED_TONE = (0.92, 1.12)
"""From so many specks a square decimetre, or with grey lines so much paler or darker than a
linear capture has them, the page was photocopied."""

TILTED = 0.015
SHADED, SHADED_STEP = 0.12, 0.2
SOFT_MM, SOFT_STEP_MM = 0.06, 0.01
"""Signs of a telephone, added up: perspective, uneven light beyond that of a scanner's lamp, and
blur beyond that of its optics, each in units that alone would settle it."""

KNOWN_BLUR_MM, KNOWN_NOISE, KNOWN_TONER = 0.2, 8.0, 0.25
"""Outside of these no class was ever measured."""


def told(facts: CaptureFacts) -> CaptureClass:
    """The class that these numbers speak for; the harder one in doubt, none when two do."""
    if facts.paper_noise is None or facts.between_share is None or _strange(facts):
        return CaptureClass.UNKNOWN
    two_level = facts.between_share <= MAX_BETWEEN and facts.paper_noise <= MAX_FLAT_NOISE
    signs = {
        CaptureClass.ONE_BIT: two_level,
        CaptureClass.PHOTOCOPY: _copied(facts, two_level),
        CaptureClass.PHONE: _photographed(facts) >= 1,
    }
    spoken = [capture for capture, holds in signs.items() if holds]
    if len(spoken) > 1:
        return CaptureClass.UNKNOWN
    return spoken[0] if spoken else CaptureClass.GREY_SCAN


def _strange(facts: CaptureFacts) -> bool:
    return (
        (facts.blur_mm or 0) > KNOWN_BLUR_MM
        or (facts.paper_noise or 0) > KNOWN_NOISE
        or (facts.toner or 0) < KNOWN_TONER
    )


def _copied(facts: CaptureFacts, two_level: bool) -> bool:
    """A 1-bit scan turns grey lines black or white by itself."""
    low, high = COPIED_TONE
    bent = facts.tone is not None and not low <= facts.tone <= high and not two_level
    return bent or (facts.specks_per_dm2 or 0) >= COPIED_SPECKS


def _photographed(facts: CaptureFacts) -> float:
    return (
        facts.perspective / TILTED
        + max((facts.shading or 0) - SHADED, 0) / SHADED_STEP
        + max((facts.blur_mm or 0) - SOFT_MM, 0) / SOFT_STEP_MM
    )


KERNEL_MM = 12.0
"""Shifts of trusted landmarks are averaged with a Gaussian of this sigma: nothing here needs
places better than a tenth of a millimetre."""


def _shifts(alignment: Alignment, probes: Probes) -> Points:
    """Shift of the paper at the probes' grid, mm."""
    known, grid = alignment.points_mm.astype(np.float32), probes.grid.astype(np.float32)
    squares = (grid**2).sum(axis=1)[:, None] + (known**2).sum(axis=1) - 2 * grid @ known.T
    away = squares - squares.min(axis=1, keepdims=True)
    weights = np.exp(-away / (2 * KERNEL_MM**2))
    return np.asarray(weights @ alignment.shifts_mm / weights.sum(axis=1, keepdims=True))


def _places(
    alignment: Alignment, mm: Points, weights: NDArray[np.float32], shifts: Points
) -> tuple[Points, Points]:
    """Raw pixels of points on paper, and the points as moved by warp (mm)."""
    moved = mm + weights @ shifts
    return geometry.apply(alignment.homography, moved), moved


def _blocks(picture: Grey, middles_px: Points, side: int) -> Grey:
    """Squares (n, side, side) of the picture round points that have room for one."""
    start = np.round(middles_px - side / 2).astype(np.intp)
    high = np.array(picture.shape)[::-1] - side
    start = start[((start >= 0) & (start <= high)).all(axis=1)]
    if not len(start):
        return np.empty((0, side, side), dtype=np.uint8)
    return np.asarray(sliding_window_view(picture, (side, side))[start[:, 1], start[:, 0]])


MIN_PATCHES = 40
"""Patches of blank paper that must lie on the picture, of 200-400 that a form has."""

NOISE_PX = 12
"""Side of the squares in which noise is measured: too small for shading to count as noise."""

NOISE_PATCHES = 60

SPECK_DARK = 60
"""Grey levels below paper white from which a pixel belongs to a speck."""

SPECK_MM = 0.8
"""A speck is no longer than this: a longer one is a stroke of a pen or what it touched."""

STREAK_ROOM_PX = 3.0
"""Patches keep this far from streaks: the blur of a working picture at half the resolution."""

DIM_DARK, DIM_SHARE = 25, 0.06
"""A patch with more of it this dark is under a stain or a stroke, whose rim breaks into specks;
a speck covers 0.7 % of a patch."""


def _paper(
    raw: Grey,
    work: WorkImage,
    alignment: Alignment,
    probes: Probes,
    shifts: Points,
    streaks: Sequence[Streak],
) -> tuple[float | None, float | None, float | None]:
    """Noise, shading and specks of blank paper that no streak crosses: a streak of a speck's
    darkness breaks up into specks."""
    middles, _ = _places(alignment, probes.white, probes.white_weights, shifts)
    seen_mm = probes.patch_mm + 2 * AROUND_MM
    for streak in streaks:
        reach = (seen_mm * alignment.px_per_mm + streak.width_px) / 2 + STREAK_ROOM_PX
        middles = middles[np.abs(middles[:, 0 if streak.column else 1] - streak.px) > reach]
    px_per_mm = alignment.px_per_mm / work.reduction
    patches = _blocks(work.grey, middles / work.reduction, round(seen_mm * px_per_mm))
    close = _blocks(raw, middles[:: max(1, len(middles) // NOISE_PATCHES)], NOISE_PX)
    if len(patches) < MIN_PATCHES or len(close) < MIN_PATCHES // 8:
        return None, None, None
    levels = close.reshape(len(close), -1).astype(np.float32)
    low, high = np.quantile(levels.mean(axis=1), (0.05, 0.95)).tolist()
    noise = float(np.median(levels.std(axis=1)))
    return noise, 1 - low / max(high, 1.0), _specks(patches, px_per_mm)


AROUND_MM = 0.4
"""Patches are seen with this much more on each side. What reaches beyond that is not whole: the
end of a stroke, the rim of a stain. Of 540 simulated pages the 72 copies then have 7 specks and
more a square decimetre, all others none (two had 4 before)."""

MOST_SPECKS = 2
"""A patch with more holds what is left of a pale stroke or of a scanner's streak: specks of
copies lie one to a patch, seldom two."""


def _specks(patches: Grey, px_per_mm: float) -> float:
    """Patches with a speck, per square decimetre. ``patches`` are seen with `AROUND_MM`."""
    dirty = patches[patches.reshape(len(patches), -1).min(axis=1) < 255 - SPECK_DARK]
    dirty = dirty[(dirty < 255 - DIM_DARK).mean(axis=(1, 2)) <= DIM_SHARE]
    if not len(dirty):
        return 0.0
    dark = dirty < 255 - SPECK_DARK
    found = pieces(tiled(dark), dark.shape)
    side, around = dark.shape[1], round(AROUND_MM * px_per_mm)
    small = (found.diagonal <= SPECK_MM * px_per_mm) & _within(found, side, around)
    each = np.bincount(found.window[small], minlength=len(dark))
    specked = int(((each > 0) & (each <= MOST_SPECKS)).sum())
    side_mm = (side - 2 * around) / px_per_mm
    return specked / float(len(patches) * side_mm**2 / 1e4)


def _within(found: Pieces, side: int, around: int) -> NDArray[np.bool_]:
    """Pieces that are whole and have their middle in the patch itself; never the background."""
    first = np.stack([found.left, found.top])
    last = first + np.stack([found.width, found.height]) - 1
    whole = (first > 0) & (last < side - 1)
    middle = first + last
    inside = (middle >= 2 * around) & (middle <= 2 * (side - 1 - around))
    piece = np.arange(len(found.area)) > 0
    return np.asarray((whole & inside).all(axis=0) & piece)


EDGE_PX_PER_MM = 16.0
EDGE_SIZE = (36, 4)
"""Profiles across edges: 2.2 mm long (a marker's rim is 1.7 mm wide), mean of 0.25 mm."""

EDGE_END = 8
"""Samples at either end that are taken for solid black and for paper."""

MIN_EDGES = 8
MIN_CONTRAST = 20.0
"""Profiles with less difference (grey levels) have lost their marker."""

PIXEL_SIGMA = 0.5
"""Blur that sampling in pixels and reading between them adds, in pixels: 0.3 on simulated
1-bit scans, 0.5-0.57 on grey ones."""


def _edges(
    raw: Grey, alignment: Alignment, probes: Probes, shifts: Points
) -> tuple[float | None, float | None, float | None]:
    """Toner, blur and the share of pixels between black and white at the markers' edges."""
    middles, moved = _places(alignment, probes.edges, probes.edge_weights, shifts)
    turned = geometry.jacobians(alignment.homography, moved) @ probes.edge_frames
    profile = windows.cut(raw, middles, turned, EDGE_SIZE, EDGE_PX_PER_MM).mean(axis=1)
    black, white = profile[:, :EDGE_END].mean(axis=1), profile[:, -EDGE_END:].mean(axis=1)
    good = white - black >= MIN_CONTRAST
    if good.sum() < MIN_EDGES:
        return None, None, None
    rise = (profile - black[:, None])[good] / (white - black)[good, None]
    sigma = np.sqrt(np.pi) * (rise * (1 - rise)).sum(axis=1) / EDGE_PX_PER_MM
    blur = max(float(np.median(sigma)), 0.0) ** 2 - (PIXEL_SIGMA / alignment.px_per_mm) ** 2
    toner = float(np.median(1 - black[good] / white[good]))
    between = _between(_blocks(raw, middles[good], NOISE_PX), black[good], white[good])
    return toner, float(np.sqrt(max(blur, 0.0))), between


def _between(blocks: Grey, black: Numbers, white: Numbers) -> float:
    """Share of pixels in the middle half between black and white."""
    low, high = float(np.median(black)), float(np.median(white))
    quarter = (high - low) / 4
    return float(((blocks > low + quarter) & (blocks < high - quarter)).mean())


MIN_LINES = 8
"""Points on lines of either kind that must lie on the picture."""


def _tone(raw: Grey, alignment: Alignment, probes: Probes, shifts: Points) -> float | None:
    grey, black = (
        _ink(raw, alignment, lines, shifts) for lines in (probes.grey_lines, probes.black_lines)
    )
    return None if grey is None or not black else grey / black


def _ink(raw: Grey, alignment: Alignment, lines: Lines, shifts: Points) -> float | None:
    """Darkness of lines against the blank, summed across them, median."""
    if len(lines.mm) < MIN_LINES:
        return None
    middles, moved = _places(alignment, lines.mm, lines.weights, shifts)
    slopes = geometry.jacobians(alignment.homography, moved)
    inside = ((middles >= 0) & (middles < np.array(alignment.image_size))).all(axis=1)
    seen = line_ink(raw, middles[inside], slopes[inside])
    return float(np.median(seen / lines.ink[inside])) if inside.sum() >= MIN_LINES else None


def _perspective(alignment: Alignment) -> float:
    middle = alignment.points_mm.mean(axis=0)
    bottom = alignment.homography[2]
    depth = float(bottom[:2] @ middle + bottom[2])
    return float(np.hypot(bottom[0], bottom[1])) / abs(depth) * geometry.UNIT_MM
