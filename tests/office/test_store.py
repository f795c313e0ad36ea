"""The store keeps originals by content, and a kill at any step leaves nothing half."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from office.datafolder import CHECKOUT
from office.intake.reasons import IntakeReason
from office.intake.sources import Skipped, gather
from office.intake.store import Stored, store, stored_path, sweep

GROW_FOR_EVER = """
import sys
f = open(sys.argv[1], 'ab', 0)
while True: f.write(b'y')
"""


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    return tmp_path / "data" / "scans"


def _file(folder: Path, name: str, data: bytes = b"isi") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(data)
    return path


def test_a_file_is_stored_by_its_content_once(tmp_path: Path, scans: Path) -> None:
    first, again = _file(tmp_path, "a.pdf"), _file(tmp_path, "b.pdf")
    stored = store(first, scans)
    assert isinstance(stored, Stored)
    assert stored == Stored(first, hashlib.sha256(b"isi").hexdigest(), 3)
    assert store(again, scans) == Stored(again, stored.sha256, 3)
    kept = stored_path(scans, stored.sha256)
    assert kept.read_bytes() == b"isi"
    assert [p for p in scans.rglob("*") if p.is_file()] == [kept]
    assert first.read_bytes() == again.read_bytes() == b"isi"


def test_links_pipes_and_folders_are_named_not_opened(tmp_path: Path, scans: Path) -> None:
    target = _file(tmp_path, "a.pdf")
    link, pipe = tmp_path / "link.pdf", tmp_path / "pipe.pdf"
    link.symlink_to(target)
    os.mkfifo(pipe)
    assert isinstance(store(link, scans), Skipped)
    assert store(pipe, scans) == Skipped(pipe, IntakeReason.NOT_A_FILE)
    assert store(tmp_path / "nihil", scans) == Skipped(tmp_path / "nihil", IntakeReason.NOT_FOUND)


def test_what_a_folder_gives(tmp_path: Path) -> None:
    root = tmp_path / "usb"
    wanted = [_file(root, "b.pdf"), _file(root / "dalam", "a.jpg")]
    litter = [
        _file(root, name)
        for name in (".rahasia.pdf", "~$buku.pdf", "c.pdf.part", "Thumbs.db", "d.tmp")
    ]
    link, pipe = root / "tautan.pdf", root / "pipa"
    link.symlink_to(wanted[0])
    os.mkfifo(pipe)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(root / "soket"))
        found = list(gather([root, tmp_path / "nihil"]))
    assert sorted(p for p in found if isinstance(p, Path)) == sorted(wanted)
    skipped = {s.path: s.reason for s in found if isinstance(s, Skipped)}
    assert skipped == {
        **dict.fromkeys(litter, IntakeReason.HIDDEN_OR_TEMPORARY),
        link: IntakeReason.SYMLINK,
        pipe: IntakeReason.NOT_A_FILE,
        root / "soket": IntakeReason.NOT_A_FILE,
        tmp_path / "nihil": IntakeReason.NOT_FOUND,
    }


def test_a_named_file_is_taken_whatever_its_name(tmp_path: Path) -> None:
    hidden = _file(tmp_path, ".scan.pdf")
    assert list(gather([hidden])) == [hidden]


def test_a_file_that_grows_while_it_is_copied_waits(tmp_path: Path, scans: Path) -> None:
    path = _file(tmp_path, "a.pdf", b"x" * (8 << 20))
    writer = subprocess.Popen([sys.executable, "-c", GROW_FOR_EVER, str(path)])
    try:
        while path.stat().st_size == 8 << 20:
            time.sleep(0.01)
        assert store(path, scans) == Skipped(path, IntakeReason.STILL_CHANGING)
    finally:
        writer.kill()
        writer.wait()
    assert not [p for p in scans.rglob("*") if p.is_file()]


def test_leftovers_of_a_killed_copy_go_after_a_day(scans: Path) -> None:
    old, fresh = _file(scans / "tmp", "1-a"), _file(scans / "tmp", "1-b")
    yesterday = time.time() - 90_000
    os.utime(old, (yesterday, yesterday))
    sweep(scans)
    assert not old.exists() and fresh.exists()


_KILLED = """
import os, signal, sys
from pathlib import Path
from office.intake import store as s

wanted, seen = int(sys.argv[3]), 0

def die(frame, event, arg):
    global seen
    if event == "line" and frame.f_code.co_filename == s.__file__:
        seen += 1
        if seen == wanted:
            os.kill(os.getpid(), signal.SIGKILL)
    return die

sys.settrace(die)
s.store(Path(sys.argv[1]), Path(sys.argv[2]))
"""


@pytest.mark.parametrize("line", range(1, 60, 3))
def test_killed_at_any_line_it_is_whole_or_absent(tmp_path: Path, scans: Path, line: int) -> None:
    source = _file(tmp_path, "a.pdf", b"isi" * 1000)
    command = [sys.executable, "-c", _KILLED, str(source), str(scans), str(line)]
    done = subprocess.run(command, cwd=CHECKOUT, check=False)
    assert done.returncode in (0, -signal.SIGKILL)
    kept = stored_path(scans, hashlib.sha256(source.read_bytes()).hexdigest())
    assert not kept.exists() or kept.read_bytes() == source.read_bytes()
    assert source.read_bytes() == b"isi" * 1000
    assert isinstance(store(source, scans), Stored)
    assert kept.read_bytes() == source.read_bytes()
