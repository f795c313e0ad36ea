"""One simulated page from print to picture: the recipe of the simulator."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace

import numpy as np

from forms.layout import Layout
from samples.simulator import damage, wet
from samples.simulator.blanks import blank
from samples.simulator.canvas import Canvas, Pixels
from samples.simulator.capture import Capture, capture, uniform
from samples.simulator.filling import FieldTruth, Filling, MarkSource, truths, write
from samples.simulator.pens import Rng
from samples.simulator.profiles import Profile


@dataclass(frozen=True, eq=False)
class SimulatedPage:
    """A picture and all that is true of it."""

    picture: Capture
    fields: dict[str, FieldTruth]


def simulate(
    pdf: bytes,
    pdf_page: int,
    layout: Layout,
    page: int,
    filling: Filling,
    profile: Profile,
    source: MarkSource,
    rng: Rng,
    *,
    ink_seed: int | None = None,
) -> SimulatedPage:
    """Print page ``pdf_page`` (from 0) of ``pdf``, which is page ``page`` (from 1) of
    ``layout``; write on it; take its picture. The same ``ink_seed`` gives the same strokes on
    another picture of the sheet."""
    seed = int(rng.integers(2**32)) if ink_seed is None else ink_seed
    canvas = _printed(pdf, pdf_page, layout, page, profile, rng)
    printed = canvas.pixels.copy() if profile.wet else canvas.pixels
    write(canvas, layout, page, filling, source, seed)
    picture = _taken(canvas, printed, layout, page, profile, rng)
    return SimulatedPage(picture, truths(layout, page, filling))


def simulate_twice(
    pdf: bytes,
    pdf_page: int,
    layout: Layout,
    page: int,
    filling: Filling,
    profile: Profile,
    source: MarkSource,
    rng: Rng,
) -> tuple[SimulatedPage, Capture]:
    """Like `simulate`; and the picture, by the same chance, of the page with no box marked."""
    seed = int(rng.integers(2**32))
    canvas = _printed(pdf, pdf_page, layout, page, profile, rng)
    printed = canvas.pixels.copy() if profile.wet else canvas.pixels
    write(canvas, layout, page, replace(filling, marks={}), source, seed)
    bare = Canvas(canvas.pixels.copy(), canvas.scale)
    write(canvas, layout, page, Filling(filling.writer, filling.marks), source, seed)
    without = _taken(bare, printed, layout, page, profile, copy.deepcopy(rng))
    picture = _taken(canvas, printed, layout, page, profile, rng)
    return SimulatedPage(picture, truths(layout, page, filling)), without


def _printed(
    pdf: bytes, pdf_page: int, layout: Layout, page: int, profile: Profile, rng: Rng
) -> Canvas:
    """The page as the printer gave it, with what its back shows through."""
    canvas = blank(pdf, pdf_page, layout, page, coloured=profile.coloured)
    damage.fade_print(canvas, uniform(profile.toner, rng))
    damage.show_through(canvas, float(rng.uniform(0, profile.show_through)))
    return canvas


def _taken(
    canvas: Canvas, printed: Pixels, layout: Layout, page: int, profile: Profile, rng: Rng
) -> Capture:
    """The picture of a filled page. ``printed``: the page before any ink was laid."""
    if profile.wet:
        wet.soak(canvas, printed, profile.wet, rng)
    size = layout.pages[page - 1]
    return capture(canvas, np.array([size.width_mm, size.height_mm]), profile, rng)
