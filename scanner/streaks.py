"""Lines that the scanner drew: dirt under a feeder's glass, a dead or dirty sensor element.

Such a line lies in one column (or row) of the raw picture from end to end, whatever the paper
does, is a fraction of a millimetre wide, and shows where the form is known to be blank. A line
printed or drawn on paper turns and bends with the paper, and begins and ends on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.printed import PrintedForm
from scanner import geometry
from scanner.align import Alignment
from scanner.blank import PageCache, render_blank
from scanner.geometry import Matrix
from scanner.placed import PlacedBoxes
from scanner.windows import Grey

Numbers = NDArray[np.float32]
Mask = NDArray[np.bool_]
Places = NDArray[np.intp]

GROUPS, OF_GROUP = 40, 5
"""The picture is looked at in so many groups of lines across it, of so many lines each: 5-7 mm.
The lightest pixel of a group is paper unless something covers all of it: text does not."""

BESIDE_MM = (0.4, 1.1)
"""Streaks are compared with what lies this far on either side. They are 0.05-0.4 mm wide;
folds are wider and fade into it."""

LEAST = 6.0
"""Grey levels darker (or lighter) than both sides, from which a column is looked at."""

SHOWS = 0.35
"""And in at least this share of the groups: a streak may be broken or fade, and one gap makes a
whole group light."""

MOST = 120
"""Columns looked at, the clearest first: a form of tables has 60 lines along one direction."""


@dataclass(frozen=True)
class Streak:
    """One streak. ``column``: it lies along columns of the raw picture, else along rows."""

    column: bool
    px: float
    """Its middle across, raw pixels, edge coordinates."""
    width_px: float
    darkness: float
    """Grey levels below the paper beside it, on blank paper; negative when it is lighter."""
    share: float
    """Of the blank paper it crosses, how much shows it."""


def find_streaks(
    raw: Grey, alignment: Alignment, printed: PrintedForm, page: int
) -> tuple[Streak, ...]:
    """Streaks of an aligned page, columns first. 1.2 ms at 300 dpi; 2 more where printed lines
    lie exactly along the picture and must be told from streaks."""
    inverse = np.asarray(np.linalg.inv(alignment.homography), dtype=np.float64)
    blank = _blank_of(printed, page)
    return tuple(
        streak
        for column in (True, False)
        for streak in _Look(
            raw if column else raw.T, column, alignment.px_per_mm, inverse, blank
        ).streaks(_lightest(raw, column))
    )


def _lightest(raw: Grey, column: bool) -> Grey:
    """The lightest pixel of each group in each column, (GROUPS, width); rows: transposed."""
    lines, height = GROUPS * OF_GROUP, len(raw)
    if column:
        taken = raw[((np.arange(lines) + 0.5) * height / lines).astype(np.intp)]
    else:
        near = cv2.resize(raw, (lines, height), interpolation=cv2.INTER_NEAREST)
        taken = np.asarray(cv2.transpose(near), dtype=np.uint8)
    return np.asarray(taken.reshape(GROUPS, OF_GROUP, -1).max(axis=1), dtype=np.uint8)


def _candidates(lightest: Grey, px_per_mm: float) -> Iterator[tuple[int, int]]:
    """Middles of columns that differ from both sides in most groups, with the sign of the
    difference (1 is darker), the clearest first."""
    near, far = (max(1, round(mm * px_per_mm)) for mm in BESIDE_MM)
    reach = (near + far) // 2
    beside = cv2.blur(lightest, (far - near + 1, 1), borderType=cv2.BORDER_REPLICATE)
    left = cv2.copyMakeBorder(beside, 0, 0, reach, 0, cv2.BORDER_REPLICATE)[:, :-reach]
    right = cv2.copyMakeBorder(beside, 0, 0, 0, reach, cv2.BORDER_REPLICATE)[:, reach:]
    darker = cv2.subtract(cv2.min(left, right), lightest)
    lighter = cv2.subtract(lightest, cv2.max(left, right))
    found: list[tuple[int, int, int]] = []
    for sign, differs in ((1, darker), (-1, lighter)):
        clear = cv2.threshold(differs, LEAST - 1, 1, cv2.THRESH_BINARY)[1]
        shows = np.asarray(cv2.reduce(clear, 0, cv2.REDUCE_SUM, dtype=cv2.CV_32S))[0]
        found += [
            (-int(shows[run].max()), (run.start + run.stop) // 2, sign)
            for run in _runs(shows >= SHOWS * GROUPS)
        ]
    yield from ((middle, sign) for _, middle, sign in sorted(found)[:MOST])


def _runs(mask: Mask) -> Iterator[slice]:
    """Where ``mask`` is set without a break."""
    ends = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    yield from (slice(int(start), int(stop)) for start, stop in ends.reshape(-1, 2))


SAMPLES = 160
"""Places along a candidate at which it is looked at closely."""

CLOSE_MM = 1.2
"""And how far to either side."""

STILL_SAMPLES, STILL_PARTS = 960, 6
"""Places along what looks like a streak at which its middle is looked for, in so many parts."""

STILL_PX, STILL_NOISE = 0.12, 0.6
"""The middle of all parts but one lies within this many pixels of their median, and within
``STILL_NOISE / darkness`` more, for the noise of paper. Folds along the picture lie 0.2-3 px
apart (39 on 72 simulated folded pages), streaks 0.00-0.03 px (155 on 144 pages). Streaks of 7-27
grey levels drawn onto office scans of 300 and 200 dpi: 311 of 314 that all else speaks for."""

SHOWN = 0.45
"""Share of blank paper along it that must show a streak; the rest is gaps."""

GLANCE = 0.35
"""The same at a first glance, at three pixels across: noise hides some."""

LEAST_CLEAR = 0.1
"""Share of these places at which the form must be blank there: elsewhere nothing is proved."""

WIDEST_MM = 0.6
FADED_MM, FADED = (0.45, 0.65), 0.3
"""This far from its middle a streak has faded to less than this share; a fold has not."""


@dataclass(frozen=True)
class _Look:
    """One direction of looking: ``picture`` is the raw one, or that transposed."""

    picture: Grey
    column: bool
    px_per_mm: float
    inverse: Matrix
    """Raw px to mm on paper."""
    blank: Mask
    """Where the form is blank, at `BLANK_PX_PER_MM`."""

    def streaks(self, lightest: Grey) -> Iterator[Streak]:
        candidates = list(_candidates(lightest, self.px_per_mm))
        reach, width = round(CLOSE_MM * self.px_per_mm), self.picture.shape[1]
        inside = [one for one in candidates if reach <= one[0] < width - reach]
        if not inside:
            return
        at, sign = np.array(inside, dtype=np.intp).T
        along = np.linspace(0, len(self.picture) - 1, SAMPLES).astype(np.intp)
        clear = self._clear(along, at)
        for row in np.flatnonzero(self._promising(along, at, sign, clear)):
            across = slice(at[row] - reach, at[row] + reach + 1)
            seen = self.picture[along[clear[row]], across].astype(np.float32) * sign[row]
            told = _told(seen, self.px_per_mm)
            if told is not None:
                middle, wide, depth, share = told
                way = int(sign[row])
                if self._still(int(at[row]), way, middle, wide, depth):
                    yield Streak(self.column, float(at[row] + middle), wide, way * depth, share)

    def _still(self, at: int, sign: int, middle: float, width_px: int, depth: float) -> bool:
        """Whether a line lies in one place all along: a fold turns and bends with the paper."""
        along = np.linspace(0, len(self.picture) - 1, STILL_SAMPLES).astype(np.intp)
        clear = along[self._clear(along, np.array([at]))[0]]
        reach = round(CLOSE_MM * self.px_per_mm)
        seen = self.picture[clear, at - reach : at + reach + 1].astype(np.float32) * sign
        middles = _middles(_depth(seen, self.px_per_mm), self.px_per_mm, middle, width_px)
        aside = np.sort(np.abs(middles - np.median(middles)))
        return bool(aside[-2] <= STILL_PX + STILL_NOISE / depth)

    def _clear(self, along: Places, at: Places) -> Mask:
        """At which places (n, SAMPLES) the form is blank, and the sheet is there at all."""
        across, down = np.broadcast_arrays(at[:, None] + 0.5, along + 0.5)
        px = np.stack([across, down] if self.column else [down, across], axis=-1)
        mm = geometry.apply(self.inverse, px.reshape(-1, 2))
        cell = np.floor(mm * BLANK_PX_PER_MM).astype(np.intp)
        inside = ((cell >= 0) & (cell < np.array(self.blank.shape)[::-1])).all(axis=1)
        cell[~inside] = 0
        return np.asarray(inside & self.blank[cell[:, 1], cell[:, 0]]).reshape(across.shape)

    def _promising(self, along: Places, at: Places, sign: Places, clear: Mask) -> Mask:
        """Which candidates show on blank paper, at a glance: printed lines do not."""
        beside = round(sum(BESIDE_MM) / 2 * self.px_per_mm)
        left, level, right = (
            self.picture[along, at[:, None] + away].astype(np.int16)
            for away in (-beside, 0, beside)
        )
        shows = ((left + right) // 2 - level) * sign[:, None] >= LEAST / 2
        enough = clear.sum(axis=1) >= LEAST_CLEAR * SAMPLES
        return np.asarray(enough & ((shows & clear).sum(axis=1) >= GLANCE * clear.sum(axis=1)))


def _told(seen: Numbers, px_per_mm: float) -> tuple[float, int, float, float] | None:
    """Middle (from the middle column's left edge), width, depth and share of a streak, from
    what lies across it on blank paper (n, 2 * reach + 1); None if that is no streak."""
    reach = seen.shape[1] // 2
    away = np.abs(np.arange(-reach, reach + 1)) / px_per_mm
    depth = _depth(seen, px_per_mm)
    profile = np.quantile(depth, 1 - SHOWN + 0.05, axis=0)
    peak = int(np.argmax(np.where(away <= BESIDE_MM[0], profile, -np.inf)))
    full = float(profile[peak])
    if full < LEAST:
        return None
    run = next(run for run in _runs(profile >= full / 2) if run.start <= peak < run.stop)
    width = run.stop - run.start
    rim = profile[(away >= FADED_MM[0]) & (away <= FADED_MM[1])]
    share = float((depth[:, run].mean(axis=1) >= max(LEAST / 2, full / 4)).mean())
    thin = width <= max(WIDEST_MM * px_per_mm, 1) and rim.max() <= FADED * full
    if share < SHOWN or not thin:
        return None
    return (run.start + run.stop) / 2 - reach, width, full, share


def _depth(seen: Numbers, px_per_mm: float) -> Numbers:
    """How much darker than its sides each place across a line is."""
    reach = seen.shape[1] // 2
    away = np.abs(np.arange(-reach, reach + 1)) / px_per_mm
    sides = (away >= BESIDE_MM[0]) & (away <= BESIDE_MM[1])
    return np.asarray(np.median(seen[:, sides], axis=1)[:, None] - seen)


NEAR_MM = 0.15
"""A line's middle is looked for this far beyond its width."""

RIM_SHARE = 0.25
"""What is paler than this share of a line's full depth does not count towards its middle."""


def _middles(depth: Numbers, px_per_mm: float, middle: float, width_px: int) -> Numbers:
    """Middle of a line in each of `STILL_PARTS` parts of its length, in pixels beside the one
    it has as a whole; 0 where it does not show. Medians: writing hides it here and there."""
    reach = depth.shape[1] // 2
    across = np.arange(-reach, reach + 1, dtype=np.float32) + np.float32(0.5 - middle)
    near = np.abs(across) <= width_px / 2 + NEAR_MM * px_per_mm
    parts = np.array_split(depth[:, near], STILL_PARTS)
    shown = np.stack([np.median(part, axis=0) for part in parts])
    weights = np.maximum(shown - RIM_SHARE * shown.max(axis=1, keepdims=True), 0)
    total = np.maximum(weights.sum(axis=1), 1e-6)
    return np.asarray((weights * across[near]).sum(axis=1) / total, dtype=np.float32)


BLANK_PX_PER_MM = 2.0
BLANK_CLEAR_MM = 0.9
"""Paper this near to print is not taken for blank: alignment without local shifts."""

RIM_MM = 4.0
"""Nor is paper this near to the sheet's edge, which is a dark straight line on a white lid."""


def _blank(printed: PrintedForm, page: int) -> Mask:
    """Where the form is blank, at `BLANK_PX_PER_MM`. Stamped texts are not known: few rows."""
    grey, size = render_blank(printed, page).grey, printed.layout.pages[page - 1]
    shape = round(size.width_mm * BLANK_PX_PER_MM), round(size.height_mm * BLANK_PX_PER_MM)
    darkest = cv2.erode(grey, np.ones((5, 5), np.uint8))
    dark = np.asarray(cv2.resize(darkest, shape, interpolation=cv2.INTER_AREA) < 250, np.uint8)
    side = 2 * round(BLANK_CLEAR_MM * BLANK_PX_PER_MM) + 1
    clear = cv2.dilate(dark, np.ones((side, side), np.uint8)) == 0
    rim = round(RIM_MM * BLANK_PX_PER_MM)
    inside = np.zeros_like(clear)
    inside[rim:-rim, rim:-rim] = True
    return np.asarray(clear & inside)


_blank_of = PageCache(_blank).get

FRAME_MM = 0.4
"""A streak crosses a box when it reaches further into it than this: the frame's line and what the
print is widened by (0.5 mm), less the error of places. On the frame it is seen as print, and beyond
the frame as ink from outside, which the net knows: 0 of 6,522 claims on 72 streaked pages wrong."""


def crossed(placed: PlacedBoxes, streaks: Sequence[Streak], px_per_mm: float) -> Iterator[str]:
    """Ids of the boxes whose inside a streak crosses."""
    for streak in streaks:
        places = placed.corners_px[:, :, 0 if streak.column else 1]
        reach = streak.width_px / 2 - FRAME_MM * px_per_mm
        met = (places.min(axis=1) <= streak.px + reach) & (places.max(axis=1) >= streak.px - reach)
        yield from (placed.boxes[row].id for row in np.flatnonzero(met))


def streaks_json(streaks: Sequence[Streak], px_per_mm: float) -> list[Mapping[str, object]]:
    """As published among a reading's facts: ``mm`` from the picture's left or upper edge."""
    return [
        {
            "along": "column" if streak.column else "row",
            "px": round(streak.px, 1),
            "mm": round(streak.px / px_per_mm, 1),
            "darkness": round(streak.darkness, 1),
        }
        for streak in streaks
    ]
