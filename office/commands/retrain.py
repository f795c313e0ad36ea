"""``sotarsa retrain``: how sure the reader may be of this office's own handwriting."""

from __future__ import annotations

import datetime
import json
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from office.bootstrap import open_office
from office.commandline import say
from office.errors import ExitCode, OfficeError

if TYPE_CHECKING:
    from scanner.handwriting.refit import Judged, Refit

HELP = "Menyetel keyakinan pembaca tulisan tangan dengan isian yang sudah diperiksa."
EXAMPLES = """contoh:
  sotarsa retrain            ukur dahulu: sebelum dan sesudah; tidak mengubah apa-apa
  sotarsa retrain --apply    ukur, lalu pakai setelan baru
  sotarsa retrain --reset    kembali ke setelan bawaan

Potongan tulisan disimpan di folder data kantor ini saja. Berisi data pribadi."""

NAMES = {"digits": "angka", "capitals": "huruf"}


def add_arguments(parser: ArgumentParser) -> None:
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--apply", action="store_true", help="pakai setelan baru bila lebih baik")
    choice.add_argument("--reset", action="store_true", help="kembali ke setelan bawaan")


def run(args: Namespace) -> ExitCode:
    open_office()
    from django.conf import settings

    from scanner.context import writing_settings_path
    from scanner.handwriting.nets import has_models

    path = writing_settings_path(settings.DATA.root)
    if args.reset:
        return _reset(path)
    if not has_models():
        raise OfficeError("Pembaca tulisan tangan tidak terpasang; tidak ada yang bisa disetel.")
    found = _measured()
    if args.apply:
        return _apply(path, found)
    say("Belum ada yang diubah. Untuk memakainya: sotarsa retrain --apply")
    return ExitCode.OK


def _reset(path: Path) -> ExitCode:
    """The office's own settings are kept under another name: nothing is thrown away."""
    if not path.exists():
        say("Setelan bawaan sudah dipakai.")
        return ExitCode.OK
    path.replace(path.with_suffix(".lama.json"))
    say("Kembali ke setelan bawaan. Halaman yang dibaca sesudah ini memakainya.")
    return ExitCode.OK


def _measured() -> list[Refit]:
    """Collect, fit, and print before and after."""
    from office.review.writing import collect, collected
    from scanner.handwriting.refit import refit

    pages = collect()
    print(f"{pages} halaman dengan tulisan tangan yang sudah diperiksa.")
    found = [refit(cells) for cells in collected()]
    for one in found:
        print(_line(one))
    return found


def _line(one: Refit) -> str:
    if not one.is_enough:
        from scanner.handwriting.refit import LEAST_CELLS

        have = min(one.fitted_on, one.before.cells)
        return f"{NAMES[one.kind]}: belum cukup data ({have} dari {LEAST_CELLS} petak)."
    verdict = "lebih baik" if one.helps else "tidak lebih baik, tidak dipakai"
    return (
        f"{NAMES[one.kind]}: diukur pada {one.before.cells} petak lain; sebelum: "
        f"{_told(one.before)}; sesudah (suhu {one.temperature:g}): {_told(one.after)}; {verdict}."
    )


def _told(judged: Judged) -> str:
    right, gap = 100 * judged.right, 100 * judged.calibration_error
    return f"{right:.2f} % benar, selisih keyakinan {gap:.2f}".replace(".", ",")


def _apply(path: Path, found: list[Refit]) -> ExitCode:
    useful = {f"{one.kind}_temperature": one.temperature for one in found if _is_useful(one)}
    if not useful:
        say("Tidak ada setelan yang lebih baik; semuanya tetap seperti semula.")
        return ExitCode.PARTLY
    made = datetime.datetime.now(tz=datetime.UTC).isoformat(timespec="seconds")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_suffix(".part")
    aside.write_text(json.dumps({"made": made, "settings": useful}, indent=1), encoding="utf-8")
    if path.exists():
        path.replace(path.with_suffix(".lama.json"))
    aside.replace(path)
    say(
        "Setelan baru dipakai untuk halaman yang dibaca sesudah ini. Batal: sotarsa retrain --reset"
    )
    return ExitCode.OK


def _is_useful(one: Refit) -> bool:
    return one.is_enough and one.helps and one.temperature > 1
