"""The name of a scanner or telephone, out of the files that it makes."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from PIL import Image

from samples.simulator import files
from scanner.device import MOST_CHARS, device_name
from scanner.pages import PageImage, open_pages

MAKER, MODEL = 271, 272


def _page(tmp_path: Path, data: bytes) -> PageImage:
    path = tmp_path / "scan"
    path.write_bytes(data)
    (page,) = open_pages(path)
    assert isinstance(page, PageImage)
    return page


def _tagged(kind: str, **more: Any) -> bytes:
    tags, out = Image.Exif(), io.BytesIO()
    tags[MAKER], tags[MODEL] = "Canon", "Canon LiDE 300\0"
    Image.new("L", (40, 60), 255).save(out, kind, exif=tags, **more)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_maker_and_model_are_tags_of_a_picture(tmp_path: Path, kind: str) -> None:
    assert _page(tmp_path, _tagged(kind)).facts["device"] == "Canon LiDE 300"


def test_damaged_tags_name_nothing_and_leave_the_picture(tmp_path: Path) -> None:
    data = bytearray(_tagged("JPEG"))
    at = data.index(b"Exif\0\0") + 6
    data[at : at + 8] = b"\xff" * 8
    page = _page(tmp_path, bytes(data))
    assert page.facts["device"] is None
    assert page.grey.shape == (60, 40)


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({"/Creator": "EPSON Scan 2", "/Producer": "PDF Library 9"}, "EPSON Scan 2"),
        ({"/Creator": " ", "/Producer": "PDF Library 9"}, "PDF Library 9"),
        ({"/Author": "Rina"}, None),
        ({"/Creator": [1, 2]}, None),
        ({}, None),
    ],
)
def test_a_pdf_names_what_created_it(
    tmp_path: Path, told: dict[str, Any], name: str | None
) -> None:
    picture = np.full((1169, 827), 255, dtype=np.uint8)
    document = pikepdf.open(io.BytesIO(files.scanned_pdf([picture], 80, 100)))
    document.trailer["/Info"] = document.make_indirect(pikepdf.Dictionary(told))
    out = io.BytesIO()
    document.save(out)
    assert _page(tmp_path, out.getvalue()).facts["device"] == name


def test_a_name_is_one_short_line_that_turns_nothing_round() -> None:
    assert device_name("Fuji\ntsu", "\u202efi-7160\x00") == "Fuji tsu fi-7160"
    assert device_name("", "x" * 500) == "x" * MOST_CHARS
    assert device_name(None, 7) is None
