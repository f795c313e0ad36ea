"""QR decoding: what the decoders see on a page, plain and after repairs.

Only full QR codes are asked for: with Micro QR allowed, 3 of 400 stained codes gave a wrong
text. Mirrored codes are dropped: both decoders read them without a word, and they are the
front of a sheet shining through its back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray
from pyzbar import pyzbar

from forms.qr import QR_MODULES, qr_modules
from scanner.paper import reduce_area
from scanner.windows import Grey

Corners = NDArray[np.float32]

QUICK_SHORT_SIDE_PX = 800
"""The page is halved while its short side stays above this (97 dpi): a 0.8 mm module then has
3 px, which zxing needs. Halving costs 0.2-0.5 ms; decoding takes 1 ms instead of 4 (200 dpi)
or 2 instead of 11 (300 dpi)."""

PAGE_SHORT_MM, MODULE_MM = 210.0, 0.8
"""For repairs measured in modules, on a page of unknown resolution."""

FINE_BLUR, WIDE_BLUR = 0.19, 0.25
"""Sigma in modules (0.15 and 0.2 mm). The first mends fine breaks: 54 of 100 damaged codes read
instead of 51; the second, with one threshold for all, thin toner: 83 instead of 0."""

_FORMATS = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCodeModel2])


@dataclass(frozen=True)
class Decoded:
    """One QR code: its text and its corners (top left, top right, bottom right, bottom left of
    the printed symbol) in edge coordinates of the picture given. Right to 1 px of the picture
    that was decoded."""

    text: str
    corners_px: Corners


def quick(grey: Grey, halved: Grey | None = None) -> list[Decoded]:
    """All QR codes zxing sees on the reduced page. It looks at that only, not once more at the half
    of it, which costs as much again and read 1 of 284 codes more (24 kinds of damage)."""
    small, factor = _reduced(grey, halved)
    return zxing(small, factor, downscale=False)


def repaired(grey: Grey) -> Iterator[list[Decoded]]:
    """Further looks at a whole page by zxing, 2 to 12 ms each; best first."""
    small, factor = _reduced(grey)
    module_px = MODULE_MM * min(small.shape) / PAGE_SHORT_MM
    if factor > 1:
        yield zxing(grey, 1)
    yield zxing(_blur(small, FINE_BLUR * module_px), factor)
    yield zxing(_blur(small, WIDE_BLUR * module_px), factor, zxingcpp.Binarizer.GlobalHistogram)
    large = np.asarray(cv2.resize(small, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC))
    yield zxing(np.asarray(cv2.erode(large, _SQUARE), dtype=np.uint8), factor / 2)
    yield zxing(np.asarray(cv2.dilate(large, _SQUARE), dtype=np.uint8), factor / 2)


def on_page_by_pyzbar(grey: Grey) -> list[Decoded]:
    """A last look at the reduced page: sees most under pen strokes, and costs 50-90 ms."""
    return by_pyzbar(*_reduced(grey))


def in_crop(crop: Grey, module_px: float) -> Iterator[list[Decoded]]:
    """Looks at a crop round one code by zxing, 0.3 to 3 ms each; best first."""
    yield zxing(_blur(crop, FINE_BLUR * module_px), 1)
    wide = _blur(crop, WIDE_BLUR * module_px)
    yield zxing(wide, 1, zxingcpp.Binarizer.GlobalHistogram)


def zxing(
    grey: Grey,
    factor: float,
    binarizer: zxingcpp.Binarizer = zxingcpp.Binarizer.LocalAverage,
    downscale: bool = True,
) -> list[Decoded]:
    """zxing-cpp; ``factor`` pixels of the original are one of ``grey``."""
    found = zxingcpp.read_barcodes(
        grey, formats=_FORMATS, try_invert=False, binarizer=binarizer, try_downscale=downscale
    )
    codes = []
    for code in found:
        if code.valid:
            at = code.position
            points = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
            codes.append((code.text, [(point.x, point.y) for point in points]))
    return _upright(grey, codes, factor)


def by_pyzbar(grey: Grey, factor: float) -> list[Decoded]:
    """zbar: slower, not better on the whole, but better under pen strokes. It goes round the
    corners the other way: top left, bottom left, bottom right, top right."""
    codes = []
    for code in pyzbar.decode(grey, symbols=[pyzbar.ZBarSymbol.QRCODE]):
        if len(code.polygon) == 4:
            corners = [(point.x, point.y) for point in code.polygon]
            codes.append((code.data.decode("latin-1"), [corners[0], *corners[:0:-1]]))
    return _upright(grey, codes, factor)


def _upright(
    grey: Grey, codes: Sequence[tuple[str, Sequence[tuple[int, int]]]], factor: float
) -> list[Decoded]:
    """All but the mirrored ones, in edge coordinates of the original."""
    decoded = []
    for text, points in codes:
        corners = np.array(points, dtype=np.float32) + np.float32(0.5)
        if not _is_mirrored(grey, text, corners):
            decoded.append(Decoded(text, corners * np.float32(factor)))
    return decoded


_PLACES = np.arange(QR_MODULES**2).reshape(QR_MODULES, -1)
_TURNED = np.stack(
    [np.rot90(places, turns).ravel() for places in (_PLACES, _PLACES.T) for turns in range(4)]
)
"""(8, 625): the modules of a symbol turned in four ways, then mirrored and turned."""

_SQUARE_MODULES = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], dtype=np.float32) * QR_MODULES
_MIDDLES = np.stack(np.divmod(_PLACES, QR_MODULES)[::-1], axis=-1).astype(np.float32) + np.float32(
    0.5
)
"""Corners and middles of modules (25, 25, 2) in modules."""


def _is_mirrored(grey: Grey, text: str, corners: Corners) -> bool:
    """Whether the symbol of ``text`` lies there mirrored: decoders name its corners as if it
    were only turned. Not asked of texts unlike ours, which are refused anyhow."""
    try:
        dark = np.frombuffer(b"".join(qr_modules(text)), dtype=np.uint8)
    except ValueError:
        return False
    alike = dark[_TURNED] @ -_module_greys(grey, corners)
    return bool(alike[4:].max() > alike[:4].max())


def _module_greys(grey: Grey, corners: Corners) -> NDArray[np.float64]:
    """The picture in the middle of each module (25 * 25), less their mean: what it is multiplied
    with need not be free of its own."""
    to_px = cv2.getPerspectiveTransform(_SQUARE_MODULES, corners - np.float32(0.5))
    at = cv2.perspectiveTransform(_MIDDLES, to_px)
    seen = cv2.remap(grey, at[..., 0], at[..., 1], cv2.INTER_LINEAR).ravel().astype(np.float64)
    return np.asarray(seen - seen.mean())


def _reduced(grey: Grey, halved: Grey | None = None) -> tuple[Grey, int]:
    factor = 1
    while min(grey.shape) // factor >= 2 * QUICK_SHORT_SIDE_PX:
        factor *= 2
    return reduce_area(grey, factor, halved), factor


_SQUARE = np.ones((3, 3), dtype=np.uint8)


def _blur(grey: Grey, sigma_px: float) -> Grey:
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), sigma_px), dtype=np.uint8)
