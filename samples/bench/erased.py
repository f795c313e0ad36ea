"""Marks of which the capture left nothing: told by taking the same picture without them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from forms.layout import Box
from samples.simulator.canvas import Pixels
from samples.simulator.capture import Capture
from samples.simulator.marks import Kind
from samples.simulator.profiles import Profile

REACH_MM: Mapping[Kind, float] = {Kind.AROUND: 1.8, Kind.AROUND_WIDE: 5.0, Kind.CORNER: 3.5}
USUAL_REACH_MM = 0.6
"""How far beyond its box a mark is looked for. A neighbour's ink that comes in there keeps a mark
from counting as erased; so fewer are excused, never more."""

FAINT_TONER = 0.8


def may_erase(profile: Profile) -> bool:
    """Whether pale ink can be lost without any trace: at a threshold, or in a copier."""
    return profile.bits == 1 or profile.copies > 0 or profile.toner[1] < FAINT_TONER


def erased(
    picture: Capture, without_marks: Pixels, boxes: Sequence[Box], kinds: Mapping[str, Kind]
) -> frozenset[str]:
    """Ids of the marked boxes round which no pixel differs from the picture of the same page
    with the same chance and no marks. ``kinds``: what stands in each marked box."""
    return frozenset(
        box.id
        for box in boxes
        if box.id in kinds and _same(picture, without_marks, box, kinds[box.id])
    )


def _same(picture: Capture, without: Pixels, box: Box, kind: Kind) -> bool:
    reach = REACH_MM.get(kind, USUAL_REACH_MM)
    x0, y0 = box.x_mm - reach, box.y_mm - reach
    x1, y1 = box.x_mm + box.w_mm + reach, box.y_mm + box.h_mm + reach
    px = picture.geometry.to_px(np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]))
    left, top = np.maximum(np.floor(px.min(axis=0)), 0).astype(int)
    right, bottom = np.ceil(px.max(axis=0)).astype(int)
    window = (slice(top, max(bottom, 0)), slice(left, max(right, 0)))
    return bool(np.array_equal(picture.pixels[window], without[window]))
