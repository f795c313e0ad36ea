"""The recipe: from a page image to its reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forms.layout import Box
from forms.printed import PrintedForm
from scanner.align import Alignment, align
from scanner.boxes import field_boxes_of
from scanner.capture import CaptureClass, capture_facts
from scanner.certificate import certificates, writing_certificates
from scanner.codecheck import PageName
from scanner.combs import measure_areas
from scanner.context import ReaderContext
from scanner.debug import write_debug_picture
from scanner.explain import Measured, explain_fields
from scanner.facts import page_facts
from scanner.frames import doubtful_frames
from scanner.handwriting.cells import cut_cells
from scanner.handwriting.nets import has_models
from scanner.handwriting.page import with_suggestions, written_combs
from scanner.identify import Identity, Unidentified, identify
from scanner.landmarks import landmarks_of
from scanner.marks import measure_marks
from scanner.named import align_by_picture, named_by_person
from scanner.pages import PageFault, PageImage, open_pages
from scanner.paper import WorkImage
from scanner.placed import PlacedBoxes, place_boxes
from scanner.reading import FieldReading, PageReading, PageStatus, Reason
from scanner.seeds import find_seeds
from scanner.settings import ReadSettings, WritingSettings
from scanner.streaks import find_streaks
from scanner.trouble import box_trouble, page_trouble


@dataclass(frozen=True)
class Located:
    """A page that is known and aligned: what measuring it begins with."""

    identity: Identity
    printed: PrintedForm
    work: WorkImage
    alignment: Alignment
    placed: PlacedBoxes

    @property
    def page(self) -> int:
        return self.identity.page


def locate(
    image: PageImage, context: ReaderContext, known: PageName | None = None
) -> Located | PageReading:
    """Tell which page it is and where its boxes lie, or answer why that cannot be told."""
    if known:
        identity: Identity | Unidentified = named_by_person(image.grey, known)
    else:
        identity = identify(image.grey, context, image.halved)
    if isinstance(identity, Unidentified):
        return _answer(image, identity.status, identity.reasons)
    printed, page = context.forms[identity.layout_hash], identity.page
    seeds = find_seeds(printed.layout, page, identity.markers, identity.codes)
    aligned = None
    if seeds is not None:
        aligned = align(image.grey, seeds, landmarks_of(printed, page), image.halved)
    if aligned is None and known is not None:
        aligned = align_by_picture(image.grey, printed, page, image.dpi)
    if aligned is None:
        return _answer(image, PageStatus.REFUSED, (Reason.NOT_ALIGNED,), identity, context)
    placed = place_boxes(printed, page, aligned.alignment)
    return Located(identity, printed, aligned.work, aligned.alignment, placed)


def measure_page(image: PageImage, at: Located, settings: ReadSettings) -> Measured:
    """All that is measured on a located page, before anything is concluded from it."""
    bits = int(image.facts.get("bits", 8))
    marks = landmarks_of(at.printed, at.page)
    streaks = find_streaks(image.grey, at.alignment, at.printed, at.page)
    capture = capture_facts(image.grey, at.work, at.alignment, at.printed, at.page, bits, streaks)
    return Measured(
        placed=at.placed,
        marks=measure_marks(image.grey, at.work, at.placed, at.printed, at.page, capture.capture),
        areas=measure_areas(at.work, at.placed, at.alignment, at.printed, at.page),
        trouble={
            **doubtful_frames(at.work, at.placed, at.alignment, marks, at.printed, at.page),
            **box_trouble(at.placed, marks, at.alignment, settings.page, streaks),
        },
        capture=capture,
        streaks=streaks,
    )


def read_page(
    image: PageImage, context: ReaderContext, known: PageName | None = None
) -> PageReading:
    """Read one page. The same image and context always give the same reading. ``known``: a
    person has said which page this is, so no code is looked for."""
    at = locate(image, context, known)
    if isinstance(at, PageReading):
        return at
    layout, limits = at.printed.layout, context.settings.page
    measured = measure_page(image, at, context.settings)
    held = certificates().get(measured.capture.capture, {})
    found = frozenset(at.identity.markers)
    boxes = field_boxes_of(at.printed, at.page).by_field
    fields = explain_fields(boxes, measured, at.printed.spec, context.settings, held)
    return _answer(
        image,
        PageStatus.READ,
        page_trouble(layout, at.page, at.alignment, found, image.dpi, limits, measured.streaks),
        at.identity,
        context,
        rotation=at.alignment.rotation,
        facts={
            **image.facts,
            **page_facts(at.identity, at.printed, at.alignment, measured, image.dpi, held),
        },
        fields=_with_writing(
            image, at, boxes, fields, measured.capture.capture, context.settings.writing
        ),
    )


def _with_writing(
    image: PageImage,
    at: Located,
    boxes: Mapping[str, Sequence[Box]],
    fields: Mapping[str, FieldReading],
    capture: CaptureClass,
    settings: WritingSettings,
) -> Mapping[str, FieldReading]:
    """The fields, with what is written by hand in their cells."""
    if not has_models():
        return fields
    crops = cut_cells(image.grey, at.work, at.placed, at.printed, at.page)
    written = written_combs(crops, boxes, fields, settings)
    return with_suggestions(fields, written, capture, writing_certificates())


def read_file(
    path: Path, context: ReaderContext, debug_dir: Path | None = None
) -> Iterator[PageReading]:
    """Readings of all pages of a file, one at a time. Never raises for a bad file or page:
    what cannot be decoded is answered as refused. With ``debug_dir`` a picture of every page
    is written there (`scanner.debug`); OSError when that cannot be done."""
    for image in open_pages(path):
        if isinstance(image, PageFault):
            yield PageReading(
                image.source, image.page_index, PageStatus.REFUSED, reasons=(image.reason,)
            )
        else:
            reading = read_page(image, context)
            if debug_dir is not None:
                write_debug_picture(debug_dir, image, reading, context)
            yield reading


def _answer(
    image: PageImage,
    status: PageStatus,
    reasons: tuple[Reason, ...],
    identity: Identity | None = None,
    context: ReaderContext | None = None,
    **more: Any,
) -> PageReading:
    """A reading of this image; who it is, when that is known."""
    who: dict[str, Any] = {}
    if identity is not None and context is not None:
        who = {
            "sheet": identity.sheet,
            "form": context.forms[identity.layout_hash].layout.form,
            "layout": identity.layout_hash,
            "page": identity.page,
            "identified_by": identity.identified_by,
        }
    return PageReading(
        image.source,
        image.page_index,
        status,
        reasons=reasons,
        **{"facts": dict(image.facts), **who, **more},
    )
