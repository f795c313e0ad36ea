"""An office whose village came back: forty families' sheets, printed, scanned and taken in by the
real commands. Everything on them is simulated (`samples.demo.village`)."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from forms.printed import load_all
from samples.demo.village import Stack, families, scanned, stacks
from samples.simulator.filling import Value
from tests.commands import run_sotarsa

N_SHEETS, N_OUT, MEMBERS = 40, 2, 3
"""Sheets that came back, and sheets of the same pack that did not."""
SEED = 4_011
PASSWORD = "rotan-manis-7"
ACCOUNTS = {"rina": "penyelia", "dewi": "peninjau", "bahar": "petugas"}
"""Who works in this office, beside its admin."""


@dataclass(frozen=True)
class Village:
    """``data``: the office's folder; never used itself, copied by `copy_to`. ``stack``: all sheets
    as they could be scanned. ``truth``: what a reviewer who makes no mistake says of every field,
    by sheet that came back, in the order of the visit."""

    data: Path
    visit: str
    stack: Stack
    truth: dict[str, dict[str, Value]]

    @property
    def sheets(self) -> list[str]:
        return list(self.truth)

    def copy_to(self, folder: Path) -> Path:
        """A data folder of one's own. Stored scans are never written again, so they are linked."""
        target = folder / "data"
        shutil.copytree(self.data, target, copy_function=_linked)
        return target


def _linked(source: str, target: str) -> None:
    if "/scans/" in source:
        os.link(source, target)
    else:
        shutil.copy2(source, target)


def make_village(folder: Path) -> Village:
    """Print, fill, scan and take in the whole village: 20 s on two cores."""
    data, scans = folder / "data", folder / "pindaian"
    _open_office(data, folder)
    visit, pdf_pages = _print(data, folder / "paket.pdf")
    (printed,) = load_all(data / "layouts").values()
    ids = list(dict.fromkeys(sheet for sheet, _ in pdf_pages))
    made = families(printed, ids, MEMBERS, SEED)
    everything = Stack("semua.pdf", tuple(made), (folder / "paket.pdf").read_bytes(), pdf_pages)
    scans.mkdir()
    for name, content in scanned(stacks(everything, N_SHEETS), processes=2):
        (scans / name).write_bytes(content)
    command(data, "scan", scans)
    truth = {sheet.sheet: sheet.values() for sheet in made[:N_SHEETS]}
    return Village(data, visit, everything, truth)


def _open_office(data: Path, folder: Path) -> None:
    password = folder / "sandi.txt"
    password.write_text(PASSWORD + "\n", encoding="utf-8")
    command(data, "init", "--username", "admin", "--password-file", password)
    for name, role in ACCOUNTS.items():
        command(data, "user", "add", name, "--role", role, "--password-file", password)


def _print(data: Path, pack: Path) -> tuple[str, dict[tuple[str, int], int]]:
    """The visit, and where each (sheet, page) lies in its pack, from 0."""
    order = ["--village", "63.11.02.2014", "--date", "2027-01-12"]
    order += ["--sheets", f"registrasi={N_SHEETS + N_OUT}", "--round", "Putaran 1/2027"]
    visit = command(data, "round", "new", *order).strip()
    told = json.loads(command(data, "round", "print", visit, "-o", pack, "--json"))
    places = {
        (entry["sheet"], entry["page"]): entry["pdf_page"] - 1
        for entry in told["pages"]
        if entry["sheet"]
    }
    return visit, places


def command(data: Path, *args: str | Path, expect: int = 0) -> str:
    """Run ``sotarsa`` on the folder; what it printed."""
    told = run_sotarsa(data, *args)
    assert told.code == expect, told.err
    return told.out
