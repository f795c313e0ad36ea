"""How a page was captured is told from the page itself: on simulated pages, and at the limits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from samples.bench.accuracy import cases, stock_in
from samples.bench.sheets import DRAWN, Task
from samples.bench.stock import print_stock
from scanner import geometry
from scanner.capture import (
    COPIED_SPECKS,
    COPIED_TONE,
    KNOWN_BLUR_MM,
    KNOWN_NOISE,
    KNOWN_TONER,
    MAX_BETWEEN,
    MAX_FLAT_NOISE,
    SHADED,
    SHADED_STEP,
    SOFT_MM,
    SOFT_STEP_MM,
    TILTED,
    CaptureClass,
    CaptureFacts,
    capture_facts,
    told,
)
from scanner.pages import PageImage
from scanner.pipeline import Located, locate, read_page
from scanner.probes import probes_of
from scanner.windows import Grey

SMALL, COMBED = "umpan-balik", "registrasi"
"""A form without combs, whose grey lines tell nothing, and one with many."""

SEED = 7
EXPECTED = {
    "office300": CaptureClass.GREY_SCAN,
    "office200": CaptureClass.GREY_SCAN,
    "low_toner": CaptureClass.GREY_SCAN,
    "warped": CaptureClass.GREY_SCAN,
    "photocopy1": CaptureClass.PHOTOCOPY,
    "one_bit": CaptureClass.ONE_BIT,
    "phone": CaptureClass.PHONE,
}


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stock")
    print_stock(folder, {SMALL: 1, COMBED: 1})
    return folder


def scanned(stock: Path, profile: str, form: str) -> PageImage:
    """The first page of a sheet, filled in and captured, as its file gives it."""
    _, image = next(iter(cases(stock, Task(profile, DRAWN, "a4", form, 0, SEED))))
    assert isinstance(image, PageImage)
    return image


def facts_of(stock: Path, image: PageImage) -> CaptureFacts:
    at = locate(image, stock_in(stock).context)
    assert isinstance(at, Located)
    bits = int(image.facts.get("bits", 8))
    return capture_facts(image.grey, at.work, at.alignment, at.printed, at.page, bits)


def test_streak_as_dark_as_specks_is_no_photocopy(stock: Path) -> None:
    """Where noise breaks it up it looks like specks of toner."""
    image = scanned(stock, "office300", COMBED)
    at = locate(image, stock_in(stock).context)
    assert isinstance(at, Located)
    patches = probes_of(at.printed, at.page).white
    column = int(np.median(geometry.apply(at.alignment.homography, patches)[:, 0])) // 2 * 2
    grey = image.grey.copy()
    depth = np.where(np.arange(len(grey)) // 8 % 5 == 0, 95, 40)[:, None]
    part = grey[:, column : column + 2]
    part[...] = np.maximum(part, depth) - depth
    reading = read_page(replace(image, grey=grey), stock_in(stock).context)
    assert [streak["px"] for streak in reading.facts["streaks"]] == [column + 1.0]
    assert reading.facts["capture"] == "grey_scan"
    assert facts_of(stock, replace(image, grey=grey)).capture is CaptureClass.PHOTOCOPY


def test_end_of_a_stroke_is_no_speck(stock: Path) -> None:
    """It reaches into patches of blank paper from beside them."""
    image = scanned(stock, "office300", COMBED)
    at = locate(image, stock_in(stock).context)
    assert isinstance(at, Located)
    patches = probes_of(at.printed, at.page).white[::4]
    grey = image.grey.copy()
    for x, y in np.round(geometry.apply(at.alignment.homography, patches)).astype(int).tolist():
        end, away = round(1.8 * at.alignment.px_per_mm), round(8 * at.alignment.px_per_mm)
        cv2.line(grey, (x + end, y), (x + away, y), 60, 3)
    assert facts_of(stock, replace(image, grey=grey)).specks_per_dm2 == 0


def saved_as_grey(image: PageImage, quality: int) -> PageImage:
    """The same picture once more through a grey JPEG."""
    data = cv2.imencode(".jpg", image.grey, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    grey: Grey = np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)
    return replace(image, grey=grey, facts={**image.facts, "bits": 8})


@pytest.mark.parametrize("form", [SMALL, COMBED])
@pytest.mark.parametrize("profile", EXPECTED)
def test_capture_is_told_from_the_page(stock: Path, profile: str, form: str) -> None:
    assert facts_of(stock, scanned(stock, profile, form)).capture is EXPECTED[profile]


@pytest.mark.parametrize("quality", [75, 95])
def test_one_bit_scan_is_known_in_a_grey_file(stock: Path, quality: int) -> None:
    image = scanned(stock, "one_bit", SMALL)
    assert image.facts["bits"] == 1
    facts = facts_of(stock, saved_as_grey(image, quality))
    assert facts.capture is CaptureClass.ONE_BIT
    assert facts_of(stock, image).between_share == 0


def test_reading_publishes_the_class_and_its_numbers(stock: Path) -> None:
    image = scanned(stock, "photocopy1", COMBED)
    facts, expected = read_page(image, stock_in(stock).context).facts, facts_of(stock, image)
    assert facts["capture"] == "photocopy"
    assert facts["specks_per_dm2"] == pytest.approx(expected.specks_per_dm2, abs=1e-4)
    assert facts["tone"] == pytest.approx(expected.tone, abs=1e-4)


OFFICE = CaptureFacts(
    CaptureClass.UNKNOWN,
    between_share=0.05,
    paper_noise=1.5,
    toner=0.93,
    blur_mm=0.04,
    specks_per_dm2=0.0,
    tone=1.02,
    perspective=0.0001,
    shading=0.05,
)
"""What an ordinary office scan has."""

FLAT = replace(OFFICE, between_share=0.0, paper_noise=0.0, toner=1.0, blur_mm=0.0, shading=0.0)
"""And a 1-bit one."""

SOFTER, DIMMER = SOFT_MM + SOFT_STEP_MM, SHADED + SHADED_STEP


@pytest.mark.parametrize(
    ("facts", "capture"),
    [
        (OFFICE, CaptureClass.GREY_SCAN),
        (FLAT, CaptureClass.ONE_BIT),
        (replace(FLAT, between_share=MAX_BETWEEN), CaptureClass.ONE_BIT),
        (replace(FLAT, between_share=MAX_BETWEEN + 1e-6), CaptureClass.GREY_SCAN),
        (replace(FLAT, paper_noise=MAX_FLAT_NOISE + 1e-6), CaptureClass.GREY_SCAN),
        # grey lines that a 1-bit scan made black or white do not make it a copy
        (replace(FLAT, tone=0.0), CaptureClass.ONE_BIT),
        (replace(FLAT, tone=1.5), CaptureClass.ONE_BIT),
        (replace(OFFICE, specks_per_dm2=COPIED_SPECKS), CaptureClass.PHOTOCOPY),
        (replace(OFFICE, specks_per_dm2=COPIED_SPECKS - 1e-6), CaptureClass.GREY_SCAN),
        (replace(OFFICE, tone=COPIED_TONE[0] - 1e-6), CaptureClass.PHOTOCOPY),
        (replace(OFFICE, tone=COPIED_TONE[0]), CaptureClass.GREY_SCAN),
        (replace(OFFICE, tone=COPIED_TONE[1]), CaptureClass.GREY_SCAN),
        (replace(OFFICE, tone=COPIED_TONE[1] + 1e-6), CaptureClass.PHOTOCOPY),
        (replace(OFFICE, tone=None), CaptureClass.GREY_SCAN),
        (replace(OFFICE, perspective=TILTED), CaptureClass.PHONE),
        (replace(OFFICE, perspective=TILTED * 0.99), CaptureClass.GREY_SCAN),
        (replace(OFFICE, blur_mm=SOFTER + 1e-6), CaptureClass.PHONE),
        (replace(OFFICE, shading=DIMMER + 1e-6), CaptureClass.PHONE),
        # half of each of two signs is one sign
        (replace(OFFICE, perspective=TILTED / 2, blur_mm=SOFT_MM + 0.006), CaptureClass.PHONE),
        (replace(OFFICE, perspective=TILTED / 2, blur_mm=SOFT_MM), CaptureClass.GREY_SCAN),
    ],
)
def test_limits_between_the_classes(facts: CaptureFacts, capture: CaptureClass) -> None:
    assert told(facts) is capture


@pytest.mark.parametrize(
    "facts",
    [
        replace(OFFICE, paper_noise=None),
        replace(OFFICE, between_share=None),
        replace(OFFICE, blur_mm=KNOWN_BLUR_MM + 1e-6),
        replace(OFFICE, paper_noise=KNOWN_NOISE + 1e-6),
        replace(OFFICE, toner=KNOWN_TONER - 1e-6),
        # two classes at once: a photograph of a copy, a 1-bit scan of a copy
        replace(OFFICE, perspective=TILTED, specks_per_dm2=COPIED_SPECKS),
        replace(FLAT, specks_per_dm2=COPIED_SPECKS),
    ],
)
def test_what_was_never_measured_has_no_class(facts: CaptureFacts) -> None:
    assert told(facts) is CaptureClass.UNKNOWN


def test_picture_too_soft_for_any_class_is_unknown(stock: Path) -> None:
    image = scanned(stock, "office300", COMBED)
    soft: Grey = np.asarray(cv2.GaussianBlur(image.grey, (0, 0), 3.0), dtype=np.uint8)
    facts = facts_of(stock, replace(image, grey=soft))
    assert facts.blur_mm is not None and facts.blur_mm > KNOWN_BLUR_MM
    assert facts.capture is CaptureClass.UNKNOWN
