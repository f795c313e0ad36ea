"""One simulated page from print to picture: the recipe of the simulator."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forms.layout import Layout
from samples.simulator import damage, wet
from samples.simulator.canvas import render
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
    canvas = render(pdf, pdf_page, coloured=profile.coloured)
    damage.fade_print(canvas, uniform(profile.toner, rng))
    damage.show_through(canvas, float(rng.uniform(0, profile.show_through)))
    printed = canvas.pixels.copy() if profile.wet else canvas.pixels
    write(canvas, layout, page, filling, source, seed)
    if profile.wet:
        wet.soak(canvas, printed, profile.wet, rng)
    size = layout.pages[page - 1]
    picture = capture(canvas, np.array([size.width_mm, size.height_mm]), profile, rng)
    return SimulatedPage(picture, truths(layout, page, filling))
