"""The nets for handwritten characters: their shape, how they are trained, and their file.

Everything is convolutions with ReLU, so that OpenCV runs it as it is; batch normalisation is
folded into them on export by the ONNX exporter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from samples.training import net as marks
from samples.training.writing.distort import MILD, Distortion, distorted

SIDE_PX = 28
WIDTHS = (16, 32, 64, 96, 120)
"""240,000 weights, 0.96 MB; 0.33 ms a character in OpenCV on one busy core, in batches of 16."""

SMALL_WIDTHS = (12, 24, 40, 64, 64)
"""For finding wrong labels, where several nets are trained."""

BATCH = 256
SMOOTHING = 0.03
"""Labels are at first believed in so much less than wholly: some are wrong."""


@dataclass(frozen=True)
class Lesson:
    """How a net is trained."""

    epochs: int
    seed: int
    widths: tuple[int, ...] = WIDTHS
    dropout: float = 0.15
    how: Distortion = MILD
    top_rate: float = 4e-3
    decay: float = 2e-3
    warm_share: float = 0.15
    smoothing: float = SMOOTHING
    ema: float = 0.995
    """The net that is kept is a running mean of the net being trained, over about so many steps
    (200)."""


def new_net(classes: int, widths: tuple[int, ...] = WIDTHS, dropout: float = 0.15) -> nn.Sequential:
    """Seven layers, three halvings of 28 px, then 2 x 2 places."""
    first, second, third, fourth, last = widths
    return nn.Sequential(
        *_layer(1, first),
        *_layer(first, second, stride=2),
        *_layer(second, second),
        *_layer(second, third, stride=2),
        *_layer(third, third),
        *_layer(third, fourth, stride=2),
        *_layer(fourth, last),
        nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Dropout(dropout),
        nn.Linear(4 * last, classes),
    )


def _layer(into: int, out: int, stride: int = 1) -> tuple[nn.Module, ...]:
    convolution = nn.Conv2d(into, out, 3, stride, padding=1, bias=False)
    return convolution, nn.BatchNorm2d(out), nn.ReLU()


def fit(
    seen: NDArray[np.uint8],
    truth: NDArray[np.uint8],
    classes: int,
    lesson: Lesson,
    start: nn.Sequential | None = None,
) -> Iterator[nn.Sequential]:
    """Train on characters (n, 28, 28) a new net, or one that had a lesson (``start``); yields its
    running mean after every epoch (the same object). Half-precision arithmetic with whole-precision
    weights takes half the time."""
    torch.manual_seed(lesson.seed)
    rng = np.random.default_rng(lesson.seed)
    net = new_net(classes, lesson.widths, lesson.dropout)
    if start is not None:
        net.load_state_dict(start.state_dict())
    net = net.to(memory_format=torch.channels_last)
    kept = torch.optim.swa_utils.AveragedModel(
        net, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(lesson.ema), use_buffers=True
    )
    optimiser = torch.optim.AdamW(net.parameters(), lr=lesson.top_rate, weight_decay=lesson.decay)
    rate = torch.optim.lr_scheduler.OneCycleLR(
        optimiser,
        lesson.top_rate,
        total_steps=lesson.epochs * (len(truth) // BATCH),
        pct_start=lesson.warm_share,
    )
    pictures, answers = torch.from_numpy(seen[:, None]), torch.from_numpy(truth.astype(np.int64))
    for _ in range(lesson.epochs):
        net.train()
        order = torch.from_numpy(rng.permutation(len(truth)))
        for rows in order[: len(order) // BATCH * BATCH].split(BATCH):
            _step(net, optimiser, distorted(pictures[rows], lesson.how), answers[rows], lesson)
            rate.step()
            kept.update_parameters(net)
        yield kept.module


def _step(
    net: nn.Module,
    optimiser: torch.optim.Optimizer,
    seen: Tensor,
    truth: Tensor,
    lesson: Lesson,
) -> None:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        said = net(seen.contiguous(memory_format=torch.channels_last))
    loss = functional.cross_entropy(said.float(), truth, label_smoothing=lesson.smoothing)
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    optimiser.step()


def logits(net: nn.Sequential, seen: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(n, classes): what the net answers for characters (n, 28, 28)."""
    return marks.logits(net, seen[:, None])


def cool(net: nn.Sequential, temperature: float, none: float) -> None:
    """Divide the net's answers by ``temperature`` and add ``none`` to the last, for good."""
    marks.cool(net, temperature)
    with torch.no_grad():
        net[-1].bias[-1] += none


def exported(net: nn.Sequential) -> bytes:
    """The net as ONNX for any number of characters."""
    return marks.exported(net, (1, SIDE_PX, SIDE_PX))
