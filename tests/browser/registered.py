"""All that the register says of registration sheets, beside what was written on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from forms.printed import load_all
from forms.spec import FormSpec
from samples.simulator.filling import Value
from tests.browser.server import Server
from tests.browser.village import MEMBERS, Village

Fact = tuple[str, int, str, str]
"""Sheet, row (0: of the household), what is told, and what it is; nothing is told of a blank."""

HOUSEHOLD = "head_name dusun rt_rw phone n_members has_kk"
PERSON = "name nik nik_state sex birth_written birth_date birth_precision"
LISTED = {
    "household.kk_number": "select s.code, 0, r.number from register_kknumber r",
    "person.relation": """select s.code, p.row, r.relation from register_membership r
        join register_person p on p.id = r.person_id and p.active""",
    "enrolment": "select s.code, 0, r.programme_id || ' ' || r.period from register_enrolment r",
    "answer": "select s.code, r.row, r.item || ' ' || r.value from register_answer r",
}
"""What stands in rows of its own."""

YEAR = "2027"
"""Of the visit, for which help is asked."""


def registered(server: Server) -> list[Fact]:
    """What the register holds, each row of it once."""
    of = "join rounds_sheet s on s.id = r.sheet_id where r.active"
    told: list[Fact] = []
    for entity, row, columns in (("household", "0", HOUSEHOLD), ("person", "r.row", PERSON)):
        for name in columns.split():
            query = f"select s.code, {row}, r.{name} from register_{entity} r {of}"
            told += _facts(server, query, f"{entity}.{name}")
    for place, query in LISTED.items():
        told += _facts(server, f"{query} {of}", place)
    return sorted(one for one in told if one[3])


def _facts(server: Server, query: str, place: str) -> Iterator[Fact]:
    for code, row, value in server.rows(query):
        yield code, row, place, "" if value is None else str(value)


def written(village: Village) -> list[Fact]:
    """What the register must hold, by the sheets alone."""
    (printed,) = load_all(village.data / "layouts").values()
    told: list[Fact] = []
    for code, truth in village.truth.items():
        household = _household(truth)
        told += [(code, 0, f"household.{name}", value) for name, value in household.items()]
        for row in range(1, MEMBERS + 1):
            person = _person(truth, row)
            told += [(code, row, f"person.{name}", value) for name, value in person.items()]
        told += _listed(code, printed.spec, truth)
    return sorted(one for one in told if one[3])


def _household(truth: Mapping[str, Value]) -> dict[str, str]:
    return {
        "kk_number": str(truth["no_kk"]),
        "has_kk": "1" if truth["no_kk"] else "0" if truth["belum_punya_kk"] else "",
        "head_name": str(truth["nama_kepala"]),
        "dusun": str(truth["dusun"]),
        "rt_rw": f"{str(truth['rt_rw'])[:3]}/{str(truth['rt_rw'])[3:]}",
        "phone": str(truth["telepon"]),
        "n_members": str(truth["jumlah_anggota"]).lstrip("0"),
    }


def _person(truth: Mapping[str, Value], row: int) -> dict[str, str]:
    nik, birth = str(truth[f"nik.{row}"]), str(truth[f"tanggal_lahir.{row}"])
    has_none, is_estimated = truth[f"belum_punya_nik.{row}"], truth[f"tanggal_perkiraan.{row}"]
    return {
        "name": str(truth[f"nama.{row}"]),
        "nik": nik,
        "nik_state": "real" if nik else "none" if has_none else "unknown",
        "sex": str(truth[f"jenis_kelamin.{row}"]),
        "relation": str(truth[f"hubungan.{row}"]),
        "birth_written": birth,
        **_birth(birth, bool(is_estimated)),
    }


def _birth(cells: str, is_estimated: bool) -> dict[str, str]:
    """Day and month may be blank: the middle of the year stands for them."""
    if not cells:
        return {"birth_precision": "unknown"}
    day, month, year = cells[:2], cells[2:4], cells[4:]
    known, date = "day", f"{year}-{month}-{day}"
    if not (day + month).strip():
        known, date = "year", f"{year}-07-01"
    return {"birth_date": date, "birth_precision": "estimate" if is_estimated else known}


def _listed(code: str, spec: FormSpec, truth: Mapping[str, Value]) -> Iterator[Fact]:
    """Help that was asked for, and every other answer."""
    for name, value in truth.items():
        field, _, row = name.partition(".")
        entity, _, item = (spec.field(field).register_as or "").partition(".")
        said = value if isinstance(value, list) else ["ada"] if value is True else [value]
        for one in filter(None, said):
            if entity == "enrolment":
                yield code, 0, entity, f"{item}.{one} {YEAR}"
            elif entity == "answer":
                yield code, int(row or 0), entity, f"{item} {one}"


def decided(server: Server, village: Village, fact: Fact) -> bool:
    """Whether anybody said anything of the field that this is in."""
    (printed,) = load_all(village.data / "layouts").values()
    code, row, place, value = fact
    target = {
        "answer": f"answer.{value.split()[0]}",
        "enrolment": f"enrolment.{value.split('.')[0]}",
    }
    (name,) = (f.id for f in printed.spec.fields if f.register_as == target.get(place, place))
    query = """select 1 from review_decision d join rounds_sheet s on s.id = d.sheet_id
    where s.code = ? and d.field = ?"""
    return bool(server.rows(query, code, f"{name}.{row}" if row else name))
