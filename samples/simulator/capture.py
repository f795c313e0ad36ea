"""From a filled page to a picture of it: the way of the paper through scanner or telephone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.simulator import damage
from samples.simulator.canvas import PX_PER_MM, Canvas, Pixels
from samples.simulator.geometry import (
    Crease,
    Geometry,
    Matrix,
    Points,
    Ripple,
    Warp,
    scaling,
    skewed,
    through_corners,
)
from samples.simulator.pens import Rng
from samples.simulator.profiles import Profile, Range

MM_PER_INCH = 25.4
COPIER_SCALE = (0.996, 1.008)
CRUSHED_MM = (1.2, 2.9)
"""Width of the zone in which a hard fold slides."""
PHONE_MARGIN = 0.07
"""Room left round the sheet by who photographs it, as a share of its height."""


@dataclass(frozen=True, eq=False)
class Capture:
    """A picture as it would be filed (before encoding), and where everything lies in it."""

    pixels: Pixels
    geometry: Geometry
    outline_mm: Points
    """The sheet of paper (n, 2), paper mm: what lies outside is torn off."""
    dpi: int


def uniform(span: Range, rng: Rng) -> float:
    return float(rng.uniform(*span))


def some_geometry(size_mm: Points, profile: Profile, rng: Rng) -> Geometry:
    """Draw print offset, warp, and the way a page lies, for a sheet of ``size_mm`` (2,)."""
    width, height = float(size_mm[0]), float(size_mm[1])
    scale = uniform(profile.print_scale, rng)
    for _ in range(profile.copies):
        scale *= uniform(COPIER_SCALE, rng)
    offset = rng.normal(0, 0.6, 2)
    printed = scaling(scale, (width / 2, height / 2), (float(offset[0]), float(offset[1])))
    capture, size_px = _capture(size_mm, profile, rng)
    turn = int(rng.choice(profile.turns))
    return Geometry(printed, _warp(size_mm, profile, rng), capture, size_px, turn)


def _warp(size_mm: Points, profile: Profile, rng: Rng) -> Warp:
    ripples = []
    for _ in range(3 if profile.warp_mm else 0):
        length = rng.uniform(160, 420)
        angle = rng.uniform(0, 2 * np.pi)
        wave = 2 * np.pi / length * np.array([np.cos(angle), np.sin(angle)])
        amplitude = profile.warp_mm / 3 * rng.normal(0, 0.9, 2)
        ripples.append(
            Ripple(
                (float(amplitude[0]), float(amplitude[1])),
                (float(wave[0]), float(wave[1])),
                float(rng.uniform(0, 2 * np.pi)),
            )
        )
    folds = range(profile.folds)
    return Warp(tuple(ripples), tuple(_crease(size_mm, i, profile, rng) for i in folds))


def _crease(size_mm: Points, number: int, profile: Profile, rng: Rng) -> Crease:
    """Folds lie near a half or a third of the sheet, first across, then along."""
    share = float(rng.choice([1 / 3, 1 / 2, 2 / 3])) + rng.normal(0, 0.03)
    tilt = rng.normal(0, 0.02)
    across = number % 2 == 0
    normal = (float(np.sin(tilt)), float(np.cos(tilt)))
    if not across:
        normal = (normal[1], normal[0])
    at = (float(size_mm[0]) * share, float(size_mm[1]) * share)
    crease = Crease(at, normal, float(rng.uniform(0.05, 0.35)), float(rng.uniform(1.5, 3.0)))
    if profile.shear_mm is None:
        return crease
    shear = uniform(profile.shear_mm, rng) * float(rng.choice([-1.0, 1.0]))
    return replace(crease, shear_mm=shear, width_mm=uniform(CRUSHED_MM, rng) / 2.2)


def _capture(size_mm: Points, profile: Profile, rng: Rng) -> tuple[Matrix, tuple[int, int]]:
    px_per_mm = profile.dpi / MM_PER_INCH
    if profile.perspective:
        return _photographed(size_mm, profile, px_per_mm, rng)
    glass = np.array(profile.glass_mm) if profile.glass_mm else size_mm
    shift = rng.uniform(-1, 1, 2) * profile.shift_mm
    angle = rng.normal(0, profile.skew_deg / 2)
    angle = float(np.clip(angle, -profile.skew_deg, profile.skew_deg))
    centre = (float(glass[0]) / 2, float(glass[1]) / 2)
    matrix = skewed(angle, centre, (float(shift[0]), float(shift[1])), px_per_mm)
    if profile.cropped:
        return _cropped(matrix, glass, profile.cropped, px_per_mm, rng)
    return matrix, (round(float(glass[0]) * px_per_mm), round(float(glass[1]) * px_per_mm))


def _cropped(
    matrix: Matrix, glass: Points, share: float, px_per_mm: float, rng: Rng
) -> tuple[Matrix, tuple[int, int]]:
    """A window that misses up to ``share`` at one side, or is turned and misses two corners."""
    size = glass.copy()
    if rng.random() < 0.4:
        angle = float(rng.uniform(1.5, 4.0) * rng.choice([-1.0, 1.0]))
        middle = (float(glass[0]) * px_per_mm / 2, float(glass[1]) * px_per_mm / 2)
        matrix = skewed(angle, middle, (0.0, 0.0), 1.0) @ matrix
    else:
        axis = int(rng.integers(2))
        lost = float(rng.uniform(0.4, 1.0)) * share * float(glass[axis])
        size[axis] -= lost
        if rng.random() < 0.5:
            moved = np.eye(3)
            moved[axis, 2] = -lost * px_per_mm
            matrix = moved @ matrix
    width, height = (round(float(mm) * px_per_mm) for mm in size)
    return matrix, (width, height)


def _photographed(
    size_mm: Points, profile: Profile, px_per_mm: float, rng: Rng
) -> tuple[Matrix, tuple[int, int]]:
    """Four corners of the sheet, each off its rectangle by up to ``perspective``."""
    margin = PHONE_MARGIN * float(size_mm[1])
    room = size_mm + 2 * margin
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * size_mm
    middle = size_mm / 2
    angle = np.deg2rad(rng.uniform(-1, 1) * profile.skew_deg)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    drawn = (corners - middle) @ turn.T + middle + margin
    drawn += rng.uniform(-0.5, 0.5, (4, 2)) * profile.perspective * size_mm
    drawn += rng.uniform(-0.5, 0.5, 2) * profile.shift_mm
    size = (round(float(room[0]) * px_per_mm), round(float(room[1]) * px_per_mm))
    return through_corners(corners, drawn * px_per_mm), size


def capture(canvas: Canvas, size_mm: Points, profile: Profile, rng: Rng) -> Capture:
    """The picture of a filled page. ``canvas`` is used up: sheet damage is painted onto it."""
    geometry = some_geometry(size_mm, profile, rng)
    _damage(canvas, geometry, profile, rng)
    blur = uniform(profile.blur_mm, rng) * PX_PER_MM
    canvas.pixels = np.asarray(cv2.GaussianBlur(canvas.pixels, (0, 0), blur), dtype=np.uint8)
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * size_mm
    outline = damage.tear(size_mm, profile.torn, rng) if profile.torn else corners
    picture = _photograph(canvas, geometry, outline, profile, rng)
    light(picture, profile, rng)
    damage.scanner_streaks(picture, profile.streaks, rng)
    noise(picture, uniform(profile.noise, rng), rng)
    if profile.bits == 1:
        picture = _one_bit(picture, rng)
    turned = np.ascontiguousarray(np.rot90(picture, geometry.turn // 90))
    return Capture(turned, geometry, outline, profile.dpi)


def _damage(canvas: Canvas, geometry: Geometry, profile: Profile, rng: Rng) -> None:
    for _ in range(profile.stains):
        damage.stain(canvas, rng)
    for _ in range(profile.copies):
        damage.photocopy(canvas, rng)
    for crease in geometry.warp.creases:
        normal = np.array(crease.normal)
        wide = 0.9 if not crease.shear_mm else 2.2 * crease.width_mm
        along = normal[::-1] * [-1.0, 1.0]
        damage.crease_line(canvas, np.array(crease.at_mm), along, rng, wide)


def _photograph(
    canvas: Canvas, geometry: Geometry, outline: Points, profile: Profile, rng: Rng
) -> Pixels:
    """Resample the sheet into the picture and lay it on its background."""
    picture = geometry.resample(canvas.pixels, canvas.scale)
    px = geometry.unturned_px(_dense(outline)) - 0.5
    fixed = np.round(px * 16).astype(np.int32)[None]
    if profile.background == "lid":
        return _on_lid(picture, fixed)
    return _on_ground(picture, fixed, profile, rng)


def _on_lid(picture: Pixels, outline: NDArray[np.int32]) -> Pixels:
    """A white lid, a little darker than paper, and the thin shadow of the sheet's edge."""
    mask = np.zeros(picture.shape[:2], dtype=np.uint8)
    cv2.fillPoly(mask, list(outline), 255, cv2.LINE_8, 4)
    beyond = np.full(picture.shape, 244, dtype=np.uint8)
    picture = np.asarray(cv2.copyTo(picture, mask, beyond), dtype=np.uint8)
    cv2.polylines(picture, list(outline), True, (222, 222, 222), 2, cv2.LINE_AA, 4)
    return picture


