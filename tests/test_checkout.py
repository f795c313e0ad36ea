"""What a stranger gets: locks that install anywhere, documents that tell the truth."""

from __future__ import annotations

import re
import shlex
import subprocess
from functools import cache
from pathlib import Path

import pytest

from office.cli import COMMANDS, build_parser
from office.settings import ENVIRONMENT

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
LOCKS = ("requirements.lock", "requirements-dev.lock")
NOT_TEXT = {
    ".pdf",
    ".png",
    ".jpg",
    ".jpeg",
    ".tif",
    ".tiff",
    ".ttf",
    ".otf",
    ".woff2",
    ".npz",
    ".key",
    ".onnx",
}
KNOWN_HOSTS = {
    "localhost",
    "www.apache.org",  # LICENSE
    "www.w3.org",  # names of XML vocabularies
    "example.org",  # reserved for examples
}
"""The only addresses this project may name, with those ending in ``.example``. It must work where
none answers; the fonts' licences name their makers' pages besides."""


@cache
def tracked_files() -> tuple[Path, ...]:
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout
    paths = (ROOT / name for name in listing.decode().split("\0") if name)
    return tuple(path for path in paths if path.is_file())


@cache
def tracked_texts() -> dict[str, str]:
    texts = (path for path in tracked_files() if path.suffix.lower() not in NOT_TEXT)
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in texts}


def test_no_file_names_the_machine_it_was_written_on() -> None:
    own = re.compile(rf"{re.escape(str(ROOT))}|{re.escape(str(Path.home()))}/|/home/\w|/Users/\w")
    assert [name for name, text in tracked_texts().items() if own.search(text)] == []


def hosts(text: str) -> set[str]:
    return set(re.findall(r"\bhttps?://([a-z][a-z0-9.-]*)", text))


def test_no_file_names_an_unknown_host() -> None:
    found = {name: hosts(text) - KNOWN_HOSTS for name, text in tracked_texts().items()}
    unknown = {
        (name, host)
        for name, some in found.items()
        for host in some
        if "OFL" not in name and not host.endswith(".example")
    }
    assert unknown == set()


@pytest.mark.parametrize("name", LOCKS)
def test_locks_pin_every_package_by_hash_and_name_no_source(name: str) -> None:
    joined = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    entries = [line for line in joined.splitlines() if line and not line.lstrip().startswith("#")]
    assert len(entries) > 20
    pinned = re.compile(r"[a-z0-9][a-z0-9.-]*==[\w.]+( ;[^:]*)?(\s+--hash=sha256:[0-9a-f]{64})+\s*")
    assert [line for line in entries if not pinned.fullmatch(line)] == []


def test_the_lock_for_tests_contains_the_lock_for_use() -> None:
    use, tests = (
        set(re.findall(r"^(\S+==\S+)", (ROOT / name).read_text(), re.MULTILINE)) for name in LOCKS
    )
    assert use < tests


def readme_commands(program: str) -> list[str]:
    """Whole command lines of the README's code blocks, continued lines joined."""
    blocks = "\n".join(re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL))
    lines = (line.split("  #")[0].strip() for line in blocks.replace("\\\n", " ").splitlines())
    return [line for line in lines if line.split(" ")[0] == program]


@pytest.mark.parametrize("line", readme_commands("sotarsa"))
def test_the_readmes_commands_are_understood(line: str) -> None:
    assert build_parser().parse_args(shlex.split(line)[1:]).command in COMMANDS


def test_the_readme_shows_every_command() -> None:
    shown = {line.split(" ")[1] for line in readme_commands("sotarsa")}
    assert shown == set(COMMANDS)


def make_targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z]+):[^#\n]*##", makefile, re.MULTILINE))


def test_the_readme_shows_every_make_target() -> None:
    shown = {line.split(" ")[1] for line in readme_commands("make")}
    assert shown == make_targets() - {"help"}


def test_the_readme_names_every_setting() -> None:
    assert set(re.findall(r"\bSOTARSA_[A-Z]+\b", README)) == ENVIRONMENT.keys()


def test_the_readmes_links_lead_somewhere() -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", README)
    assert [target for target in targets if not (ROOT / target).exists()] == []
