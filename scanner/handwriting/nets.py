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
from scanner.marknet import MODELS
from scanner.windows import Grey

Kind = Literal["digits", "capitals"]

ALPHABETS: dict[Kind, str] = {"digits": DIGITS, "capitals": CAPITALS}


def has_models(folder: Path = MODELS) -> bool:
    """Whether both nets are there."""
    return all((folder / f"{kind}.onnx").is_file() for kind in ALPHABETS)


def chances(seen: Grey, kind: Kind, folder: Path = MODELS) -> NDArray[np.float32]:
    """Chances (n, characters + 1) for cells ``seen`` (n, 28, 28: `cells.CellCrops.seen`), rows
    summing to 1; the last is that of no character. One batch."""
    classes = len(ALPHABETS[kind]) + 1
    if not len(seen):
        return np.empty((0, classes), dtype=np.float32)
    net = _net(folder / f"{kind}.onnx")
    net.setInput((seen.astype(np.float32) / np.float32(255))[:, None])
    told = np.asarray(net.forward(), dtype=np.float32)
    if told.shape != (len(seen), classes):
        raise ValueError(f"{kind}: the net tells {told.shape}, not {(len(seen), classes)}")
    raised = np.exp(told - told.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)


@cache
def _net(path: Path) -> cv2.dnn.Net:
    """OpenCV's older engine: the newer one takes twice as long for nets this small."""
    return cv2.dnn.readNetFromONNX(str(path), cv2.dnn.ENGINE_CLASSIC)
