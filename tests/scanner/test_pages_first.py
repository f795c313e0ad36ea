"""A page in the middle of a stack comes at once, and is the same one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from scanner.pages import PageImage, open_pages

SHADES = (40, 90, 140, 190)


@pytest.fixture(params=["pdf", "tiff", "jpg", "png"])
def stack(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A file of every kind; four pages of different grey where the kind can hold them."""
    path = tmp_path / f"tumpukan.{request.param}"
    leaves = [Image.fromarray(np.full((300, 200), shade, np.uint8)) for shade in SHADES]
    if request.param in ("pdf", "tiff"):
        leaves[0].save(path, save_all=True, append_images=leaves[1:], resolution=25)
    else:
        leaves[0].save(path)
    return path


def test_beginning_later_gives_the_rest_of_the_same_pages(stack: Path) -> None:
    whole = [page for page in open_pages(stack) if isinstance(page, PageImage)]
    for first in range(len(whole) + 1):
        rest = list(open_pages(stack, first))
        assert [page.page_index for page in rest] == list(range(first, len(whole)))
        for page, known in zip(rest, whole[first:], strict=True):
            assert isinstance(page, PageImage)
            assert np.array_equal(page.grey, known.grey)
