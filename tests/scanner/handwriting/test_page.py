"""What is written on a page becomes fields: values, states, reasons, cells."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from forms.layout import Box
from scanner.capture import CaptureClass
from scanner.certificate import Certificate, WritingCertificates
from scanner.handwriting.alphabet import CAPITALS, DIGITS
from scanner.handwriting.cells import CellCrops, CellFlags
from scanner.handwriting.comb import WrittenComb
from scanner.handwriting.page import with_suggestions, written_combs
from scanner.reading import (
    CellReading,
    FieldReading,
    FieldState,
    MarkState,
    OptionReading,
    PageReading,
    PageStatus,
    Reason,
    page_json,
)
from scanner.settings import WritingSettings
from tests.scanner.handwriting.beliefs import whole

GREY = CaptureClass.GREY_SCAN
BOX = (0.0, 0.0, 10.0, 10.0)
NIK, BIRTH = "6311024505900012", "05051990"
LIMIT = Certificate(0.99, 1e-3, 0.95, 5000, 0, 1000)
HELD: WritingCertificates = {"nik": {GREY: LIMIT}}


def boxes(name: str, means: str, count: int, chars: str = "digits") -> tuple[Box, ...]:
    field, _, row = name.partition(".")
    return tuple(
        Box(
            id=f"cell:{name}:{index}",
            field=field,
            kind="cell",
            page=1,
            x_mm=10 + 5 * index,
            y_mm=20,
            w_mm=5,
            h_mm=7,
            means=means,
            index=index,
            row=int(row) if row else None,
            chars=chars,
        )
        for index in range(1, count + 1)
    )


def unread(count: int, *reasons: Reason) -> FieldReading:
    cells = tuple(CellReading(None, 0.0, BOX) for _ in range(count))
    why = reasons or (Reason.NOT_READ,)
    return FieldReading(None, FieldState.DOUBTFUL, 0.0, BOX, why, cells=cells)


def nik(text: str, *, struck: bool = False) -> WrittenComb:
    return WrittenComb(boxes("nik.1", "nik", 16), whole(text), struck)


def birth(text: str) -> WrittenComb:
    return WrittenComb(boxes("tanggal_lahir.1", "birth_date", 8), whole(text), False)


def sexes(man: float, woman: float) -> FieldReading:
    options = {
        name: OptionReading(MarkState.MARKED if belief > 0.5 else MarkState.EMPTY, 0.3, BOX, belief)
        for name, belief in (("L", man), ("P", woman))
    }
    return FieldReading("P" if woman > man else "L", FieldState.SURE, 1.0, BOX, options=options)


def read(
    written: dict[str, WrittenComb],
    held: WritingCertificates = HELD,
    sex: FieldReading | None = None,
) -> dict[str, FieldReading]:
    plain = {name: unread(len(one.boxes)) for name, one in written.items()}
    more = {} if sex is None else {"jenis_kelamin.1": sex}
    return with_suggestions({**plain, **more}, written, GREY, held)


def test_a_clear_number_is_sure_where_that_is_certified() -> None:
    field = read({"nik.1": nik(NIK), "tanggal_lahir.1": birth(BIRTH)})["nik.1"]
    assert (field.value, field.state, field.reasons) == (NIK, FieldState.SURE, ())
    assert [cell.char for cell in field.cells or ()] == list(NIK)
    assert (field.cells or ())[0].top[0] == ("6", 1.0)


@pytest.mark.parametrize("held", [{}, {"nik": {CaptureClass.PHONE: LIMIT}}])
def test_without_a_certificate_nothing_is_sure(held: WritingCertificates) -> None:
    field = read({"nik.1": nik(NIK)}, held)["nik.1"]
    assert (field.value, field.state) == (NIK, FieldState.DOUBTFUL)
    assert field.reasons == (Reason.UNSURE_WRITING,)


def test_below_the_certified_confidence_it_is_asked_about() -> None:
    pale = nik(NIK)
    chances = pale.comb.chances.copy()
    chances[15] = [0.2, 0.2, 0.6, 0, 0, 0, 0, 0, 0, 0]
    field = read({"nik.1": replace(pale, comb=replace(pale.comb, chances=chances))})["nik.1"]
    assert field.reasons == (Reason.UNSURE_WRITING,)
    assert [char for char, _ in (field.cells or ())[15].top] == ["2", "0", "1"]


def test_a_contradiction_is_told_and_neither_number_bent() -> None:
    fields = read({"nik.1": nik(NIK), "tanggal_lahir.1": birth("17081945")})
    assert (fields["nik.1"].value, fields["tanggal_lahir.1"].value) == (NIK, "17081945")
    for field in fields.values():
        assert Reason.NIK_CONTRADICTS_BIRTH_DATE in field.reasons
        assert field.state is FieldState.DOUBTFUL


def test_the_sex_that_is_ticked_is_heard() -> None:
    """Day 45 is a woman's."""
    told = read({"nik.1": nik(NIK)}, sex=sexes(0.999, 0.001))["nik.1"]
    assert Reason.NIK_CONTRADICTS_SEX in told.reasons
    fits = read({"nik.1": nik(NIK)}, sex=sexes(0.001, 0.999))["nik.1"]
    assert fits.reasons == ()


