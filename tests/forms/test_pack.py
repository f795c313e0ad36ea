"""A pack holds what was ordered, in order, the same bytes every time, and says so."""

from __future__ import annotations

import datetime
import io
import pickle
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from forms.pack import Pack, PackError, PackOrder, SheetToPrint, make_pack
from forms.printed import PrintedForm
from forms.sheetcode import ALPHABET, printed_code

ROOT = Path(__file__).parent.parent.parent
KEY = b"kunci untuk uji, bukan rahasia.."
SmallForm = Callable[..., PrintedForm]


def _sheets(form: str, count: int) -> list[SheetToPrint]:
    rng = random.Random(form)
    return [SheetToPrint("".join(rng.choices(ALPHABET, k=9)), form) for _ in range(count)]


@pytest.fixture(scope="module")
def order(small_form: SmallForm) -> PackOrder:
    """Three sheets of two pages and two of one page."""
    return PackOrder(
        visit="liyu-20261201-7kq2",
        round_name="Putaran 4",
        desa="Liyu",
        date=datetime.date(2026, 12, 1),
        key=KEY,
        sheets=(*_sheets("dua", 3), *_sheets("satu", 2)),
        printed_forms={"dua": small_form("dua", pages=2), "satu": small_form("satu", pages=1)},
    )


@pytest.fixture(scope="module")
def pack(order: PackOrder) -> Pack:
    return make_pack(order)


def _shape(pack: Pack) -> list[tuple[str | None, int | None]]:
    """Form and page of each PDF page; also checks what is common to all entries."""
    with pikepdf.open(io.BytesIO(pack.pdf)) as pdf:
        assert len(pdf.pages) == len(pack.pages)
    assert [entry["pdf_page"] for entry in pack.pages] == list(range(1, len(pack.pages) + 1))
    assert all(entry["prefilled"] == {} for entry in pack.pages)
    assert all((entry["sheet"] is None) == (entry["form"] is None) for entry in pack.pages)
    return [(entry["form"], entry["page"]) for entry in pack.pages]


BLANK: tuple[None, None] = (None, None)


def test_two_sided_packs_start_every_sheet_on_a_new_leaf(pack: Pack) -> None:
    two = [("dua", 1), ("dua", 2)]
    assert _shape(pack) == [BLANK] * 2 + two * 3 + [("satu", 1), BLANK] * 2


def test_one_sided_packs_have_no_blank_backs(order: PackOrder) -> None:
    two = [("dua", 1), ("dua", 2)]
    assert (
        _shape(make_pack(replace(order, one_sided=True))) == [BLANK] + two * 3 + [("satu", 1)] * 2
    )


def test_the_manifest_names_every_sheet_in_the_order_of_printing(
    order: PackOrder, pack: Pack
) -> None:
    contract = pack.contract()
    assert set(contract) == {"round", "visit", "pages"}
    assert (contract["round"], contract["visit"]) == ("Putaran 4", "liyu-20261201-7kq2")
    assert set(contract["pages"][0]) == {"pdf_page", "sheet", "form", "page", "prefilled"}
    named = [entry["sheet"] for entry in pack.pages if entry["page"] == 1]
    assert named == [sheet.sheet for sheet in order.sheets]


def test_the_text_of_every_page_is_that_of_its_sheet(pack: Pack) -> None:
    with pypdfium2.PdfDocument(pack.pdf) as pdf:
        texts = [page.get_textpage().get_text_bounded() for page in pdf]
    for entry, text in zip(pack.pages, texts, strict=True):
        if entry["sheet"] is not None and entry["page"] is not None:
            assert text.count(printed_code(entry["sheet"], entry["page"])) == 3
            assert all(word in text for word in ("Liyu", "Putaran 4", "1 Desember 2026"))
    assert "1 dari 3" in texts[2]
    assert "3 dari 3" in texts[7]
    assert "2 dari 2" in texts[10]
    assert texts[1] == texts[9] == texts[11] == ""


def test_given_numbers_are_printed_instead_of_counted_ones(order: PackOrder) -> None:
    kept = (replace(order.sheets[0], number=2), replace(order.sheets[2], number=3))
    pack = make_pack(replace(order, sheets=kept))
    with pypdfium2.PdfDocument(pack.pdf) as pdf:
        texts = [page.get_textpage().get_text_bounded() for page in pdf]
    assert "2 dari 3" in texts[2]
    assert "3 dari 3" in texts[4]


def test_the_same_order_gives_the_same_bytes(order: PackOrder, pack: Pack, tmp_path: Path) -> None:
    """Also in another process, where Python orders its sets in another way."""
    path = tmp_path / "order"
    path.write_bytes(pickle.dumps(order))
    program = (
        "import pickle, sys; from pathlib import Path; from forms.pack import make_pack;"
        f"order = pickle.loads(Path({str(path)!r}).read_bytes());"
        "sys.stdout.buffer.write(make_pack(order).pdf)"
    )
    assert make_pack(order).pdf == pack.pdf
    there = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True)
    assert there.stderr == b""
    assert there.stdout == pack.pdf


