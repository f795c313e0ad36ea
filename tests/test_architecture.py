"""The building's own rules: which room may know which, and how large its parts may grow."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = {
    "forms": {"forms"},
    "scanner": {"scanner", "forms"},
    "office": {"office", "scanner", "forms"},
    "samples": {"samples", "scanner", "forms"},
}
"""Each package with the packages of ours that it may import. The simulator stands beside the
rooms: it may look into the pure two, and none of them may look back."""
PURE = ("forms", "scanner")
"""Rooms that are tested on a folder of images: they know no database."""
LONGEST_FUNCTION_LINES = 60
LONGEST_MODULE_LINES = 400


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def modules_of(*folders: str) -> list[Path]:
    return sorted(chain.from_iterable((ROOT / folder).rglob("*.py") for folder in folders))


def imported_modules(tree: ast.Module) -> Iterator[str]:
    """Dotted names, wherever in the module they are imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module


def imported_packages(room: str) -> dict[str, set[Path]]:
    """Every top-level package that a room imports, with the modules that do so."""
    found: dict[str, set[Path]] = {}
    for path in modules_of(room):
        for name in imported_modules(parsed(path)):
            found.setdefault(name.split(".")[0], set()).add(path.relative_to(ROOT))
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_imports_run_one_way(room: str) -> None:
    wrong = (ROOMS.keys() | {"tests"}) - ROOMS[room]
    trespassers = {name: by for name, by in imported_packages(room).items() if name in wrong}
    assert not trespassers


@pytest.mark.parametrize("room", PURE)
def test_pure_rooms_know_no_database(room: str) -> None:
    assert not imported_packages(room).keys() & {"django", "sqlite3", "simple_history", "axes"}


def relative_imports(path: Path) -> list[int]:
    nodes = (node for node in ast.walk(parsed(path)) if isinstance(node, ast.ImportFrom))
    return [node.lineno for node in nodes if node.level]


def test_imports_are_absolute() -> None:
    """The two tests above read names from the root; a relative import would slip past them."""
    found = {path.relative_to(ROOT): relative_imports(path) for path in modules_of(*ROOMS)}
    assert not {path: lines for path, lines in found.items() if lines}


@cache
def distributions() -> Mapping[str, list[str]]:
    """Top-level package -> the installed distributions that bring it."""
    return packages_distributions()


def distribution_names(package: str) -> set[str]:
    return {normal(name) for name in distributions().get(package, ())}


def normal(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def test_every_imported_package_is_declared() -> None:
    """Not merely there because something else needs it today."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {normal(re.split(r"[<>=~!\[ ;]", one)[0]) for one in project["dependencies"]}
    imported = set(chain.from_iterable(imported_packages(room) for room in ROOMS))
    foreign = imported - ROOMS.keys() - set(sys.stdlib_module_names) - set(training_packages())
    assert {name for name in foreign if not distribution_names(name) & declared} == set()


def training_packages() -> list[str]:
    """What only training a net needs: declared as an extra, installed by nobody else."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return list(project["optional-dependencies"]["train"])


def test_what_training_needs_is_imported_by_training_alone() -> None:
    training = ROOT / "samples" / "training"
    found = {
        path.relative_to(ROOT)
        for path in modules_of(*ROOMS, "tests")
        for name in imported_modules(parsed(path))
        if name.split(".")[0] in training_packages() and not path.is_relative_to(training)
    }
    assert not found


def function_lengths(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            yield node.name, node.end_lineno - node.lineno + 1


def test_functions_stay_short() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {name} has {lines} lines"
        for path in modules_of(*ROOMS, "tests")
        for name, lines in function_lengths(path)
        if lines > LONGEST_FUNCTION_LINES
    ]
    assert long == []


def test_modules_stay_short() -> None:
    long = [
        f"{path.relative_to(ROOT)} has {lines} lines"
        for path in modules_of(*ROOMS, "tests")
        if "migrations" not in path.parts
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) >= LONGEST_MODULE_LINES
    ]
    assert long == []
