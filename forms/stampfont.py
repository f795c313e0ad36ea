"""The two faces used for stamping, as small simple TrueType fonts inside the pack.

Stamped text is not shaped: each character is one byte of WinAnsi (cp1252), one glyph, one
advance. That costs a few bytes a page and needs nothing but the advances of the font file.
"""

from __future__ import annotations

import io
import unicodedata
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import pikepdf
from fontTools import subset
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name

from forms.sheetcode import ALPHABET

FONTS = Path(__file__).parent.parent / "templates" / "forms" / "fonts"
FIRST_CHAR, LAST_CHAR = 32, 255
UNKNOWN = "?"

_LOOKALIKES = {
    "\N{MODIFIER LETTER APOSTROPHE}": "'",
    "\N{MODIFIER LETTER TURNED COMMA}": "'",
    "\N{PRIME}": "'",
    "\N{HYPHEN}": "-",
    "\N{NON-BREAKING HYPHEN}": "-",
    "\N{MINUS SIGN}": "-",
    "\N{HORIZONTAL BAR}": "-",
}
"""What telephones and word processors put into names like Ju'uh, and Unicode does not decompose."""

_ANSI = "".join(bytes([code]).decode("cp1252", "ignore") for code in range(FIRST_CHAR, 256))
_SUBSET_TAG = "SOTRSA"
_NONSYMBOLIC, _FIXED_PITCH = 32, 1
_STEM_V = 120
"""Stem width of the descriptor: only a hint for substituting a font that is embedded anyway."""


@dataclass(frozen=True)
class StampFont:
    """One face; ``file`` lies in ``templates/forms/fonts``, ``characters`` are of WinAnsi."""

    file: str
    fixed_pitch: bool
    characters: str

    @cached_property
    def _source(self) -> TTFont:
        return TTFont(FONTS / self.file, recalcTimestamp=False)

    @cached_property
    def repertoire(self) -> frozenset[str]:
        """The characters this face can stamp: those asked for that the font file draws."""
        return frozenset(
            char for char in self.characters if ord(char) in self._source.getBestCmap()
        )

    @cached_property
    def _advances(self) -> dict[str, float]:
        """Advance of each character of the repertoire, in em."""
        cmap, metrics = self._source.getBestCmap(), self._source["hmtx"]
        unit = self._source["head"].unitsPerEm
        return {char: metrics[cmap[ord(char)]][0] / unit for char in self.repertoire}

    @cached_property
    def cap_height(self) -> float:
        """Height of a capital letter in em."""
        return float(self._source["OS/2"].sCapHeight / self._source["head"].unitsPerEm)

    def width(self, text: str) -> float:
        """Width of a printable text in em. Raises KeyError outside the repertoire."""
        return sum(self._advances[char] for char in text)

    def printable(self, text: str) -> str:
        """``text`` with every character this face lacks replaced by the closest it has.

        Accents are dropped where the accented letter is missing; any run of white space
        or control characters becomes one space; what has no likeness becomes ``?``. A
        name from a keyboard nobody foresaw must not keep a pack from being printed.
        """
        return " ".join("".join(self._closest(char) for char in text).split())

    def _closest(self, char: str) -> str:
        if char in self.repertoire:
            return char
        if char in _LOOKALIKES:
            return _LOOKALIKES[char]
        kind = unicodedata.category(char)
        if kind[0] == "M" or kind == "Cf":
            return ""
        if kind[0] in "ZC":
            return " "
        parts = unicodedata.normalize("NFKD", char)
        return "".join(part for part in parts if part in self.repertoire) or UNKNOWN

    def embed(self, pdf: pikepdf.Pdf) -> pikepdf.Object:
        """The font dictionary for a page's resources: whole repertoire, WinAnsi encoding."""
        unit = self._source["head"].unitsPerEm
        codes = (bytes([code]).decode("cp1252", "ignore") for code in range(FIRST_CHAR, 256))
        widths = [round(1000 * self._advances.get(char, 0.0)) for char in codes]
        name = Name(f"/{_SUBSET_TAG}+{Path(self.file).stem}")
        head, hhea = self._source["head"], self._source["hhea"]
        box = [round(1000 * v / unit) for v in (head.xMin, head.yMin, head.xMax, head.yMax)]
        descriptor = Dictionary(
            Type=Name.FontDescriptor,
            FontName=name,
            Flags=_NONSYMBOLIC + _FIXED_PITCH * self.fixed_pitch,
            FontBBox=Array(box),
            ItalicAngle=0,
            Ascent=round(1000 * hhea.ascent / unit),
            Descent=round(1000 * hhea.descent / unit),
            CapHeight=round(1000 * self.cap_height),
            StemV=_STEM_V,
            FontFile2=_font_file(pdf, self.file, "".join(sorted(self.repertoire))),
        )
        return pdf.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.TrueType,
                BaseFont=name,
                Encoding=Name.WinAnsiEncoding,
                FirstChar=FIRST_CHAR,
                LastChar=LAST_CHAR,
                Widths=pdf.make_indirect(Array(widths)),
                FontDescriptor=pdf.make_indirect(descriptor),
            )
        )


TEXT = StampFont("SourceSans3-Semibold.ttf", fixed_pitch=False, characters=_ANSI)
"""Desa, round, date and sheet numbers: the face of the forms."""

CODE = StampFont("B612Mono-Bold.ttf", fixed_pitch=True, characters=ALPHABET + "-")
"""The code in letters: a face drawn so that no two characters look alike."""


@cache
def _subset(file: str, characters: str) -> bytes:
    """The font file with only the glyphs of ``characters`` and only the tables PDF asks for."""
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.glyph_names = False
    options.name_IDs = []
    options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB", "STAT", "VDMX", "gasp", "hdmx"]
    font = TTFont(FONTS / file, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=characters)
    subsetter.subset(font)
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def _font_file(pdf: pikepdf.Pdf, file: str, characters: str) -> pikepdf.Object:
    data = _subset(file, characters)
    stream = pdf.make_stream(data)
    stream.Length1 = len(data)
    return stream
