"""The cover lists every sheet of the pack once, and its ruler is 100 mm long."""

from __future__ import annotations

import io
import random
from collections import Counter

import numpy as np
import pikepdf
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.codelist import COLUMNS, CodeRow, Heading, NumberedSheet, grouped, on_pages, rows_of
from forms.cover import CoverFacts, CoverKind, add_cover
from forms.layout import PageSize
from forms.pdfout import PackFile
from forms.sheetcode import ALPHABET
from forms.typeset import PAPERS, PaperName

LONG_ROUND = "Pendataan keluarga prasejahtera dan penyandang disabilitas tahap kedua " * 4


def _sheets(count: int) -> tuple[NumberedSheet, ...]:
    rng = random.Random(count)
    return tuple((n, "".join(rng.choices(ALPHABET, k=9))) for n in range(1, count + 1))


def _facts(paper: PaperName = "a4", round_name: str = "Putaran 4", count: int = 40) -> CoverFacts:
    size = PageSize(width_mm=PAPERS[paper].width_mm, height_mm=PAPERS[paper].height_mm)
    kinds = (
        CoverKind("Pendataan Keluarga", 2, _sheets(count)),
        CoverKind("Laporan Sosialisasi", 1, _sheets(1)),
        CoverKind("Umpan Balik", 1, _sheets(20)),
    )
    return CoverFacts(
        "liyu-20261201-7kq2",
        round_name,
        "Baruh Panyambaran",
        "1 Desember 2026",
        paper,
        size,
        True,
        kinds,
    )


def _cover(facts: CoverFacts) -> bytes:
    with PackFile() as file:
        add_cover(file, facts)
        return file.saved("Sampul", facts.visit, two_sided=True)


def _texts(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]


@pytest.mark.parametrize("paper", ["a4", "f4"])
def test_a_usual_pack_has_one_page_of_cover(paper: PaperName) -> None:
    texts = _texts(_cover(_facts(paper)))
    assert len(texts) == 1
    said = [
        "liyu-20261201-7kq2",
        "Baruh Panyambaran",
        "Putaran 4",
        "1 Desember 2026",
        "Cetak 100 %, jangan perkecil.",
        {"a4": "A4 (210 × 297 mm)", "f4": "F4 (215 × 330 mm)"}[paper],
        "bolak-balik",
        "Serah terima",
        "Terpakai Kosong Rusak Hilang",
        "101 halaman isi",
        "halaman 1 dari 1",
        "Pendataan Keluarga: 40 lembar",
        f"{grouped(_sheets(40)[0][1])} – {grouped(_sheets(40)[-1][1])}",
    ]
    assert [text for text in said if text not in texts[0]] == []


@pytest.mark.parametrize("count", [1, 40, 700])
def test_every_code_is_listed_once_with_its_number(count: int) -> None:
    facts = _facts(count=count)
    text = " ".join(_texts(_cover(facts)))
    for kind in facts.kinds:
        assert [n for n, sheet in kind.sheets if f"{n} {grouped(sheet)}" not in text] == []
    listed = Counter(text.split())
    first_and_last = {kind.sheets[at][1] for kind in facts.kinds for at in (0, -1)}
    for kind in facts.kinds:
        for _, sheet in kind.sheets[1:-1]:
            assert listed[grouped(sheet)] == 1 + (sheet in first_and_last)


def test_further_pages_say_what_they_continue() -> None:
    texts = _texts(_cover(_facts(count=700)))
    assert len(texts) >= 3
    assert "Pendataan Keluarga (lanjutan)" in texts[1]
    assert f"halaman 2 dari {len(texts)}" in texts[1]
    assert all("liyu-20261201-7kq2" in text for text in texts)


def test_a_long_round_name_stands_whole_on_the_cover() -> None:
    texts = _texts(_cover(_facts(round_name=LONG_ROUND)))
    assert LONG_ROUND.strip() in texts[0]
    assert "Serah terima" in texts[0]


def test_one_sided_packs_say_so() -> None:
    facts = _facts()
    one_sided = CoverFacts(**{**vars(facts), "two_sided": False})
    assert "cetak satu sisi" in _texts(_cover(one_sided))[0]


def test_markup_in_a_name_is_printed_as_it_is() -> None:
    assert "<b>4</b> & lagi" in _texts(_cover(_facts(round_name="<b>4</b> & lagi")))[0]


@pytest.mark.parametrize("paper", ["a4", "f4"])
def test_the_ruler_is_100_mm_long(paper: PaperName) -> None:
    """Every dark run about that long in the upper third of the cover is one of the ruler's."""
    dpi = 600
    pdf = _cover(_facts(paper))
    with pypdfium2.PdfDocument(pdf) as document:
        grey = document[0].render(scale=dpi / 72, grayscale=True).to_numpy()
    dark = grey.reshape(grey.shape[:2])[: grey.shape[0] // 3] < 128
    edges = np.diff(np.pad(dark, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    starts, ends = np.nonzero(edges == 1), np.nonzero(edges == -1)
    lengths_mm = (ends[1] - starts[1]) / dpi * 25.4
    rulers = lengths_mm[(lengths_mm > 95) & (lengths_mm < 110)]
    assert len(rulers) >= 5
    np.testing.assert_allclose(rulers, 100.0, atol=0.06)


def test_the_cover_is_the_same_bytes_each_time() -> None:
    assert _cover(_facts()) == _cover(_facts())
    with pikepdf.open(io.BytesIO(_cover(_facts()))) as pdf:
        assert pdf.check_pdf_syntax() == []


kinds = st.lists(st.integers(1, 80), min_size=1, max_size=6).map(
    lambda counts: [(f"Jenis {n}", _sheets(count)) for n, count in enumerate(counts)]
)


@given(kinds, st.integers(0, 30), st.integers(2, 30))
def test_the_list_is_cut_into_pages_without_loss(
    kinds: list[tuple[str, tuple[NumberedSheet, ...]]], first: int, later: int
) -> None:
    pages = list(on_pages(rows_of(kinds), first, later))
    assert [len(page) <= (later if number else first) for number, page in enumerate(pages)] == [
        True
    ] * len(pages)
    rows = [row for page in pages for row in page]
    listed = [sheet for row in rows if isinstance(row, CodeRow) for sheet in row.sheets]
    assert listed == [sheet for _, sheets in kinds for sheet in sheets]
    assert all(len(row.sheets) <= COLUMNS for row in rows if isinstance(row, CodeRow))
    assert not any(isinstance(page[-1], Heading) for page in pages if page)
    assert all(isinstance(page[0], Heading) for page in pages if page)
