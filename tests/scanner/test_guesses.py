"""What a page still tells when its codes and markers are gone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scanner.codecheck import PageName
from scanner.guesses import MOST_LOOKED_AT, hints_of, near_codes, pages_to_look_for
from tests.scanner.conftest import SHEETS, Grey, PrintedOffice, paint


def _ruined(office: PrintedOffice, page: int, letters: int) -> Grey:
    """A page without markers and QR codes, of whose codes in letters some are left."""
    grey = office.render(SHEETS[0], page, 200)
    boxes = [box for box in office.layout.on_page(page) if box.kind in ("qr", "marker")]
    codes = [box for box in office.layout.on_page(page) if box.kind == "code"]
    for box in [*boxes, *codes[letters:]]:
        grey = paint(grey, office.corners_px(box.id, grey.shape), 240, grow=3)
    return grey


@pytest.mark.parametrize("turns", [0, 2])
@pytest.mark.parametrize("page", [1, 2])
def test_the_printed_page_and_its_letters_are_found_without_markers(
    a4: PrintedOffice, page: int, turns: int
) -> None:
    grey = np.ascontiguousarray(np.rot90(_ruined(a4, page, letters=1), turns))
    hints = hints_of(grey, a4.context(), 200)
    (fit,) = hints.fits
    assert (fit.layout_hash, fit.page, fit.rotation) == (a4.layout.hash, page, 180 * (turns == 2))
    names = [PageName(sheet, a4.layout.hash, n) for sheet in SHEETS for n in (1, 2)]
    assert near_codes(hints.lines, names)[0].name == PageName(SHEETS[0], a4.layout.hash, page)


def test_a_foreign_page_tells_nothing(a4: PrintedOffice) -> None:
    rng = np.random.default_rng(3)
    grey = rng.integers(180, 256, (2339, 1654), dtype=np.uint8)
    hints = hints_of(grey, a4.context(), 200)
    assert (hints.lines, hints.fits) == ((), ())


def test_of_many_layouts_those_printed_last_are_looked_for(a4: PrintedOffice) -> None:
    (form,) = a4.context().forms.values()
    old = {f"old{n}": form for n in range(100)}
    printed = {"S1": "old7", "S2": "new", "S3": "old9", "S4": "lost"}
    context = replace(a4.context(), forms={**old, "new": form}, printed=printed)
    pages = pages_to_look_for(context)
    assert pages[:6] == [(name, page) for name in ("old9", "new", "old7") for page in (1, 2)]
    assert len(pages) == len(set(pages)) == MOST_LOOKED_AT
