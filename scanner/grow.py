"""Growing an alignment: landmarks that agree with their neighbours foretell the next ones."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scanner import geometry
from scanner.fields import local_planes, page_curve
from scanner.geometry import Matrix, Points
from scanner.landmarks import Landmarks
from scanner.match import match
from scanner.seeds import Seeds
from scanner.windows import Grey

MIN_SCORE = 0.45
"""Least normalised correlation of a landmark that may be trusted. Good ones under heavy
ballpoint marks have 0.5-0.9, wrong places mostly below 0.4; agreement decides the rest."""

AGREE_MM = 0.3
"""A landmark is trusted when it lies this near to what its neighbours foretell."""

MIN_TRUSTED = 8
"""Trusted landmarks below which there is nothing to go on."""

ENOUGH_NEIGHBOURS = 3
"""Trusted neighbours that carry a plane; with fewer, the page's curve foretells."""

REACH_FACTOR = 1.4
"""With few seeds, the circle in which landmarks are looked for widens by this each round.
Doubling it, a 2 mm warp put one comb in a hundred a whole cell (5 mm) aside."""

MAX_ROUNDS = 12
"""Rounds of matching: a flat page needs one or two, a 2 mm warp three, one QR code seven."""

LINK_MM, LINK_SLOPE = 1.2, 0.04
"""Neighbours belong together when their shifts differ by no more than this and this share of
their distance. A 2 mm warp bends by 0.03; the print jumps by up to 1.1 mm across a simulated
fold (an estimate); a comb locked to the wrong cell by 5 mm."""

NEAR_SEED_MM = 60.0
"""Only a body of landmarks that reaches this near to a marker or QR code is believed."""


@dataclass(frozen=True)
class Found:
    """What is known of each landmark (arrays over all landmarks of the page)."""

    px: Points
    """Where it was found, raw px."""
    score: NDArray[np.float64]
    """Correlation with the blank; 0 where it was never looked for."""
    error_mm: NDArray[np.float64]
    """Distance from where its neighbours have it; infinite where that is not known."""
    trusted: NDArray[np.bool_]


@dataclass(frozen=True)
class Scene:
    """What does not change while growing."""

    picture: Grey
    """The blurred working picture, ``reduction`` raw pixels to each of its own."""
    reduction: int
    raw_size: tuple[int, int]
    seeds: Seeds
    marks: Landmarks


def grow(scene: Scene, homography: Matrix) -> tuple[Matrix, Found]:
    """Rounds of matching and judging, from the seeds outwards."""
    n = len(scene.marks.centres_mm)
    found = Found(np.zeros((n, 2)), np.zeros(n), np.full(n, np.inf), np.zeros(n, dtype=bool))
    away, reach, before = _from_seeds(scene), scene.seeds.reach_mm, -1
    for _round in range(MAX_ROUNDS):
        inside = on_image(homography, scene)
        todo = inside & ~found.trusted & (away <= reach)
        if todo.any():
            found = _look(scene, homography, found, todo)
        grown = int(found.trusted.sum())
        if (away[inside] <= reach).all() and grown == before:
            break
        if np.isfinite(scene.seeds.reach_mm):
            homography = refit(scene, homography, found)
        reach, before = reach * REACH_FACTOR, grown
    return homography, one_body(scene, homography, found, away)


def on_image(homography: Matrix, scene: Scene) -> NDArray[np.bool_]:
    """Landmarks whose middle lies on the image."""
    px = geometry.apply(homography, scene.marks.centres_mm)
    return np.asarray(((px > 0) & (px < np.array(scene.raw_size))).all(axis=1))


def shifts_mm(homography: Matrix, mm: Points, px: Points) -> Points:
    """How far on paper each found point lies from where the homography has it."""
    return geometry.apply(np.asarray(np.linalg.inv(homography)), px) - mm


def refit(scene: Scene, homography: Matrix, found: Found) -> Matrix:
    """The homography through seeds and all trusted landmarks."""
    known, seeds = found.trusted, scene.seeds
    if int(known.sum()) < MIN_TRUSTED:
        return homography
    mm = np.vstack([seeds.mm, scene.marks.centres_mm[known]])
    px = np.vstack([seeds.px, found.px[known]])
    sigma = np.append(seeds.sigma_px, np.full(int(known.sum()), float(seeds.sigma_px.max())))
    return geometry.fit_homography(mm, px, sigma)


