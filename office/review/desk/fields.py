"""One field on the review page: its choices, its state in words, and why a person must look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from office.review.blind import OPEN_EYES, Viewer
from office.review.current import CurrentField, is_suggestion
from office.review.desk.choices import ChoiceView, choices_of
from office.review.guesses import NO_GUESS, Guess, guess_at, guess_of
from office.review.markup import attributes_of
from office.review.models import Decision
from office.review.passes import is_keyed_twice
from office.review.picture.doubts import Doubt, doubts_of
from office.review.picture.images import Frame
from office.review.picture.pictures import CropArea
from office.review.spoken import spoken, spoken_name
from office.review.values import Value
from office.review.wording import ReviewReason, Wording, wording_of
from scanner.reading import FieldState, Reason

SCREEN_PX_PER_MM = 6
"""A 5 mm cell is 30 px on the screen, whatever the dpi of the scan: big enough to read."""

INK_PX_PER_MM = 3
"""Signatures and free writing are only looked at for whether they are there."""

CONFLICTS = frozenset(
    {
        *(Reason.TWO_MARKS, Reason.MARK_AND_CANCELLED, Reason.ALL_MARKED),
        *(Reason.NIK_CONTRADICTS_BIRTH_DATE, Reason.NIK_CONTRADICTS_SEX),
        ReviewReason.AUDIT_DIFFERS,
    }
)
"""Reasons that say that two things on the paper do not go together, or two who looked at it."""


@dataclass(frozen=True)
class RingView:
    """A doubtful cell on its crop, in CSS pixels of the crop; ``at``: its character in the text."""

    at: int
    x: float
    y: float
    width: float
    height: float
    middle: float
    char: str
    other: str


@dataclass(frozen=True)
class CropView:
    """Size of a crop on the screen in CSS pixels, where its cells begin and end in it, and which
    of them are doubtful."""

    width: int
    height: int
    comb: str
    attributes: SafeString
    rings: tuple[RingView, ...] = ()

    @property
    def doubts(self) -> str:
        """For the script: ``place:other`` of each doubtful cell, in order."""
        return " ".join(f"{ring.at}:{ring.other}" for ring in self.rings)


@dataclass(frozen=True)
class RivalView:
    """One of two values that two people keyed, by whom is not told. ``chars``: each with whether
    the other value has another one there."""

    value: str
    chars: tuple[tuple[str, bool], ...]
    key: str


@dataclass(frozen=True)
class FieldView:
    """One field as it is shown: what counts now, how sure it is, and why a person must look.

    ``seen`` comes back with an answer and tells what this screen showed. ``awaits`` is the second
    keying that is missing: ``mine``, ``others``, or ``seen`` where the viewer saw the first.
    ``is_masked``: keyed by a colleague, and not to be seen before the viewer keyed it as well.
    """

    name: str
    label: str
    full_label: str
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
    seen: int = 0
    choices: tuple[ChoiceView, ...] = ()
    rivals: tuple[RivalView, ...] = ()
    why: tuple[Wording, ...] = ()
    conflict: str = ""
    warning: str = ""
    was: str = ""
    awaits: str = ""
    is_masked: bool = False
    has_guess: bool = False
    known: str = ""
    length: int = 0
    digits: bool = False
    is_date: bool = False
    is_unreadable: bool = False

    @property
    def is_blank(self) -> bool:
        """Nothing on paper, nothing decided, nothing to look at."""
        nothing = self.value in (None, "", [], False)
        return nothing and not self.is_open and not self.is_masked

    @property
    def classes(self) -> str:
        """Of its card."""
        differs = " is-differ" if self.rivals else ""
        return f"field is-{self.state}{differs}{' is-masked' if self.is_masked else ''}"

    @property
    def data(self) -> SafeString:
        """What the script is told of the field, as attributes."""
        told: dict[str, object] = {
            "field": self.name,
            "kind": self.kind,
            "page": self.page_no,
            "seen": self.seen,
            "ink": "yes" if self.has_ink else "no",
            "box": self.box or False,
            "unreadable": self.is_unreadable and 1,
            "guess": self.has_guess and 1,
            "masked": self.is_masked and 1,
        }
        return attributes_of({f"data-{name}": value for name, value in told.items()})

    @property
    def field_id(self) -> str:
        """The name without its row: the question."""
        return self.name.partition(".")[0]

    @property
    def exact(self) -> bool:
        """Whether the reviewer should see how many of the cells are filled."""
        return self.digits and self.length == 16


def field_view(
    current: CurrentField,
    frame: Frame | None,
    warning: str = "",
    viewer: Viewer = OPEN_EYES,
    known: str = "",
) -> FieldView:
    """How one field is shown to ``viewer``; ``frame`` is that of its page, ``known`` what the
    register has for it."""
    spec, reading = current.spec, current.reading
    box_px, masked = reading["box_px"], viewer.is_blind(current)
    guess = _guess(current)
    return FieldView(
        name=current.name,
        label=spec.label,
        full_label=spoken_name(spec, current.name),
        kind={"mark": spec.choice or "single", "cell": "text", "ink": "ink"}[spec.kind],
        page_no=spec.page,
        page_pk=current.page.pk,
        value="" if masked else _shown(current),
        state=_state(current),
        flag=flag(current),
        is_open=current.is_open,
        box=frame.place(tuple(box_px)) if frame and box_px else "",
        crop=_crop(current, frame) if frame and box_px else None,
        has_ink=reading["state"] != FieldState.EMPTY,
        seen=current.seen,
        choices=tuple(choices_of(current, guess)),
        rivals=tuple(_rivals(current)),
        why=_why(current),
        conflict=_conflict(current),
        warning="" if masked else warning,
        was="" if masked else was(current, viewer.user_id),
        awaits=_awaits(current, viewer),
        is_masked=masked,
        has_guess=guess.exists,
        known=known,
        length=spec.length or 0,
        digits=spec.chars == "digits",
        is_date=spec.means in ("birth_date", "date"),
        is_unreadable=current.decision is not None and _is_unreadable(current) and not masked,
    )


def _shown(current: CurrentField) -> Value:
    """What the entry holds: of two rivals none, or else what counts or is suggested."""
    if current.said.differ:
        return ""
    return current.value if current.suggestion is None else current.suggestion


def _crop(current: CurrentField, frame: Frame) -> CropView:
    x0, y0, x1, y1 = current.reading["box_px"]
    area = frame.crop_of(current.name, (x0, y0, x1, y1))
    px_per_mm = INK_PX_PER_MM if current.spec.kind == "ink" else SCREEN_PX_PER_MM
    width, height = (round(side * px_per_mm) for side in area.size_mm)
    comb = f"{area.field[0]:.4f} {area.field[1]:.4f}"
    attributes: dict[str, object] = {
        "loading": "eager" if current.is_open else "lazy",
        "width": width,
        "height": height,
        "src": f"{crops_at(current.page.pk)}{current.name}/",
        "alt": f"Potongan kertas: {spoken_name(current.spec, current.name)}",
    }
    if current.spec.kind == "cell":
        attributes["data-comb"] = f"{comb} {current.spec.length}"
    rings = tuple(_rings(current, frame, area, width, height))
    return CropView(width, height, comb, attributes_of(attributes), rings)


@lru_cache(maxsize=64)
def crops_at(page_pk: int) -> str:
    """Where the crops of a page are: for each of its fields Django looks an address up anew."""
    return reverse("field-image", args=[page_pk, "isian"]).removesuffix("isian/")


def _rings(
    current: CurrentField, frame: Frame, area: CropArea, width: int, height: int
) -> Iterator[RingView]:
    if current.suggestion is not None:
        for doubt in doubts_of(current.spec, current.reading, frame, area):
            yield _ring(doubt, width, height)


def _ring(doubt: Doubt, width: int, height: int) -> RingView:
    x, across = doubt.x * width, doubt.width * width
    y, down = doubt.y * height, doubt.height * height
    x, y, across, down = (round(side, 1) for side in (x, y, across, down))
    middle = round(x + across / 2, 1)
    return RingView(doubt.at, x, y, across, down, middle, doubt.char.strip() or "–", doubt.other)


def _state(current: CurrentField) -> str:
    """The class of the field's card: ``open``, ``decided``, ``empty`` or ``sure``."""
    if current.is_open:
        return "open"
    if current.decision is not None:
        return "decided"
    return "empty" if current.reading["state"] == FieldState.EMPTY else "sure"


