"""The real command line, run in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from office.datafolder import CHECKOUT

PROGRAM = (
    sys.executable,
    "-W",
    "error",
    "-c",
    "import sys; from office.cli import main; sys.exit(main())",
)
"""``sotarsa``; any Python warning is an error there too."""


@dataclass(frozen=True)
class Told:
    """What a command answered."""

    code: int
    out: str
    err: str


def environment(data: Path) -> dict[str, str]:
    """The environment of a command that works on the data folder ``data``."""
    return {**os.environ, "SOTARSA_DATA": str(data), "PYTHONIOENCODING": "utf-8"}


def run_sotarsa(
    data: Path, *args: str | Path, env: Mapping[str, str] | None = None, **options: Any
) -> Told:
    """Run the real command in a process of its own; any Python warning is an error there too."""
    done = subprocess.run(
        [*PROGRAM, *map(str, args)],
        env={**environment(data), **(env or {})},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
        **options,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Told(done.returncode, done.stdout, done.stderr)