def _on_ground(picture: Pixels, outline: NDArray[np.int32], profile: Profile, rng: Rng) -> Pixels:
    """A table of wood under a phone, or the black lining of a feeder."""
    height, width = picture.shape[:2]
    mask = np.zeros((height, width), dtype=np.uint8)
    cv2.fillPoly(mask, list(outline), 255, cv2.LINE_AA, 4)
    grain = rng.normal(0, 1, (height // 8 + 1, 24)).astype(np.float32)
    wood = cv2.resize(cv2.GaussianBlur(grain, (0, 0), 1.0), (width // 8, height // 8))
    level = 95.0 if profile.background == "table" else 35.0
    shade = cv2.GaussianBlur(cv2.resize(mask, (width // 8, height // 8)), (0, 0), 5)
    small = np.clip(level + 22 * wood, 5, 230) * (1 - shade * np.float32(0.5 / 255))
    if picture.ndim == 3:
        small = small[:, :, None] * np.array([0.55, 0.8, 1.1], dtype=np.float32)
    ground = cv2.resize(np.clip(small, 0, 255).astype(np.uint8), (width, height))
    sheet = cv2.threshold(mask, 127, 255, cv2.THRESH_BINARY)[1]
    return np.asarray(cv2.copyTo(picture, sheet, ground), dtype=np.uint8)


def _dense(outline: Points) -> Points:
    """The outline with a point at least every few mm, so that a warp shows at the edges."""
    closed = np.vstack([outline, outline[:1]])
    pieces = [np.linspace(closed[i], closed[i + 1], 24)[:-1] for i in range(len(outline))]
    return np.vstack(pieces)


def light(picture: Pixels, profile: Profile, rng: Rng) -> None:
    """Uneven light over the whole picture, and the soft shadow of a hand or head; in place."""
    y, x = np.mgrid[-1:1:32j, -1:1:32j].astype(np.float32)
    slope = rng.normal(0, profile.shading / 2, 2)
    field = 1 - profile.shading * rng.uniform(0.2, 0.6) * (x * x + y * y) / 2
    field += slope[0] * x + slope[1] * y
    if profile.shadow:
        side = rng.normal(0, 1, 2)
        edge = (side[0] * x + side[1] * y) / np.hypot(*side) - rng.uniform(-0.4, 0.6)
        field *= 1 - rng.uniform(0.4, 1.0) * profile.shadow / (1 + np.exp(-edge * 9))
    field *= rng.uniform(0.93, 0.985)
    height, width = picture.shape[:2]
    levels = np.clip(np.round(field * 255), 0, 255).astype(np.uint8)
    full = np.asarray(cv2.resize(levels, (width, height)), dtype=np.uint8)
    if picture.ndim == 3:
        full = np.asarray(cv2.cvtColor(full, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
    cv2.multiply(picture, full, picture, scale=1 / 255)


@cache
def _noise_tile() -> NDArray[np.float32]:
    return np.random.default_rng(11).standard_normal((1024, 1536), dtype=np.float32)


def noise(picture: Pixels, sigma: float, rng: Rng) -> None:
    """Sensor noise; one tile of it is laid over the page in rows shifted at random; in place."""
    tile = np.clip(np.round(_noise_tile() * sigma), -127, 127).astype(np.int16)
    flat = picture.reshape(picture.shape[0], -1)
    for top in range(0, flat.shape[0], tile.shape[0]):
        for left in range(0, flat.shape[1], tile.shape[1]):
            part = flat[top : top + tile.shape[0], left : left + tile.shape[1]]
            moved = np.roll(tile, int(rng.integers(tile.shape[0])), axis=0)
            moved = moved[: part.shape[0], : part.shape[1]]
            part[...] = cv2.add(part, moved, dtype=cv2.CV_8U)


def _one_bit(picture: Pixels, rng: Rng) -> Pixels:
    threshold = uniform((120, 175), rng)
    return np.asarray(cv2.threshold(picture, threshold, 255, cv2.THRESH_BINARY)[1], dtype=np.uint8)
