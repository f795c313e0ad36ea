"""From a comb's chances to likelihoods, and what every decoder says of its cells alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from scanner.handwriting.comb import Comb
from scanner.handwriting.suggestion import CellChoice, Suggestion
from scanner.reading import Reason

Floats = NDArray[np.float64]

UNSEEN = 3e-4
"""However sure a net is, the share of cells of which it knows nothing: cut wrongly, a stroke lost.
Estimate: at chances of .99 and more 0.03-0.1 % of digits were wrong in simulated scans."""

NOT_A_CHARACTER = 0.2
"""From this chance on, a cell is reported as overwritten or struck out. Of 8,545 digits of writers
whom the net had not seen, on all kinds of scan, 0.5 % are; of 552 overwritten cells 86 %, of 535
crossed out 90 %, of 192 scribbles 99 %. (Crowded lines and much ink, which was looked for before,
flagged 3.5 % and caught 13, 12 and 61 %.)"""

TOP = 3
BLANK = " "


def likelihoods(comb: Comb) -> Floats:
    """(cells, characters): how much likelier the cell looks so for this character than for any,
    1 on average. A cell that is empty or holds no character tells nothing: all 1."""
    size = len(comb.alphabet)
    seen = np.clip(comb.chances, 0.0, 1.0)
    unread = np.clip(1.0 - seen.sum(axis=1, keepdims=True), 0.0, 1.0)
    known = (1 - UNSEEN) * seen + ((1 - UNSEEN) * unread + UNSEEN) / size
    known /= known.sum(axis=1, keepdims=True)
    return np.where(comb.empty[:, None], 1.0, known * size)


def digit_values(comb: Comb) -> NDArray[np.intp]:
    """Columns of the ten digits in the comb's alphabet."""
    return np.array([comb.alphabet.index(digit) for digit in "0123456789"])


def digit_likelihoods(comb: Comb) -> Floats:
    """(cells, 10), for combs that may hold other characters too."""
    return likelihoods(comb)[:, digit_values(comb)]


def pair_likelihoods(of_digits: Floats) -> Floats:
    """(2 n, 10) of single cells -> (n, 100) of neighbouring pairs."""
    first, second = of_digits[0::2], of_digits[1::2]
    return (first[:, :, None] * second[:, None, :]).reshape(len(first), 100)


def nearly(seen: Floats, clear: float, ratio: float) -> NDArray[np.bool_]:
    """Which characters may be taken for what stands in a cell: the likeliest, and if its share is
    below ``clear`` those that look up to ``ratio`` times less likely."""
    most = seen.max(axis=1, keepdims=True)
    is_clear = most >= clear * seen.sum(axis=1, keepdims=True)
    return np.asarray(seen * np.where(is_clear, 1.0, ratio) >= most)


def cell_choices(comb: Comb, chosen: Sequence[str], certainty: Floats) -> tuple[CellChoice, ...]:
    """``chosen``: a character a cell (a blank where it is empty); ``certainty`` (cells,)."""
    likeliest = np.argsort(-comb.chances, axis=1, kind="stable")[:, :TOP]
    choices = []
    for row, (char, sure) in enumerate(zip(chosen, certainty.tolist(), strict=True)):
        if comb.empty[row]:
            choices.append(CellChoice(BLANK, 1.0, ()))
            continue
        top = tuple((comb.alphabet[k], float(comb.chances[row, k])) for k in likeliest[row])
        choices.append(CellChoice(char, float(min(sure, 1.0)), top))
    return tuple(choices)


def cell_reasons(comb: Comb) -> Iterator[Reason]:
    """What is odd about single cells."""
    if bool((comb.unread >= NOT_A_CHARACTER).any()):
        yield Reason.OVERWRITTEN_CELL


def has_gap(empty: NDArray[np.bool_]) -> bool:
    """Whether an empty cell lies between written ones."""
    written = np.flatnonzero(~empty)
    return bool(len(written)) and bool(empty[written[0] : written[-1]].any())


def nothing_written(comb: Comb) -> Suggestion:
    return Suggestion(
        "", 1.0, cell_choices(comb, [BLANK] * len(comb.empty), np.ones(len(comb.empty)))
    )


def cellwise(comb: Comb, reasons: Sequence[Reason] = ()) -> Suggestion:
    """Every cell for itself. Blanks within the value stay, so that nothing changes its place."""
    if comb.empty.all():
        return nothing_written(comb)
    chances = likelihoods(comb) / len(comb.alphabet)
    best = chances.argmax(axis=1)
    chars = [BLANK if comb.empty[row] else comb.alphabet[column] for row, column in enumerate(best)]
    certainty = np.where(comb.empty, 1.0, chances[np.arange(len(best)), best])
    value, told = "".join(chars).rstrip(), tuple(dict.fromkeys([*reasons, *cell_reasons(comb)]))
    cells = cell_choices(comb, chars, certainty)
    return Suggestion(value, float(certainty.prod()), cells, told)


def broken(comb: Comb) -> Suggestion:
    """A number of which cells are missing: each of the others for itself."""
    if comb.empty.all():
        return nothing_written(comb)
    reasons = [Reason.GAP_IN_DIGITS] if has_gap(comb.empty) else []
    return cellwise(comb, [*reasons, Reason.TOO_FEW_DIGITS])
