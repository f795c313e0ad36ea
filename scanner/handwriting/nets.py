"""What two small nets say of cut characters: one for digits, one for capitals.

The models lie in ``scanner/models``; their cards say on what they were trained and measured.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner.handwriting.alphabet import CAPITALS, DIGITS
from scanner.marknet import MODELS, softmax
from scanner.windows import Grey

Kind = Literal["digits", "capitals"]

ALPHABETS: dict[Kind, str] = {"digits": DIGITS, "capitals": CAPITALS}


AT_ONCE = 16
"""Characters a batch: in batches of 240 what lies between the layers does not fit the processor's
cache, and each takes 30 % longer."""


def has_models(folder: Path = MODELS) -> bool:
    """Whether both nets are there."""
    return all((folder / f"{kind}.onnx").is_file() for kind in ALPHABETS)


def chances(
    seen: Grey, kind: Kind, folder: Path = MODELS, temperature: float = 1.0
) -> NDArray[np.float32]:
    """Chances (n, characters + 1) for cells ``seen`` (n, 28, 28: `cells.CellCrops.seen`), rows
    summing to 1; the last is that of no character. A ``temperature`` above 1 makes them less sure
    (an office whose pens and hands differ from those trained on: `scanner.handwriting.refit`)."""
    return softmax(logits(seen, kind, folder) / np.float32(temperature))


def logits(seen: Grey, kind: Kind, folder: Path = MODELS) -> NDArray[np.float32]:
    """What the net itself answers, (n, characters + 1)."""
    classes = len(ALPHABETS[kind]) + 1
    if not len(seen):
        return np.empty((0, classes), dtype=np.float32)
    net = _net(folder / f"{kind}.onnx")
    shown = (seen.astype(np.float32) / np.float32(255))[:, None]
    told = np.concatenate(
        [_forward(net, shown[start : start + AT_ONCE]) for start in range(0, len(shown), AT_ONCE)]
    )
    if told.shape != (len(seen), classes):
        raise ValueError(f"{kind}: the net tells {told.shape}, not {(len(seen), classes)}")
    return told


def _forward(net: cv2.dnn.Net, shown: NDArray[np.float32]) -> NDArray[np.float32]:
    net.setInput(shown)
    return np.array(net.forward(), dtype=np.float32)


@cache
def _net(path: Path) -> cv2.dnn.Net:
    """OpenCV's older engine: the newer one takes twice as long for nets this small."""
    return cv2.dnn.readNetFromONNX(str(path), cv2.dnn.ENGINE_CLASSIC)
