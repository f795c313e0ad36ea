"""What is expected of the parts that NIK and family-card numbers share: region and serial.

All shares are estimates; none is a rule, since people keep the number of where they were first
registered. Balangan (63.11) with its eight districts was split from Hulu Sungai Utara (63.08) in
2003, so that older people hold numbers from there.
"""

from __future__ import annotations

from scanner.handwriting.mixture import PairMixture, mixture

ANY = range(100)
KALSEL, BALANGAN, HULU_SUNGAI_UTARA, HALONG = 63, 11, 8, 2
DISTRICTS = range(1, 9)
"""63.11.01 to 63.11.08."""

PROVINCES = (
    *(*range(11, 20), 21, *range(31, 37), *range(51, 54), *range(61, 66)),
    *(*range(71, 77), 81, 82, *range(91, 98)),
)
"""Codes of the Ministry of Home Affairs."""
REGENCIES = (*range(1, 31), *range(71, 80))
"""Regencies count from 01, towns from 71."""
SUBDISTRICTS = range(1, 51)


def regions(halong: float, balangan: float, old: float, kalsel: float) -> PairMixture:
    """Prior of the first six digits from the shares of Halong, all Balangan, 63.08 and all of
    South Kalimantan. Of the rest nine tenths lie in real provinces, a tenth may be anything."""
    rest = 1 - halong - balangan - old - kalsel
    return mixture(
        [
            (halong, [[KALSEL], [BALANGAN], [HALONG]]),
            (balangan, [[KALSEL], [BALANGAN], DISTRICTS]),
            (old, [[KALSEL], [HULU_SUNGAI_UTARA], range(1, 16)]),
            (kalsel, [[KALSEL], REGENCIES, SUBDISTRICTS]),
            (0.9 * rest, [PROVINCES, REGENCIES, SUBDISTRICTS]),
            (0.1 * rest, [ANY, ANY, ANY]),
        ]
    )


SERIALS = mixture(
    [
        (0.45, [[0], range(1, 10)]),
        (0.10, [[0], range(1, 100)]),
        (0.4499, [range(1, 100), ANY]),
        (0.0001, [[0], [0]]),
    ]
)
"""Prior of the last four digits. They count from 0001 within one birth date, sex and district;
139,000 people in eight districts are fewer than one of an age up to 80 for each such date, so that
most serials are small. Half of the weight stays with all others: dates of birth that are not known
are registered as 1 July or 31 December and count far. 0000 is no serial."""
