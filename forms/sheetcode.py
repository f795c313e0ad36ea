"""Sheet ids, their check character, and the authenticated QR payload.

Every page carries an opaque 28-character payload in Crockford base32::

    version 1 | key id 4 | layout-hash prefix 5 | sheet id 9 | page and position 1 | tag 8

The tag is the first 40 bits of HMAC-SHA-256, under the office key, over everything
before it and the *full* layout hash: a payload that verifies was printed by this office,
for exactly this layout. One forged payload passes with probability 2**-40 (9e-13).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from enum import StrEnum

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford base32: no I, L, O, U, so a code can be read aloud and typed."""

VERSION = "1"
KEY_ID_CHARS, LAYOUT_CHARS, SHEET_CHARS, TAG_CHARS = 4, 5, 9, 8
PAYLOAD_CHARS = 1 + KEY_ID_CHARS + LAYOUT_CHARS + SHEET_CHARS + 1 + TAG_CHARS
MAX_PAGE = 15
"""Page and position share one character: 2 x page + (0 for A, 1 for B) must stay below 32."""

_VALUES = {char: value for value, char in enumerate(ALPHABET)}
_LOOKALIKES = str.maketrans({"I": "1", "L": "1", "O": "0"})


class Position(StrEnum):
    """Which of the two QR codes of a page this is."""

    A = "A"
    B = "B"


class CodeFault(StrEnum):
    """Why a text that a decoder found is not an accepted page code."""

    FOREIGN = "foreign_code"
    VERSION = "unsupported_code_version"
    OTHER_OFFICE = "other_office"
    UNKNOWN_LAYOUT = "unknown_layout"
    FORGED = "forged_code"


@dataclass(frozen=True)
class SheetCode:
    """What one QR code says, before its tag has been checked."""

    key_id: str
    layout_prefix: str
    sheet: str
    page: int
    position: Position
    tag: str

    def body(self) -> str:
        """Everything the tag authenticates, as printed (20 characters)."""
        where = ALPHABET[2 * self.page + (self.position is Position.B)]
        return f"{VERSION}{self.key_id}{self.layout_prefix}{self.sheet}{where}"

    def payload(self) -> str:
        """The 28 characters of the QR code."""
        return self.body() + self.tag


def _base32(data: bytes, chars: int) -> str:
    """The first ``5 * chars`` bits of ``data`` as Crockford base32."""
    bits = int.from_bytes(data) >> (8 * len(data) - 5 * chars)
    return "".join(ALPHABET[(bits >> 5 * i) & 31] for i in reversed(range(chars)))


def new_sheet_id() -> str:
    """A random 45-bit sheet id: never sequential, so that it tells nothing and that a
    damaged code can be matched against all others with a wide margin."""
    return "".join(secrets.choice(ALPHABET) for _ in range(SHEET_CHARS))


def key_id(key: bytes) -> str:
    """First 20 bits of SHA-256 of the office key: names the office, reveals nothing."""
    return _base32(hashlib.sha256(key).digest(), KEY_ID_CHARS)


def layout_prefix(layout_hash: str) -> str:
    """First 25 bits of a layout hash (64 hexadecimal digits)."""
    return _base32(bytes.fromhex(layout_hash), LAYOUT_CHARS)


def tag_bytes(body: str, layout_hash: str, key: bytes) -> bytes:
    """The tag of a payload's first 20 characters: 40 bits, five to a character."""
    message = body.encode("ascii") + bytes.fromhex(layout_hash)
    return hmac.digest(key, message, "sha256")[: TAG_CHARS * 5 // 8]


def _tag(body: str, layout_hash: str, key: bytes) -> str:
    return _base32(tag_bytes(body, layout_hash, key), TAG_CHARS)


def sign(sheet: str, page: int, position: Position, layout_hash: str, key: bytes) -> SheetCode:
    """The code to print on one page. Raises ValueError on an impossible sheet id or page."""
    if len(sheet) != SHEET_CHARS or any(char not in _VALUES for char in sheet):
        raise ValueError(f"not a sheet id: {sheet!r}")
    if not 1 <= page <= MAX_PAGE:
        raise ValueError(f"page must be 1-{MAX_PAGE}: {page}")
    bare = SheetCode(key_id(key), layout_prefix(layout_hash), sheet, page, position, "")
    return SheetCode(
        bare.key_id, bare.layout_prefix, sheet, page, position, _tag(bare.body(), layout_hash, key)
    )


def verify(code: SheetCode, layout_hash: str, key: bytes) -> bool:
    """Whether ``code`` was printed with ``key`` for the layout with this full hash."""
    return hmac.compare_digest(code.tag, _tag(code.body(), layout_hash, key))


def parse(text: str) -> SheetCode | CodeFault:
    """Split a decoded QR text; says ``FOREIGN`` or ``VERSION`` when it is not our payload.

    The tag is *not* checked here: that needs the key and the full layout hash (`verify`).
    """
    if len(text) != PAYLOAD_CHARS or any(char not in _VALUES for char in text):
        return CodeFault.FOREIGN
    if text[0] != VERSION:
        return CodeFault.VERSION
    where = _VALUES[text[19]]
    if where < 2:
        return CodeFault.FOREIGN
    return SheetCode(
        text[1:5], text[5:10], text[10:19], where // 2, Position("AB"[where % 2]), text[20:]
    )


def check_character(sheet: str, page: int) -> str:
    """Check character over sheet id and page: the hybrid system of ISO 7064 with M = 32.

    Like MOD 37,36 of the standard it finds every single wrong character; every
    neighbouring swap but a few per thousand (tested exhaustively).
    """
    state = 32
    for char in sheet + ALPHABET[page]:
        state = (state + _VALUES[char]) % 32 or 32
        state = state * 2 % 33
    return ALPHABET[(1 - state) % 32]


def printed_code(sheet: str, page: int) -> str:
    """The code in letters, e.g. ``7KQ-2MX-94D-1-H``: id in threes, page, check character."""
    groups = (sheet[0:3], sheet[3:6], sheet[6:9], ALPHABET[page], check_character(sheet, page))
    return "-".join(groups)


def parse_printed(text: str) -> tuple[str, int] | None:
    """Sheet id and page of a typed or OCR-read code, or None when its check fails.

    Accepts lower case, any separators, and the look-alikes I, L (1) and O (0).
    """
    chars = "".join(char for char in text.upper().translate(_LOOKALIKES) if char in _VALUES)
    if len(chars) != SHEET_CHARS + 2:
        return None
    sheet, page = chars[:SHEET_CHARS], _VALUES[chars[SHEET_CHARS]]
    if not 1 <= page <= MAX_PAGE or chars[-1] != check_character(sheet, page):
        return None
    return sheet, page
