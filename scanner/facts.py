"""What a reading says about its page as a whole, for people who judge scanners and printers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms.printed import PrintedForm
from scanner.align import Alignment
from scanner.certificate import Certificates, told
from scanner.explain import Measured
from scanner.identify import Identity
from scanner.streaks import streaks_json
from scanner.trouble import missing_corners, print_scale

FACTS: Mapping[str, str] = {
    # of the image, also of pages that are not read
    "file": "kind of file that the image came from",
    "width_px": "width of the decoded image, as it lies",
    "height_px": "height of the decoded image",
    "dpi": "resolution that the file claims, null if none",
    "dpi_source": "where the file claims it, null if nowhere",
    "device": "what made the file, as it says itself, null if it does not",
    "bits": "bits a pixel: 1 for black and white, else 8",
    "colour": "whether the image has colours (it is read in grey)",
    # of the page on it
    "px_per_mm": "pixels of the image to a millimetre of the layout",
    "scale": "size of the print on the scan over the layout, 1 is 100 %; null without a dpi",
    "residual_mm": "root mean square, over the landmarks trusted, of how far each was found from "
    "where its neighbours foretell it",
    "landmarks_found": "share of the landmarks on the image that are trusted",
    "markers": "ids of the corner markers found, 0-3 clockwise from the top left",
    "missing_corners": "names of those not found",
    "qr": "which of the two QR codes (A, B) were read",
    # how it was captured
    "capture": "kind of capture: grey_scan, one_bit, photocopy, phone, unknown",
    "between_share": "of the pixels at edges of black, the share neither black nor white",
    "paper_noise": "standard deviation of blank paper, grey levels",
    "toner": "darkness of solid print, 0 paper to 1 black",
    "blur_mm": "width (sigma) of edges",
    "specks_per_dm2": "specked patches of blank paper, a square decimetre",
    "tone": "darkness of grey lines over that of black ones, 1 where capture is linear",
    "perspective": "change of scale over 100 mm that no affine map explains, as a share",
    "shading": "how much darker the darkest paper is than the lightest, as a share",
    "streaks": "lines of the scanner: along (column or row), px and mm from the left or upper "
    "edge of the image, darkness in grey levels",
    # what its claims are worth
    "promise": "certificates of empty and marked boxes for this kind of capture (least_belief, "
    "risk, confidence, claims, errors, sheets); null where nothing is claimed",
}
"""All facts of a page that was read, by their name in the published JSON. What of `capture` on
cannot be measured on a page is null."""


def page_facts(
    identity: Identity,
    printed: PrintedForm,
    alignment: Alignment,
    measured: Measured,
    dpi: float | None,
    held: Certificates,
) -> Mapping[str, Any]:
    """Those of `FACTS` that are not of the image alone."""
    scale, markers = print_scale(alignment, dpi), frozenset(identity.markers)
    return {
        "px_per_mm": round(alignment.px_per_mm, 3),
        "scale": None if scale is None else round(scale, 4),
        "residual_mm": round(alignment.residual_mm, 3),
        "landmarks_found": round(alignment.trusted_share, 3),
        "markers": sorted(markers),
        "missing_corners": missing_corners(printed.layout, identity.page, markers),
        "qr": sorted(position.value for position in identity.codes),
        **measured.capture.json(),
        "streaks": streaks_json(measured.streaks, alignment.px_per_mm),
        "promise": told(held),
    }
