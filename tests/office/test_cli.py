"""The command line, in processes of its own: help, one-sentence errors, exit codes."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from office.cli import COMMANDS, build_parser
from office.commandline import translated
from office.datafolder import CHECKOUT

if TYPE_CHECKING:
    from tests.commands import Told

    Run = Callable[..., Told]

KIND = "registrasi"


@pytest.fixture
def data(ready_data: Path, tmp_path: Path) -> Path:
    """A ready data folder of this test's own."""
    return Path(shutil.copytree(ready_data, tmp_path / "data"))


def _sentence(told: Told) -> str:
    """The one line on stderr of a command that refused."""
    (line,) = told.err.splitlines()
    assert told.out == ""
    assert line.endswith(".")
    return line


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_examples(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        build_parser().parse_args([command, "--help"])
    said = capsys.readouterr().out
    assert left.value.code == 0
    assert "contoh:" in said and f"sotarsa {command}" in said
    assert not re.search(r"usage:|options:|positional|show this help", said)


@pytest.mark.parametrize(
    ("english", "ours"),
    [
        ("the following arguments are required: --date", "masih kurang: --date"),
        ("unrecognized arguments: --jso", "tidak dikenal: --jso"),
        (
            "argument --paper: invalid choice: 'a5' (choose from 'a4', 'f4')",
            "--paper tidak mengenal “a5”; pilih dari 'a4', 'f4'",
        ),
        ("argument -o/--output: expected one argument", "-o/--output perlu diisi"),
    ],
)
def test_usage_errors_are_indonesian(english: str, ours: str) -> None:
    assert translated(english) == ours


def test_init_makes_closed_keys_and_can_be_repeated(data: Path, sotarsa: Run) -> None:
    before = {path: path.read_bytes() for path in (data / "keys").iterdir()}
    assert {path.name for path in before} == {"office.key", "django.key"}
    for path in before:
        assert path.stat().st_mode & 0o777 == 0o600
        assert len(path.read_bytes()) == 32
    again = sotarsa(data, "init")
    assert again.code == 0 and "24 desa" in again.out
    assert {path: path.read_bytes() for path in before} == before
    assert not (data / "backups").exists(), "nothing to migrate, nothing to back up"


def test_init_does_not_replace_a_lost_key(data: Path, sotarsa: Run) -> None:
    (data / "keys" / "office.key").unlink()
    told = sotarsa(data, "init")
    assert told.code == 4 and "hilang" in _sentence(told)
    assert not (data / "keys" / "office.key").exists()


@pytest.mark.parametrize(
    "command", [["round", "list"], ["scan", "x.pdf"], ["user", "add", "a", "--role", "admin"]]
)
def test_without_a_data_folder_init_is_named(
    command: list[str], tmp_path: Path, sotarsa: Run
) -> None:
    told = sotarsa(tmp_path / "nihil", *command)
    assert told.code == 4 and "sotarsa init" in _sentence(told)
    assert not (tmp_path / "nihil").exists()


def test_accounts(data: Path, tmp_path: Path, sotarsa: Run) -> None:
    password = tmp_path / "sandi"
    password.write_text("rotan-manis-8\n", encoding="utf-8")
    add = ["user", "add", "bahar", "--role", "peninjau", "--password-file", password]
    assert sotarsa(data, *add).code == 0
    told = sotarsa(data, *add)
    assert told.code == 3 and "sudah ada" in _sentence(told)
    assert sotarsa(data, "user", "password", "bahar", "--password-file", password).code == 0
    told = sotarsa(data, "user", "password", "siapa", "--password-file", password)
    assert told.code == 3 and "siapa" in _sentence(told)
    told = sotarsa(data, "user", "add", "x", "--role", "raja", "--password-file", password)
    assert told.code == 2 and "raja" in _sentence(told)
    told = sotarsa(data, "user", "password", "bahar", stdin=subprocess.DEVNULL)
    assert told.code == 3 and "--password-file" in _sentence(told)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"--village": "63.11.02.2006"}, "63.11.02.2006"),
        ({"--date": "2020-01-01"}, "sudah lewat"),
        ({"--date": "besok"}, "besok"),
        ({"--sheets": "registrasi"}, "registrasi=40"),
        ({"--sheets": "asing=2"}, "asing"),
        ({"--sheets": "registrasi=0"}, "registrasi"),
        ({"--sheets": "registrasi=1,registrasi=2"}, "dua kali"),
        ({"--paper": "a5"}, "a5"),
    ],
)
def test_a_wrong_visit_is_one_sentence_and_plans_nothing(
    data: Path, sotarsa: Run, in_a_week: str, wrong: dict[str, str], said: str
) -> None:
    good = {"--village": "63.11.02.2014", "--date": in_a_week, "--sheets": f"{KIND}=2"}
    told = sotarsa(
        data, "round", "new", *(part for pair in (good | wrong).items() for part in pair)
    )
    assert told.code in (2, 3)
    assert said in _sentence(told)
    assert sotarsa(data, "round", "list").out == ""


