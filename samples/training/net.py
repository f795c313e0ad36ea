"""The net: its shape, how it is trained, and its file.

Everything is convolutions with ReLU, so that OpenCV runs it as it is; batch normalisation is
folded into them on export by the ONNX exporter.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx.numpy_helper import to_array
from torch import nn
from torch.nn import functional

from samples.training.crops import Crops
from samples.training.distort import distorted
from scanner.marknet import CLASSES, NET_PX

WIDTHS = (16, 32, 48, 64)
BATCH = 256
TOP_RATE, TUNING_RATE = 4e-3, 2e-3
"""Of a new net; of one that goes on learning."""
WEIGHT_DECAY = 2e-3


def new_net() -> nn.Sequential:
    """56,000 weights (0.23 MB): three halvings of 48 px, then the mean of 6 x 6 places."""
    first, second, third, last = WIDTHS
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


def imported(path: Path) -> nn.Sequential:
    """The net of a file that `exported` wrote, to go on learning: what its batch normalisation
    was is in its convolutions."""
    graph = onnx.load(str(path)).graph
    stored = {one.name: torch.from_numpy(to_array(one).copy()) for one in graph.initializer}
    known = [stored[name] for node in graph.node for name in node.input if name in stored]
    layers: list[nn.Module] = []
    for layer in new_net():
        if isinstance(layer, nn.Conv2d):
            layer = nn.Conv2d(
                layer.in_channels,
                layer.out_channels,
                layer.kernel_size,
                layer.stride,
                layer.padding,
            )
        if not isinstance(layer, nn.BatchNorm2d):
            layers.append(layer)
    net = nn.Sequential(*layers)
    net.load_state_dict(dict(zip(net.state_dict(), known, strict=True)))
    return net


def fit(
    crops: Crops, epochs: int, seed: int, start: nn.Sequential | None = None
) -> Iterator[nn.Sequential]:
    """Train a new net, or go on with ``start``; yields it after every epoch (the same object).
    Half-precision arithmetic with whole-precision weights takes half the time."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    net = (new_net() if start is None else start).to(memory_format=torch.channels_last)
    top_rate = TOP_RATE if start is None else TUNING_RATE
    steps = epochs * (len(crops.truth) // BATCH)
    optimiser = torch.optim.AdamW(net.parameters(), lr=top_rate, weight_decay=WEIGHT_DECAY)
    rate = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, top_rate, total_steps=steps, pct_start=0.2
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