def _from_seeds(scene: Scene) -> NDArray[np.float64]:
    """Distance of each landmark from the nearest point known at first, mm."""
    away = np.linalg.norm(scene.marks.centres_mm[:, None] - scene.seeds.mm[None], axis=2)
    return np.asarray(away.min(axis=1))


def _look(scene: Scene, homography: Matrix, found: Found, todo: NDArray[np.bool_]) -> Found:
    """Match the landmarks of ``todo`` where they are foretold, then judge all anew."""
    chosen = np.flatnonzero(todo)
    at = scene.marks.centres_mm[chosen] + _foretell(scene.marks, homography, found, todo)
    slopes = geometry.jacobians(homography, at)
    centres = geometry.apply(homography, at)
    templates, reduction = scene.marks.templates[chosen], scene.reduction
    offset_mm, score = match(scene.picture, centres / reduction, slopes / reduction, templates)
    px, scores = found.px.copy(), found.score.copy()
    px[chosen] = centres + np.einsum("nij,nj->ni", slopes, offset_mm)
    scores[chosen] = score
    return _judge(scene.marks, homography, replace(found, px=px, score=scores))


def _foretell(
    marks: Landmarks, homography: Matrix, found: Found, todo: NDArray[np.bool_]
) -> Points:
    """Shift (mm) at which each landmark of ``todo`` is expected."""
    at, known = marks.centres_mm[todo], found.trusted
    if int(known.sum()) < 2 * MIN_TRUSTED:
        return np.zeros_like(at)
    shifts = shifts_mm(homography, marks.centres_mm, found.px)
    curve = page_curve(marks.centres_mm[known], shifts[known], at)
    beside = marks.neighbours[todo]
    weights = known[beside].astype(np.float64)
    plane, _ = local_planes(marks.centres_mm[beside] - at[:, None], shifts[beside], weights)
    carried = weights.sum(axis=1) >= ENOUGH_NEIGHBOURS
    return np.asarray(np.where(carried[:, None], plane, curve), dtype=np.float64)


def _judge(marks: Landmarks, homography: Matrix, found: Found) -> Found:
    """Trust whoever matched well and agrees with well-matched neighbours."""
    shifts = shifts_mm(homography, marks.centres_mm, found.px)
    beside = marks.neighbours
    weights = np.where(found.score[beside] >= MIN_SCORE, found.score[beside], 0.0)
    away = marks.centres_mm[beside] - marks.centres_mm[:, None]
    plane, _ = local_planes(away, shifts[beside], weights, shifts)
    carried = (weights > 0).sum(axis=1) >= ENOUGH_NEIGHBOURS
    known = carried & (found.score > 0)
    error = np.where(known, np.linalg.norm(shifts - plane, axis=1), np.inf)
    trusted = (found.score >= MIN_SCORE) & (error <= AGREE_MM)
    return replace(found, error_mm=error, trusted=np.asarray(trusted))


def one_body(scene: Scene, homography: Matrix, found: Found, away: NDArray[np.float64]) -> Found:
    """Keep the largest body of linked landmarks that reaches a seed: a comb that was found one
    cell aside agrees with itself, and with nobody round it."""
    body = _bodies(scene.marks, shifts_mm(homography, scene.marks.centres_mm, found.px), found)
    begun = body[found.trusted & (away <= NEAR_SEED_MM)]
    if not len(begun):
        return replace(found, trusted=np.zeros_like(found.trusted))
    largest = max(set(begun.tolist()), key=lambda number: int((body == number).sum()))
    return replace(found, trusted=found.trusted & (body == largest))


def _bodies(marks: Landmarks, shifts: Points, found: Found) -> NDArray[np.intp]:
    """Number of the body each trusted landmark belongs to: the least index within it."""
    beside = marks.neighbours
    apart = np.linalg.norm(marks.centres_mm[beside] - marks.centres_mm[:, None], axis=2)
    differ = np.linalg.norm(shifts[beside] - shifts[:, None], axis=2)
    linked = (differ <= LINK_MM + LINK_SLOPE * apart) & found.trusted[beside]
    linked &= found.trusted[:, None]
    own = np.broadcast_to(np.arange(len(beside))[:, None], beside.shape)
    one, other = own[linked], beside[linked]
    body = np.arange(len(beside))
    while True:
        last = body.copy()
        np.minimum.at(body, one, last[other])
        np.minimum.at(body, other, last[one])
        if (body == last).all():
            return body
