"""Distortions of characters while training: hands, pens and scanners that were not simulated."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional


@dataclass(frozen=True)
class Distortion:
    """Standard deviations, but for ``bent_px`` and shares; lengths are pixels of 28."""

    turn: float = 0.09
    lean: float = 0.14
    zoom: float = 0.06
    stretch: float = 0.06
    shift_px: float = 0.7
    bent_px: float = 0.9
    """Standard deviation of a shift that differs every seventh of the side."""
    contrast: tuple[float, float] = (0.7, 1.25)
    wider: float = 0.15
    thinner: float = 0.15
    """Shares whose strokes get thicker and thinner."""
    noise: float = 0.04
    lined: float = 0.04
    """Share with a rest of a printed line at one side."""


MILD = Distortion()

LIGHT = Distortion(
    turn=0.045,
    lean=0.07,
    zoom=0.035,
    stretch=0.03,
    shift_px=0.5,
    bent_px=0.45,
    contrast=(0.8, 1.15),
    wider=0.08,
    thinner=0.08,
    noise=0.03,
    lined=0.02,
)
"""For the last epochs: with `MILD` alone the nets, small as they are, do not learn all they could
(99.1 % right on MNIST's own training cells)."""


def distorted(seen: Tensor, how: Distortion = MILD) -> Tensor:
    """Characters (n, 1, 28, 28) uint8 to what the net is trained on, float 0-1."""
    crops = _moved(seen.float() / 255, how)
    return _captured(crops, how)


def _moved(crops: Tensor, how: Distortion) -> Tensor:
    n, _, side, _ = crops.shape
    angle, lean = how.turn * torch.randn(n), how.lean * torch.randn(n)
    zoom = torch.exp(how.zoom * torch.randn(n))
    wide = torch.exp(how.stretch * torch.randn(n))
    first = torch.stack([angle.cos() * zoom * wide, lean - angle.sin() * zoom], dim=1)
    second = torch.stack([angle.sin() * zoom, angle.cos() * zoom / wide], dim=1)
    matrix = torch.stack([first, second], dim=1)
    shift = 2 / side * how.shift_px * torch.randn(n, 2, 1)
    grid = functional.affine_grid(
        torch.cat([matrix, shift], dim=2), [n, 1, side, side], align_corners=False
    )
    coarse = 2 / side * how.bent_px * torch.randn(n, 2, 5, 5)
    bend = functional.interpolate(coarse, (side, side), mode="bicubic", align_corners=True)
    return functional.grid_sample(crops, grid + bend.permute(0, 2, 3, 1), align_corners=False)


def _captured(crops: Tensor, how: Distortion) -> Tensor:
    """Shares of a batch are taken from its front or its back: crops come shuffled."""
    n, _, side, _ = crops.shape
    wider, thinner, lined = (round(share * n) for share in (how.wider, how.thinner, how.lined))
    crops[:wider] = torch.lerp(
        crops[:wider], functional.max_pool2d(crops[:wider], 3, 1, 1), torch.rand(wider, 1, 1, 1)
    )
    last = crops[n - thinner :]
    crops[n - thinner :] = torch.lerp(
        last, -functional.max_pool2d(-last, 3, 1, 1), 0.6 * torch.rand(thinner, 1, 1, 1)
    )
    rows = torch.randperm(n)[:lined]
    crops[rows] = torch.maximum(crops[rows], _lines(lined, side))
    low, high = how.contrast
    crops = crops * (low + (high - low) * torch.rand(n, 1, 1, 1))
    crops += how.noise * torch.rand(n, 1, 1, 1) * torch.randn(n, 1, side, side)
    return crops.clamp_(0, 1)


def _lines(n: int, side: int) -> Tensor:
    """Part of a line along one of the four sides."""
    at = 1 + 4 * torch.rand(n, 1, 1, 1)
    where = torch.arange(side, dtype=torch.float32).reshape(1, 1, 1, side)
    line = (1 - (where - at).abs()).clamp(0, 1) * (0.3 + 0.7 * torch.rand(n, 1, 1, 1))
    start, length = side * torch.rand(n, 1, 1, 1), side * (0.2 + 0.5 * torch.rand(n, 1, 1, 1))
    along = where.transpose(2, 3)
    part = line * ((along > start) & (along < start + length)).float()
    parts = torch.chunk(part, 4)
    return torch.cat([torch.rot90(one, turn, (2, 3)) for turn, one in enumerate(parts)])


def blurred(seen: Tensor, sigma: float) -> Tensor:
    """A Gaussian, both ways."""
    weights = torch.tensor([math.exp(-(x**2) / (2 * sigma**2)) for x in (-2, -1, 0, 1, 2)])
    row = (weights / weights.sum()).reshape(1, 1, 1, 5)
    across = functional.conv2d(seen, row, padding=(0, 2))
    return functional.conv2d(across, row.transpose(2, 3), padding=(2, 0))
