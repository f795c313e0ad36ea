"""The name of the device that made a file, where the file tells: a scanner, a copier, a telephone.

It says which machine's glass to clean. It is text out of a file that anybody may have made, so it
is shown to people and never acted upon.
"""

from __future__ import annotations

MOST_CHARS = 60


def device_name(maker: object, model: object) -> str | None:
    """``Canon LiDE 300`` out of what a file names as maker and model (of either, anything but
    text counts as nothing). None where neither says anything."""
    first, second = _printable(maker), _printable(model)
    if second.casefold().startswith(first.casefold()):
        first = ""
    return f"{first} {second}".strip()[:MOST_CHARS].strip() or None


def _printable(text: object) -> str:
    """Its printable characters, with single spaces: no line breaks, nothing that turns the
    direction of the text round it."""
    if not isinstance(text, str):
        return ""
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(shown.split())