def test_another_key_visit_or_sheet_gives_other_bytes(order: PackOrder, pack: Pack) -> None:
    packs = {
        make_pack(other).pdf
        for other in (
            replace(order, key=b"x" * 32),
            replace(order, visit="liyu-20261201-0000"),
            replace(order, sheets=order.sheets[::-1]),
        )
    }
    assert len(packs | {pack.pdf}) == 4


def test_the_file_is_sound_and_says_what_it_is(pack: Pack) -> None:
    with pikepdf.open(io.BytesIO(pack.pdf)) as pdf:
        assert pdf.check_pdf_syntax() == []
        info = {str(name): str(value) for name, value in pdf.docinfo.items()}
        preferences = pdf.Root.ViewerPreferences
        assert preferences.PrintScaling == pikepdf.Name("/None")
        assert preferences.Duplex == pikepdf.Name.DuplexFlipLongEdge
    assert info == {
        "/Title": "Paket lembar Liyu, 1 Desember 2026",
        "/Subject": "liyu-20261201-7kq2",
        "/Creator": "Pak Sotarsa",
        "/Producer": "Pak Sotarsa",
    }


def test_every_font_is_embedded(pack: Pack) -> None:
    with pikepdf.open(io.BytesIO(pack.pdf)) as pdf:
        fonts = [font for page in pdf.pages for font in page.resources.get("/Font", {}).values()]
        descriptors = [
            font.FontDescriptor
            if "/FontDescriptor" in font
            else font.DescendantFonts[0].FontDescriptor
            for font in fonts
        ]
        assert len(descriptors) >= 12
        assert all(
            "/FontFile2" in descriptor or "/FontFile3" in descriptor for descriptor in descriptors
        )


def test_sheets_share_their_base_pages(pack: Pack) -> None:
    with pikepdf.open(io.BytesIO(pack.pdf)) as pdf:
        pages = pdf.pages[2:8]
        shared = {page.obj.Contents[0].objgen for page in pages}
        own = {page.obj.Contents[1].objgen for page in pages}
        assert (len(shared), len(own)) == (2, 6)
        assert len({page.obj.Resources.objgen for page in pages[::2]}) == 1


def test_a_sheet_of_two_pages_costs_less_than_two_kilobytes(registrasi: PrintedForm) -> None:
    """1,000 sheets must stay below 3 MB; what is shared is 60 KB."""
    sizes = []
    for count in (20, 60):
        sheets = tuple(_sheets("registrasi", count))
        forms = {"registrasi": registrasi}
        date = datetime.date(2026, 12, 1)
        pack = make_pack(PackOrder("v", "r", "Liyu", date, KEY, sheets, forms))
        sizes.append(len(pack.pdf))
    assert (sizes[1] - sizes[0]) / 40 < 2048
    assert sizes[0] < 150_000


def test_neither_file_nor_order_shows_the_key(order: PackOrder, pack: Pack) -> None:
    assert KEY.hex() not in repr(order)
    assert repr(KEY) not in repr(order)
    with pikepdf.open(io.BytesIO(pack.pdf)) as pdf:
        streams = [obj for obj in pdf.objects if isinstance(obj, pikepdf.Stream)]
        assert len(streams) > 10
        assert not any(KEY in stream.read_bytes() for stream in streams)


def test_an_empty_order_is_refused(order: PackOrder) -> None:
    with pytest.raises(PackError, match="kosong"):
        make_pack(replace(order, sheets=()))


def test_a_form_that_is_not_at_hand_is_refused_by_name(order: PackOrder) -> None:
    with pytest.raises(PackError, match="tidak tersedia untuk dicetak: dua"):
        make_pack(replace(order, printed_forms={"satu": order.printed_forms["satu"]}))


def test_a_sheet_ordered_twice_is_refused(order: PackOrder) -> None:
    with pytest.raises(PackError, match=f"dua kali.*{order.sheets[0].sheet}"):
        make_pack(replace(order, sheets=(*order.sheets, order.sheets[0])))


def test_two_papers_in_one_pack_are_refused(order: PackOrder, small_form: SmallForm) -> None:
    mixed = {**order.printed_forms, "satu": small_form("satu", paper="f4", pages=1)}
    with pytest.raises(PackError, match="satu ukuran kertas: A4, F4"):
        make_pack(replace(order, printed_forms=mixed))


def test_a_base_pdf_of_other_pages_than_its_layout_is_refused(
    order: PackOrder, small_form: SmallForm
) -> None:
    one, two = small_form("satu", pages=1), small_form("satu", pages=2)
    wrong = {**order.printed_forms, "satu": replace(one, base_pdf=two.base_pdf)}
    with pytest.raises(ValueError, match="satu: base PDF and layout differ"):
        make_pack(replace(order, printed_forms=wrong))
