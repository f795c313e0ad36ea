"""Pictures of every screen, for looking at: ``python -m tests.browser.screenshots FOLDER``."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.browser.conftest import CHROMIUM, NOT_RUN, launched
from tests.browser.people import OFFICE_SCREEN, TABLET, ZOOMED
from tests.browser.showcase import NAMES, opened
from tests.browser.village import make_village

SIZES = {"kantor": OFFICE_SCREEN, "tablet": TABLET, "diperbesar": ZOOMED}


def main(folder: Path) -> None:
    """Every screen at all sizes, as ``SIZE-NAME.png``."""
    if CHROMIUM is None:
        sys.exit(NOT_RUN)
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as passing:
        own = Path(passing)
        for browser in launched(CHROMIUM):
            for showcase in opened(browser, make_village(own), own / "kantor"):
                for name in NAMES:
                    for size, pixels in SIZES.items():
                        page = showcase.show(name, pixels)
                        page.wait_for_load_state("networkidle")
                        page.screenshot(path=folder / f"{size}-{name}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
