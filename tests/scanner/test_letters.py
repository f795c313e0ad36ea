"""The code in letters: which page of the right sheet, when one line is all that is left."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from forms.sheetcode import printed_code
from scanner import pipeline
from scanner.codeplaces import placed_skeletons
from scanner.context import ReaderContext
from scanner.identify import Identity, identify
from scanner.letters import letters_seen, page_by_letters, page_of_lines
from scanner.markers import find_markers
from scanner.pages import PageImage
from scanner.reading import IdentifiedBy, PageStatus, Reason
from tests.scanner.conftest import SHEETS, PrintedOffice

SHEET = SHEETS[0]
FIRST, SECOND = (printed_code(SHEET, page).replace("-", "") for page in (1, 2))


@pytest.fixture(scope="module")
def alike(a4: PrintedOffice) -> ReaderContext:
    """An office whose form has the same fields on both of its pages."""
    first = [box for box in a4.layout.boxes if box.page == 1]
    again = [box.model_copy(update={"page": 2}) for box in first]
    layout = a4.layout.model_copy(update={"boxes": (*first, *again)})
    form = replace(a4.printed, layout=layout)
    return replace(a4.context(), forms={a4.layout.hash: form})


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([FIRST, "", ""], False),
        ([FIRST, FIRST[:5], "AB"], False),
        ([FIRST, "X" * 9 + FIRST[9] + "?", ""], True),  # a second line has the page's number
        ([FIRST, "X" * 10 + FIRST[10], ""], True),  # or its check character
        (["X" + FIRST[1:], FIRST[:9] + SECOND[9] + FIRST[10], FIRST[2:]], True),
        ([FIRST, FIRST, ""], True),
        ([FIRST, SECOND, FIRST], False),
    ],
)
def test_one_line_alone_names_no_page_that_looks_like_another(
    alike: ReaderContext, lines: list[str], told: bool
) -> None:
    name = page_of_lines(lines, alike)
    assert (name is not None) == told
    assert name is None or (name.sheet, name.page) == (SHEET, 1)


def test_one_line_is_enough_where_the_pages_differ(a4: PrintedOffice) -> None:
    for page, line in ((1, FIRST), (2, SECOND)):
        name = page_of_lines(["", line, ""], a4.context())
        assert name is not None
        assert (name.sheet, name.page) == (SHEET, page)


@pytest.mark.parametrize("page", [1, 2])
def test_a_page_taken_for_the_other_one_is_not_read(
    a4: PrintedOffice, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    """What letters wrongly told would end here: the other page's landmarks are not there."""

    def misread(*args: Any) -> Any:
        found = identify(*args)
        assert isinstance(found, Identity)
        return replace(found, page=3 - page, codes={}, identified_by=IdentifiedBy.PRINTED_CODE)

    image = PageImage("x", 0, np.ascontiguousarray(a4.render(SHEET, page)), 200.0, {})
    assert pipeline.read_page(image, a4.context()).status is PageStatus.READ
    monkeypatch.setattr(pipeline, "identify", misread)
    reading = pipeline.read_page(image, a4.context())
    assert (reading.status, reading.reasons) == (PageStatus.REFUSED, (Reason.NOT_ALIGNED,))


def test_noise_is_not_read(a4: PrintedOffice) -> None:
    """Over noise Tesseract takes a second and more; two lines of three under it cost nothing."""
    grey = a4.render(SHEET)
    noise = np.random.default_rng(2).integers(0, 256, grey.shape).astype(np.uint8)
    (place,) = placed_skeletons(grey, find_markers(grey), a4.context())
    under = list(replace(place, grey=noise).letter_crops())
    assert page_by_letters(under, a4.context()) is None
    assert letters_seen(under) == []
    lines = letters_seen([*under[:2], *place.letter_crops()])
    assert lines == [FIRST] * 3
