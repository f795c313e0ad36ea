"""Pictures: turned upright, cut with a margin, re-encoded, and only for those who may look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.layout import Box
from forms.typeset import typeset
from office.intake.models import ScanFile, ScanPage
from office.review.grid.crops import tile_area
from office.review.picture.images import Frame
from office.review.picture.pictures import (
    CROP_MARGIN_MM,
    LABEL_MARGIN_MM,
    LETTER_MM,
    MOST_LABEL_MM,
    MOST_LEFT_MM,
    PAGE_WIDTH_PX,
    THUMB_WIDTH_PX,
    crop_area,
    fraction_box,
    jpeg,
    label_room_mm,
    turned,
    turned_box,
    turned_shape,
    words_left_mm,
)

if TYPE_CHECKING:
    from tests.office_web.conftest import WebOffice

INK = "~"
"""In a cell field: handwriting that nobody has read."""

PX_PER_MM = 100 / 25.4


def _decoded(answer: Any) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    picture = cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    return picture.astype(np.uint8)


@given(
    st.sampled_from([0, 90, 180, 270]),
    st.tuples(st.integers(0, 30), st.integers(0, 40), st.integers(1, 9), st.integers(1, 9)),
)
def test_a_turned_box_holds_the_same_ink(rotation: int, place: tuple[int, int, int, int]) -> None:
    x, y, width, height = place
    page = np.full((50, 40), 255, np.uint8)
    page[y : y + height, x : x + width] = 0
    x0, y0, x1, y1 = turned_box((x, y, x + width, y + height), rotation, (50, 40))
    upright = turned(page, rotation)
    assert upright.shape == turned_shape((50, 40), rotation)
    assert not upright[int(y0) : int(y1), int(x0) : int(x1)].any()
    assert (upright == 0).sum() == width * height


def test_the_light_on_a_field_stays_on_the_page() -> None:
    assert fraction_box((-5, 10, 50, 500), 0, (200, 100)) == (0.0, 0.05, 0.5, 1.0)
    assert fraction_box((0, 0, 10, 20), 90, (200, 100)) == (0.9, 0.0, 1.0, 0.1)


def test_a_crop_has_four_millimetres_round_the_field() -> None:
    area = crop_area((100, 100, 200, 150), (50, 25), (1000, 1000), 20)
    assert (area.x0, area.y0, area.x1, area.y1) == (92, 92, 240, 158)
    assert area.px_per_mm == pytest.approx(2)
    assert area.field == (8 / 148, 108 / 148)
    assert area.size_mm == (74, 33)


def _box(option: str, x_mm: float, y_mm: float = 10) -> Box:
    where = {"page": 1, "x_mm": x_mm, "y_mm": y_mm, "w_mm": 5, "h_mm": 5}
    what = {"id": "b", "field": "f", "kind": "mark", "means": "other", "option": option}
    return Box.model_validate({**where, **what})


def test_a_crop_shows_the_last_words_and_no_box_of_a_neighbour() -> None:
    fields = {"cara": (_box("sendiri", 10), _box("petugas", 50)), "umur": (_box("26", 50, 30),)}
    words = {"sendiri": "saya isi sendiri, tanpa bantuan", "petugas": "dibacakan petugas"}
    assert label_room_mm("cara", fields, words) == pytest.approx(4 + 17 * LETTER_MM)
    assert label_room_mm("cara", fields, {"petugas": "ya"}) == LABEL_MARGIN_MM
    assert label_room_mm("cara", fields, {"petugas": "x" * 90}) == MOST_LABEL_MM
    beside = {**fields, "lain": (_box("x", 80, 12),)}
    assert label_room_mm("cara", beside, words) == 80 - 55 - 1
    under = {**fields, "lain": (_box("x", 80, 15),)}
    assert label_room_mm("cara", under, words) > 30


def test_a_tile_of_a_comb_shows_the_words_on_its_left_and_no_box_of_a_neighbour() -> None:
    fields = {"nik": (_box("", 60), _box("", 65)), "nama": (_box("", 60, 30),)}
    assert words_left_mm("nik", fields, 10) == MOST_LEFT_MM
    assert words_left_mm("nik", fields, 42) == 18, "nothing is printed further left"
    assert words_left_mm("nik", {**fields, "ada": (_box("ya", 45, 12),)}, 10) == 60 - 50 - 1
    assert words_left_mm("nik", {**fields, "ada": (_box("ya", 45, 15),)}, 10) == MOST_LEFT_MM
    comb = {"nik": tuple(box.model_copy(update={"kind": "cell"}) for box in fields["nik"])}
    reading = {"box_px": (600, 100, 700, 150)}
    near, far = (
        tile_area("nik", reading, Frame((1000, 1000), 0, comb, {}, left))
        for left in ({}, {"nik": 20.0})
    )
    assert near is not None and far is not None
    assert (near.x0, far.x0) == (600 - 30, 600 - 200)
    assert (near.x1, near.y0, near.y1) == (far.x1, far.y0, far.y1)


def test_the_words_of_every_comb_of_the_household_sheet_have_room() -> None:
    form = typeset("registrasi")
    lefts: dict[str, float] = {}
    for page in (1, 2):
        fields = form.layout.fields_on_page(page)
        edge = min(box.x_mm for box in form.layout.on_page(page) if box.kind == "marker")
        combs = [name for name, boxes in fields.items() if boxes[0].kind == "cell"]
        lefts |= {name: words_left_mm(name, fields, edge) for name in combs}
    assert lefts["no_kk"] >= 26 and lefts["nama_kepala"] >= 26, "names on the left of the sheet"
    assert lefts["nik.1"] >= 11 and lefts["nama.3"] >= 11
    assert lefts["telepon"] >= 14 and 16 <= lefts["tanggal_lahir.1"] < 20, "between combs"


def test_on_the_desk_a_mark_has_room_for_its_words_and_writing_none() -> None:
    fields = {"cara": (_box("ya", 10),), "nama": (_box("", 10, 30),)}
    frame = Frame((1000, 1000), 0, fields, {"cara": 31.0})
    assert frame.crop_of("cara", (100, 100, 150, 150)).x1 == 150 + 310
    assert frame.crop_of("nama", (100, 300, 150, 350)).x1 == 150 + 10 * CROP_MARGIN_MM


def test_a_crop_ends_at_the_edge_of_the_scan() -> None:
    area = crop_area((-20, 990, 30, 1015), (50, 25), (1000, 1000), CROP_MARGIN_MM)
    assert (area.x0, area.y1) == (0, 1000)
    gone = crop_area((2000, 2000, 2100, 2050), (50, 25), (1000, 1000), CROP_MARGIN_MM)
    assert gone.cut(np.zeros((1000, 1000), np.uint8)).size > 0


def test_a_page_is_sent_again_as_a_jpeg_of_bounded_width() -> None:
    data = jpeg(np.zeros((5000, 4000), np.uint8), 1000)
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    assert picture.shape == (1250, 1000)


def test_the_page_picture(office: WebOffice) -> None:
    scan = office.scan(office.sheet(), 1, {})
    answer = office.client("peninjau").get(f"/gambar/{scan.pk}/")
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Cache-Control"] == "private, no-store"
    assert _decoded(answer).shape[1] <= PAGE_WIDTH_PX
    assert _decoded(office.client("petugas").get(f"/gambar/{scan.pk}/kecil/")).shape[1] == (
        THUMB_WIDTH_PX
    )


def test_a_page_scanned_upside_down_is_shown_upright(office: WebOffice) -> None:
    scan = office.scan(office.sheet(), 1, {})
    reading = scan.readings.get()
    upside_down = {**reading.json, "rotation": 180}
    scan.readings.create(reader_version="later", json=upside_down)
    picture = _decoded(office.client("peninjau").get(f"/gambar/{scan.pk}/"))
    assert picture[5].mean() > 200
    assert picture[-5].mean() < 50


def test_the_picture_of_a_field(office: WebOffice) -> None:
    scan = office.scan(office.sheet(), 1, {"no_kk": INK})
    answer = office.client("peninjau").get(f"/gambar/{scan.pk}/no_kk/")
    width_mm, height_mm = 16 * 6 + 2 * CROP_MARGIN_MM, 7 + 2 * CROP_MARGIN_MM
    height, width = _decoded(answer).shape
    assert width == pytest.approx(width_mm * PX_PER_MM, abs=2)
    assert height == pytest.approx(height_mm * PX_PER_MM, abs=2)


@pytest.mark.parametrize("name", ["tidak_ada", "nik.1", "..", "no_kk'--"])
def test_fields_of_other_pages_are_not_found(office: WebOffice, name: str) -> None:
    scan = office.scan(office.sheet(), 1, {})
    assert office.client("peninjau").get(f"/gambar/{scan.pk}/{name}/").status_code == 404


def test_a_file_without_an_image_is_not_found(office: WebOffice) -> None:
    file = ScanFile.objects.create(sha256="0" * 64, name="rusak.pdf", size=1)
    scan = ScanPage.objects.create(file=file, index=0, status=ScanPage.Status.REFUSED)
    assert office.client("peninjau").get(f"/gambar/{scan.pk}/").status_code == 404
