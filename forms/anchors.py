"""From the ids of a typeset page to the boxes of a Layout.

Every box of a template carries an HTML id, unique over the document::

    mark:FIELD[.ROW]:OPTION   cell:FIELD[.ROW]:INDEX   ink:FIELD[.ROW]
    qr:PAGE:A|B   marker:PAGE:0..3   code:PAGE:1..3   stamp:PAGE:NAME
    body:PAGE  end:PAGE

The spec says which fields there must be and what each box means; the page says where it
lies. ``body`` is the room a page has, ``end`` the foot of what was put into it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from forms.layout import Box, BoxKind, Means, Stamp
from forms.spec import FieldSpec, FormSpec

MM_PER_PX = 25.4 / 96
"""CSS defines 96 px as one inch; WeasyPrint's anchors are in px."""

RESERVED: Mapping[str, tuple[str, ...]] = {
    "qr": ("A", "B"),
    "marker": ("0", "1", "2", "3"),
    "code": ("1", "2", "3"),
}
"""What every page keeps free for stamping or has printed for alignment."""

OVERFLOW_TOLERANCE_MM = 0.01
"""Rounding of WeasyPrint's sums of heights; a real overflow is a line, 3 mm or more."""

Anchor = tuple[float, float, float, float]


class TypesetError(Exception):
    """A template does not show what its spec asks for, or does not fit its page."""


@dataclass(frozen=True)
class Place:
    """A rectangle on a page in mm, rounded to 0.001 mm."""

    page: int
    x_mm: float
    y_mm: float
    w_mm: float
    h_mm: float

    @property
    def bottom_mm(self) -> float:
        return self.y_mm + self.h_mm


@dataclass(frozen=True)
class _Wanted:
    """A box that the spec demands, before it is known where it lies."""

    id: str
    field: FieldSpec
    row: int | None
    option: str | None = None
    index: int | None = None


def places(pages: Sequence[Mapping[str, Anchor]]) -> dict[str, Place]:
    """All anchors of a document by id, pages counted from 1.

    Raises TypesetError for an id found on two pages (a box split by a page break).
    """
    counts = Counter(anchor_id for anchors in pages for anchor_id in anchors)
    if twice := sorted(anchor_id for anchor_id, count in counts.items() if count > 1):
        raise TypesetError(f"these ids lie on two pages: {', '.join(twice)}")
    return {
        anchor_id: _place(number, anchor)
        for number, anchors in enumerate(pages, start=1)
        for anchor_id, anchor in anchors.items()
    }


def _place(page: int, anchor: Anchor) -> Place:
    x0, y0, x1, y1 = (value * MM_PER_PX for value in anchor)
    return Place(page, round(x0, 3), round(y0, 3), round(x1 - x0, 3), round(y1 - y0, 3))


def _wanted_of_field(field: FieldSpec) -> Iterator[_Wanted]:
    for row in [None] if field.rows is None else range(1, field.rows + 1):
        name = field.id if row is None else f"{field.id}.{row}"
        if field.kind == "ink":
            yield _Wanted(f"ink:{name}", field, row)
        for option in field.options:
            yield _Wanted(f"mark:{name}:{option.id}", field, row, option=option.id)
        for index in range(1, (field.length or 0) + 1):
            yield _Wanted(f"cell:{name}:{index}", field, row, index=index)


def _reserved_ids(pages: int) -> Iterator[str]:
    for page in range(1, pages + 1):
        yield from (f"{kind}:{page}:{name}" for kind, names in RESERVED.items() for name in names)


def check(spec: FormSpec, found: Mapping[str, Place]) -> None:
    """Raises TypesetError unless the page shows exactly the boxes of the spec, on their pages."""
    wanted = {box.id: box for field in spec.fields for box in _wanted_of_field(field)}
    frame = {f"{part}:{page}" for page in range(1, spec.pages + 1) for part in ("body", "end")}
    needed = wanted.keys() | set(_reserved_ids(spec.pages)) | frame
    shown = {anchor_id for anchor_id in found if not anchor_id.startswith("stamp:")}
    _refuse(spec, "in the spec and not on paper", needed - shown)
    _refuse(spec, "on paper and not in the spec", shown - needed)
    elsewhere = {box.id for box in wanted.values() if found[box.id].page != box.field.page}
    elsewhere |= {
        anchor_id
        for anchor_id in found.keys() - wanted.keys()
        if found[anchor_id].page != int(anchor_id.split(":")[1])
    }
    _refuse(spec, "on another page than they say", elsewhere)
    for page in range(1, spec.pages + 1):
        _check_room(spec, page, found)


def _refuse(spec: FormSpec, fault: str, ids: set[str]) -> None:
    if ids:
        raise TypesetError(f"{spec.form}: {fault}: {', '.join(sorted(ids))}")


def _check_room(spec: FormSpec, page: int, found: Mapping[str, Place]) -> None:
    over = found[f"end:{page}"].bottom_mm - found[f"body:{page}"].bottom_mm
    if over > OVERFLOW_TOLERANCE_MM:
        raise TypesetError(f"{spec.form}: page {page} is {over:.1f} mm too full")


def boxes(spec: FormSpec, found: Mapping[str, Place]) -> tuple[Box, ...]:
    """All boxes: reserved areas page by page, then the fields in the order of the spec."""
    reserved = [_reserved_box(anchor_id, found) for anchor_id in _reserved_ids(spec.pages)]
    fields = [
        _field_box(box, found[box.id]) for field in spec.fields for box in _wanted_of_field(field)
    ]
    return tuple(sorted([*reserved, *fields], key=lambda box: box.page))


def _reserved_box(anchor_id: str, found: Mapping[str, Place]) -> Box:
    kinds: dict[str, BoxKind] = {"qr": "qr", "marker": "marker", "code": "code"}
    kind = kinds[anchor_id.split(":", 1)[0]]
    means: Means = "other" if kind == "marker" else "code"
    return Box(id=anchor_id, field=kind, kind=kind, means=means, **vars(found[anchor_id]))


def _field_box(box: _Wanted, place: Place) -> Box:
    field = box.field
    return Box(
        id=box.id,
        field=field.id,
        kind=field.kind,
        means=field.means,
        option=box.option,
        index=box.index,
        row=box.row,
        choice=field.choice,
        chars=field.chars,
        **vars(place),
    )


def stamps(found: Mapping[str, Place]) -> tuple[Stamp, ...]:
    """The places of personal texts, in the order of the document."""
    return tuple(
        Stamp(id=anchor_id, **vars(place))
        for anchor_id, place in found.items()
        if anchor_id.startswith("stamp:")
    )
