"""Windows cut one by one and windows cut together show the same."""

from __future__ import annotations

import numpy as np

from scanner import windows


def test_a_large_window_has_a_small_one_in_its_middle() -> None:
    rng = np.random.default_rng(7)
    image = rng.integers(0, 256, (300, 400), dtype=np.uint8)
    middles = rng.uniform((20.0, 20.0), (380.0, 280.0), (12, 2))  # some reach beyond the image
    slopes = np.array([[7.9, 0.3], [-0.4, 8.1]]) * rng.uniform(0.9, 1.1, (12, 1, 1))
    assert 60 * 50 >= windows.LARGE_PX > 40 * 30
    large = windows.cut(image, middles, slopes, (60, 50), 6.0)
    small = windows.cut(image, middles, slopes, (40, 30), 6.0)
    apart = large[:, 10:-10, 10:-10].astype(int) - small
    assert np.abs(apart).max() <= 2  # grey levels, of noise
    assert np.abs(apart).mean() < 0.01
