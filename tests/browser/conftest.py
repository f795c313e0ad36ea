"""A browser, an office whose village came back, and people who sit before it.

Playwright keeps an event loop running in its thread, beside which Django refuses to work; so the
browser lives as long as this package's tests and no longer.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import which

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.people import Person, arrive
from tests.browser.server import Server
from tests.browser.village import Village, make_village

HERE = Path(__file__).parent


def _chromium() -> str | None:
    """Where Chromium is, if Playwright's own program runs: it wants a library that a bare Debian
    does not have."""
    found = which("chromium") or which("chromium-browser")
    driver = [sys.executable, "-m", "playwright", "--version"]
    runs = found and subprocess.run(driver, capture_output=True, check=False).returncode == 0
    return found if runs else None


CHROMIUM = _chromium()
NOT_RUN = (
    "The tests in a browser did not run: Chromium was not found, or Playwright does not start. "
    "On Debian, as root: apt-get install chromium libatomic1"
)
LINES = pytest.StashKey[list[str]]()
"""What the end of the run says of these tests: figures, or that they did not run."""


def launched(chromium: str) -> Iterator[Browser]:
    """Debian's Chromium without a window. Its sandbox refuses to work for root."""
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=as_root)
        yield browser
        browser.close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without Chromium these tests step aside together: one sentence, not a line for each."""
    mine = [item for item in items if item.path.is_relative_to(HERE)]
    if CHROMIUM is None and mine:
        items[:] = [item for item in items if item not in mine]
        config.hook.pytest_deselected(items=mine)
        config.stash.setdefault(LINES, []).append(NOT_RUN)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """What was measured, or that nothing was."""
    for line in config.stash.get(LINES, []):
        terminalreporter.write_line(line)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser; each person has a context of their own in it."""
    assert CHROMIUM is not None  # else no test of this package was selected
    yield from launched(CHROMIUM)


@pytest.fixture(scope="package")
def village(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Village:
    """Made once for all tests in a browser. Copy it."""
    return make_village(tmp_path_factory.mktemp("village"))


@pytest.fixture
def server(village: Village, tmp_path: Path) -> Iterator[Server]:
    """The village's office, served; nobody has signed in yet."""
    server = Server(village.copy_to(tmp_path / "kantor"))
    server.start()
    yield server
    server.kill()
    assert not server.failures()


@pytest.fixture
def arriving(chromium: Browser) -> Iterator[Callable[[Server, str], Person]]:
    """``arriving(server, "rina")``: one more person with a browser, signed in. Afterwards nothing
    may have happened that no page may do."""
    people: list[Person] = []

    def come(server: Server, name: str) -> Person:
        people.append(arrive(chromium, server, name))
        return people[-1]

    yield come
    for person in people:
        person.page.context.close()
    for person in people:
        person.watch.check()


@pytest.fixture
def rina(server: Server, arriving: Callable[[Server, str], Person]) -> Person:
    """The supervisor, who may do all that these tests do."""
    return arriving(server, "rina")


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """``figure("keystrokes per sheet: 31")``: shown at the end of the run, also of a good one."""
    return request.config.stash.setdefault(LINES, []).append
