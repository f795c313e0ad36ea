"""The column beside a debug picture: what is known of the page, the legend, the paper's shifts."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from scanner import geometry
from scanner.align import Alignment
from scanner.debugwords import lines
from scanner.geometry import Points
from scanner.reading import PageReading

Colour = tuple[int, int, int]

GREEN, ORANGE, GREY, BLUE, PURPLE, RED, BLACK, SOFT = (
    (30, 140, 60),
    (215, 100, 0),
    (150, 150, 150),
    (0, 100, 210),
    (150, 0, 190),
    (215, 30, 30),
    (30, 30, 30),
    (110, 110, 110),
)
"""RGB: claimed ink, doubtful, claimed empty, markers, QR codes, streaks, writing, labels."""

MEANINGS = (
    (GREEN, "terisi: tebal; nilai tinta | keyakinan (0-1)"),
    (ORANGE, "ragu: putus-putus; ditanyakan kepada petugas"),
    (GREY, "kosong: tipis"),
    (BLUE, "tanda sudut yang ditemukan"),
    (PURPLE, "kode QR yang ditemukan"),
    (RED, "garis dari kaca pemindai"),
)

WIDTH_PX, MARGIN_PX, LINE_PX, TEXT_PX, LABEL_PX = 760, 32, 36, 25, 210
FONTS = Path(__file__).parent.parent / "templates" / "forms" / "fonts"

ARROW_PX, ARROW_STEP_PX, MOST_TIMES = 28.0, 16, 500
"""The longest arrows are about so long, unless that takes more magnification than the last;
at most one arrow in each square of the second's side."""


