"""Two images of one page with other marks: what differs, for the person who chooses at the desk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from forms.spec import FormSpec
from office.intake.models import ScanPage
from office.intake.sameness import claims, contradictions
from office.review.current import Scanned
from office.review.picture.images import Frame, frame_in, latest_reading, outline
from office.review.spoken import spoken_name

Reading = Mapping[str, Any]


@dataclass(frozen=True)
class Spot:
    """The outline of what differs on the new image, in thousandths of the page's width."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class ImageChoice:
    """``page`` came again. ``differ``: labels of the fields whose marks differ, none where one of
    the images could not be measured. ``height``: the new image's, in thousandths of its width."""

    page: ScanPage
    differ: tuple[str, ...]
    spots: tuple[Spot, ...] = ()
    height: float = 0.0


def image_choices(form: FormSpec, images: Iterable[ScanPage], pages: Scanned) -> list[ImageChoice]:
    """What is to be chosen of all ``images`` of a sheet, in the order in which they came;
    ``pages`` are those that count."""
    waiting = [page for page in images if page.status == ScanPage.Status.CONFLICT]
    waiting.sort(key=lambda page: page.pk)
    here = {number: reading for number, (_, reading) in pages.items()}
    return [_choice(form, page, here.get(page.page_no), latest_reading(page)) for page in waiting]


def _choice(
    form: FormSpec, page: ScanPage, old: Reading | None, new: Reading | None
) -> ImageChoice:
    if old is None or new is None:
        return ImageChoice(page, ())
    boxes = contradictions(claims(old), claims(new))
    fields = dict.fromkeys(field for field, _ in boxes)
    labels = tuple(spoken_name(form.field(name.partition(".")[0]), name) for name in fields)
    frame = frame_in(page, new)
    if frame is None:
        return ImageChoice(page, labels)
    height = 1000 * frame.upright[0] / frame.upright[1]
    return ImageChoice(page, labels, tuple(_spots(boxes, new, frame, height)), round(height, 1))


def _spots(
    boxes: Iterable[tuple[str, str]], new: Reading, frame: Frame, height: float
) -> Iterator[Spot]:
    for name, option in boxes:
        field = new["fields"][name]
        box_px = field["options"][option]["box_px"] if option else field["box_px"]
        if box_px:
            yield Spot(*outline(frame.place(tuple(box_px)), height))
