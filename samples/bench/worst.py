"""The worst pages of each profile as pictures: every page again, its boxes coloured by state,
and contact sheets of the boxes that were read wrongly or asked about without need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.bench.accuracy import cases, read_image, stock_in
from samples.bench.places import Place
from samples.bench.score import Case, MarkScore, mark_scores
from samples.bench.tally import PageScore, Tally
from scanner.debug import write_debug_picture
from scanner.pages import PageImage
from scanner.reading import PageReading, PageStatus

MOST_PAGES = 50
MOST_CROPS = 240
SIDE_MM = 14.0
"""Of a crop: a box with what lies round it."""

CROP_PX, TEXT_PX, COLUMNS = 150, 30, 10
WRONG = ("false_marked", "false_empty", "gone_claimed")
DOUBTED = ("doubtful", "no_certificate")

Picture = NDArray[np.uint8]


def write(folder: Path, stock: Path, tallies: Mapping[str, Tally]) -> None:
    """Into ``folder``/PROFILE: pictures of the worst pages, ``wrong.png`` and ``doubtful.png``."""
    for name, tally in tallies.items():
        chosen = worst_of(tally.pages)
        if chosen:
            _write_profile(folder / name, stock, chosen)


def worst_of(pages: Sequence[PageScore]) -> list[PageScore]:
    """Most wrong first, then those not read, then most asked about; good pages are left out."""
    bad = [page for page in pages if page.wrong or page.doubtful or page.not_read]
    bad.sort(key=lambda page: (-page.wrong, not page.not_read, -page.doubtful))
    return bad[:MOST_PAGES]


def _write_profile(folder: Path, stock: Path, chosen: Sequence[PageScore]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    crops: dict[str, list[Picture]] = {"wrong": [], "doubtful": []}
    for rank, score in enumerate(chosen):
        case, image = next(
            (case, image) for case, image in cases(stock, score.task) if case.page == score.page
        )
        if not isinstance(image, PageImage):
            continue
        reading = read_image(image, stock_in(stock))
        path = write_debug_picture(folder, image, reading, stock_in(stock).context)
        path.rename(folder / f"{rank:02d}-wrong{score.wrong}-asked{score.doubtful}-{path.name}")
        if reading.status is PageStatus.READ and reading.page == case.page:
            _collect(case, image, reading, crops)
    for name, pictures in crops.items():
        if pictures:
            cv2.imwrite(str(folder / f"{name}.png"), contact_sheet(pictures))


def _collect(
    case: Case, image: PageImage, reading: PageReading, crops: dict[str, list[Picture]]
) -> None:
    for one in mark_scores(case, reading):
        name = "wrong" if one.outcome in WRONG else "doubtful" if one.outcome in DOUBTED else ""
        if name and len(crops[name]) < MOST_CROPS:
            crops[name].append(_captioned(image, one, reading))


def _captioned(image: PageImage, one: MarkScore, reading: PageReading) -> Picture:
    """A box as it was scanned, and under it what it is, what was said, and the score."""
    crop = np.asarray(cv2.resize(_window(image, one.place), (CROP_PX, CROP_PX)), dtype=np.uint8)
    options = reading.fields[one.box.name].options or {}
    option = options.get(one.box.option or "")
    score = "" if option is None or option.score is None else f" {option.score:.2f}"
    text = np.full((TEXT_PX, CROP_PX), 255, dtype=np.uint8)
    for row, line in enumerate((one.kind, f"{one.outcome}{score}")):
        at = (3, 12 + 14 * row)
        cv2.putText(text, line, at, cv2.FONT_HERSHEY_SIMPLEX, 0.36, 0, 1, cv2.LINE_AA)
    return np.vstack([crop, text])


def _window(image: PageImage, place: Place) -> Picture:
    half = max(round(SIDE_MM / 2 * place.px_per_mm), 4)
    x, y = np.round(place.corners_px.mean(axis=0)).astype(int)
    padded = cv2.copyMakeBorder(image.grey, half, half, half, half, cv2.BORDER_REPLICATE)
    height, width = image.grey.shape
    x, y = min(max(int(x), 0), width), min(max(int(y), 0), height)
    return np.asarray(padded[y : y + 2 * half, x : x + 2 * half], dtype=np.uint8)


def contact_sheet(pictures: Sequence[Picture]) -> Picture:
    """All crops in rows of `COLUMNS`."""
    blank = np.full_like(pictures[0], 255)
    filled = [*pictures, *[blank] * (-len(pictures) % COLUMNS)]
    rows = [np.hstack(filled[i : i + COLUMNS]) for i in range(0, len(filled), COLUMNS)]
    return np.asarray(np.vstack(rows), dtype=np.uint8)
