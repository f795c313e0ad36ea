"""A small form for the tests of stamping: two pages, all reserved boxes, one mark box."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Literal

import pytest
from weasyprint import HTML

from forms.layout import Box, Layout, PageSize, Stamp
from forms.printed import PrintedForm
from forms.spec import FieldSpec, FormSpec, Notice, Option
from forms.typeset import typeset

SIZES = {
    "a4": PageSize(width_mm=210, height_mm=297),
    "f4": PageSize(width_mm=215, height_mm=330),
}
_RESERVED = {
    "qr:{page}:A": (165, 15, 20, 20),
    "qr:{page}:B": (15, 225, 20, 20),
    "code:{page}:1": (120, 25, 42, 5),
    "code:{page}:2": (84, 12, 42, 5),
    "code:{page}:3": (38, 240, 42, 5),
}
_STAMPS = {"desa": 40, "putaran": 60, "tanggal": 40, "lembar": 40}
"""Widths in mm; each 5 mm high."""

SmallForm = Callable[..., PrintedForm]


def _box(box_id: str, page: int, place: tuple[float, float, float, float], **more: object) -> Box:
    kind, field = box_id.split(":")[0], str(more.pop("field", box_id.split(":")[0]))
    x, y, w, h = place
    where = {"x_mm": x, "y_mm": y, "w_mm": w, "h_mm": h, "page": page}
    return Box.model_validate(
        {"id": box_id, "field": field, "kind": kind, "means": "other", **where, **more}
    )


def _boxes(page: int) -> list[Box]:
    reserved = [_box(name.format(page=page), page, place) for name, place in _RESERVED.items()]
    field = f"hadir_{page}"
    about = {"field": field, "option": "ya", "choice": "multiple"}
    return [*reserved, _box(f"mark:{field}:ya", page, (30, 100, 5, 5), **about)]


def _stamps(page: int) -> list[Stamp]:
    return [
        Stamp(id=f"stamp:{page}:{name}", page=page, x_mm=15, y_mm=40 + 7 * row, w_mm=width, h_mm=5)
        for row, (name, width) in enumerate(_STAMPS.items())
    ]


def _spec(form: str, pages: int) -> FormSpec:
    return FormSpec(
        form=form,
        title=f"Formulir {form}",
        pages=pages,
        notice=Notice(version="1", legal_basis="-", text="-"),
        fields=tuple(
            FieldSpec(
                id=f"hadir_{page}",
                kind="mark",
                label="Hadir",
                page=page,
                choice="multiple",
                options=(Option(id="ya", label="Ya"),),
            )
            for page in range(1, pages + 1)
        ),
    )


def _base_pdf(size: PageSize, pages: int) -> bytes:
    mark = "position:absolute; left:30mm; top:100mm; width:4.4mm; height:4.4mm; border:0.3mm solid"
    body = "".join(
        f'<section style="position:relative; height:{size.height_mm}mm; overflow:hidden">'
        f'<p style="margin:110mm 30mm">Halaman {page}</p><i style="{mark}"></i></section>'
        for page in range(1, pages + 1)
    )
    css = f"@page {{ size: {size.width_mm}mm {size.height_mm}mm; margin: 0 }} body {{ margin: 0 }}"
    pdf = HTML(string=f"<style>{css}</style>{body}").write_pdf()
    assert isinstance(pdf, bytes)
    return pdf


@pytest.fixture(scope="session")
def small_form() -> SmallForm:
    """Makes a printed form of one subject: ``small_form("uji", paper="a4", pages=2)``."""

    def make(form: str = "uji", paper: Literal["a4", "f4"] = "a4", pages: int = 2) -> PrintedForm:
        size, spec = SIZES[paper], _spec(form, pages)
        base_pdf = _base_pdf(size, pages)
        layout = Layout(
            form=form,
            paper=paper,
            pages=(size,) * pages,
            boxes=tuple(box for page in range(1, pages + 1) for box in _boxes(page)),
            stamps=tuple(stamp for page in range(1, pages + 1) for stamp in _stamps(page)),
            base_pdf_sha256=hashlib.sha256(base_pdf).hexdigest(),
            spec_sha256=spec.sha256,
            notice_version="1",
        )
        return PrintedForm(spec, layout, base_pdf)

    return make


@pytest.fixture(scope="session", params=["a4", "f4"])
def registrasi(request: pytest.FixtureRequest) -> PrintedForm:
    """The real registration form, on both papers."""
    return typeset("registrasi", request.param)
