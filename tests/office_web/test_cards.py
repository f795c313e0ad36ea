"""A card of the desk: whatever stands in it stays text, and it changes nothing when locked."""

from __future__ import annotations

from dataclasses import fields, replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from forms.spec import FieldSpec, Option
from office.intake.models import ScanPage
from office.review.current import CurrentField
from office.review.desk import content
from office.review.desk.cards import Setting, cards
from office.review.desk.content import open_desk
from office.review.desk.fields import CropView, FieldView, RingView, RivalView, field_view
from office.review.markup import attributes_of
from office.review.passes import Said
from office.review.wording import Wording

if TYPE_CHECKING:
    from tests.office_web.conftest import WebOffice

HOSTILE = "\"'><script>alert(1)</script>&"
HERE = Setting("keluarga")


class Elements(HTMLParser):
    """All elements with their attributes, and those that were not closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.crossed: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in ("input", "img"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if self.open.pop() != tag:
            self.crossed.append(tag)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def _view(**more: Any) -> FieldView:
    """A comb with everything that a card may show, all of it hostile."""
    texts = {one.name: HOSTILE for one in fields(FieldView) if one.type == "str"}
    ring = RingView(0, 1.0, 2.0, 3.0, 4.0, 2.5, HOSTILE, HOSTILE)
    crop = CropView(60, 40, "0 1", attributes_of({"alt": HOSTILE}), (ring,))
    plain: dict[str, Any] = {"page_no": 1, "page_pk": 1, "is_open": True, "has_ink": True}
    rival = RivalView(HOSTILE, ((HOSTILE, True), (HOSTILE, False)), "1")
    view = FieldView(
        **{**texts, **plain, "kind": "text", "state": "open", "value": HOSTILE, "crop": crop}
    )
    view = replace(view, why=(Wording(HOSTILE, HOSTILE),), rivals=(rival,), length=16)
    return replace(view, digits=True, is_date=True, **more)


@pytest.mark.parametrize(
    ("more", "on"),
    [
        ({}, HERE),
        ({"kind": "multiple"}, HERE),
        ({"is_masked": True, "name": "nik.1"}, replace(HERE, may_reveal=True)),
        ({}, replace(HERE, trouble=HOSTILE, trouble_field=HOSTILE)),
        ({}, replace(HERE, locked=True)),
    ],
)
def test_nothing_in_a_card_runs(more: dict[str, Any], on: Setting) -> None:
    html = cards([_view(**more)], on)
    read = Elements(html)
    assert not read.named("script")
    assert not read.open and not read.crossed


def test_nor_in_an_option_or_an_outline() -> None:
    options = (Option(id=HOSTILE, label=HOSTILE), Option(id="b", label="b"))
    spec = FieldSpec(id="a", kind="mark", label=HOSTILE, page=1, choice="single", options=options)
    reading: dict[str, Any] = {"value": HOSTILE, "state": "sure", "reasons": [], "box_px": None}
    view = field_view(CurrentField(HOSTILE, spec, ScanPage(pk=1), reading, Said()), None)
    outlined = content._box(replace(view, box="0.1 0.1 0.2 0.2"), 1414.0)
    read = Elements(cards([view], HERE) + outlined)
    assert not read.named("script")
    assert not read.open and not read.crossed
    assert [one["value"] for one in read.named("input")] == [HOSTILE, "b", ""]


def test_what_is_locked_cannot_be_changed(office: WebOffice) -> None:
    sheet = office.scanned({"lantai": "tanah", "nama_kepala": "JUMBERI"})
    views = open_desk(sheet).fields
    free, locked = (Elements(cards(views, replace(HERE, locked=on))) for on in (False, True))
    assert len(free.named("input")) == len(locked.named("input")) > len(views)
    assert not any({"disabled", "readonly"} & one.keys() for one in free.named("input"))
    assert all({"disabled", "readonly"} & one.keys() for one in locked.named("input"))
    assert free.named("button") and not locked.named("button")