def _why(current: CurrentField) -> tuple[Wording, ...]:
    """Why a person must look. That handwriting is typed or confirmed, the flag says already,
    and the head of the page that it could not be aligned."""
    if current.said.differ:
        return (wording_of(ReviewReason.KEYINGS_DIFFER),)
    said_by_flag = (Reason.NOT_READ, Reason.UNSURE_WRITING, Reason.NOT_ALIGNED)
    codes = [code for code in current.reasons if code not in said_by_flag]
    return tuple(wording_of(code) for code in codes) if current.is_open else ()


def _conflict(current: CurrentField) -> str:
    """What contradicts what, in two or three words; empty for a plain doubt."""
    if current.said.differ:
        return wording_of(ReviewReason.KEYINGS_DIFFER).label
    if not current.is_open:
        return ""
    found = (code for code in current.reasons if code in CONFLICTS)
    return next((wording_of(code).label for code in found), "")


def _awaits(current: CurrentField, viewer: Viewer) -> str:
    if not viewer.waits(current):
        return ""
    if viewer.may_key_again(current):
        return "mine"
    first = current.said.first
    return "seen" if first is not None and first.pk in viewer.seen else "others"


def flag(current: CurrentField) -> str:
    """The field's state in one or two words; the screen never says it by colour alone."""
    reasons = current.reading["reasons"]
    if current.said.differ:
        return "Bandingkan"
    if current.decision is not None:
        return _decided_flag(current)
    if current.is_open and Reason.NOT_READ in reasons:
        return "Perlu diketik"
    if current.is_open and Reason.NOT_ALIGNED in reasons:
        return "Perlu diisi"
    if current.is_open and reasons in ([], [Reason.UNSURE_WRITING]):
        return "Cocokkan" if not reasons else "Ragu, cocokkan"
    if current.is_open:
        return "Wajib, kosong" if Reason.REQUIRED_BUT_EMPTY in reasons else "Ragu"
    return "Kosong" if current.reading["state"] == FieldState.EMPTY else "Yakin"


