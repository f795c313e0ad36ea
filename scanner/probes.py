"""Places of a form where paper and print are known, whatever anyone wrote on it: blank paper,
edges of solid black, grey and black lines. What a page's capture is told from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.layout import Box, Layout, PageSize, Stamp
from forms.printed import PrintedForm
from scanner import windows
from scanner.blank import Blank, PageCache, render_blank
from scanner.geometry import Points
from scanner.windows import Grey

Numbers = NDArray[np.float64]
Weights = NDArray[np.float32]

PATCH_MM = 4.0
"""Side of a patch of blank paper: dense forms have few larger ones."""

PATCH_STEP_MM = 4.2
MAX_PATCHES = 400

PRINT_CLEAR_MM = 1.0
FIELD_CLEAR_MM = 2.0
"""Patches keep this far from print, and from where people write or office texts are stamped."""

RIM_MM = 6.0
"""And this far from the sheet's edge: beyond it lies the lid, the table or a shadow."""

FREE_PX_PER_MM = 2.0
"""Resolution at which free paper is looked for."""

GRID_MM = 35.0
"""Pitch of the grid between whose points the paper's shift is taken as linear."""

EDGE_PLACES = (-0.3, -0.1, 0.1, 0.3)
"""Places along each side of a marker, in sides from its middle."""

FRAME_PLACES, DIVIDER_PLACES = (0.2, 0.5, 0.8), (0.15, 0.85)
"""Places along the upright lines of a comb, in its heights: most writing is in the middle."""

MAX_LINES = 60

LINE_PX_PER_MM = 12.0
LINE_SIZE, LINE_END = (24, 3), 4
"""Profiles across lines: 2 mm long, mean of 0.25 mm; this many samples at either end are paper."""

GREY_SHARE = 0.75
"""A line of the blank is grey with less than this share of the ink of the comb's frame."""


@dataclass(frozen=True)
class Lines:
    """Points on upright printed lines: ``mm`` (n, 2), grid ``weights`` (n, k), ``ink`` (n,):
    the line's darkness on the blank summed across it, mm."""

    mm: Points
    weights: Weights
    ink: Numbers


@dataclass(frozen=True)
class Probes:
    """Where to look on one page of a layout; points are mm, weights refer to ``grid`` (k, 2)."""

    grid: Points
    white: Points
    white_weights: Weights
    patch_mm: float
    edges: Points
    edge_weights: Weights
    edge_frames: Numbers
    """(m, 2, 2): columns are the directions out of the marker and along its edge."""
    grey_lines: Lines
    black_lines: Lines


def _probes(printed: PrintedForm, page: int) -> Probes:
    blank, layout = render_blank(printed, page), printed.layout
    axes = _axes(layout.pages[page - 1])
    white = _white(blank, layout, page)
    edges, frames = _edges([box for box in layout.on_page(page) if box.kind == "marker"])
    black = _lines(blank, _frames(layout, page), axes)
    grey = _lines(blank, _dividers(layout, page), axes)
    typical = float(np.median(black.ink)) if len(black.ink) else 0.0
    kept = (grey.ink < GREY_SHARE * typical) & (grey.ink > 0.1 * typical)
    return Probes(
        grid=np.stack(np.meshgrid(*axes), axis=2).reshape(-1, 2),
        white=white,
        white_weights=_weights(white, axes),
        patch_mm=PATCH_MM,
        edges=edges,
        edge_weights=_weights(edges, axes),
        edge_frames=frames,
        grey_lines=Lines(grey.mm[kept], grey.weights[kept], grey.ink[kept]),
        black_lines=black,
    )


probes_of = PageCache(_probes).get


def _axes(size: PageSize) -> tuple[Numbers, Numbers]:
    return (
        np.linspace(0, size.width_mm, round(size.width_mm / GRID_MM) + 1),
        np.linspace(0, size.height_mm, round(size.height_mm / GRID_MM) + 1),
    )


def _weights(points: Points, axes: tuple[Numbers, Numbers]) -> Weights:
    """Weights (n, k) of the grid's points in the bilinear value at each point."""
    x, y = (_hats(points[:, axis], axes[axis]) for axis in (0, 1))
    whole = (y[:, :, None] * x[:, None]).reshape(len(points), x.shape[1] * y.shape[1])
    return np.asarray(whole, dtype=np.float32)


def _hats(values: Numbers, axis: Numbers) -> Numbers:
    step = axis[1] - axis[0]
    return np.asarray(np.clip(1 - np.abs(values[:, None] - axis) / step, 0, 1))