def test_the_id_stands_alone_on_the_last_line(data: Path, sotarsa: Run, in_a_week: str) -> None:
    told = sotarsa(
        data, "round", "new", "--village", "63.11.02.2014", "--date", in_a_week,
        "--sheets", f"{KIND}=2", "--round", "Putaran uji",
    )  # fmt: skip
    visit = told.out.splitlines()[-1]
    assert re.fullmatch(r"[A-Za-z0-9-]+", visit)
    (listed,) = json.loads(sotarsa(data, "round", "list", "--json").out)
    assert (listed["visit"], listed["round"]) == (visit, "Putaran uji")
    status = json.loads(sotarsa(data, "round", "status", visit, "--json").out)
    assert status == {
        "visit": visit, "printed": 0, "accepted": 0, "in_work": 0, "out": 0, "void": 0,
        "missing": 0, "by_kind": {},
    }  # fmt: skip


def test_unknown_visits_and_wrong_outputs(data: Path, sotarsa: Run, tmp_path: Path) -> None:
    for action in (["status"], ["close"], ["print", "-o", tmp_path / "a.pdf"]):
        told = sotarsa(data, "round", action[0], "liyu-1", *action[1:])
        assert told.code == 3 and "liyu-1" in _sentence(told)
    told = sotarsa(data, "export", "register", "-o", tmp_path / "a.ods")
    assert told.code == 3 and ".xlsx" in _sentence(told)
    told = sotarsa(data, "export", "register", "-o", tmp_path / "nihil" / "a.csv")
    assert told.code == 3 and "nihil" in _sentence(told)


def test_an_older_output_makes_room(data: Path, sotarsa: Run, tmp_path: Path) -> None:
    target = tmp_path / "buku.csv"
    target.write_text("penting", encoding="utf-8")
    told = sotarsa(data, "export", "register", "-o", target)
    assert told.code == 0 and "buku.lama-1.csv" in told.err
    assert (tmp_path / "buku.lama-1.csv").read_text(encoding="utf-8") == "penting"
    assert sotarsa(data, "export", "register", "-o", target).code == 0
    assert {path.name for path in tmp_path.glob("buku*")} == {"buku.csv", "buku.lama-1.csv"}


def test_a_setting_with_a_typing_error_is_refused(data: Path, sotarsa: Run) -> None:
    told = sotarsa(data, "round", "list", env={"SOTARSA_HOST": "kantor"})
    assert told.code == 3 and "SOTARSA_HOST" in _sentence(told)


def test_an_older_database_is_backed_up_and_migrated(data: Path, sotarsa: Run) -> None:
    back = [sys.executable, "-m", "django", "migrate", "review", "0002", "-v", "0"]
    env = {"SOTARSA_DATA": str(data), "DJANGO_SETTINGS_MODULE": "office.settings"}
    subprocess.run(back, env={**os.environ, **env}, cwd=CHECKOUT, check=True)
    told = sotarsa(data, "round", "list")
    assert told.code == 4 and "sotarsa init" in _sentence(told)
    password = data.parent / "sandi"
    password.write_text("rotan-manis-8\n", encoding="utf-8")
    told = sotarsa(data, "user", "password", "rina", "--password-file", password)
    assert told.code == 0 and "cadangan" in told.err
    (backup,) = (data / "backups").iterdir()
    assert backup.stat().st_mode & 0o777 == 0o600
    assert sotarsa(data, "round", "list").code == 0


def test_a_newer_database_is_left_alone(data: Path, sotarsa: Run) -> None:
    with sqlite3.connect(data / "db.sqlite3") as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('rounds', '9999_x', '2030')"
        )
    database.close()
    told = sotarsa(data, "user", "add", "a", "--role", "admin")
    assert told.code == 4 and "lebih baru" in _sentence(told)


def test_serve_prints_its_address_and_closes_the_door(data: Path) -> None:
    program = "import sys; from office.cli import main; sys.exit(main())"
    server = subprocess.Popen(
        [sys.executable, "-c", program, "serve", "--bind", "127.0.0.1:0"],
        env={"SOTARSA_DATA": str(data), "PATH": ""},
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        # A run in the background may have been told to ignore interrupts; a person's is not.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        assert server.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+/", server.stdout.readline())
        assert found is not None
        with urllib.request.urlopen(found.group()) as page:
            assert page.headers["Content-Security-Policy"].startswith("default-src 'self'")
            assert "login" in page.url or "masuk" in page.url
        elsewhere = urllib.request.Request(found.group(), headers={"Host": "jahat.example"})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(elsewhere)
        assert refused.value.code == 400
        refused.value.close()
    finally:
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=20)
    assert server.returncode in (0, 130)


def test_a_damaged_database_is_one_sentence(data: Path, sotarsa: Run) -> None:
    (data / "db.sqlite3").write_bytes(b"bukan basis data" * 100)
    told = sotarsa(data, "round", "list")
    assert told.code == 4 and "cadangan" in _sentence(told)
