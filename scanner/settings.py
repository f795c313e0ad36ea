"""The classifier's settings: every limit between a claim and a question, in one record.

Scores are measured without these; a changed setting re-judges stored measures. Lengths are in
mm on paper, darkness is 0 for local paper white and 1 for black, shares are 0-1.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class MarkSettings:
    """When the ink in or round a mark box objects to what the net takes it for.

    Quantiles named here are those of simulated crops with drawn and real ink in equal kinds of
    trouble (`samples.training`, tuning seeds).
    """

    speck_mm: float = 0.7
    """Ink no longer than this in every direction is dust, a staple's shadow or the tip of a
    neighbour's stroke."""

    stray_mm: float = 1.8
    """A box called empty holds no ink longer than this: 99 of 100 boxes that a neighbour's stroke
    or a word beside them touches stay below 1.7."""

    pale_mm: float = 1.5
    """A pale line this long in an otherwise empty box is shown to a person, ..."""

    pale_belief: float = 0.97
    """... unless the net believes this much that the box is empty: it tells shore lines and rims
    of stains, wide and soft, from strokes. Of 341 such boxes on 468 simulated pages (tuning seeds)
    none held a faint mark; 221 of the 337 empty ones and one of the 4 with an erased mark have it.
    Of 881 ticks, crosses and strokes of 12-45 grey levels drawn onto office scans, for which the
    pale line spoke, the net believed none to be empty even by half."""

    inside_mm: float = 1.1
    """Of a mark, at least this much lies in the box (its clear inside is 3.0-3.5 mm). The least
    of 538 real ticks and crosses had 1.2; they began near a corner."""

    stroke_mm: float = 1.7
    """And its stroke, with what lies outside, is at least this long: 95 % of dots have less
    than 1.5, the smallest real tick 2.3."""

    faint: float = 0.25
    """Strokes lighter than this are shown to a person: pencil, an empty pen. The palest clear
    stroke of the simulated office scans has 0.5, of the real photographed ones 0.38."""

    heavy_cover: float = 0.8
    """Above this share of ink the box was filled or cancelled. 999 of 1,000 clear marks have less
    than 0.81, those of a thick marker included."""

    heavy_line_mm: float = 12.0
    """Lines of this length in all: a cross has 8, a circle of one and a quarter turns 11."""

    crowded: float = 0.5
    """Share of lines across the box that meet three strokes or more: 999 of 1,000 clear marks have
    less than 0.47, cancelled boxes up to 1."""

    own_share: float = 0.3
    """Of all strokes that enter the box, at least this share of ink lies in it. A tick with a
    long tail has 0.4-1.0; the tail of a neighbour's tick 0.05-0.3."""

    circle_share: float = 0.8
    """Share of the directions round the box in which ink is met: from here it is encircled."""

    partly_circle_share: float = 0.45
    """From here an empty box is asked about: most of a circle, or a crowd of strokes."""


@dataclass(frozen=True)
class CombSettings:
    """When a comb cell or an ink area holds ink."""

    cell_speck_mm: float = 0.9
    """Ink no longer than this is dust: the cell is empty. The shortest digit is 2 mm."""

    pale_mm: float = 1.5
    """A pale stroke this long, clear of all print, is shown to a person. On 280 simulated sheets of
    seven kinds of trouble (tuning seeds) 5 of 958 blank combs and areas have one, all on wet paper;
    without it washed-out writing was called empty (2 of 5,291 fields of wet pages)."""

    ink_speck_mm: float = 1.5
    """An ink area is empty when it holds nothing longer than this. Larger than for cells: these
    areas are large and lie where hands rest."""

    ink_length_mm: float = 4.0
    """A stroke at least this long (diagonal) makes an ink area sure; initials have 5 mm."""

    ink_darkness: float = 0.35
    """And at least this dark: stains have 0.15-0.29 on simulated pages. Thumbprints have 0.25-0.32
    on clean grey scans and so go to a person: area does not part them from stains either (80-100
    against up to 150 mm2)."""


@dataclass(frozen=True)
class PageSettings:
    """When a page as a whole, or the place of a box, is not to be relied on."""

    low_dpi: float = 140.0
    """Scans below this are said to be coarse: thin strokes and the frames begin to vanish."""

    scale_tolerance: float = 0.03
    """Printed smaller or larger than this ("fit to page" prints at 94-97 %)."""

    cut_off_mm: float = 8.0
    """The page's lower edge may lie this far below the image: feeders crop 2-5 mm, the markers
    begin at 10 mm, an A4 glass loses 33 mm of F4."""

    trusted_share: float = 0.6
    """Fewer landmarks found than this share: the page is crumpled, torn or not this form."""

    residual_mm: float = 0.15
    """Landmarks disagree by more than this (root mean square); a 2 mm warp has 0.07."""

    torn_mm: float = 0.5
    torn_score: float = 0.6
    """A box found clearly (score), but this far from where its neighbours have it, lies on a
    fold or a tear."""

    lonely_mm: float = 25.0
    """A box with an unmatched frame and fewer than three trusted landmarks this near to it was not
    found."""


@dataclass(frozen=True)
class WritingSettings:
    """How sure the nets for handwriting are let be (`scanner.handwriting.refit`)."""

    digits_temperature: float = 1.0
    capitals_temperature: float = 1.0


@dataclass(frozen=True)
class ReadSettings:
    """All settings of the reader."""

    marks: MarkSettings = field(default_factory=MarkSettings)
    combs: CombSettings = field(default_factory=CombSettings)
    page: PageSettings = field(default_factory=PageSettings)
    writing: WritingSettings = field(default_factory=WritingSettings)
