"""A picture halved beforehand gives the same as one that is not."""

from __future__ import annotations

import numpy as np
import pytest

from scanner.paper import reduce_area, work_image

SHAPE = (1013, 811)
"""Odd sides, so that rows and columns are cut off."""


def _grey() -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    return np.random.default_rng(3).integers(0, 256, SHAPE, dtype=np.uint8)


@pytest.mark.parametrize("factor", [1, 2, 3, 4, 6, 8])
def test_reduced_from_the_halved(factor: int) -> None:
    raw = _grey()
    reduced = reduce_area(raw, factor, reduce_area(raw, 2))
    assert reduced.shape == (SHAPE[0] // factor, SHAPE[1] // factor)
    assert np.array_equal(reduced, reduce_area(raw, factor))


@pytest.mark.parametrize("px_per_mm", [4.0, 7.9, 11.8, 17.7, 23.6])
def test_work_image_from_the_halved(px_per_mm: float) -> None:
    """100 to 600 dpi: taken as it is, halved, thirded and quartered."""
    raw = _grey()
    work, plain = work_image(raw, px_per_mm, reduce_area(raw, 2)), work_image(raw, px_per_mm)
    assert work.reduction == plain.reduction
    assert np.array_equal(work.grey, plain.grey)
