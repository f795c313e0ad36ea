"""Files as scanners and telephones write them, and what is read from them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pikepdf
from PIL import Image

from scanner.pages import PageFault, PageImage, open_pages

MM = 72 / 25.4


def scan(width: int = 420, height: int = 594, seed: int = 0) -> Any:
    """A small grey page with structure everywhere, no symmetry, paper not quite white."""
    rng = np.random.default_rng(seed)
    page = np.full((height, width), 240, dtype=np.uint8)
    for _ in range(60):
        x, y = int(rng.integers(0, width - 40)), int(rng.integers(0, height - 20))
        cv2.rectangle(page, (x, y), (x + 35, y + 12), int(rng.integers(0, 120)), 2)
    cv2.putText(page, "ATAS", (20, 60), cv2.FONT_HERSHEY_SIMPLEX, 2, 0, 4)
    return page


def bits(page: Any) -> Any:
    return np.asarray(np.where(page < 128, 0, 255), dtype=np.uint8)


def jpeg(page: Any, **options: Any) -> bytes:
    out = io.BytesIO()
    Image.fromarray(page).save(out, "JPEG", quality=92, **options)
    return out.getvalue()


def colour(page: Any) -> Any:
    tinted = np.stack([page, page, np.minimum(page.astype(int) + 10, 255)], axis=2)
    return tinted.astype(np.uint8)


def g4(page: Any) -> bytes:
    """The bare Group 4 data of a 1-bit page, as one strip."""
    out = io.BytesIO()
    image = Image.fromarray(page).convert("1")
    image.save(out, "TIFF", compression="group4", tiffinfo={278: page.shape[0], 262: 0})
    tags = Image.open(io.BytesIO(out.getvalue())).tag_v2  # type: ignore[attr-defined]
    assert len(tags[273]) == 1
    return out.getvalue()[tags[273][0] : tags[273][0] + tags[279][0]]


def pdf(data: bytes, shape: Any, content: str | None = None, **entries: Any) -> bytes:
    """A one-page PDF, 210 x 297 mm, with one picture (`/Im`) drawn over the whole page."""
    document = pikepdf.new()
    image = pikepdf.Stream(document, data)
    image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    image.Width, image.Height, image.BitsPerComponent = shape[1], shape[0], 8
    image.ColorSpace = pikepdf.Name.DeviceGray
    for name, value in entries.items():
        image[f"/{name}"] = value
    if "ImageMask" in entries:
        del image["/ColorSpace"]
    page = document.add_blank_page(page_size=(210 * MM, 297 * MM))
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=image))
    drawing = content or f"q {210 * MM} 0 0 {297 * MM} 0 0 cm /Im Do Q"
    page.Contents = pikepdf.Stream(document, drawing.encode())
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def jpeg_pdf(page: Any, content: str | None = None, **entries: Any) -> bytes:
    return pdf(jpeg(page), page.shape, content, Filter=pikepdf.Name.DCTDecode, **entries)


def read(tmp_path: Path, data: bytes) -> list[PageImage | PageFault]:
    path = tmp_path / "berkas"
    path.write_bytes(data)
    return list(open_pages(path))


def only(tmp_path: Path, data: bytes) -> PageImage:
    (page,) = read(tmp_path, data)
    assert isinstance(page, PageImage), page
    return page


def differs(one: Any, other: Any) -> float:
    assert one.shape == other.shape
    return float(np.abs(one.astype(int) - other.astype(int)).mean())