def _decided_flag(current: CurrentField) -> str:
    """Of a number that asks for two people also how often it was keyed."""
    done = "Tidak terbaca" if _is_unreadable(current) else "Sudah diperiksa"
    if not is_keyed_twice(current.spec, current.reading):
        return done
    return f"{done}, {current.said.keying.value}"


def _is_unreadable(current: CurrentField) -> bool:
    return current.spec.kind == "cell" and current.value is None


def was(current: CurrentField, viewer_id: int = 0) -> str:
    """Old and new side by side: what the machine said, and who said what since. Nothing while two
    people's values wait to be compared: whose is whose is not told."""
    said, decision = current.said, current.decision
    if decision is None or said.first is None or said.differ:
        return ""
    machine, text = _machine(current), spoken(current.spec, said.first.to_value)
    same = " (sama)" if text == machine else ""
    first = f"{_who(said.first, viewer_id)}: {text}{same}"
    if said.second is not None and said.third is None:
        first += f", diketik ulang oleh {_who(said.second, viewer_id)}: sama"
    steps = [f"Bacaan mesin: {machine}", first]
    if said.third is not None:
        third = spoken(current.spec, said.third.to_value)
        steps.append(f"{_who(said.third, viewer_id)}: {third} (dibandingkan dengan kertas)")
    at = timezone.localtime(decision.at).strftime("%d-%m-%Y %H.%M")
    return f"{' → '.join(steps)} · {at}"


def _who(decision: Decision, viewer_id: int) -> str:
    by: User = decision.by
    return "Anda" if by.pk == viewer_id else by.get_username()


def _machine(current: CurrentField) -> str:
    """What the reader said, or that it could not say."""
    reading, spec = current.reading, current.spec
    if spec.kind == "cell" and is_suggestion(reading):
        return spoken(spec, guess_at(spec, reading).value)
    if reading["state"] == FieldState.DOUBTFUL:
        return "tidak terbaca" if spec.kind == "cell" else "ragu"
    return spoken(spec, reading["value"])


def _guess(current: CurrentField) -> Guess:
    """What an open field presets: the likeliest answer, which waits to be confirmed."""
    if not current.is_open or current.said.differ:
        return NO_GUESS
    return guess_of(current)


def _rivals(current: CurrentField) -> Iterator[RivalView]:
    """The two values in the order of their characters, so that nobody knows who keyed which."""
    said = current.said
    if not said.differ or said.first is None or said.second is None:
        return
    one, other = sorted(_text(decision.to_value) for decision in (said.first, said.second))
    for key, (value, against) in enumerate(((one, other), (other, one)), start=1):
        padded = against.ljust(len(value))
        chars = tuple((char, char != there) for char, there in zip(value, padded, strict=False))
        yield RivalView(value, chars, str(key))


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""
