"""From the fields of a form to the places of the register, by ``register_as`` of the spec."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from forms.spec import FieldSpec, FormSpec
from office.review.values import Value

TARGETS: dict[str, frozenset[str] | None] = {
    "household": frozenset(
        {
            "kk_number",
            "has_no_kk",
            "head_name",
            "dusun",
            "rt_rw",
            "phone",
            "n_members",
            "continues",
        }
    ),
    "person": frozenset(
        {"name", "nik", "no_nik", "sex", "birth_date", "birth_estimated", "relation"}
    ),
    "enrolment": None,
    "meeting": frozenset({"n_male", "n_female"}),
    "attendance": frozenset({"name", "sex", "signed"}),
    "feedback": frozenset({"suggestion"}),
    "answer": None,
}
"""What a spec may write after ``register_as``: entity and its attributes (None: any name).

``enrolment.GROUP`` is a mark field whose options are programmes; ``answer.ITEM`` any other
question. ``register_as: null`` stays on the image alone.
"""


def unknown_targets(form: FormSpec) -> list[str]:
    """The ``register_as`` of a form that the register has no place for."""
    wrong = []
    for spec in form.fields:
        entity, _, attribute = (spec.register_as or "answer.-").partition(".")
        allowed = TARGETS.get(entity, frozenset())
        if not attribute or (allowed is not None and attribute not in allowed):
            wrong.append(f"{spec.id}: {spec.register_as}")
    return wrong


@dataclass(frozen=True)
class Filed:
    """One value on its way into the register. ``row`` is 0 where the field does not repeat."""

    field: str
    spec: FieldSpec
    entity: str
    attribute: str
    row: int
    value: Value

    @property
    def text(self) -> str:
        """Written text, or the option of a single choice; empty when there is none."""
        return self.value.strip() if isinstance(self.value, str) else ""

    @property
    def number(self) -> int | None:
        """Digits as a number; None when nothing was written."""
        digits = self.text.replace(" ", "")
        return int(digits) if digits.isdigit() else None

    @property
    def ticked(self) -> bool:
        """Whether there is any mark, any ink or any text."""
        return bool(self.value)

    @property
    def marked(self) -> tuple[str, ...]:
        """What to file as answers: each marked option, the text, or ``ada`` for ink."""
        if isinstance(self.value, list):
            return tuple(self.value)
        if isinstance(self.value, bool):
            return ("ada",) if self.value else ()
        return (self.text,) if self.text else ()


class SheetValues:
    """The values of one sheet, found by their place in the register."""

    def __init__(self, form: FormSpec, values: Mapping[str, Value]) -> None:
        self.filed: dict[tuple[str, str, int], Filed] = {}
        for filed in _all(form, values):
            self.filed[filed.entity, filed.attribute, filed.row] = filed

    def has(self, entity: str) -> bool:
        """Whether the form speaks of ``entity`` at all."""
        return any(key[0] == entity for key in self.filed)

    def has_answers(self, about: str) -> bool:
        """Whether the form asks for answers about this, e.g. ``feedback``."""
        return any(filed.attribute.startswith(f"{about}.") for filed in self.of("answer"))

    def get(self, entity: str, attribute: str, row: int = 0) -> Filed | None:
        """The value at this place, or None when the form does not ask for it."""
        return self.filed.get((entity, attribute, row))

    def text(self, entity: str, attribute: str, row: int = 0) -> str:
        filed = self.get(entity, attribute, row)
        return filed.text if filed is not None else ""

    def number(self, entity: str, attribute: str, row: int = 0) -> int | None:
        filed = self.get(entity, attribute, row)
        return filed.number if filed is not None else None

    def ticked(self, entity: str, attribute: str, row: int = 0) -> bool:
        filed = self.get(entity, attribute, row)
        return filed is not None and filed.ticked

    def of(self, entity: str) -> Iterator[Filed]:
        """All values of one entity, in the order of the paper."""
        return (filed for filed in self.filed.values() if filed.entity == entity)

    def filled_rows(self, *entities: str) -> list[int]:
        """Numbers of the rows in which anything stands, ascending."""
        return sorted(
            {f.row for f in self.filed.values() if f.entity in entities and f.row and f.ticked}
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is to be filed."""
        return not any(filed.ticked for filed in self.filed.values())


def _all(form: FormSpec, values: Mapping[str, Value]) -> Iterator[Filed]:
    for spec in form.fields:
        if spec.register_as is None:
            continue
        entity, _, attribute = spec.register_as.partition(".")
        for row in [0] if spec.rows is None else range(1, spec.rows + 1):
            name = f"{spec.id}.{row}" if row else spec.id
            yield Filed(name, spec, entity, attribute, row, values[name])