def _white(blank: Blank, layout: Layout, page: int) -> Points:
    """Middles of patches of blank paper."""
    free, size = _free(blank, layout, page), layout.pages[page - 1]
    x = np.arange(RIM_MM + PATCH_MM / 2, size.width_mm - RIM_MM, PATCH_STEP_MM)
    y = np.arange(RIM_MM + PATCH_MM / 2, size.height_mm - RIM_MM, PATCH_STEP_MM)
    grid = np.stack(np.meshgrid(x, y), axis=2).reshape(-1, 2)
    at = np.minimum((grid * FREE_PX_PER_MM).astype(np.intp), np.array(free.shape)[::-1] - 1)
    return _spread(grid[free[at[:, 1], at[:, 0]]], MAX_PATCHES)


def _spread(points: Points, most: int) -> Points:
    """At most so many points, evenly taken out of all."""
    return points[np.linspace(0, len(points) - 1, min(len(points), most)).astype(np.intp)]


def _free(blank: Blank, layout: Layout, page: int) -> NDArray[np.bool_]:
    """Where a patch may have its middle (at `FREE_PX_PER_MM`)."""
    size = layout.pages[page - 1]
    shape = round(size.width_mm * FREE_PX_PER_MM), round(size.height_mm * FREE_PX_PER_MM)
    darkest = cv2.erode(blank.grey, np.ones((5, 5), np.uint8))
    printed = cv2.resize(darkest, shape, interpolation=cv2.INTER_AREA) < 250
    used = _grown(np.asarray(printed, dtype=np.uint8), PRINT_CLEAR_MM)
    areas: list[Box | Stamp] = list(layout.on_page(page))
    for area in areas + [stamp for stamp in layout.stamps if stamp.page == page]:
        x0, y0, x1, y1 = (
            max(round(side * FREE_PX_PER_MM), 0)
            for side in (
                area.x_mm - FIELD_CLEAR_MM,
                area.y_mm - FIELD_CLEAR_MM,
                area.x_mm + area.w_mm + FIELD_CLEAR_MM,
                area.y_mm + area.h_mm + FIELD_CLEAR_MM,
            )
        )
        used[y0:y1, x0:x1] = 1
    return np.asarray(_grown(used, PATCH_MM / 2) == 0)


def _grown(mask: Grey, mm: float) -> Grey:
    side = 2 * round(mm * FREE_PX_PER_MM) + 1
    return np.asarray(cv2.dilate(mask, np.ones((side, side), np.uint8)), dtype=np.uint8)


def _edges(markers: Sequence[Box]) -> tuple[Points, Numbers]:
    """Points on the outer edges of the markers, and the frames of their profiles."""
    points, frames = [], []
    for box in markers:
        half = np.array([box.w_mm, box.h_mm]) / 2
        middle = np.array([box.x_mm, box.y_mm]) + half
        for out in np.array([[1, 0], [-1, 0], [0, 1], [0, -1]], dtype=np.float64):
            along = np.array([-out[1], out[0]])
            points += [middle + half * (out + 2 * place * along) for place in EDGE_PLACES]
            frames += [np.stack([out, along], axis=1)] * len(EDGE_PLACES)
    return np.array(points).reshape(-1, 2), np.array(frames).reshape(-1, 2, 2)


def _combs(layout: Layout, page: int) -> Iterator[list[Box]]:
    """Fields of three cells or more, in reading order."""
    for boxes in layout.fields_on_page(page).values():
        if boxes[0].kind == "cell" and len(boxes) >= 3:
            yield sorted(boxes, key=lambda box: box.index or 0)


def _frames(layout: Layout, page: int) -> list[tuple[float, float]]:
    return [
        (x, first.y_mm + place * first.h_mm)
        for first, *_, last in _combs(layout, page)
        for x in (first.x_mm, last.x_mm + last.w_mm)
        for place in FRAME_PLACES
    ]


def _dividers(layout: Layout, page: int) -> list[tuple[float, float]]:
    return [
        (one.x_mm + one.w_mm, one.y_mm + place * one.h_mm)
        for comb in _combs(layout, page)
        for one in comb[:-1]
        for place in DIVIDER_PLACES
    ]


def _lines(
    blank: Blank, places: Sequence[tuple[float, float]], axes: tuple[Numbers, Numbers]
) -> Lines:
    mm = _spread(np.array(places, dtype=np.float64).reshape(-1, 2), MAX_LINES)
    slopes = np.broadcast_to(np.diag(blank.px_per_mm), (len(mm), 2, 2))
    return Lines(mm, _weights(mm, axes), line_ink(blank.grey, mm * blank.px_per_mm, slopes))


def line_ink(picture: Grey, middles: Points, slopes: Numbers) -> Numbers:
    """Darkness (0-1) of upright lines summed across them, mm; the better side is paper."""
    profile = windows.cut(picture, middles, slopes, LINE_SIZE, LINE_PX_PER_MM).mean(axis=1)
    sides = profile[:, :LINE_END].mean(axis=1), profile[:, -LINE_END:].mean(axis=1)
    dark = 1 - profile / np.maximum(np.maximum(*sides), 1.0)[:, None]
    return np.asarray(dark[:, LINE_END:-LINE_END].sum(axis=1) / LINE_PX_PER_MM)
