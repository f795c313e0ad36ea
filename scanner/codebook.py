"""The QR codes of all pages this office printed, as bits: for comparing a ruined code with them.

Every module of a code is linear over GF(2) in the data bits (`forms.qr`), so a code is the
exclusive-or of one row from each of 14 tables, one a pair of characters. 40,000 codes take
0.13 s, of which half is their tags, and 40 bytes each. Made when first asked for, page by page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from forms.qr import QR_CHARS, QR_MODULES, qr_basis
from forms.sheetcode import (
    ALPHABET,
    KEY_ID_CHARS,
    LAYOUT_CHARS,
    PAYLOAD_CHARS,
    SHEET_CHARS,
    TAG_CHARS,
    Position,
    sign,
    tag_bytes,
)
from forms.specimen import SPECIMEN_SHEET

Codes = NDArray[np.uint64]
"""Shape (n, 5): the bits of n codes, in the order of `telling_modules`, padded with zeros."""

_WORDS, _WORD_BYTES = 5, 8
SHEET_AT = 1 + KEY_ID_CHARS + LAYOUT_CHARS
"""The sheet's id begins at this character of a payload: an even one, so with a new pair."""

_BITS = 5
"""Of one character of the alphabet."""


@dataclass(frozen=True)
class PageCodes:
    """The codes of one page of one form: all printed sheets at both places."""

    sheets: tuple[str, ...]
    codes: Mapping[Position, Codes]


@dataclass(frozen=True)
class CodeBook:
    """``printed``: layout hash by sheet id, of all sheets printed with ``key``."""

    key: bytes
    printed: Mapping[str, str]
    _pages: dict[tuple[str, int], PageCodes] = field(default_factory=dict)

    def page(self, layout_hash: str, page: int) -> PageCodes:
        """What this page of this form looks like on every sheet of it."""
        if (layout_hash, page) not in self._pages:
            sheets = tuple(
                s for s, full in self.printed.items() if full == layout_hash and _ours(s)
            )
            codes = {at: self._codes(sheets, page, at, layout_hash) for at in Position}
            self._pages[layout_hash, page] = PageCodes(sheets, codes)
        return self._pages[layout_hash, page]

    def _codes(self, sheets: Sequence[str], page: int, at: Position, layout_hash: str) -> Codes:
        if not sheets:
            return np.empty((0, _WORDS), dtype=np.uint64)
        body = sign(sheets[0], page, at, layout_hash, self.key).body()
        before, after = body[:SHEET_AT], body[SHEET_AT + SHEET_CHARS :]
        bodies = [before + sheet + after for sheet in sheets]
        tags = b"".join(tag_bytes(body, layout_hash, self.key) for body in bodies)
        bits = np.unpackbits(np.frombuffer(tags, dtype=np.uint8)).reshape(-1, TAG_CHARS, _BITS)
        weights = (1 << np.arange(_BITS - 1, -1, -1)).astype(np.uint8)
        return codes_of(np.hstack([_values(bodies), (bits * weights).sum(axis=2, dtype=np.uint8)]))


def codes_of(payloads: NDArray[np.uint8]) -> Codes:
    """Codes of ``n`` payloads (n x 28), each character as its place in the alphabet (0-31)."""
    start, tables = _tables()
    codes = np.repeat(start[None], len(payloads), axis=0)
    pairs = payloads[:, 0::2].astype(np.intp) * len(ALPHABET) + payloads[:, 1::2]
    for table, pair in zip(tables, pairs.T, strict=True):
        codes ^= table[pair]
    return codes


def unpacked(codes: Codes) -> NDArray[np.uint8]:
    """One byte a module, 1 is dark: (n, modules) in the order of `telling_modules`."""
    return np.unpackbits(codes.view(np.uint8), axis=1, count=int(telling_modules().sum()))


@cache
def telling_modules() -> NDArray[np.bool_]:
    """Which modules (25 x 25) tell one page of a form from another: 275. Of the others 295 are
    the same in all codes, and 55 only tell version, office and form."""
    _, basis = qr_basis()
    changed = 0
    for pair in basis[SHEET_AT // 2 :]:
        for change in pair:
            changed |= change
    flat = np.frombuffer(changed.to_bytes(QR_MODULES**2), dtype=np.uint8)
    return np.asarray(flat.reshape(QR_MODULES, QR_MODULES) != 0)


@cache
def _tables() -> tuple[Codes, Codes]:
    """The code of "000..." (5,), and what each two characters of the alphabet change in it, for
    each pair of a payload (14, 1024, 5)."""
    zero, basis = qr_basis()
    chars = [QR_CHARS.index(char) for char in ALPHABET]
    pairs = np.array([len(QR_CHARS) * a + b for a in chars for b in chars])
    tables = np.zeros((PAYLOAD_CHARS // 2, len(pairs), _WORDS), dtype=np.uint64)
    for table, changes in zip(tables, basis, strict=True):
        for bit, change in enumerate(changes):
            table[pairs >> bit & 1 == 1] ^= _packed(change)
    return _packed(zero), tables


def _packed(modules: int) -> Codes:
    flat = np.frombuffer(modules.to_bytes(QR_MODULES**2), dtype=np.uint8)
    packed = np.packbits(flat[telling_modules().ravel()])
    return np.pad(packed, (0, _WORDS * _WORD_BYTES - len(packed))).view(np.uint64)


def _values(texts: Sequence[str]) -> NDArray[np.uint8]:
    """Characters as their places in the alphabet, one text a row."""
    table = np.zeros(256, dtype=np.uint8)
    table[np.frombuffer(ALPHABET.encode("ascii"), dtype=np.uint8)] = np.arange(len(ALPHABET))
    flat = np.frombuffer("".join(texts).encode("ascii"), dtype=np.uint8)
    return table[flat.reshape(len(texts), -1)]


def _ours(sheet: str) -> bool:
    """A specimen names nobody; what is no sheet id has no code."""
    return sheet != SPECIMEN_SHEET and len(sheet) == SHEET_CHARS and set(sheet) <= set(ALPHABET)
