"""Grids: the same question on many sheets, as one screen shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import User

from forms.spec import FieldSpec
from office.review.current import CurrentField
from office.review.desk.fields import crops_at
from office.review.grid.across import Found, fields_across
from office.review.grid.crops import options_in_question, spot_of, tile_area
from office.review.grid.stacks import ALL_MARKS, take
from office.review.grid.tiles import SHORT_CELLS, CellView, ItemView, RivalView, ShotView
from office.review.grid.warnings import companions, warnings_of
from office.review.grid.ways import ways_of
from office.review.guesses import NO_GUESS, Guess, doubtful_cells
from office.review.items import kind_of
from office.review.models import Decision, Item
from office.review.picture.images import Frame, frame_in
from office.review.picture.pictures import CropArea
from office.review.quality import seeds
from office.review.values import Value
from office.review.wording import Wording, wording_of
from office.rounds.models import Visit
from office.rounds.printed import form_of

PER_SCREEN = {
    Item.Kind.MARK: 12,
    Item.Kind.INK: 12,
    Item.Kind.DIGITS: 6,
    Item.Kind.CODE: 6,
    Item.Kind.CAPITALS: 8,
}
"""Tiles that fit on a screen of 1024 x 768 without scrolling."""

SHORT_PER_SCREEN = 9
"""Of combs as short as a date."""

COMPARED_PER_SCREEN = 3
"""Two values beside one large crop need room."""

RING_MM = 0.6
"""How far a ring stands off its box, so that it covers no ink."""

BLIND = (Item.Purpose.SECOND, Item.Purpose.AUDIT)
"""Purposes of which the screen gives away nothing that anybody said before."""

SAID_BY_SCREEN = frozenset({"not_read", "unsure_writing", "confirm_writing", "second_keying"})
"""Reasons that every tile of such a grid has: its head says it once."""


@dataclass(frozen=True)
class StackName:
    """Which stack a grid is of, as its address says."""

    form: str
    field: str
    purpose: str

    @property
    def stack(self) -> str:
        return f"{self.form}.{self.field}"

    @property
    def is_mixed(self) -> bool:
        """Whether each tile asks another question."""
        return self.field == ALL_MARKS

    @property
    def is_blind(self) -> bool:
        return self.purpose in BLIND


@dataclass(frozen=True)
class Entry:
    """What a tile is made of. ``guess`` is preset; an entry of another source than the list of
    work (a known answer mixed in) has a key of its own and looks like any other."""

    key: str
    found: Found
    guess: Guess
    beside: tuple[Found, ...] = ()
    """Other answers of the same row that say something of this one."""


def per_screen(spec: FieldSpec | None, purpose: str) -> int:
    """How many tiles a screen of this question holds; None: marks of many questions."""
    if purpose == Item.Purpose.THIRD:
        return COMPARED_PER_SCREEN
    if spec is not None and spec.length is not None and spec.length <= SHORT_CELLS:
        return SHORT_PER_SCREEN
    return PER_SCREEN[Item.Kind.MARK if spec is None else kind_of(spec)]


def next_items(
    user: User,
    name: StackName,
    n: int,
    visit: Visit | None = None,
    *,
    beside: Iterable[int] = (),
) -> list[ItemView]:
    """Lease the next ``n`` items of a stack and show them, with known answers mixed in."""
    items = take(user, name.stack, name.purpose, n, visit, beside=tuple(beside))
    return views(user, name, list(_with_known(user, items)))


def _with_known(user: User, items: Sequence[Item]) -> Iterator[Entry]:
    """Screen by screen. Where a known answer is mixed into a full one, the last item waits for
    the next."""
    made = dict(zip((item.pk for item in items), _entries(items), strict=True))
    first = next((one for one in made.values() if one is not None), None)
    per = per_screen(first.found.field.spec, items[0].purpose) if first else 1
    for start in range(0, len(items), per):
        screen = items[start : start + per]
        mixed = seeds.draw(user, screen)
        kept = screen if mixed is None or len(screen) < per else screen[:-1]
        shown = [one for one in (made[item.pk] for item in kept) if one is not None]
        if mixed is not None:
            shown.insert(mixed.place, known_entry(mixed))
        yield from shown


def known_entry(mixed: seeds.Mixed) -> Entry:
    """A known answer as a tile, warned of like any other."""
    sheet = mixed.found.sheet
    names = companions(form_of(sheet), mixed.found.field.name)
    beside = fields_across((sheet, name) for name in names) if names else {}
    return Entry(mixed.key, mixed.found, mixed.guess, tuple(beside.values()))


def entries(items: Sequence[Item]) -> list[Entry]:
    """Items with their fields, in the same order; without those whose page has just gone."""
    return [one for one in _entries(items) if one is not None]


def _entries(items: Sequence[Item]) -> list[Entry | None]:
    beside = {item.pk: companions(form_of(item.sheet), item.field) for item in items}
    wanted = [(item.sheet, name) for item in items for name in (item.field, *beside[item.pk])]
    found = fields_across(wanted)
    return [_entry(item, beside[item.pk], found) for item in items]


def _entry(
    item: Item, beside: Sequence[str], found: Mapping[tuple[int, str], Found]
) -> Entry | None:
    own = found.get((item.sheet_id, item.field))
    if own is None:
        return None
    others = tuple(found[item.sheet_id, name] for name in beside if (item.sheet_id, name) in found)
    return Entry(str(item.pk), own, Guess(item.guess, item.certainty), others)


def views(
    user: User,
    name: StackName,
    shown: Sequence[Entry],
    answers: Mapping[tuple[int, str], Value] | None = None,
) -> list[ItemView]:
    """The tiles of a grid. ``answers``: what was answered before by sheet key and field, of a
    grid that is brought back."""
    said = {} if name.is_blind else warnings_of(user, [(o.found, o.guess, o.beside) for o in shown])
    made = []
    for one in shown:
        place = one.found.sheet.pk, one.found.field.name
        guess = NO_GUESS if name.is_blind else one.guess
        if answers is not None and place in answers:
            guess = Guess(answers[place], one.guess.certainty or 1.0)
        made.append(_view(name, one, guess, said.get(place, "")))
    return made


def _view(name: StackName, entry: Entry, guess: Guess, warning: str) -> ItemView:
    field, spec = entry.found.field, entry.found.field.spec
    frame = frame_in(field.page, entry.found.page_reading)
    in_question = () if name.is_blind else options_in_question(field.reading)
    area = tile_area(field.name, field.reading, frame, in_question) if frame else None
    shown_cells = () if name.purpose != Item.Purpose.DOUBT else _cells(field, frame, area)
    certainty = 0.0 if name.is_blind else entry.guess.certainty
    return ItemView(
        key=entry.key,
        sheet=entry.found.sheet,
        field=field.name,
        label=spec.label,
        row=_row(field.name),
        page=field.page.pk,
        seen=field.seen,
        kind={"mark": spec.choice or "single", "cell": "text", "ink": "ink"}[spec.kind],
        preset=_as_in_cells(field, guess),
        has_preset=guess.exists,
        certainty=certainty,
        shot=_shot(name, field, frame, area, in_question) if frame and area else None,
        why=() if name.is_blind else _why(field),
        choices=tuple((option.id, option.label) for option in spec.options),
        ways=() if spec.kind == "cell" else _ways(name, field, entry.guess),
        cells=shown_cells,
        rivals=_rivals(name, entry),
        warning=warning,
        length=spec.length or 0,
        chars=spec.chars or "",
        tidy=spec.chars == "capitals" or spec.means == "count",
        is_date=spec.means in ("birth_date", "date"),
    )


def _row(name: str) -> str:
    row = name.partition(".")[2]
    return f"baris {row}" if row else ""


def _as_in_cells(field: CurrentField, guess: Guess) -> Value:
    """A suggestion with its blanks as on paper: each character then stands under its cell."""
    raw = field.reading["value"]
    if guess.exists and isinstance(raw, str) and guess.value == field.suggestion:
        return raw
    return guess.value if guess.exists else None


def _ways(name: StackName, field: CurrentField, guess: Guess) -> tuple[Value, ...]:
    """Of what nobody may give away, the order of the paper says nothing."""
    spec = field.spec
    if not name.is_blind:
        return tuple(ways_of(spec, field.reading, guess))
    if spec.kind == "ink":
        return (True, False)
    if spec.choice == "multiple":
        return ([], *([option.id] for option in spec.options))
    return (*(option.id for option in spec.options), None)


def _why(field: CurrentField) -> tuple[Wording, ...]:
    codes = [code for code in field.reasons if code not in SAID_BY_SCREEN]
    return tuple(wording_of(code) for code in codes)


def _shot(
    name: StackName,
    field: CurrentField,
    frame: Frame,
    area: CropArea,
    in_question: tuple[str, ...],
) -> ShotView:
    width_mm, height_mm = area.size_mm
    px_per_mm = _px_per_mm(name, field.spec)
    more = urlencode({"petak": "1", "dekat": ",".join(in_question)})
    options: Mapping[str, Any] = field.reading.get("options") or {}
    spots = (spot_of(one, options[one]["box_px"], frame, area, RING_MM) for one in in_question)
    return ShotView(
        url=f"{crops_at(field.page.pk)}{field.name}/?{more}",
        width=round(width_mm * px_per_mm),
        height=round(height_mm * px_per_mm),
        comb=f"{area.field[0]:.4f} {area.field[1]:.4f}",
        spots=tuple(spot for spot in spots if spot is not None),
        is_wide=field.spec.kind == "mark" and width_mm > 90,
    )


def _px_per_mm(name: StackName, spec: FieldSpec) -> float:
    """Scale on the screen where there is room: a 5 mm cell of a number is 30 px wide, of a name
    25 (four rows of them fit), or 45 to compare."""
    if name.purpose == Item.Purpose.THIRD:
        return 9
    if spec.chars == "capitals":
        return 5
    return {"cell": 6, "mark": 5, "ink": 3}[spec.kind]


def _cells(field: CurrentField, frame: Frame | None, area: CropArea | None) -> tuple[CellView, ...]:
    """The doubtful cells of a suggestion. Where nothing was read, none is more so than another."""
    reading = field.reading
    if frame is None or area is None or field.suggestion is None:
        return ()
    made = []
    for number in doubtful_cells(reading):
        cell = reading["cells"][number]
        spot = spot_of(str(number), cell["box_px"], frame, area, RING_MM)
        if spot is not None:
            made.append(CellView(number, spot, _likeliest(cell)))
    return tuple(made)


def _likeliest(cell: Mapping[str, Any]) -> tuple[str, ...]:
    """What was chosen, which need not be the net's first, and the best of the others."""
    chosen = cell["char"] or ""
    others = [char for char, _ in cell.get("top") or () if char != chosen and char.strip()]
    return (chosen, *others[:1])


def _rivals(name: StackName, entry: Entry) -> tuple[RivalView, ...]:
    """The two values that people keyed, in an order that names neither."""
    said = entry.found.field.said
    if name.purpose != Item.Purpose.THIRD or said.first is None or said.second is None:
        return ()
    pair = _rival(said.first, said.second), _rival(said.second, said.first)
    return pair[::-1] if _is_turned(entry) else pair


def _rival(own: Decision, other: Decision) -> RivalView:
    text, beside = str(own.to_value or ""), str(other.to_value or "")
    parts = ((char, char != against) for char, against in zip_longest(text, beside, fillvalue=""))
    return RivalView(own.to_value, tuple(part for part in parts if part[0]))


def _is_turned(entry: Entry) -> bool:
    """By chance, and the same at every look."""
    said = entry.found.field.said
    return (said.last.pk if said.last else 0) % 2 == 1
