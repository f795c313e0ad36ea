"""Questions for the small forms that tests make up."""

from __future__ import annotations

from typing import Any

from forms.spec import FieldSpec, Option


def cells(field_id: str, page: int, length: int, target: str, **more: Any) -> FieldSpec:
    """A comb of digits, unless ``chars`` says otherwise."""
    return FieldSpec(
        id=field_id,
        kind="cell",
        label=more.pop("label", field_id),
        page=page,
        length=length,
        register_as=target,
        **{"chars": "digits", **more},
    )


def marks(field_id: str, page: int, options: str, target: str, **more: Any) -> FieldSpec:
    """A question with boxes; multiple choice, unless ``choice`` says otherwise."""
    return FieldSpec(
        id=field_id,
        kind="mark",
        label=field_id,
        page=page,
        options=tuple(Option(id=name, label=name.title()) for name in options.split()),
        register_as=target,
        **{"choice": "multiple", **more},
    )
