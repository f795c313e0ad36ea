"""The bench of page identity: what is ruined is ruined, and what is counted is true."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from samples.bench import identity, ruins
from samples.bench.accuracy import stock_in
from samples.bench.identity import CODES, LETTERS, MISIDENTIFIED, Ruined, Told
from samples.bench.sheets import DRAWN, Task
from samples.bench.stock import print_stock
from scanner.reading import IdentifiedBy

FORM = "umpan-balik"
SEED = 5


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stock")
    print_stock(folder, {FORM: 2})
    return folder


def test_every_kind_of_ruin_has_its_rows() -> None:
    pages = identity.ruined_pages(4)
    assert len(pages) == len(set(pages)) == 2 * 4 * len(ruins.kinds())
    rows = {page.row for page in pages}
    assert rows == {f"{what}: {kind}" for what in (CODES, LETTERS) for kind in ruins.kinds()}
    assert {page.dpi for page in pages} == set(identity.DPIS)


@pytest.mark.parametrize("what", [CODES, LETTERS])
def test_only_what_shall_be_ruined_is(stock: Path, what: str) -> None:
    """Before the picture is taken: all that differs lies round the codes."""
    loaded = stock_in(stock)
    page = loaded.sheets["a4", FORM][0][0]
    layout = loaded.context.forms[loaded.context.printed[page.sheet]].layout
    size = [round(side * ruins.PX_PER_MM) for side in (297.0, 210.0)]
    white = np.full(size, 255, dtype=np.uint8)
    ruin = ruins.ruined if what == CODES else ruins.letters_ruined
    seen = ruin(white, layout, 1, "thick marker", np.random.default_rng(1), 100)
    dark = np.argwhere(seen < 128) * 25.4 / 100
    boxes = [box for box in layout.on_page(1) if box.kind == ("qr" if what == CODES else "code")]
    for box in boxes:
        inside = (dark >= (box.y_mm - 8, box.x_mm - 8)) & (
            dark <= (box.y_mm + box.h_mm + 8, box.x_mm + box.w_mm + 8)
        )
        dark = dark[~inside.all(axis=1)]
    assert len(boxes) == (2 if what == CODES else 3)
    assert not len(dark)


def test_the_way_a_ruined_page_was_told(stock: Path) -> None:
    """Whole codes at the first look, codes under stains later, letters last."""
    ways = {
        Ruined(CODES, "copied", 0, SEED): IdentifiedBy.QR,
        Ruined(CODES, "stain 40 %", 0, SEED): IdentifiedBy.QR_KNOWN_POSITION,
        Ruined(LETTERS, "folded", 0, SEED): IdentifiedBy.PRINTED_CODE,
    }
    for page, way in ways.items():
        row, found = identity.tell_ruined(stock, page)
        assert (row, found.outcomes) == (page.row, Counter([way.value]))
        assert found.cpu_ms[0] > 0


def test_the_same_page_gives_the_same_picture(stock: Path) -> None:
    page = Ruined(CODES, "combined", 3, SEED)
    first, second = (identity.picture(stock_in(stock), page)[1] for _ in range(2))
    assert np.array_equal(first, second)


def test_a_page_told_as_another_one_is_counted(stock: Path) -> None:
    loaded = stock_in(stock)
    page, grey = identity.picture(loaded, Ruined(CODES, "copied", 0, SEED))
    for sheet, number in (("0" * 9, page.page), (page.sheet, 2)):
        found = identity.told(grey, sheet, number, loaded.context)
        assert found.outcomes == Counter([MISIDENTIFIED])


def test_pages_of_the_simulator_count_by_profile(stock: Path) -> None:
    row, found = identity.tell_sheet(stock, Task("office200", DRAWN, "a4", FORM, 0, SEED))
    assert (row, found.outcomes) == ("profile: office200", Counter(["qr"]))


def test_the_table_adds_up() -> None:
    rows = {
        "codes: torn": Told(Counter(["qr", "refused"]), [5.0, 900.0]),
        "profile: wet": Told(Counter(["unidentified"]), [30.0]),
    }
    lines = identity.as_table(rows).splitlines()
    assert len(lines) == 4
    numbers = lines[-1].removeprefix("all").split()
    assert numbers == ["3", "1", "0", "0", "0", "0", "1", "1", "0", "30", "900"]
