"""Answers of one sheet by field name, and the ink they become."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from forms.layout import Box, Layout
from forms.spec import FormSpec
from samples.simulator.filling import Filling, Mark, Value, Writer
from samples.simulator.pens import Rng


@dataclass
class Answers:
    """``values`` as a reviewer would enter them; ``inks``: what is drawn in ink areas;
    ``slips``: marks that look otherwise than their writer meant, by box id."""

    spec: FormSpec
    values: dict[str, Value] = field(default_factory=dict)
    inks: dict[str, str] = field(default_factory=dict)
    slips: dict[str, Mark] = field(default_factory=dict)

    def put(self, name: str, value: Value) -> None:
        """Answer a field (``FIELD`` or ``FIELD.ROW``). Raises KeyError for an unknown one."""
        spec = self.spec.field(name.partition(".")[0])
        options = {option.id for option in spec.options}
        chosen = value if isinstance(value, list) else [value]
        if spec.kind == "mark" and not options.issuperset(filter(None, map(str, chosen))):
            raise KeyError(f"{name} has no option {value}")
        if spec.length is not None and isinstance(value, str) and len(value) > spec.length:
            raise KeyError(f"{name} has {spec.length} cells: {value}")
        self.values[name] = value

    def sign(self, name: str, content: str) -> None:
        """Ink in an area."""
        self.put(name, True)
        self.inks[name] = content

    def tick_all(self, ticks: Iterable[tuple[str, bool]]) -> None:
        """Lone boxes: ticked where true."""
        for name, ticked in ticks:
            self.put(name, ["ya"] if ticked else [])


def pick(options: Mapping[str, float], rng: Rng) -> str:
    """One of some options, by their weights."""
    names = list(options)
    total = sum(options.values())
    return str(rng.choice(names, p=[options[name] / total for name in names]))


def some(options: Mapping[str, float], rng: Rng) -> list[str]:
    """Each option with its own probability."""
    return [name for name, share in options.items() if rng.random() < share]


def filling(answers: Answers, layout: Layout, writer: Writer) -> Filling:
    """The ink of a whole sheet."""
    marks: dict[str, Mark] = {}
    for box in layout.boxes:
        if box.kind == "mark" and _is_marked(box, answers.values.get(box.name)):
            marks[box.id] = Mark(writer.kind)
    texts = {
        name: value
        for name, value in answers.values.items()
        if isinstance(value, str) and answers.spec.field(name.partition(".")[0]).kind == "cell"
    }
    return Filling(writer, marks | answers.slips, texts, answers.inks)


def _is_marked(box: Box, value: Value) -> bool:
    if isinstance(value, list):
        return box.option in value
    return value is not None and box.option == value


def final_values(answers: Answers) -> dict[str, Value]:
    """Every field of the sheet as it ends after review; unanswered ones too."""
    values: dict[str, Value] = {}
    for name in answers.spec.names():
        spec = answers.spec.field(name.partition(".")[0])
        nothing: Value = "" if spec.kind == "cell" else False
        if spec.kind == "mark":
            nothing = None if spec.choice == "single" else []
        value = answers.values.get(name, nothing)
        values[name] = _in_order(value, spec.options) if isinstance(value, list) else value
    return values


def _in_order(chosen: list[str], options: Iterable[object]) -> list[str]:
    order = [str(getattr(option, "id", option)) for option in options]
    return sorted(chosen, key=order.index)
