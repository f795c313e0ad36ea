"""The net: its shape, how it is trained, and its file.

Everything is convolutions with ReLU, so that OpenCV runs it as it is; batch normalisation is
folded into them on export by the ONNX exporter.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from samples.training.crops import Crops
from samples.training.distort import distorted
from scanner.marknet import CLASSES, NET_PX

BATCH = 256
TOP_RATE = 4e-3
WEIGHT_DECAY = 2e-3

Widths = tuple[int, int, int, int]
"""Pictures between the layers of a net."""


def new_net(widths: Widths) -> nn.Sequential:
    """Three halvings of 48 px, then the mean of 6 x 6 places."""
    first, second, third, last = widths
    return nn.Sequential(
        *_layer(2, first, 5, stride=2),
        *_layer(first, second, 3, stride=2),
        *_layer(second, second, 3),
        *_layer(second, third, 3, stride=2),
        *_layer(third, last, 3),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(last, len(CLASSES)),
    )


def _layer(into: int, out: int, side: int, stride: int = 1) -> tuple[nn.Module, ...]:
    convolution = nn.Conv2d(into, out, side, stride, padding=side // 2, bias=False)
    return convolution, nn.BatchNorm2d(out), nn.ReLU()


def fit(crops: Crops, epochs: int, seed: int, widths: Widths) -> Iterator[nn.Sequential]:
    """Train a new net; yields it after every epoch (the same object). Half-precision arithmetic
    with whole-precision weights takes half the time."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    net = new_net(widths).to(memory_format=torch.channels_last)
    steps = epochs * (len(crops.truth) // BATCH)
    optimiser = torch.optim.AdamW(net.parameters(), lr=TOP_RATE, weight_decay=WEIGHT_DECAY)
    rate = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, TOP_RATE, total_steps=steps, pct_start=0.2
    )
    seen, truth = torch.from_numpy(crops.seen), torch.from_numpy(crops.truth.astype(np.int64))
    for _ in range(epochs):
        net.train()
        order = torch.from_numpy(rng.permutation(len(crops.truth)))
        for start in range(0, len(order) - BATCH + 1, BATCH):
            rows = order[start : start + BATCH]
            crops_seen = distorted(seen[rows])
            with torch.autocast("cpu", dtype=torch.bfloat16):
                answers = net(crops_seen.contiguous(memory_format=torch.channels_last))
            loss = functional.cross_entropy(answers.float(), truth[rows])
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            rate.step()
        yield net


def logits(net: nn.Sequential, seen: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(n, classes): what a net answers for crops (n, channels, h, w)."""
    net.eval()
    with torch.no_grad():
        parts = [
            net(torch.from_numpy(seen[start : start + 1024]).float() / 255)
            for start in range(0, len(seen), 1024)
        ]
    return np.asarray(torch.cat(parts).numpy(), dtype=np.float32)


def cool(net: nn.Sequential, temperature: float) -> None:
    """Divide the net's answers by ``temperature``, for good."""
    with torch.no_grad():
        net[-1].weight /= temperature
        net[-1].bias /= temperature


def exported(net: nn.Sequential, shape: tuple[int, int, int] = (2, NET_PX, NET_PX)) -> bytes:
    """A net as ONNX for any number of crops of ``shape`` (channels, h, w)."""
    net.eval()
    file = io.BytesIO()
    torch.onnx.export(
        net,
        (torch.zeros(1, *shape),),
        file,
        input_names=["seen"],
        output_names=["logits"],
        dynamic_axes={"seen": {0: "n"}, "logits": {0: "n"}},
        dynamo=False,
    )
    return file.getvalue()
