"""What the net is trained, checked and certified on: seeds, kinds of capture, how many sheets.

Seeds are those of `samples.simulator`; the bench's own (from 910,000) occur nowhere here.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from samples.bench.sheets import DRAWN, REAL, Task
from samples.simulator import realink

TRAINING_PROFILES = (
    "office300",
    "office200",
    "one_bit",
    "low_toner",
    "photocopy1",
    "phone",
    "warped",
    "stained",
    "fit_to_page",
    "enlarged",
)
"""Everything else that the bench reports on (second copies, folds, streaks, wet paper, faint pens,
colour photos, several kinds of damage at once, ...) is never seen in training."""

COPY_PROFILES = ("photocopy1", "photocopy3", "photocopy3_200")
"""What the net for photocopies learns from; second copies, which the bench reports on, lie
between."""

CERTIFIED_PROFILES = {
    "grey_scan": ("office300", "office200", "low_toner", "warped", "stained", "enlarged"),
    "one_bit": ("one_bit",),
    "photocopy": ("photocopy1", "photocopy2"),
    "phone": ("phone", "phone_colour"),
}
"""Calibration sheets by the kind of capture they should be told as. The reader tells the kind
itself; what it takes for another kind counts there."""

TRAINING_SEED, COPY_SEED, CERTIFY_SEED = 10_000, 30_000, 850_000

REAL_EVERY = 3
"""One sheet in so many with photographed ink (of the sheet for tuning alone) where at hand."""

FORMS = ("registrasi", "kehadiran", "registrasi", "umpan-balik", "registrasi", "sosialisasi")


def training_sheets(n: int) -> Iterator[Task]:
    """``n`` sheets of all training profiles."""
    yield from _sheets(TRAINING_PROFILES, n, TRAINING_SEED)


def copied_sheets(n: int) -> Iterator[Task]:
    """``n`` sheets of photocopies alone."""
    yield from _sheets(COPY_PROFILES, n, COPY_SEED)


def calibration_sheets(capture: str, n: int) -> Iterator[Task]:
    """``n`` calibration sheets of one kind of capture."""
    yield from _sheets(CERTIFIED_PROFILES[capture], n, CERTIFY_SEED)


def _sheets(profiles: tuple[str, ...], n: int, seed: int) -> Iterator[Task]:
    inks = (REAL, *[DRAWN] * (REAL_EVERY - 1)) if realink.find_folder() else (DRAWN,)
    rng = np.random.default_rng(seed)
    for number in range(n):
        yield Task(
            profile=str(rng.choice(profiles)),
            ink=str(rng.choice(inks)),
            paper=str(rng.choice(("a4", "f4"))),
            form=str(rng.choice(FORMS)),
            number=number,
            seed=seed,
            tuning=True,
        )
