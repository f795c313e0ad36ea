"""Aligning a flat page the quick way: every landmark is looked at once, where markers foretell it.

A flat page differs from the plane that its markers span by hundredths of a millimetre. There one
linear step tells how far each landmark lies from its foretold place, and one smooth surface
through all of them says where everything is. The way is taken only where it is proved: nearly all
landmarks must be recognised and agree with the surface, singly and in every neighbourhood, and
those that do not must not be found anywhere near. Otherwise the page is grown (`scanner.grow`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scanner import geometry, windows
from scanner.geometry import Matrix, Points
from scanner.grow import MIN_SCORE, Found, Scene, on_image
from scanner.landmarks import MATCH_PX_PER_MM, Landmarks
from scanner.match import match
from scanner.surface import Surface, fit_surface

LEAST_LANDMARKS = 60
"""On a page with fewer there is too little to prove anything with."""

LEAST_AGREEING = 0.85
"""Share of the landmarks on the image that must be recognised and agree. Office pages have
0.97-1.0 under heavy ink, thin toner 0.3-0.9, a torn page 0.95."""

AGREE_MM = 0.1
"""Within this of the surface a landmark agrees; ink across it moves it by 0.05."""

ROUGH_MM = 0.025
"""Root mean square distance from the surface, of those that agree: flat pages have 0.007-0.012, a
warp of 0.4 mm 0.03 and more."""

NEAR_MM = 0.03
"""Mean distance of every neighbourhood (ten landmarks) from the surface, robustly: flat pages have
0.012 at most. A page that jumps by 0.1 mm across a fold has 0.05 on both sides."""

LINEAR_MM = 0.06
"""Up to this the linear step is exact to 0.005 mm; with a surface further away than this from the
markers' plane, landmarks are looked at again where it foretells them."""

PASSES = 2

FARTHEST_MM = 0.3
"""A surface this far from the markers' plane is not flat."""

ELSEWHERE_SCORE = 0.6
"""A landmark that disagrees must not be found as clearly as this within reach of a search."""

LEAST_CONTRAST = 0.05
"""A landmark with less contrast than this share of the blank's is not seen at all."""


@dataclass(frozen=True)
class Flat:
    """A page that is flat: its landmarks and the surface of their shifts."""

    found: Found
    surface: Surface


def quick(scene: Scene, homography: Matrix) -> Flat | None:
    """Align by one surface, or None where it is not proved that the page is flat. The scene's
    picture need not be blurred."""
    inside = on_image(homography, scene)
    if np.isfinite(scene.seeds.reach_mm) or int(inside.sum()) < LEAST_LANDMARKS:
        return None
    look = _look(scene, homography, inside)
    if look is None:
        return None
    shifts, score, surface = look
    off = shifts - surface.at(scene.marks.centres_mm)
    error = np.hypot(off[:, 0], off[:, 1])
    agree = np.asarray(inside & (score >= MIN_SCORE) & (error <= AGREE_MM))
    lost = np.flatnonzero(inside & ~agree)
    if not _proved(scene.marks, off, agree, inside) or _elsewhere(scene, homography, lost, surface):
        return None
    px = geometry.apply(homography, scene.marks.centres_mm + shifts)
    return Flat(Found(px, score, np.where(score > 0, error, np.inf), agree), surface)


def _look(
    scene: Scene, homography: Matrix, inside: NDArray[np.bool_]
) -> tuple[Points, NDArray[np.float64], Surface] | None:
    """Shifts and scores of all landmarks, and the surface through the shifts."""
    at, foretold = scene.marks.centres_mm, np.zeros_like(scene.marks.centres_mm)
    for _ in range(PASSES):
        more, score = _seen(scene, homography, at + foretold)
        score[~inside] = 0.0
        shifts = foretold + more
        surface = fit_surface(at, shifts, np.where(score >= MIN_SCORE, score, 0.0))
        ahead = surface.at(at)
        if float(np.abs((ahead - foretold)[inside]).max()) <= LINEAR_MM:
            return shifts, score, surface
        if float(np.abs(ahead[inside]).max()) > FARTHEST_MM:
            return None
        foretold = ahead
    return None


def _proved(
    marks: Landmarks, off: Points, agree: NDArray[np.bool_], inside: NDArray[np.bool_]
) -> bool:
    """Whether nearly all landmarks agree with the surface, also in every neighbourhood."""
    if agree.sum() < LEAST_AGREEING * inside.sum():
        return False
    square = (off**2).sum(axis=1)
    if square[agree].mean() > ROUGH_MM**2:
        return False
    weight = np.where(agree, 1 / (1 + square / NEAR_MM**2), 0.0)
    ring = np.column_stack([np.arange(len(off)), marks.neighbours])
    total = weight[ring].sum(axis=1)
    mean = (weight[:, None] * off)[ring].sum(axis=1) / np.maximum(total, 1.0)[:, None]
    return bool((mean**2).sum(axis=1).max() <= NEAR_MM**2)


def _elsewhere(scene: Scene, homography: Matrix, lost: NDArray[np.intp], surface: Surface) -> bool:
    """Whether any landmark that disagrees is found clearly in another place near by."""
    if not len(lost):
        return False
    at = scene.marks.centres_mm[lost]
    at = at + surface.at(at)
    slopes = geometry.jacobians(homography, at) / scene.reduction
    centres = geometry.apply(homography, at) / scene.reduction
    offset, score = match(scene.picture, centres, slopes, scene.marks.templates[lost])
    moved = np.linalg.norm(offset, axis=1) > AGREE_MM
    return bool((moved & (score >= ELSEWHERE_SCORE)).any())


def _seen(scene: Scene, homography: Matrix, at_mm: Points) -> tuple[Points, NDArray[np.float64]]:
    """How far (mm) landmarks lie from ``at_mm`` (n, 2), and how well they are recognised there."""
    slopes = geometry.jacobians(homography, at_mm) / scene.reduction
    centres = geometry.apply(homography, at_mm) / scene.reduction
    marks = scene.marks
    side = marks.templates.shape[1]
    cut = windows.cut(scene.picture, centres, slopes, (side, side), MATCH_PX_PER_MM)
    seen = cut.reshape(len(cut), -1).astype(np.float32)
    told = np.matmul(marks.steps, seen[:, :, None])[:, :, 0].astype(np.float64)
    mean = seen.mean(axis=1)
    power = np.einsum("nk,nk->n", seen, seen) - mean * mean * seen.shape[1]
    score = np.einsum("nk,nk->n", marks.patterns, seen) / np.sqrt(np.maximum(power, 1.0))
    offset = told[:, 1:] / np.maximum(told[:, :1], LEAST_CONTRAST) / MATCH_PX_PER_MM
    return offset, score.astype(np.float64)
