"""Makes the committed samples anew: ``python -m samples.make`` (the same bytes from the same
forms). Writes ``samples/office``, ``samples/print``, ``samples/scans`` and ``truth.json``."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from forms.pack import Pack, PackOrder, SheetToPrint, make_pack
from forms.printed import PrintedForm, store
from forms.specimen import make_specimen
from forms.typeset import PaperName, typeset
from samples.demo import strange
from samples.demo.scans import SCANS, ScanFile, page_truth, scan
from samples.demo.visit import (
    COUNTS,
    DATE,
    DESA,
    KEY,
    ROUND,
    VILLAGE,
    VISIT,
    DemoSheet,
    fill_all,
    order,
    sheet_ids,
)
from samples.simulator.page import SimulatedPage

HERE = Path(__file__).parent
ABOUT = (
    "Simulated: printed pages filled with drawn ink and sent through a simulated scanner. "
    "All people are invented; serials of their numbers run from 9001."
)


@dataclass
class Truth:
    """What is true of the samples, as ``truth.json`` holds it."""

    sheets: dict[str, Any] = field(default_factory=dict)
    files: list[dict[str, Any]] = field(default_factory=list)

    def add(
        self,
        file: ScanFile,
        sheets: Mapping[tuple[str, int], DemoSheet],
        pages: list[SimulatedPage],
    ) -> None:
        """One file of ours."""
        entries = []
        for index, (page, simulated) in enumerate(zip(file.pages, pages, strict=True)):
            entries.append(
                {
                    "page_index": index,
                    "status": "read",
                    "sheet": sheets[page.form, page.seq].sheet,
                    "form": page.form,
                    "page": page.page,
                    "rotation": simulated.picture.geometry.turn,
                    **page_truth(simulated.fields),
                }
            )
        self.files.append({"file": file.name, "note": file.note, "pages": entries})

    def add_strange(self, name: str, status: str, reason: str) -> None:
        """One file that is not a sheet of this office."""
        page = {"page_index": 0, "status": status, "reason": reason}
        self.files.append({"file": name, "note": reason.replace("_", " "), "pages": [page]})

    def json(self) -> str:
        plain = {"about": ABOUT, "visit": VISIT, "sheets": self.sheets, "files": self.files}
        return json.dumps(plain, indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Write everything."""
    forms = _typeset("a4")
    pack = make_pack(order(forms))
    _write_office(forms)
    _write_prints(forms, pack)
    _write_scans(forms, pack)


def _typeset(paper: PaperName) -> dict[str, PrintedForm]:
    return {form: typeset(form, paper) for form in COUNTS}


def _fresh(name: str) -> Path:
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _write_office(forms: Mapping[str, PrintedForm]) -> None:
    folder = _fresh("office")
    (folder / "keys").mkdir()
    (folder / "keys" / "office.key").write_bytes(KEY)
    for printed in forms.values():
        store(printed, folder / "layouts")
    sheets = [
        {"sheet": sheet, "form": form, "layout": forms[form].layout.hash, "seq": seq}
        for (form, seq), sheet in sheet_ids().items()
    ]
    office = {
        "about": ABOUT,
        "visit": VISIT,
        "round": ROUND,
        "village": VILLAGE,
        "desa": DESA,
        "date": DATE.isoformat(),
        "sheets": sheets,
    }
    text = json.dumps(office, indent=1, ensure_ascii=False) + "\n"
    (folder / "office.json").write_text(text, encoding="utf-8")


def _write_prints(forms: Mapping[str, PrintedForm], pack: Pack) -> None:
    folder = _fresh("print")
    (folder / f"paket-{VISIT}.pdf").write_bytes(pack.pdf)
    for paper, printed in (("a4", forms), ("f4", _typeset("f4"))):
        for form, one in printed.items():
            (folder / f"contoh-{form}-{paper}.pdf").write_bytes(make_specimen(one, KEY))
            (folder / f"{form}-{paper}.pdf").write_bytes(_one_sheet(form, one))


def _one_sheet(form: str, printed: PrintedForm) -> bytes:
    """A pack of a single sheet of the visit (on F4: as it would have been), for looking at."""
    sheet = SheetToPrint(sheet_ids()[form, 1], form)
    return make_pack(
        PackOrder(VISIT, ROUND, DESA, DATE, KEY, (sheet,), {form: printed}, one_sided=True)
    ).pdf


def _write_scans(forms: Mapping[str, PrintedForm], pack: Pack) -> None:
    folder = _fresh("scans")
    sheets = fill_all(forms)
    pdf_pages = {
        (entry["sheet"], entry["page"]): entry["pdf_page"] - 1
        for entry in pack.pages
        if entry["sheet"] is not None and entry["page"] is not None
    }
    truth = Truth()
    for file in SCANS:
        data, pages = scan(file, sheets, pack.pdf, pdf_pages)
        (folder / file.name).write_bytes(data)
        truth.add(file, sheets, pages)
    _write_strange(folder, forms, truth)
    scanned = {(page.form, page.seq) for file in SCANS for page in file.pages}
    truth.sheets = {sheets[key].sheet: sheets[key].values() for key in sorted(scanned)}
    (HERE / "truth.json").write_text(truth.json(), encoding="utf-8")


def _write_strange(folder: Path, forms: Mapping[str, PrintedForm], truth: Truth) -> None:
    for name, data, status, reason in (
        ("22-surat-lain.jpg", strange.foreign_letter(), "unidentified", "foreign_code"),
        ("23-kertas-kosong.jpg", strange.blank_paper(), "unidentified", "blank_page"),
        ("24-kantor-lain.jpg", strange.other_office(forms), "refused", "other_office"),
    ):
        (folder / name).write_bytes(data)
        truth.add_strange(name, status, reason)
    again = "25-berkas-sama.jpg"
    (folder / again).write_bytes((folder / "20-umpan-balik-garis.jpg").read_bytes())
    same = next(file for file in truth.files if file["file"] == "20-umpan-balik-garis.jpg")
    truth.files.append({**same, "file": again, "note": "the same file as 20"})


if __name__ == "__main__":
    main()
