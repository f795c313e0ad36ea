"""QR codes of page payloads: version 2, level Q, alphanumeric, 25 x 25 modules, mask 0.

The ``qrcode`` library draws one in 0.36 ms with version and mask given (2.4 ms when it tries
all masks): 1.5 s for 1,000 sheets of two pages. But with those given, every module is a
linear function over GF(2) of the data bits: Reed-Solomon parity is linear, placing moves
bits, masking adds a constant. So the library draws the code of "000..." and of each single
data bit once (60 ms), and any other code is the exclusive-or of those: 0.01 ms. The tests
compare the outcome with the library's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from qrcode.constants import ERROR_CORRECT_Q
from qrcode.main import QRCode
from qrcode.util import ALPHA_NUM, MODE_ALPHA_NUM, QRData

from forms.sheetcode import PAYLOAD_CHARS

QR_VERSION = 2
QR_MODULES = 25
QR_MASK = 0
"""Over 400 random payloads mask 0 has the lowest mean penalty score of the eight (477; the
others 519 to 647)."""

_PAIR_BITS = 11
"""Alphanumeric mode packs two characters, 45 x first + second, into 11 bits."""

QR_CHARS: str = ALPHA_NUM.decode("ascii")


def qr_modules(payload: str) -> tuple[bytes, ...]:
    """The 25 rows of the symbol, each 25 bytes: 1 is dark. No quiet zone.

    Raises ValueError unless ``payload`` has 28 characters of the alphanumeric set.
    """
    if len(payload) != PAYLOAD_CHARS or any(char not in QR_CHARS for char in payload):
        raise ValueError(f"not a page payload: {payload!r}")
    modules, basis = qr_basis()
    for pair, value in enumerate(_pair_values(payload)):
        for bit in range(_PAIR_BITS):
            if value >> bit & 1:
                modules ^= basis[pair][bit]
    flat = modules.to_bytes(QR_MODULES**2)
    return tuple(flat[at : at + QR_MODULES] for at in range(0, len(flat), QR_MODULES))


def _pair_values(payload: str) -> Iterator[int]:
    for at in range(0, PAYLOAD_CHARS, 2):
        yield len(QR_CHARS) * QR_CHARS.index(payload[at]) + QR_CHARS.index(payload[at + 1])


@cache
def qr_basis() -> tuple[int, tuple[tuple[int, ...], ...]]:
    """The symbol of "000...", and what each data bit of each pair of characters changes in it:
    numbers of 625 bytes, one a module, row by row. A pair's bits say 45 x first + second, each
    a place in `QR_CHARS`; the lowest bit comes first here."""
    zero = _by_library("0" * PAYLOAD_CHARS)
    changes = tuple(
        tuple(zero ^ _by_library(_single_bit(pair, bit)) for bit in range(_PAIR_BITS))
        for pair in range(PAYLOAD_CHARS // 2)
    )
    return zero, changes


def _single_bit(pair: int, bit: int) -> str:
    """The payload in whose data only this bit of this pair of characters is set."""
    first, second = divmod(1 << bit, len(QR_CHARS))
    return ("00" * pair + QR_CHARS[first] + QR_CHARS[second]).ljust(PAYLOAD_CHARS, "0")


def _by_library(payload: str) -> int:
    """The symbol as one number of 625 bytes, one a module, row by row."""
    code = QRCode(QR_VERSION, ERROR_CORRECT_Q, border=0, mask_pattern=QR_MASK)
    code.add_data(QRData(payload.encode("ascii"), mode=MODE_ALPHA_NUM), optimize=0)
    code.make(fit=False)
    return int.from_bytes(b"".join(bytes(row) for row in code.modules))
