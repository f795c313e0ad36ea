"""What a small convolutional net says of a mark box, seen with its surroundings and its blank.

Two nets of one shape, one of them on photocopies, were trained by ``python -m samples.training``
on simulated scans; their card (``models/marks.json``) says on which, and what they got right. A net
has one opinion beside the ink's own (`scanner.marks`): a box is claimed only where both agree
(`scanner.classify`).
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner.capture import CaptureClass
from scanner.windows import Grey

MODELS = Path(__file__).parent / "models"

MARKS, COPIES = "marks", "marks-copies"
NETS_OF = {CaptureClass.PHOTOCOPY: (COPIES, MARKS)}
"""Files of the nets; every other kind of capture has `MARKS` alone. On a copy, what is left of a
pencil stroke looks like the dust beside it. `COPIES` tells them apart better: of 4,505 marks, many
of pencil, on simulated copies that neither has seen, each calls 5 empty at a belief from which on
`MARKS` doubts 14 % of the empty boxes with anything in them, `COPIES` 2 %; certified for the same
risk, second copies ask about 3.4 % of all boxes instead of 3.9 %. `MARKS` knows stains and strokes
of neighbours better: on a copy nothing is a mark that is none to it. A `COPIES` of twice the width,
trained longer on more sheets, knows more crops and asks no less, certified for the same risk: about
3.3 % of second copies, 1.7 % of first ones instead of 1.6 %."""

NET_PX = 48
"""Side of what the net sees, 8 mm at `stacks.MEASURE_PX_PER_MM`: a box of 4.5 mm and 1.75 mm
round it, where a circle runs and a neighbour's stroke comes from."""


class MarkClass(StrEnum):
    """What a box may hold, in the order of the net's outputs."""

    EMPTY = "empty"
    MARKED = "marked"
    CANCELLED = "cancelled"
    UNCLEAR = "unclear"


CLASSES = tuple(MarkClass)

Chances = NDArray[np.float32]
"""(n, 4): the belief in each of `CLASSES`, summing to 1 (less where two nets differ)."""


def net_input(dark: Grey, blank_dark: Grey) -> Grey:
    """What the net sees, (n, 2, 48, 48): the middles of windows of the scan's darkness and of
    the blank's, (n, h, w) each."""
    return np.stack([in_view(dark), in_view(blank_dark)], axis=1)


_Pixel = TypeVar("_Pixel", bound=np.generic)


def in_view(windows: NDArray[_Pixel]) -> NDArray[_Pixel]:
    """The middles of windows (n, h, w) that the net sees."""
    top, left = ((side - NET_PX) // 2 for side in windows.shape[1:])
    return windows[:, top : top + NET_PX, left : left + NET_PX]


def chances(seen: Grey, capture: CaptureClass) -> Chances:
    """The belief in each box of ``seen`` (n, 2, 48, 48): of the first net; in a mark the least."""
    if not len(seen):
        return np.empty((0, len(CLASSES)), dtype=np.float32)
    shown = seen.astype(np.float32) / np.float32(255)
    told, *others = (_told(_net(name), shown) for name in NETS_OF.get(capture, (MARKS,)))
    marked = CLASSES.index(MarkClass.MARKED)
    for other in others:
        told[:, marked] = np.minimum(told[:, marked], other[:, marked])
    return told


def _told(net: cv2.dnn.Net, shown: NDArray[np.float32]) -> Chances:
    net.setInput(shown)
    return softmax(np.asarray(net.forward(), dtype=np.float32))


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Chances from a net's answers (n, classes): rows sum to 1."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)


@cache
def _net(name: str) -> cv2.dnn.Net:
    """OpenCV's older engine: the newer one takes twice as long for nets this small."""
    return cv2.dnn.readNetFromONNX(str(MODELS / f"{name}.onnx"), cv2.dnn.ENGINE_CLASSIC)