@cache
def font(size_px: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """The letters of the printed forms."""
    name = "SourceSans3-Bold.ttf" if bold else "SourceSans3-Regular.ttf"
    return ImageFont.truetype(FONTS / name, size_px)


def dashed(
    pen: ImageDraw.ImageDraw, frame: tuple[float, float, float, float], colour: Colour
) -> None:
    """A rectangle of dashes, 3 px wide."""
    x0, y0, x1, y1 = frame
    for x in np.arange(x0, x1, 10).tolist():
        for y in (y0, y1):
            pen.line((x, y, min(x + 6, x1), y), colour, 3)
    for y in np.arange(y0, y1, 10).tolist():
        for x in (x0, x1):
            pen.line((x, y, x, min(y + 6, y1)), colour, 3)


def column(reading: PageReading, alignment: Alignment | None) -> Image.Image:
    """What was found out about the page, what the colours mean, the paper's shifts."""
    parts = [_facts(reading), _legend()]
    if alignment is not None:
        parts.append(_shifts(alignment))
    whole = Image.new("RGB", (WIDTH_PX, sum(part.height for part in parts)), "white")
    y = 0
    for part in parts:
        whole.paste(part, (0, y))
        y += part.height
    return whole


def _sheet(rows: int, title: str) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    picture = Image.new("RGB", (WIDTH_PX, MARGIN_PX + (rows + 1) * LINE_PX), "white")
    pen = ImageDraw.Draw(picture)
    pen.text((MARGIN_PX, MARGIN_PX), title, BLACK, font(TEXT_PX + 3, bold=True), "ls")
    return picture, pen


def _facts(reading: PageReading) -> Image.Image:
    told = [
        (label if not row else "", part)
        for label, text in lines(reading)
        for row, part in enumerate(_wrapped(text, WIDTH_PX - LABEL_PX - 2 * MARGIN_PX))
    ]
    picture, pen = _sheet(len(told), "Hasil pembacaan")
    for row, (label, text) in enumerate(told, 1):
        y = MARGIN_PX + row * LINE_PX
        pen.text((MARGIN_PX, y), label, SOFT, font(TEXT_PX), "ls")
        pen.text((MARGIN_PX + LABEL_PX, y), text, BLACK, font(TEXT_PX), "ls")
    return picture


def _wrapped(text: str, width_px: int) -> list[str]:
    """In lines that are no wider than this."""
    rows = [""]
    for word in text.split():
        longer = f"{rows[-1]} {word}".strip()
        if rows[-1] and font(TEXT_PX).getlength(longer) > width_px:
            rows.append(word)
        else:
            rows[-1] = longer
    return rows


def _legend() -> Image.Image:
    picture, pen = _sheet(len(MEANINGS), "Arti warna dan bingkai")
    for row, (colour, text) in enumerate(MEANINGS, 1):
        y = MARGIN_PX + row * LINE_PX
        frame = (MARGIN_PX, y - 18, MARGIN_PX + 26, y + 4)
        if colour == ORANGE:
            dashed(pen, frame, colour)
        elif colour == RED:
            pen.line((MARGIN_PX + 13, y - 20, MARGIN_PX + 13, y + 6), colour, 2)
        else:
            pen.rectangle(frame, outline=colour, width=1 if colour == GREY else 3)
        pen.text((MARGIN_PX + 44, y), text, BLACK, font(TEXT_PX), "ls")
    return picture


def _shifts(alignment: Alignment) -> Image.Image:
    """A map of the page, as it lies, with an arrow for the shift at its trusted landmarks."""
    width, height = alignment.image_size
    scale = (WIDTH_PX - 2 * MARGIN_PX) / width
    start = geometry.apply(alignment.homography, alignment.points_mm) * scale
    moved = alignment.points_mm + alignment.shifts_mm
    away = geometry.apply(alignment.homography, moved) * scale - start
    times = _times(away)
    px_of_mm = times * scale * alignment.px_per_mm
    longest = float(np.linalg.norm(alignment.shifts_mm, axis=1).max(initial=0.0))
    head, _ = _sheet(2, "Pergeseran kertas terhadap bidang datar")
    picture = Image.new("RGB", (WIDTH_PX, head.height + round(height * scale) + 40), "white")
    picture.paste(head, (0, 0))
    pen = ImageDraw.Draw(picture)
    y = MARGIN_PX + LINE_PX
    told = f"panah diperbesar {times} kali; terbesar {longest:.2f} mm".replace(".", ",")
    pen.text((MARGIN_PX, y), told, BLACK, font(TEXT_PX), "ls")
    ruled_mm = _ruled_mm(px_of_mm)
    end = MARGIN_PX + ruled_mm * px_of_mm
    pen.line((MARGIN_PX, y + 28, end, y + 28), BLUE, 3)
    label = f"= {ruled_mm:g} mm di kertas".replace(".", ",")
    pen.text((end + 12, y + 28), label, BLACK, font(TEXT_PX), "lm")
    corner = np.array([MARGIN_PX, head.height + 8.0])
    far = corner + np.array([width, height]) * scale
    pen.rectangle((*corner.tolist(), *far.tolist()), outline=GREY)
    for row in _spread(start).tolist():
        _arrow(pen, corner + start[row], corner + start[row] + times * away[row])
    return picture


def _ruled_mm(px_of_mm: float) -> float:
    """A round length whose ruler is at least 60 px long and fits beside its text."""
    rulers = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
    return next((mm for mm in rulers if mm * px_of_mm >= 60), rulers[-1])


def _times(away_px: Points) -> int:
    """A round magnification that makes the longer arrows about `ARROW_PX` long."""
    long = float(np.quantile(np.linalg.norm(away_px, axis=1), 0.95)) if len(away_px) else 0.0
    fitting = (1, 2, 5, 10, 20, 50, 100, 200, MOST_TIMES)
    return max([times for times in fitting if times * long <= ARROW_PX] or [1])


def _spread(points_px: Points) -> NDArray[np.intp]:
    """Rows of points of which no two share a square."""
    squares = np.floor(points_px / ARROW_STEP_PX).astype(np.intp)
    return np.asarray(np.unique(squares, axis=0, return_index=True)[1], dtype=np.intp)


def _arrow(pen: ImageDraw.ImageDraw, start: Points, end: Points) -> None:
    """With a dot where the landmark should lie, and a head when it is long enough for one."""
    x, y = start.tolist()
    pen.ellipse((x - 1.5, y - 1.5, x + 1.5, y + 1.5), fill=GREY)
    pen.line((*start.tolist(), *end.tolist()), BLUE, 2)
    length = float(np.linalg.norm(end - start))
    if length >= 6:
        ahead = (end - start) / length * 5
        side = np.array([-ahead[1], ahead[0]]) * 0.7
        pen.polygon([tuple((end + p).tolist()) for p in (ahead, side, -side)], fill=BLUE)
