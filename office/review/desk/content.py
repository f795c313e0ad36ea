"""The review page's content: one sheet's fields in the order of the paper, ready to be shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from itertools import groupby

from django.utils.safestring import SafeString, mark_safe

from forms.spec import FieldSpec, FormSpec
from office.intake.models import ScanPage
from office.review.blind import OPEN_EYES, Viewer, visible_values
from office.review.checks import warnings
from office.review.current import CurrentField, Scanned, current_fields, scanned_pages
from office.review.desk.fields import FieldView, field_view
from office.review.known import known_texts
from office.review.picture.images import Frame, frame_in, outline
from office.review.wording import Wording, wording_of
from office.rounds.models import Sheet
from office.rounds.printed import form_of
from office.rounds.states import SheetState


@dataclass(frozen=True)
class Block:
    """Fields under one heading, or a run of blank rows (``rows``) that is shown as one line."""

    title: str
    fields: tuple[FieldView, ...]
    rows: tuple[Block, ...] = ()
    key: str = ""

    @property
    def is_blank(self) -> bool:
        return bool(self.rows)


@dataclass(frozen=True)
class PageView:
    """One page of the sheet. ``pk`` is the active image's key, or None when not scanned;
    ``height`` is the page's, in thousandths of its width; ``boxes`` are the outlines of its fields
    on the image, as SVG."""

    number: int
    pk: int | None
    blocks: tuple[Block, ...] = ()
    reasons: tuple[Wording, ...] = ()
    frame: Frame | None = None
    boxes: SafeString | None = None
    height: float = 0.0


@dataclass(frozen=True)
class Desk:
    """Everything the page shows of one sheet."""

    sheet: Sheet
    form: FormSpec
    pages: tuple[PageView, ...]
    fields: tuple[FieldView, ...] = field(repr=False)

    @property
    def n_open(self) -> int:
        return sum(view.is_open for view in self.fields)

    @property
    def conflicts(self) -> tuple[FieldView, ...]:
        """Fields where two things do not go together, those first that two people keyed."""
        found = [view for view in self.fields if view.conflict]
        return tuple(sorted(found, key=lambda view: not view.rivals))

    @property
    def n_second(self) -> int:
        """Numbers that a second person still has to key."""
        return sum(bool(view.awaits) for view in self.fields)

    @property
    def for_viewer(self) -> tuple[FieldView, ...]:
        """Numbers that the viewer may be that second person for."""
        return tuple(view for view in self.fields if view.awaits == "mine")

    @property
    def missing_pages(self) -> tuple[int, ...]:
        return tuple(page.number for page in self.pages if page.pk is None)


def open_desk(
    sheet: Sheet,
    viewer: Viewer = OPEN_EYES,
    pages: Scanned | None = None,
    current: Mapping[str, CurrentField] | None = None,
) -> Desk:
    """The desk of a printed sheet as ``viewer`` sees it; ``pages`` and ``current`` are its pages
    and fields, where they are at hand. Raises ValueError for a sheet that was never printed."""
    form = form_of(sheet)
    scanned = scanned_pages(sheet) if pages is None else pages
    current = current_fields(sheet, scanned) if current is None else current
    is_void = sheet.state == SheetState.VOID
    left_open = [name for name, one in current.items() if is_void and one.is_open]
    if is_void:
        current = {name: _laid_aside(one) for name, one in current.items()}
    said = {} if is_void else warnings(form, visible_values(current, viewer))
    known = known_texts(sheet, current)
    scans = {number: page for number, (page, _) in scanned.items()}
    frames = {number: frame_in(*of) for number, of in scanned.items()}
    views = {
        name: field_view(
            one, frames.get(one.spec.page), said.get(name, ""), viewer, known.get(name, "")
        )
        for name, one in current.items()
    }
    views |= {name: _undecided(views[name]) for name in left_open}
    shown = tuple(
        _page(form, number, scans.get(number), frames.get(number), views)
        for number in range(1, form.pages + 1)
    )
    return Desk(sheet, form, shown, tuple(views.values()))


@dataclass(frozen=True)
class LaidAside(CurrentField):
    """A field of a void sheet: nobody decides any more what stands there, so nothing of it asks
    to be looked at."""

    @cached_property
    def is_open(self) -> bool:
        return False


def _laid_aside(one: CurrentField) -> CurrentField:
    return LaidAside(one.name, one.spec, one.page, one.reading, one.said, one.demand)


def _undecided(view: FieldView) -> FieldView:
    """How a field is shown that was open as its sheet became void."""
    crop = replace(view.crop, rings=()) if view.crop else None
    return replace(view, state="empty", flag="Tidak diputuskan", rivals=(), crop=crop)


def _page(
    form: FormSpec,
    number: int,
    scan: ScanPage | None,
    frame: Frame | None,
    views: Mapping[str, FieldView],
) -> PageView:
    if scan is None:
        return PageView(number, None)
    reasons = tuple(wording_of(code) for code in scan.reasons)
    blocks = tuple(_blocks(form, number, views))
    height = round(1000 * frame.upright[0] / frame.upright[1], 1) if frame else 0.0
    here = (view for view in views.values() if view.page_no == number and view.box)
    boxes = mark_safe("".join(_box(view, height) for view in here))  # noqa: S308 - all is escaped
    return PageView(number, scan.pk, blocks, reasons, frame, boxes, height)


SIGNS = {"conflict": "!", "open": "?", "decided": "✎"}
"""Beside the outline of a field, so that its state is said without colour as well; what is sure or
empty has none."""


def _box(view: FieldView, height: float) -> str:
    """In thousandths of the page's width."""
    state = "conflict" if view.conflict else view.state
    x, y, across, down = outline(view.box, height)
    return (
        f'<g class="box is-{state}" data-for="{escape(view.name)}">'
        f"<title>{escape(view.full_label)}</title>"
        f'<rect x="{x}" y="{y}" width="{across}" height="{down}" rx="3"/>'
        f'<text x="{x}" y="{y}" dx="-13" dy="15">{SIGNS.get(state, "")}</text></g>'
    )


def _blocks(form: FormSpec, number: int, views: Mapping[str, FieldView]) -> Iterator[Block]:
    """Blocks in paper order: plain fields, and runs of repeating fields turned into rows."""
    specs = [spec for spec in form.fields if spec.page == number]
    for rows, run in groupby(specs, key=lambda spec: spec.rows):
        fields = tuple(run)
        if rows is None:
            yield Block("", tuple(views[spec.id] for spec in fields))
        else:
            yield from _row_blocks(fields, rows, views)


def _row_blocks(
    specs: tuple[FieldSpec, ...], rows: int, views: Mapping[str, FieldView]
) -> Iterator[Block]:
    word = "Anggota" if any(spec.means == "nik" for spec in specs) else "Baris"
    first = specs[0].id
    filled = {row: tuple(views[f"{spec.id}.{row}"] for spec in specs) for row in range(1, rows + 1)}
    blank = {row: all(view.is_blank for view in views) for row, views in filled.items()}
    for is_blank, run in groupby(filled, key=lambda row: blank[row]):
        numbers = list(run)
        blocks = tuple(Block(f"{word} {row}", filled[row]) for row in numbers)
        if is_blank:
            span = f"{numbers[0]}" if len(numbers) == 1 else f"{numbers[0]} sampai {numbers[-1]}"
            yield Block(f"{word} {span}", (), blocks, f"baris-{first}-{numbers[0]}")
        else:
            yield from blocks
