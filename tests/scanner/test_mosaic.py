"""Measures of whole stacks are those of each window by itself."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from scanner.mosaic import labelled, nth_darkest, pieces, tiled


def test_nth_darkest_is_that_of_sorting() -> None:
    rng = np.random.default_rng(5)
    dark = rng.integers(1, 256, (6, 9, 7), dtype=np.uint8)
    ink = rng.random(dark.shape) < np.array([0.0, 0.02, 0.2, 0.5, 0.9, 1.0])[:, None, None]
    passed = ink.sum(axis=(1, 2)) // 4
    ranked = np.sort(np.where(ink, dark, 0).reshape(6, -1), axis=1)
    expected = ranked[np.arange(6), -1 - passed]
    assert nth_darkest(dark, ink, passed).tolist() == expected.tolist()


def test_passing_all_of_the_ink_leaves_none() -> None:
    dark, ink = np.full((1, 2, 2), 90, dtype=np.uint8), np.ones((1, 2, 2), dtype=np.bool_)
    assert nth_darkest(dark, ink, np.array([3])).tolist() == [90]
    assert nth_darkest(dark, ink, np.array([4])).tolist() == [0]


def test_no_windows_have_no_darkness() -> None:
    assert (
        nth_darkest(
            np.empty((0, 3, 3), np.uint8), np.empty((0, 3, 3), np.bool_), np.empty(0, np.intp)
        ).tolist()
        == []
    )


@pytest.mark.parametrize("count", [3, 40])
def test_pieces_in_windows_few_and_many(count: int) -> None:
    """So many windows that 16 bits do not suffice give the same as few."""
    ink = np.zeros((count, 90, 80), dtype=np.bool_)
    ink[:, 5:15, 5:9] = ink[:, 40:42, 60:70] = True
    found = pieces(tiled(ink), ink.shape)
    assert sorted(found.window[1:].tolist()) == sorted([*range(count)] * 2)
    assert set(found.area[1:].tolist()) == {40, 20}
    number, labels = labelled(tiled(ink), ink.shape)
    assert (number, labels.shape) == (2 * count + 1, ink.shape)
    assert ((labels > 0) == ink).all()
    assert (np.bincount(labels[ink])[1:] == found.area[1:]).all()


@pytest.mark.parametrize("share", [0.0, 0.1, 0.4, 1.0])
def test_pieces_are_those_of_opencv(share: float) -> None:
    """Also where ink touches the windows' rims and the very first pixel."""
    ink = np.random.default_rng(7).random((5, 31, 23)) < share
    ink[0, 0, 0] = share > 0
    mosaic = tiled(ink)
    found = pieces(mosaic, ink.shape)
    stats = cv2.connectedComponentsWithStats(mosaic, connectivity=8)[2][1:]
    window, top = np.divmod(stats[:, cv2.CC_STAT_TOP], ink.shape[1] + 1)
    left, width, height, area = (stats[:, column] for column in (0, 2, 3, 4))
    expected = [window, left, top, width, height, area]
    names = ("window", "left", "top", "width", "height", "area")
    assert [getattr(found, name)[1:].tolist() for name in names] == [
        column.tolist() for column in expected
    ]
    assert all(getattr(found, name)[0] == 0 for name in names)
    assert found.diagonal[0] == 0
