"""Pictures as the files that scanners and telephones make."""

from __future__ import annotations

import io
from collections.abc import Sequence

import cv2
import pikepdf
from PIL import Image

from samples.simulator.canvas import Pixels

MM_PER_INCH = 25.4


def jpeg(pixels: Pixels, quality: int, dpi: int | None, *, smallest: bool = True) -> bytes:
    """A JPEG, grey or colour (``pixels`` are BGR); ``dpi`` None leaves the resolution unsaid.
    ``smallest``: with the best code tables, which takes three times as long."""
    out = io.BytesIO()
    resolution = {} if dpi is None else {"dpi": (dpi, dpi)}
    _image(pixels).save(out, "JPEG", quality=quality, optimize=smallest, **resolution)
    return out.getvalue()


def g4_tiff(pages: Sequence[Pixels], dpi: int) -> bytes:
    """A fax-packed TIFF of several two-level pages (0 and 255)."""
    out = io.BytesIO()
    first, *others = [_image(page).convert("1", dither=Image.Dither.NONE) for page in pages]
    first.save(
        out,
        "TIFF",
        compression="group4",
        dpi=(dpi, dpi),
        save_all=True,
        append_images=others,
    )
    return out.getvalue()


def scanned_pdf(pages: Sequence[Pixels], quality: int, dpi: int) -> bytes:
    """A PDF with one JPEG a page, as office scanners send it."""
    pdf = pikepdf.Pdf.new()
    for pixels in pages:
        height, width = pixels.shape[:2]
        size_pt = (width * 72 / dpi, height * 72 / dpi)
        page = pdf.add_blank_page(page_size=size_pt)
        picture = pikepdf.Stream(
            pdf,
            jpeg(pixels, quality, dpi),
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=width,
            Height=height,
            ColorSpace=pikepdf.Name.DeviceGray if pixels.ndim == 2 else pikepdf.Name.DeviceRGB,
            BitsPerComponent=8,
            Filter=pikepdf.Name.DCTDecode,
        )
        name = page.add_resource(picture, pikepdf.Name.XObject, name=pikepdf.Name.Im0)
        drawing = f"q {size_pt[0]:.3f} 0 0 {size_pt[1]:.3f} 0 0 cm {name} Do Q"
        page.contents_add(drawing.encode("ascii"))
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _image(pixels: Pixels) -> Image.Image:
    if pixels.ndim == 2:
        return Image.fromarray(pixels)
    return Image.fromarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB))
