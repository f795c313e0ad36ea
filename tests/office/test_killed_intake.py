"""An intake that is killed at any point is finished by the next one."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from office.datafolder import CHECKOUT
from tests.office.printed_visit import Printed, Scan, save, stored

_KILLED = """
import os, signal, sys
from office.cli import main

wanted, seen = int(sys.argv.pop(1)), 0

def die(frame, event, arg):
    global seen
    if "/office/intake/" not in frame.f_code.co_filename:
        return None
    if event == "line":
        seen += 1
        if seen == wanted:
            os.kill(os.getpid(), signal.SIGKILL)
    return die

sys.settrace(die)
sys.exit(main())
"""


@pytest.mark.parametrize("line", [60, 130, 200, 270, 340, 410, 480, 550])
def test_an_intake_killed_anywhere_is_finished_by_the_next(
    scan: Scan, data: Path, scans: Path, visit: Printed, line: int
) -> None:
    first, second = visit.sheets
    for number, image in enumerate([visit.page(first), visit.page(first, 2), visit.page(second)]):
        save(image, scans / f"{number}.png")
    command = [sys.executable, "-c", _KILLED, str(line), "scan", str(scans)]
    done = subprocess.run(
        command,
        env={**os.environ, "SOTARSA_DATA": str(data)},
        cwd=CHECKOUT,
        capture_output=True,
        check=False,
    )
    assert done.returncode in (0, -signal.SIGKILL)
    scan(scans)
    assert scan.status() == {**scan.status(), "in_work": 2, "out": 0}
    with sqlite3.connect(data / "db.sqlite3") as database:
        counts = [
            database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("intake_scanfile", "intake_scanpage", "intake_reading")
        ]
        waiting = database.execute(
            "SELECT count(*) FROM intake_scanfile WHERE status = 'received'"
        ).fetchone()[0]
        whole = database.execute("PRAGMA integrity_check").fetchone()[0]
    database.close()
    assert (counts, waiting, whole) == ([3, 3, 3], 0, "ok")
    assert len(stored(data)) == 3
