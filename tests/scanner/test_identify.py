"""A page is told by its codes, or refused by name; never taken for another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pypdfium2
import pytesseract
import pytest
from hypothesis import given
from hypothesis import strategies as st
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from forms.qr import qr_modules
from forms.sheetcode import ALPHABET, Position, key_id, sign
from forms.specimen import make_specimen
from scanner.codecheck import check
from scanner.context import ReaderContext
from scanner.identify import Identity, Unidentified, identify
from scanner.letters import page_of_lines
from scanner.reading import IdentifiedBy, PageStatus, Reason
from tests.scanner.conftest import KEY, SHEETS, Grey, Office, PrintedOffice, paint

SHEET = SHEETS[0]
OTHER_KEY = bytes(32)
CODES = ("qr:1:A", "qr:1:B")
LETTERS = ("code:1:1", "code:1:2", "code:1:3")


def told(grey: Grey, context: ReaderContext) -> tuple[str, int, IdentifiedBy]:
    found = identify(np.ascontiguousarray(grey), context)
    assert isinstance(found, Identity), found
    return found.sheet, found.page, found.identified_by


def untold(grey: Grey, context: ReaderContext) -> tuple[PageStatus, tuple[Reason, ...]]:
    found = identify(np.ascontiguousarray(grey), context)
    assert isinstance(found, Unidentified), found
    return found.status, found.reasons


def refused(reason: Reason) -> tuple[PageStatus, tuple[Reason, ...]]:
    return PageStatus.REFUSED, (reason,)


def unidentified(*reasons: Reason) -> tuple[PageStatus, tuple[Reason, ...]]:
    return PageStatus.UNIDENTIFIED, reasons


def cover(office: PrintedOffice, grey: Grey, *boxes: str, value: int = 255) -> Grey:
    for box in boxes:
        grey = paint(grey, office.corners_px(box, grey.shape), value, grow=3)
    return grey


def symbol(modules: Any, side_px: int) -> Grey:
    dark = np.array([list(row) for row in modules], dtype=np.uint8)
    light = np.pad(255 * (1 - dark), 4, constant_values=255).astype(np.uint8)
    return np.asarray(cv2.resize(light, (side_px, side_px), interpolation=cv2.INTER_NEAREST))


def foreign(text: str, side_px: int = 240) -> Grey:
    code = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make()
    return symbol([bytes(row) for row in code.modules], side_px)


def paste(grey: Grey, picture: Grey, x: int, y: int) -> Grey:
    pasted = grey.copy()
    pasted[y : y + picture.shape[0], x : x + picture.shape[1]] = picture
    return pasted


def recode(office: PrintedOffice, grey: Grey, box: str, payload: str) -> Grey:
    """Another payload in the place of one QR code."""
    corners = office.corners_px(box, grey.shape)
    side = round(float(corners[1, 0] - corners[0, 0]) * 33 / 25)
    x, y = (round(float(value) - side * 4 / 33) for value in corners[0])
    return paste(grey, symbol(qr_modules(payload), side), x, y)


def paper(dpi: int = 200, level: int = 250) -> Grey:
    size = (round(297 / 25.4 * dpi), round(210 / 25.4 * dpi))
    noise = np.random.default_rng(0).normal(level, 2, size)
    return np.clip(noise, 0, 255).astype(np.uint8)


# --- good pages ------------------------------------------------------------------------------


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("dpi", [150, 200, 300])
def test_every_turning_and_resolution(a4: PrintedOffice, dpi: int, turns: int) -> None:
    grey = a4.render(SHEET, 2, dpi)
    turned = np.ascontiguousarray(np.rot90(grey, turns))
    found = identify(turned, a4.context())
    assert isinstance(found, Identity)
    assert (found.sheet, found.page, found.layout_hash) == (SHEET, 2, a4.layout.hash)
    assert found.identified_by is IdentifiedBy.QR
    assert sorted(found.markers) == [0, 1, 2, 3]
    assert set(found.codes) == {Position.A, Position.B}
    for position, corners in found.codes.items():
        true = a4.corners_px(f"qr:2:{position.value}", grey.shape)
        assert np.abs(corners - turn_points(true, turns, grey.shape)).max() < 0.012 * dpi


def turn_points(points: Any, turns: int, shape: tuple[int, ...]) -> Any:
    """Where points lie after `np.rot90` (anticlockwise) of an image of ``shape``."""
    height, width = shape
    for _ in range(turns):
        points = np.stack([points[:, 1], width - points[:, 0]], axis=1)
        height, width = width, height
    return points


def test_f4_one_bit_and_600_dpi(print_office: Office, a4: PrintedOffice) -> None:
    f4 = print_office("f4")
    both = replace(a4.context(), forms={**a4.context().forms, **f4.context().forms})
    assert told(f4.render(SHEET, 1), both) == (SHEET, 1, IdentifiedBy.QR)
    grey = a4.render(SHEETS[1], 1, 600)
    assert told(np.where(grey < 128, 0, 255).astype(np.uint8), both)[:2] == (SHEETS[1], 1)


def test_a_sheet_missing_from_the_list_still_counts_by_its_tag(
    a4: PrintedOffice, without_sheets: ReaderContext
) -> None:
    """Printed after the last backup: the key alone confirms it."""
    assert told(a4.render(SHEET), without_sheets) == (SHEET, 1, IdentifiedBy.QR)


# --- damaged pages ---------------------------------------------------------------------------


@pytest.mark.parametrize("lost", CODES)
def test_one_code_is_enough(a4: PrintedOffice, lost: str) -> None:
    found = identify(cover(a4, a4.render(SHEET), lost), a4.context())
    assert isinstance(found, Identity)
    assert (found.sheet, found.identified_by, len(found.codes)) == (SHEET, IdentifiedBy.QR, 1)


def stain(office: PrintedOffice, grey: Grey, box: str, level: int) -> Grey:
    """An opaque round stain of a tenth of the symbol, over one finder pattern."""
    corners = office.corners_px(box, grey.shape)
    side = float(corners[1, 0] - corners[0, 0])
    centre = tuple(int(value + 0.16 * side) for value in corners[0])
    return np.asarray(cv2.circle(grey.copy(), centre, int(0.18 * side), level, -1))


@pytest.mark.parametrize("level", [40, 235])
@pytest.mark.parametrize("dpi", [150, 200, 300])
def test_a_stain_on_a_finder_of_both_codes(a4: PrintedOffice, dpi: int, level: int) -> None:
    grey = a4.render(SHEET, dpi=dpi)
    for box in CODES:
        grey = stain(a4, grey, box, level)
    assert told(grey, a4.context()) == (SHEET, 1, IdentifiedBy.QR_RETRY)
    assert told(np.rot90(grey, 3), a4.context()) == (SHEET, 1, IdentifiedBy.QR_RETRY)


def test_pen_strokes_over_both_codes(a4: PrintedOffice) -> None:
    grey = a4.render(SHEET, dpi=200)
    for box in CODES:
        corners = a4.corners_px(box, grey.shape).astype(int)
        for start, end in ((0, 2), (1, 3)):
            cv2.line(grey, tuple(corners[start]), tuple(corners[end]), 50, 4, cv2.LINE_AA)
    assert told(grey, a4.context()) == (SHEET, 1, IdentifiedBy.QR_RETRY)


def test_thin_toner(a4: PrintedOffice) -> None:
    """Half of the black of the codes is missing in grains of a third of a module."""
    grey = a4.render(SHEET, dpi=300)
    grain = cv2.GaussianBlur(np.random.default_rng(4).normal(0, 1, grey.shape), (0, 0), 1.8)
    for box in CODES:
        (x0, y0), (x1, y1) = a4.corners_px(box, grey.shape)[[0, 2]].astype(int)
        area = (slice(y0, y1), slice(x0, x1))
        grey[area][grain[area] > 0] = 230
    assert told(grey, a4.context())[:2] == (SHEET, 1)


def test_codes_are_found_again_with_two_markers_left(a4: PrintedOffice) -> None:
    grey = cover(a4, a4.render(SHEET), "marker:1:0", "marker:1:2")
    for box in CODES:
        grey = stain(a4, grey, box, 40)
    assert told(grey, a4.context()) == (SHEET, 1, IdentifiedBy.QR_RETRY)


@pytest.mark.parametrize(("dpi", "turns"), [(150, 0), (200, 2), (300, 1), (600, 0)])
def test_the_letters_when_both_codes_are_gone(a4: PrintedOffice, dpi: int, turns: int) -> None:
    grey = cover(a4, a4.render(SHEETS[1], 2, dpi), "qr:2:A", "qr:2:B", value=30)
    context = a4.context()
    assert told(np.rot90(grey, turns), context) == (SHEETS[1], 2, IdentifiedBy.PRINTED_CODE)


def test_one_code_in_letters_is_enough(a4: PrintedOffice) -> None:
    for left in LETTERS:
        grey = cover(a4, a4.render(SHEET), *CODES, *(set(LETTERS) - {left}))
        assert told(grey, a4.context()) == (SHEET, 1, IdentifiedBy.PRINTED_CODE)


def test_letters_count_only_for_printed_sheets(
    a4: PrintedOffice, without_sheets: ReaderContext, print_office: Office
) -> None:
    grey = cover(a4, a4.render(SHEET), *CODES)
    nothing = unidentified(Reason.NO_CODE_FOUND)
    assert untold(grey, without_sheets) == nothing
    other_sheets = replace(a4.context(), printed={SHEETS[1]: a4.layout.hash})
    assert untold(grey, other_sheets) == nothing
    lost_layout = replace(a4.context(), printed={SHEET: "0" * 64})
    assert untold(grey, lost_layout) == nothing


def test_damage_never_turns_one_sheet_into_another(a4: PrintedOffice) -> None:
    """Heavy scribble over all codes, figures and letters: the right sheet, or none."""
    chance, right = np.random.default_rng(8), 0
    for number in range(12):
        sheet, page = SHEETS[number % 3], 1 + number % 2
        grey = a4.render(sheet, page, 150)
        for box in (name.replace(":1:", f":{page}:") for name in (*CODES, *LETTERS)):
            corners = a4.corners_px(box, grey.shape)
            for _ in range(2 + number // 4):
                points = chance.uniform(corners[0] - 9, corners[2] + 9, (3, 2)).astype(np.int32)
                cv2.polylines(grey, [points], False, int(chance.integers(0, 256)), 4)
        found = identify(grey, a4.context())
        if isinstance(found, Identity):
            assert (found.sheet, found.page) == (sheet, page)
            right += 1
    assert right >= 6


@pytest.mark.parametrize(
    ("texts", "page"),
    [
        (["7KQ2MX94D1W"], 1),
        (["7KQ2MX94D2T"], 2),
        (["7KO2MX94D1W", "", "7KQ2MX94D1W"], 1),
        (["7KQ2MX9411W", "5KQ2MX94D1W", "7KQ2NX94D1W"], 1),  # each wrong elsewhere
        (["5KQ2MX94D1W"], 1),  # one wrong
        (["7KQ2MX4D1W"], 1),  # one missing
        (["7KQ22MX94D1W"], 1),  # one too many
        (["5KQ2MX94D1X"], None),  # two wrong
        (["7KQ2MX94D1X"], None),  # check character wrong
        (["7KQ2MX94D2W"], None),  # page wrong
        (["7KQ2MX94D2X"], None),  # page and check character wrong: page 2 was never far
        (["7KQ2MX94DT"], None),  # the page missing, the check character wrong
        (["7KQ2MX94D1W", "7KQ2MX94D2T"], None),  # two pages
        (["7KQ2MX94D3A", "7KQ2MX94DFA"], None),  # no such page
        (["", "", ""], None),
        (["3BN8Z0TWR10"], None),  # check character of page 2
    ],
)
def test_letters_and_slips(a4: PrintedOffice, texts: list[str], page: int | None) -> None:
    name = page_of_lines(texts, a4.context())
    assert (name.page if name else None) == page
    assert name is None or name.sheet == SHEET


def test_without_tesseract_there_are_no_letters(
    a4: PrintedOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pytesseract.pytesseract, "tesseract_cmd", "tidak-ada")
    grey = cover(a4, a4.render(SHEET), *CODES)
    assert untold(grey, a4.context()) == unidentified(Reason.NO_CODE_FOUND)


# --- codes that are not accepted -------------------------------------------------------------


def test_another_office(print_office: Office, a4: PrintedOffice) -> None:
    other = print_office("a4", key=OTHER_KEY)
    assert untold(other.render(SHEET), a4.context()) == refused(Reason.OTHER_OFFICE)
    named = replace(a4.context(), specimen_key_ids=frozenset({key_id(OTHER_KEY)}))
    assert untold(other.render(SHEET), named) == refused(Reason.SPECIMEN_SHEET)


def test_a_specimen_is_refused_even_by_the_office_whose_key_it_bears(a4: PrintedOffice) -> None:
    document = pypdfium2.PdfDocument(make_specimen(a4.printed, KEY))
    grey = document[0].render(scale=200 / 72, grayscale=True).to_numpy().copy()
    document.close()
    assert untold(grey, a4.context()) == refused(Reason.SPECIMEN_SHEET)


def test_an_unknown_layout(print_office: Office, a4: PrintedOffice) -> None:
    f4 = print_office("f4")
    assert untold(f4.render(SHEET), a4.context()) == refused(Reason.UNKNOWN_LAYOUT)


def code(page: int = 1, position: Position = Position.A, sheet: str = SHEET, key: bytes = KEY,
         layout: str = "") -> str:  # fmt: skip
    return sign(sheet, page, position, layout, key).payload()


def test_forged_codes(a4: PrintedOffice) -> None:
    true = code(layout=a4.layout.hash)
    forged = true[:10] + SHEETS[1] + true[19:]
    grey = a4.render(SHEET)
    one = recode(a4, grey, "qr:1:A", forged)
    assert untold(one, a4.context()) == refused(Reason.CONFLICTING_CODES)
    both = recode(a4, one, "qr:1:B", forged)
    assert untold(both, a4.context()) == refused(Reason.FORGED_CODE)


def test_a_page_that_the_form_does_not_have(a4: PrintedOffice) -> None:
    grey = a4.render(SHEET)
    for box in CODES:
        grey = recode(a4, grey, box, code(page=3, layout=a4.layout.hash))
    assert untold(grey, a4.context()) == refused(Reason.UNKNOWN_PAGE)


def test_a_code_of_the_future(a4: PrintedOffice) -> None:
    grey = a4.render(SHEET)
    for box in CODES:
        grey = recode(a4, grey, box, "2" + code(layout=a4.layout.hash)[1:])
    assert untold(grey, a4.context()) == refused(Reason.UNSUPPORTED_CODE_VERSION)


@pytest.mark.parametrize("other", [(SHEETS[1], 1), (SHEET, 2)])
def test_two_pages_on_one_glass(a4: PrintedOffice, other: tuple[str, int]) -> None:
    grey = np.hstack([a4.render(SHEET, 1), a4.render(*other)])
    assert untold(grey, a4.context()) == refused(Reason.CONFLICTING_CODES)


def test_foreign_codes_mean_nothing_beside_ours(a4: PrintedOffice) -> None:
    label = foreign("https://example.org/paket/123")
    grey = paste(a4.render(SHEET), label, 700, 1900)
    assert told(grey, a4.context()) == (SHEET, 1, IdentifiedBy.QR)
    letters = cover(a4, grey, *CODES)
    assert told(letters, a4.context()) == (SHEET, 1, IdentifiedBy.PRINTED_CODE)
    alone = paste(paper(), label, 700, 1900)
    assert untold(alone, a4.context()) == unidentified(Reason.NO_CODE_FOUND, Reason.FOREIGN_CODE)


def test_the_front_shining_through_is_not_read(a4: PrintedOffice) -> None:
    """Both QR decoders read mirrored codes gladly."""
    mirrored = np.ascontiguousarray(a4.render(SHEET)[:, ::-1])
    assert untold(mirrored, a4.context()) == unidentified(Reason.NO_CODE_FOUND)


@given(st.text(alphabet=ALPHABET, min_size=27, max_size=28))
def test_random_payloads_are_never_accepted(a4: PrintedOffice, text: str) -> None:
    assert isinstance(check(text, a4.context()), Reason)
    assert isinstance(check("1" + key_id(KEY) + text[:23], a4.context()), Reason)


@given(st.integers(0, 27), st.sampled_from(ALPHABET), st.sampled_from(list(Position)))
def test_no_single_change_is_accepted(
    a4: PrintedOffice, at: int, char: str, position: Position
) -> None:
    true = code(position=position, layout=a4.layout.hash)
    changed = true[:at] + char + true[at + 1 :]
    assert isinstance(check(changed, a4.context()), Reason) == (changed != true)


# --- pages without codes ---------------------------------------------------------------------


@pytest.mark.parametrize("level", [250, 200, 150])
def test_blank_pages(a4: PrintedOffice, level: int) -> None:
    grey = paper(level=level)
    assert untold(grey, a4.context()) == unidentified(Reason.BLANK_PAGE)
    for at in ((300, 400), (900, 1500), (1200, 200)):
        cv2.circle(grey, at, 4, 60, -1)  # specks of a millimetre
    cv2.line(grey, (3, 0), (3, grey.shape[0]), 30, 5)  # the edge of the glass
    assert untold(grey, a4.context()) == unidentified(Reason.BLANK_PAGE)


def test_a_shadow_and_the_other_side_do_not_count(a4: PrintedOffice) -> None:
    front = a4.render(SHEET)[:, ::-1].astype(float)
    shining = 255 - (255 - cv2.GaussianBlur(front, (0, 0), 2)) * 0.12
    shadow = np.linspace(0.7, 1.0, front.shape[1])[None]
    grey = np.clip(shining * shadow, 0, 255).astype(np.uint8)
    assert untold(grey, a4.context()) == unidentified(Reason.BLANK_PAGE)


def test_a_word_makes_a_page_not_blank(a4: PrintedOffice) -> None:
    grey = paper()
    cv2.putText(grey, "batal", (600, 900), cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 1.5, 130, 2)
    assert untold(grey, a4.context()) == unidentified(Reason.NO_CODE_FOUND)


@pytest.mark.parametrize("level", [0, 60])
def test_a_dark_page_is_not_called_blank(a4: PrintedOffice, level: int) -> None:
    assert untold(paper(level=level), a4.context()) == unidentified(Reason.NO_CODE_FOUND)


@pytest.mark.parametrize("shape", [(1, 1), (1, 3000), (90, 70), (3000, 2)])
def test_slivers(a4: PrintedOffice, shape: tuple[int, int]) -> None:
    grey = np.full(shape, 255, dtype=np.uint8)
    assert untold(grey, a4.context()) == unidentified(Reason.NO_CODE_FOUND)
