"""Typesetting: a form of the catalog becomes base pages (PDF) and a Layout.

The template is the layout: nobody writes a coordinate. WeasyPrint lays out the page, its
anchors tell where every box came to lie (tried with WeasyPrint 70: right to 0.01 mm).
Nothing outside this module is read while a page is made: fonts and pictures stand in the
HTML as data, and the fetcher refuses every other address.
"""

from __future__ import annotations

import base64
import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from forms import anchors
from forms.anchors import TypesetError
from forms.layout import Layout, PageSize
from forms.printed import PrintedForm
from forms.spec import FormSpec, load_form

__all__ = ["PAPERS", "Paper", "PaperName", "TypesetError", "environment", "lay_out", "typeset"]

TEMPLATES = Path(__file__).parent.parent / "templates" / "forms"
PaperName = Literal["a4", "f4"]


@dataclass(frozen=True)
class Paper:
    """A paper size in mm. F4 is the Indonesian office folio, 215 x 330 mm."""

    name: PaperName
    width_mm: float
    height_mm: float


PAPERS: dict[PaperName, Paper] = {
    "a4": Paper("a4", 210, 297),
    "f4": Paper("f4", 215, 330),
}

FONT_FACES = (
    ("Sotarsa Teks", 400, "SourceSans3-Regular.ttf"),
    ("Sotarsa Teks", 600, "SourceSans3-Semibold.ttf"),
    ("Sotarsa Teks", 700, "SourceSans3-Bold.ttf"),
    ("Sotarsa Kode", 700, "B612Mono-Bold.ttf"),
)
"""Family (a name that no installed font has), weight, file."""


def typeset(form: str, paper: PaperName = "a4") -> PrintedForm:
    """Typeset one form of the catalog; the same call gives the same bytes.

    Raises KeyError for a form that the catalog does not have, TypesetError when the template
    does not show exactly what the spec asks, is too full, or gives any WeasyPrint warning.
    """
    spec = load_form(form)
    return typeset_html(spec, PAPERS[paper], html_of(spec, PAPERS[paper]))


def html_of(spec: FormSpec, paper: Paper) -> str:
    """The filled-in template of one form, without style sheet and fonts."""
    return environment().get_template(f"{spec.form}.html").render(spec=spec, paper=paper)


def typeset_html(spec: FormSpec, paper: Paper, html: str) -> PrintedForm:
    """Lay out one document and take its geometry. Raises TypesetError (see `typeset`)."""
    css = environment().get_template("sheet.css").render(paper=paper)
    document, base_pdf = lay_out(spec.form, html, css)
    if len(document.pages) != spec.pages:
        raise TypesetError(f"{spec.form}: {len(document.pages)} pages, {spec.pages} in the spec")
    found = anchors.places([page.anchors for page in document.pages])
    anchors.check(spec, found)
    layout = Layout(
        form=spec.form,
        paper=paper.name,
        pages=(PageSize(width_mm=paper.width_mm, height_mm=paper.height_mm),) * spec.pages,
        boxes=anchors.boxes(spec, found),
        stamps=anchors.stamps(found),
        base_pdf_sha256=hashlib.sha256(base_pdf).hexdigest(),
        spec_sha256=spec.sha256,
        notice_version=spec.notice.version,
    )
    return PrintedForm(spec, layout, base_pdf)


def lay_out(name: str, html: str, css: str = "") -> tuple[Document, bytes]:
    """Lay out any document with our fonts alone: its pages and its PDF.

    The same call gives the same bytes. Raises TypesetError on any WeasyPrint warning.
    """
    with _warnings_refused(name):
        document = HTML(string=html, url_fetcher=_fetcher()).render(
            stylesheets=[_style(css)], font_config=_fonts()
        )
        return document, cast(bytes, document.write_pdf(pdf_identifier=name.encode()))


@cache
def environment() -> Environment:
    """The templates of all paper."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _fetcher() -> URLFetcher:
    """Opens ``data:`` only. Kept off any cache: it holds the state of one request."""
    return URLFetcher(allowed_protocols=["data"], allow_redirects=False)


@cache
def _fonts() -> FontConfiguration:
    """The fonts, made known once per process (0.1 s)."""
    return FontConfiguration()


def _font_faces() -> Iterator[str]:
    for family, weight, file in FONT_FACES:
        data = base64.b64encode((TEMPLATES / "fonts" / file).read_bytes()).decode("ascii")
        yield (
            f"@font-face {{ font-family: '{family}'; font-weight: {weight};"
            f" src: url(data:font/ttf;base64,{data}); }}"
        )


@cache
def _style(css: str) -> CSS:
    """Fonts and rules, parsed once. A faulty style is refused each time, so never kept."""
    with _warnings_refused("style"):
        return CSS(
            string="\n".join([*_font_faces(), css]), url_fetcher=_fetcher(), font_config=_fonts()
        )


class _Collector(logging.Handler):
    """Keeps what WeasyPrint complains of."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@contextmanager
def _warnings_refused(name: str) -> Iterator[None]:
    """A warning (unknown property, doubled id, missing picture ...) fails the build."""
    logger: Any = logging.getLogger("weasyprint")
    collector = _Collector()
    logger.addHandler(collector)
    try:
        yield
    finally:
        logger.removeHandler(collector)
    if collector.messages:
        raise TypesetError(f"{name}: WeasyPrint warns: {'; '.join(collector.messages)}")
