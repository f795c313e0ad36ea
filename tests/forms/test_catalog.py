"""Every form of the catalog on both papers: what a person and a scanner need is there."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, pairwise

import cv2
import numpy as np
import pikepdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from numpy.typing import NDArray

from forms.layout import Box, Layout
from forms.printed import PrintedForm
from forms.sheetcode import printed_code
from forms.spec import catalog_forms
from forms.typeset import PAPERS, TEMPLATES, PaperName, typeset

DPI = 300
PX = DPI / 25.4
MM_PER_POINT = 25.4 / 72
PAPER_DARK, INK_DARK = 250, 100
"""Grey values: paper is above the first, a black line below the second."""

Grey = NDArray[np.uint8]


@dataclass(frozen=True)
class Shown:
    """A printed form with pictures of its pages at DPI, and where its characters lie."""

    printed: PrintedForm
    pages: tuple[Grey, ...]
    letters: tuple[tuple[Box, ...], ...]

    @property
    def layout(self) -> Layout:
        return self.printed.layout


def _area(box_id: str, page: int, x: float, y: float, w: float, h: float) -> Box:
    places = {"x_mm": x, "y_mm": y, "w_mm": w, "h_mm": h}
    about = {"id": box_id, "field": "text", "kind": "ink", "means": "other", "page": page}
    return Box.model_validate({**about, **places})


def _letters(page: pypdfium2.PdfPage, number: int) -> Iterator[Box]:
    """The inked rectangle of every printed character, its id the character."""
    text, height = page.get_textpage(), page.get_height()
    for index in range(text.count_chars()):
        left, bottom, right, top = text.get_charbox(index)
        if right > left:
            x, y = left * MM_PER_POINT, (height - top) * MM_PER_POINT
            w, h = (right - left) * MM_PER_POINT, (top - bottom) * MM_PER_POINT
            yield _area(text.get_text_range(index, 1), number, x, y, w, h)


_printed = cache(typeset)


@pytest.fixture(
    scope="module", params=[(f, p) for f in catalog_forms() for p in PAPERS], ids="-".join
)
def shown(request: pytest.FixtureRequest) -> Shown:
    printed = _printed(*request.param)
    pdf = pypdfium2.PdfDocument(printed.base_pdf)
    pages = tuple(page.render(scale=DPI / 72, grayscale=True).to_numpy() for page in pdf)
    letters = tuple(tuple(_letters(page, n)) for n, page in enumerate(pdf, start=1))
    return Shown(printed, pages, letters)


def _grown(box: Box, by_mm: float) -> Box:
    places = {"x_mm": box.x_mm - by_mm, "y_mm": box.y_mm - by_mm}
    sizes = {"w_mm": box.w_mm + 2 * by_mm, "h_mm": box.h_mm + 2 * by_mm}
    return box.model_copy(update={**places, **sizes})


def _gaps(a: Box, b: Box) -> tuple[float, float]:
    """White between two boxes across and down; negative where they overlap."""
    across = max(a.x_mm, b.x_mm) - min(a.x_mm + a.w_mm, b.x_mm + b.w_mm)
    down = max(a.y_mm, b.y_mm) - min(a.y_mm + a.h_mm, b.y_mm + b.h_mm)
    return across, down


def _apart(a: Box, b: Box) -> float:
    """The larger of the two gaps: how far the boxes are from touching."""
    return max(_gaps(a, b)) if a.page == b.page else float("inf")


def _corners(boxes: Sequence[Box]) -> NDArray[np.float64]:
    """One row a box: left, top, right, bottom in mm."""
    return np.array([(b.x_mm, b.y_mm, b.x_mm + b.w_mm, b.y_mm + b.h_mm) for b in boxes])


def _of_kind(layout: Layout, *kinds: str) -> list[Box]:
    return [box for box in layout.boxes if box.kind in kinds]


def _crop(shown: Shown, box: Box, by_mm: float = 0.0) -> Grey:
    """The picture of ``box`` made larger (or smaller, below 0) on all sides."""
    at = _grown(box, by_mm)
    x0, y0 = round(at.x_mm * PX), round(at.y_mm * PX)
    x1, y1 = round((at.x_mm + at.w_mm) * PX), round((at.y_mm + at.h_mm) * PX)
    return shown.pages[box.page - 1][y0:y1, x0:x1]


# --- the page as a whole --------------------------------------------------------------------


def test_only_our_fonts_are_in_the_pdf(shown: Shown) -> None:
    names = set()
    with pikepdf.open(io.BytesIO(shown.printed.base_pdf)) as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
                assert "/FontFile2" in item or "/FontFile3" in item
                names.add(str(item.FontName).split("+")[-1].replace("-", " "))
    assert names
    assert all(name.startswith("Sotarsa Teks") for name in names), names


def test_no_text_is_smaller_than_9_pt(shown: Shown) -> None:
    with pikepdf.open(io.BytesIO(shown.printed.base_pdf)) as pdf:
        sizes = [size for page in pdf.pages for size in _text_sizes(page)]
    assert sizes
    assert min(sizes) >= 9 - 0.01


def _text_sizes(page: pikepdf.Page) -> Iterator[float]:
    """Sizes in points of all texts, from the font size and the matrices in force."""
    stack, scale, line, size = [], 1.0, 1.0, 0.0
    for instruction in pikepdf.parse_content_stream(page):
        operands = instruction.operands
        match str(instruction.operator):
            case "q":
                stack.append(scale)
            case "Q":
                scale = stack.pop()
            case "cm":
                scale *= abs(float(operands[3]))
            case "Tm":
                line = abs(float(operands[3]))
            case "Tf":
                size = float(operands[1])
            case "Tj" | "TJ":
                yield size * line * scale


def test_nothing_is_printed_within_10_mm_of_the_edge(shown: Shown) -> None:
    for image in shown.pages:
        rows, columns = np.nonzero(image < PAPER_DARK)
        edge = int(10 * PX)
        assert min(rows.min(), columns.min()) >= edge
        assert rows.max() <= image.shape[0] - edge
        assert columns.max() <= image.shape[1] - edge


def test_text_lies_beside_the_boxes_not_in_them(shown: Shown) -> None:
    """A letter at least 1.2 mm from every mark box, 0.3 mm from other boxes, 3 mm from a QR."""
    distance = {"mark": 1.2, "cell": 0.3, "ink": 0.3, "code": 0.2, "marker": 1.5, "qr": 3.2}
    for box in shown.layout.boxes:
        text = _corners(shown.letters[box.page - 1])
        x0, y0, x1, y1 = _corners([_grown(box, distance[box.kind])])[0]
        across = np.minimum(text[:, 2], x1) - np.maximum(text[:, 0], x0)
        down = np.minimum(text[:, 3], y1) - np.maximum(text[:, 1], y0)
        assert not ((across > 0) & (down > 0)).any(), box.id


def test_letters_do_not_run_into_each_other(shown: Shown) -> None:
    """Two texts overlap where letters of different lines cover each other."""
    for letters in shown.letters:
        tall = [letter for letter in letters if letter.h_mm > 1]
        boxes = _corners(tall)
        across = np.minimum.outer(boxes[:, 2], boxes[:, 2]) - np.maximum.outer(
            boxes[:, 0], boxes[:, 0]
        )
        down = np.minimum.outer(boxes[:, 3], boxes[:, 3]) - np.maximum.outer(
            boxes[:, 1], boxes[:, 1]
        )
        clash = (across > 0.3) & (down > 0.3)
        clash &= ~np.tri(len(tall), k=1, dtype=bool)  # each pair once, and no ligatures
        assert not clash.any(), [tall[i].id + tall[j].id for i, j in np.argwhere(clash)[:9]]


def test_the_page_says_what_a_reader_aloud_needs(shown: Shown) -> None:
    spec = shown.printed.spec
    pdf = pypdfium2.PdfDocument(shown.printed.base_pdf)
    pages = [" ".join(page.get_textpage().get_text_bounded().split()) for page in pdf]
    for number, text in enumerate(pages, start=1):
        assert spec.title in text
        assert f"Halaman {number} dari {spec.pages}" in text
        assert "Cara mengisi" in text
    whole = " ".join(pages)
    assert spec.notice.version in whole
    assert " ".join(spec.notice.text.split()) in whole
    assert "UU 27/2022" in whole
    for field in spec.fields:
        words = {word for option in field.options for word in option.label.split()}
        assert all(word in whole for word in words)


# --- boxes ------------------------------------------------------------------------------------


def test_no_two_boxes_overlap(shown: Shown) -> None:
    for page in range(1, len(shown.layout.pages) + 1):
        clashes = [
            (a.id, b.id)
            for a, b in combinations(shown.layout.on_page(page), 2)
            if _apart(a, b) < -0.0015
        ]
        assert not clashes


def test_fields_stay_clear_of_reserved_places(shown: Shown) -> None:
    """White round them: 4 modules of 0.8 mm for a QR, one module of 1.5 mm for a marker."""
    white = {"qr": 3.2, "marker": 1.5, "code": 1.0}
    for reserved in _of_kind(shown.layout, *white):
        fields = _of_kind(shown.layout, "mark", "cell", "ink")
        assert all(_apart(reserved, box) >= white[reserved.kind] - 1e-6 for box in fields)


def test_reserved_places_are_white(shown: Shown) -> None:
    for box in _of_kind(shown.layout, "qr", "code"):
        assert _crop(shown, box, 3.1 if box.kind == "qr" else 0.1).min() >= PAPER_DARK


def test_all_fields_lie_in_the_room_that_an_a4_glass_sees(shown: Shown) -> None:
    size = shown.layout.pages[0]
    for box in shown.layout.boxes:
        if box.kind != "marker":
            assert box.x_mm >= 10 and box.x_mm + box.w_mm <= min(size.width_mm - 10, 205)
            assert box.y_mm >= 10 and box.y_mm + box.h_mm <= 292


def test_mark_boxes_are_4_5_mm_and_well_apart(shown: Shown) -> None:
    marks = _of_kind(shown.layout, "mark")
    for box in marks:
        assert 4.499 <= box.w_mm <= 5.001
        assert box.h_mm == box.w_mm
    assert min(_apart(a, b) for a, b in combinations(marks, 2)) >= 2.499


def test_cells_are_large_enough(shown: Shown) -> None:
    for box in _of_kind(shown.layout, "cell"):
        assert box.w_mm >= 5 - 0.0015
        assert box.h_mm >= 7


def test_cells_of_a_comb_follow_each_other_without_gap(shown: Shown) -> None:
    for boxes in _combs(shown.layout):
        assert [box.index for box in boxes] == list(range(1, len(boxes) + 1))
        for left, right in pairwise(boxes):
            assert left.y_mm == right.y_mm
            assert abs(left.x_mm + left.w_mm - right.x_mm) < 0.0015


def _combs(layout: Layout) -> list[tuple[Box, ...]]:
    return [
        boxes
        for page in range(1, len(layout.pages) + 1)
        for boxes in layout.fields_on_page(page).values()
        if boxes[0].kind == "cell"
    ]


def test_signature_boxes_hold_a_thumbprint(shown: Shown) -> None:
    signatures = [
        box
        for box in _of_kind(shown.layout, "ink")
        if box.field.startswith(("tanda_tangan", "ttd_", "saksi", "petugas"))
    ]
    assert all(min(box.w_mm, box.h_mm) >= 25 for box in signatures)
    assert signatures or shown.layout.form == "umpan-balik"


def test_a_fold_in_half_misses_the_mark_boxes(shown: Shown) -> None:
    fold_mm = shown.layout.pages[0].height_mm / 2
    for box in _of_kind(shown.layout, "mark"):
        assert not box.y_mm - 0.5 < fold_mm < box.y_mm + box.h_mm + 0.5, box.id


def test_a_mark_box_is_a_black_frame_on_white(shown: Shown) -> None:
    """The outer edge of the frame is the box of the layout, to half a pixel at 300 dpi."""
    for box in _of_kind(shown.layout, "mark"):
        assert _crop(shown, box, -0.5).min() >= PAPER_DARK, f"{box.id}: print inside"
        frame = _crop(shown, box, -0.05)
        sides = (frame[0], frame[-1], frame[:, 0], frame[:, -1])
        assert max(side.max() for side in sides) < INK_DARK, f"{box.id}: frame elsewhere"
        around = _crop(shown, box, 1.1).copy()
        around[11:-11, 11:-11] = 255
        assert around.min() >= PAPER_DARK, f"{box.id}: print too near"


def test_a_comb_has_a_black_frame_and_white_cells(shown: Shown) -> None:
    for boxes in _combs(shown.layout):
        for box in boxes:
            assert _crop(shown, box, -0.5).min() >= PAPER_DARK, f"{box.id}: print inside"
            edges = _crop(shown, box, -0.05)
            assert max(edges[0].max(), edges[-1].max()) < INK_DARK, f"{box.id}: frame elsewhere"
        assert _crop(shown, boxes[0], -0.05)[:, 0].max() < INK_DARK
        assert _crop(shown, boxes[-1], -0.05)[:, -1].max() < INK_DARK


def test_ink_areas_are_empty_frames(shown: Shown) -> None:
    for box in _of_kind(shown.layout, "ink"):
        assert _crop(shown, box, -0.5).min() >= PAPER_DARK, f"{box.id}: print inside"
        frame = _crop(shown, box, -0.05)
        sides = (frame[0], frame[-1], frame[:, 0], frame[:, -1])
        assert max(side.max() for side in sides) < INK_DARK, f"{box.id}: frame elsewhere"


# --- the skeleton ---------------------------------------------------------------------------------


def test_markers_are_found_where_the_layout_says(shown: Shown) -> None:
    finder = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50))
    for number, image in enumerate(shown.pages, start=1):
        corners, ids, _ = finder.detectMarkers(np.ascontiguousarray(image))
        assert sorted(ids.ravel().tolist()) == [0, 1, 2, 3]
        found = {int(i): quad[0] / PX for i, quad in zip(ids.ravel(), corners, strict=True)}
        for box in _of_kind(shown.layout, "marker"):
            if box.page == number:
                top_left, bottom_right = found[int(box.id[-1])][[0, 2]]
                assert np.allclose(top_left, (box.x_mm, box.y_mm), atol=0.15)
                expected = (box.x_mm + box.w_mm, box.y_mm + box.h_mm)
                assert np.allclose(bottom_right, expected, atol=0.15)


def test_markers_stand_in_reading_order_10_mm_from_the_edges(shown: Shown) -> None:
    size = shown.layout.pages[0]
    for page in range(1, len(shown.layout.pages) + 1):
        tl, tr, br, bl = (b for b in shown.layout.on_page(page) if b.kind == "marker")
        assert (tl.x_mm, tl.y_mm) == (bl.x_mm, tr.y_mm)
        assert (br.x_mm, br.y_mm) == (tr.x_mm, bl.y_mm)
        assert min(tl.x_mm, tl.y_mm) >= 10
        assert br.x_mm + br.w_mm <= size.width_mm - 10
        assert br.y_mm + br.h_mm <= size.height_mm - 10


def test_the_two_qr_codes_are_20_mm_and_far_apart(shown: Shown) -> None:
    size = shown.layout.pages[0]
    for page in range(1, len(shown.layout.pages) + 1):
        first, second = (box for box in shown.layout.on_page(page) if box.kind == "qr")
        assert (first.w_mm, first.h_mm, second.w_mm, second.h_mm) == (20, 20, 20, 20)
        assert first.x_mm - second.x_mm > size.width_mm / 2
        assert second.y_mm - first.y_mm > size.height_mm / 2
        if shown.layout.paper == "f4":
            assert size.height_mm - (second.y_mm + second.h_mm) >= 38


def test_a_code_box_holds_the_code_at_11_pt(shown: Shown) -> None:
    font = TTFont(TEMPLATES / "fonts" / "B612Mono-Bold.ttf")
    advance = font["hmtx"][font.getBestCmap()[ord("W")]][0] / font["head"].unitsPerEm
    letters = len(printed_code("7KQ2MX94D", 1))
    for box in _of_kind(shown.layout, "code"):
        assert letters * advance * 11 * MM_PER_POINT <= box.w_mm
        assert box.h_mm >= 11 * MM_PER_POINT


def test_every_page_has_room_for_its_stamps(shown: Shown) -> None:
    names = {
        f"stamp:{page}:{name}"
        for page in range(1, len(shown.layout.pages) + 1)
        for name in ("desa", "putaran", "tanggal", "lembar")
    }
    assert {stamp.id for stamp in shown.layout.stamps} == names
    for stamp in shown.layout.stamps:
        area = _area(stamp.id, stamp.page, stamp.x_mm, stamp.y_mm, stamp.w_mm, stamp.h_mm)
        assert _crop(shown, area).min() >= PAPER_DARK
        assert all(_apart(area, box) > 0 for box in shown.layout.on_page(stamp.page))


@pytest.mark.parametrize("paper", PAPERS)
def test_all_pages_of_one_paper_share_the_skeleton(paper: PaperName) -> None:
    skeletons = set()
    for form in catalog_forms():
        layout = _printed(form, paper).layout
        for page in range(1, len(layout.pages) + 1):
            reserved = [b for b in layout.on_page(page) if b.kind in ("qr", "marker", "code")]
            skeletons.add(tuple((b.kind, b.x_mm, b.y_mm, b.w_mm, b.h_mm) for b in reserved))
    assert len(skeletons) == 1