def test_a_number_struck_out_is_never_sure() -> None:
    field = read({"nik.1": nik(NIK, struck=True)})["nik.1"]
    assert (field.state, field.reasons) == (FieldState.DOUBTFUL, (Reason.OVERWRITTEN_CELL,))


def test_doubts_about_the_place_stay() -> None:
    fields = {"nik.1": unread(16, Reason.ALIGNMENT_UNCERTAIN)}
    field = with_suggestions(fields, {"nik.1": nik(NIK)}, GREY, HELD)["nik.1"]
    assert (field.value, field.reasons) == (NIK, (Reason.ALIGNMENT_UNCERTAIN,))


def test_blank_cells_are_blanks_in_the_value_and_none_at_its_end() -> None:
    name = WrittenComb(boxes("nama.1", "name", 9, "capitals"), whole("ADI  WAN ", CAPITALS), False)
    field = read({"nama.1": name})["nama.1"]
    assert field.value == "ADI  WAN"
    assert [cell.char for cell in field.cells or ()] == list("ADI  WAN ")


def test_the_published_cells_carry_their_candidates() -> None:
    fields = read({"nik.1": nik(NIK)})
    page = PageReading("a.jpg", 0, PageStatus.READ, fields=fields)
    first = page_json(page)["fields"]["nik.1"]["cells"][0]
    assert first["char"] == "6"
    assert first["top"][0] == ["6", 1.0]


def crops_of(*combs: WrittenComb) -> CellCrops:
    every = tuple(box for one in combs for box in one.boxes)
    seen = np.zeros((len(every), 28, 28), dtype=np.uint8)
    flags = (CellFlags(),) * len(every)
    return CellCrops(every, seen, np.ones(len(every), dtype=np.bool_), flags)


def test_only_doubtful_combs_that_lie_on_the_image_are_read() -> None:
    written, empty, beyond = (boxes(f"nik.{row}", "nik", 16) for row in (1, 2, 3))
    crops = crops_of(*(WrittenComb(one, whole(NIK), False) for one in (written, empty, beyond)))
    readings = {
        "nik.1": unread(16),
        "nik.2": FieldReading("", FieldState.EMPTY, 1.0, BOX),
        "nik.3": unread(16, Reason.OUTSIDE_IMAGE),
    }
    found = written_combs(
        crops, {"nik.1": written, "nik.2": empty, "nik.3": beyond}, readings, WritingSettings()
    )
    assert list(found) == ["nik.1"]
    assert found["nik.1"].comb.alphabet == DIGITS
    assert found["nik.1"].comb.empty.all()


def test_a_comb_whose_cells_turn_out_empty_is_left_as_it_was() -> None:
    nothing = nik(" " * 16)
    assert read({"nik.1": nothing})["nik.1"] == unread(16)
