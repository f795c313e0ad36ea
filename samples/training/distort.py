"""Distortions of crops while training: what scanners do that the simulated ones did not."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor
from torch.nn import functional


@dataclass(frozen=True)
class Distortion:
    """Shares are of crops; darkness is 0-1, lengths are pixels of 1/6 mm."""

    shift_px: float = 0.8
    """Both pictures: where the box was thought to be."""
    slip_px: float = 0.5
    """The scan alone: against its blank."""
    turn: float = 0.04
    zoom: float = 0.04
    contrast: tuple[float, float] = (0.65, 1.3)
    blurred: float = 0.25
    noise: float = 0.05
    blotched: float = 0.2
    blotch: float = 0.2
    one_bit: float = 0.12
    streaked: float = 0.06


MILD = Distortion()


def distorted(seen: Tensor, how: Distortion = MILD) -> Tensor:
    """Crops (n, 2, h, w) uint8 to what the net is trained on, (n, 2, h, w) float 0-1."""
    crops = _turned(seen.float() / 255)
    crops = _moved(crops, how)
    scan = _captured(crops[:, :1], how)
    return torch.cat([scan, crops[:, 1:]], dim=1)


def _turned(crops: Tensor) -> Tensor:
    """Each eighth of the batch turned or mirrored its own way: marks have no upper side."""
    parts = []
    for number, part in enumerate(torch.chunk(crops, 8)):
        part = torch.rot90(part, number % 4, (2, 3))
        parts.append(part.flip(3) if number >= 4 else part)
    return torch.cat(parts)


def _moved(crops: Tensor, how: Distortion) -> Tensor:
    n, _, side, _ = crops.shape
    angle = how.turn * torch.randn(n)
    zoom = 1 + how.zoom * torch.randn(n)
    rotation = torch.stack(
        [angle.cos() * zoom, -angle.sin() * zoom, angle.sin() * zoom, angle.cos() * zoom], dim=1
    ).reshape(n, 2, 2)
    unit = 2 / side
    shift = how.shift_px * unit * torch.randn(n, 2, 1)
    slip = how.slip_px * unit * torch.randn(n, 2, 1)
    both = [(0, shift + slip), (1, shift)]
    moved = [
        functional.grid_sample(
            crops[:, channel : channel + 1],
            functional.affine_grid(
                torch.cat([rotation, by], dim=2), [n, 1, side, side], align_corners=False
            ),
            align_corners=False,
            padding_mode="border",
        )
        for channel, by in both
    ]
    return torch.cat(moved, dim=1)


def _captured(scan: Tensor, how: Distortion) -> Tensor:
    """Shares of a batch are taken from its front or its back: crops come shuffled."""
    n, _, side, _ = scan.shape
    low, high = how.contrast
    scan = scan * (low + (high - low) * torch.rand(n, 1, 1, 1))
    blurred, blotched = round(how.blurred * n), round(how.blotched * n)
    scan[:blurred] = _blurred(scan[:blurred])
    coarse = how.blotch * torch.rand(blotched, 1, 1, 1) * torch.rand(blotched, 1, 4, 4)
    scan[n - blotched :] += functional.interpolate(coarse, (side, side), mode="bilinear")
    streaked = torch.randperm(n)[: round(how.streaked * n)]
    scan[streaked] = _streaked(scan[streaked])
    scan += how.noise * torch.rand(n, 1, 1, 1) * _noise(n, side)
    two_level = torch.randperm(n)[: round(how.one_bit * n)]
    threshold = 0.2 + 0.4 * torch.rand(len(two_level), 1, 1, 1)
    scan[two_level] = (scan[two_level] > threshold).float()
    return scan.clamp_(0, 1)


@cache
def _noise_bank(side: int) -> Tensor:
    return torch.randn(1024, 1, side, side)


def _noise(n: int, side: int) -> Tensor:
    """Gaussian noise out of a bank: drawing it anew takes a third of all training time."""
    start = int(torch.randint(0, 1024 - n, ()))
    return _noise_bank(side)[start : start + n]


def _blurred(scan: Tensor) -> Tensor:
    """A Gaussian of 0.7 px, both ways."""
    weights = torch.tensor([math.exp(-(x**2) / (2 * 0.7**2)) for x in (-2, -1, 0, 1, 2)])
    row = (weights / weights.sum()).reshape(1, 1, 1, 5)
    across = functional.conv2d(scan, row, padding=(0, 2))
    return functional.conv2d(across, row.transpose(2, 3), padding=(2, 0))


def _streaked(scan: Tensor) -> Tensor:
    """A straight line of dust from rim to rim."""
    n, _, side, _ = scan.shape
    at = torch.rand(n, 1, 1, 1) * side
    width = 0.5 + torch.rand(n, 1, 1, 1)
    columns = torch.arange(side, dtype=torch.float32).reshape(1, 1, 1, side)
    line = (width - (columns - at).abs()).clamp(0, 1) * (0.1 + 0.5 * torch.rand(n, 1, 1, 1))
    line = line.expand(n, 1, side, side)
    return torch.maximum(scan, _turned(line))
