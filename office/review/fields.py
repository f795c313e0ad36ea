"""One field on the review page: its choices, its state in words, and why a person must look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from forms.spec import FieldSpec
from office.review.current import CurrentField
from office.review.images import Frame
from office.review.values import Value
from office.review.wording import Wording, wording_of
from scanner.reading import FieldState, MarkState, Reason

SCREEN_PX_PER_MM = 6
"""A 5 mm cell is 30 px on the screen, whatever the dpi of the scan: big enough to read."""

INK_PX_PER_MM = 3
"""Signatures and free writing are only looked at for whether they are there."""


@dataclass(frozen=True)
class ChoiceView:
    """One option of a mark field. ``key`` is the digit that picks it, or empty."""

    value: str
    label: str
    checked: bool
    doubtful: bool
    key: str


@dataclass(frozen=True)
class CropView:
    """Size of a crop on the screen in CSS pixels, and where its cells begin and end in it."""

    width: int
    height: int
    comb: str


@dataclass(frozen=True)
class FieldView:
    """One field as it is shown: what counts now, how sure it is, and why a person must look."""

    name: str
    label: str
    kind: str
    page_no: int
    page_pk: int
    value: Value
    state: str
    flag: str
    is_open: bool
    box: str
    crop: CropView | None
    has_ink: bool
    choices: tuple[ChoiceView, ...] = ()
    why: tuple[Wording, ...] = ()
    warning: str = ""
    was: str = ""
    length: int = 0
    digits: bool = False
    is_date: bool = False
    is_unreadable: bool = False

    @property
    def is_blank(self) -> bool:
        """Nothing on paper, nothing decided, nothing to look at."""
        return not self.is_open and self.value in (None, "", [], False)

    @property
    def exact(self) -> bool:
        """Whether the reviewer should see how many of the cells are filled."""
        return self.digits and self.length == 16


def field_view(current: CurrentField, frame: Frame | None, warning: str = "") -> FieldView:
    """How one field is shown; ``frame`` is that of its page."""
    spec, reading = current.spec, current.reading
    box_px = reading["box_px"]
    return FieldView(
        name=current.name,
        label=spec.label,
        kind={"mark": spec.choice or "single", "cell": "text", "ink": "ink"}[spec.kind],
        page_no=spec.page,
        page_pk=current.page.pk,
        value=current.value if current.suggestion is None else current.suggestion,
        state=_state(current),
        flag=flag(current),
        is_open=current.is_open,
        box=frame.place(tuple(box_px)) if frame and box_px else "",
        crop=_crop(current, frame) if frame and box_px else None,
        has_ink=reading["state"] != FieldState.EMPTY,
        choices=tuple(_choices(current)),
        why=_why(current),
        warning=warning,
        was=_was(current),
        length=spec.length or 0,
        digits=spec.chars == "digits",
        is_date=spec.means in ("birth_date", "date"),
        is_unreadable=current.decision is not None and _is_unreadable(current),
    )


def _crop(current: CurrentField, frame: Frame) -> CropView:
    x0, y0, x1, y1 = current.reading["box_px"]
    area = frame.crop_of(current.name, (x0, y0, x1, y1))
    px_per_mm = INK_PX_PER_MM if current.spec.kind == "ink" else SCREEN_PX_PER_MM
    width, height = (round(side * px_per_mm) for side in area.size_mm)
    return CropView(width, height, f"{area.field[0]:.4f} {area.field[1]:.4f}")


def _state(current: CurrentField) -> str:
    """The class of the field's card: ``open``, ``decided``, ``empty`` or ``sure``."""
    if current.is_open:
        return "open"
    if current.decision is not None:
        return "decided"
    return "empty" if current.reading["state"] == FieldState.EMPTY else "sure"


def _why(current: CurrentField) -> tuple[Wording, ...]:
    """Why a person must look. That handwriting is typed or confirmed, the flag says already."""
    said_by_flag = (Reason.NOT_READ, Reason.UNSURE_WRITING)
    codes = [code for code in current.reading["reasons"] if code not in said_by_flag]
    return tuple(wording_of(code) for code in codes) if current.is_open else ()


def flag(current: CurrentField) -> str:
    """The field's state in one or two words; the screen never says it by colour alone."""
    reasons = current.reading["reasons"]
    if current.decision is not None:
        return "Tidak terbaca" if _is_unreadable(current) else "Sudah diperiksa"
    if current.is_open and Reason.NOT_READ in reasons:
        return "Perlu diketik"
    if current.is_open and reasons in ([], [Reason.UNSURE_WRITING]):
        return "Cocokkan" if not reasons else "Ragu, cocokkan"
    if current.is_open:
        return "Wajib, kosong" if Reason.REQUIRED_BUT_EMPTY in reasons else "Ragu"
    return "Kosong" if current.reading["state"] == FieldState.EMPTY else "Yakin"


def _is_unreadable(current: CurrentField) -> bool:
    return current.spec.kind == "cell" and current.value is None


def _was(current: CurrentField) -> str:
    """Who decided, and what the machine had said: old and new side by side."""
    decision = current.decision
    if decision is None:
        return ""
    at = timezone.localtime(decision.at).strftime("%d-%m-%Y %H.%M")
    machine = spoken(current.spec, current.reading["value"])
    said = f"Bacaan mesin: {machine}. " if current.spec.kind != "cell" else ""
    return f"{said}Diputuskan {decision.by.get_username()}, {at}."


def spoken(spec: FieldSpec, value: Value) -> str:
    """A value in words, for the history and for old beside new."""
    if spec.kind == "mark":
        chosen = value if isinstance(value, list) else [value]
        labels = [option.label for option in spec.options if option.id in chosen]
        return ", ".join(labels) or "tidak diisi"
    if spec.kind == "ink":
        return "ragu" if value is None else "ada" if value else "tidak ada"
    return "tidak terbaca" if value is None else (str(value) or "kosong")


def _guess(current: CurrentField) -> frozenset[str]:
    """Options of an open field that are shown as chosen: faint marks, which are marks more often
    than not. A heavy one may be crossed out, so the screen leaves that to the person."""
    if not current.is_open or current.reading["reasons"] != [Reason.FAINT_MARK]:
        return frozenset()
    options = current.reading["options"]
    faint = {name for name, read in options.items() if read["state"] == MarkState.DOUBTFUL}
    if current.spec.choice == "single" and len(faint) != 1:
        return frozenset()
    return frozenset(faint)


def _choices(current: CurrentField) -> Iterator[ChoiceView]:
    spec, value = current.spec, current.value
    if spec.kind == "ink":
        yield ChoiceView("ada", "Ada", value is True, False, "1")
        yield ChoiceView("tidak", "Tidak ada", value is False, False, "2")
    if spec.kind != "mark":
        return
    read, guessed = current.reading.get("options") or {}, _guess(current)
    for number, option in enumerate(spec.options, start=1):
        checked = option.id in (value if isinstance(value, list) else [value])
        checked = checked or option.id in guessed
        state = read.get(option.id, {}).get("state")
        doubtful = current.is_open and state == MarkState.DOUBTFUL
        key = str(number) if number <= 9 else ""
        yield ChoiceView(option.id, option.label, checked, doubtful, key)
    if spec.choice == "single":
        yield ChoiceView("", "Tidak diisi", value is None and not current.is_open, False, "0")
