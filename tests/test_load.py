"""What the measuring of the server says where something takes too long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.load import LIMIT_MS, judged

if TYPE_CHECKING:
    import pytest


def test_one_action_over_the_limit_fails_and_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert judged({"queue": LIMIT_MS, "a desk": 3.0}) == 0
    assert capsys.readouterr().err == ""
    assert judged({"queue": LIMIT_MS + 0.1, "a desk": 3.0}) == 1
    assert capsys.readouterr().err == "over the limit: queue\n"
