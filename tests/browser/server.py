"""The real server in a process of its own, which a test may kill and start again."""

from __future__ import annotations

import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from office.datafolder import CHECKOUT, DataFolder
from tests.commands import PROGRAM, environment


@dataclass
class Server:
    """``sotarsa serve`` on the data folder ``data``. After the first start it keeps its port."""

    data: Path
    port: int = 0
    process: subprocess.Popen[str] | None = field(default=None, repr=False)
    log: IO[str] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Returns when it answers: it says its address only after it is bound."""
        self.log = self.log_file.open("a", encoding="utf-8")
        self.process = subprocess.Popen(
            [*PROGRAM, "serve", "--bind", f"127.0.0.1:{self.port}"],
            env=environment(self.data),
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("Halaman web:"), self.log_file.read_text(encoding="utf-8")
        self.port = int(line.rstrip().rstrip("/").rpartition(":")[2])

    def kill(self) -> None:
        """As a power cut would, in the middle of whatever it does."""
        if self.process is None or self.log is None:
            return
        self.process.kill()
        self.process.communicate()
        self.log.close()
        self.process = self.log = None

    @property
    def log_file(self) -> Path:
        return self.data.parent / "server.log"

    def failures(self) -> list[str]:
        """What went wrong in it without being foreseen."""
        lines = self.log_file.read_text(encoding="utf-8").splitlines()
        return [line for line in lines if " ERROR " in line or "Traceback" in line]

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What its database holds now."""
        with closing(self._database()) as database:
            return database.execute(query, values).fetchall()

    def change(self, query: str, *values: object) -> int:
        """Change its database behind its back; how many rows that touched."""
        with closing(self._database()) as database, database:
            return database.execute(query, values).rowcount

    def _database(self) -> sqlite3.Connection:
        return sqlite3.connect(DataFolder(self.data).database, timeout=20)
