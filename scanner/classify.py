"""Mark boxes, second layer: from evidence to ``empty``, ``marked`` or ``doubtful``.

The net proposes, the ink may object, and a certificate must cover what is claimed. Tick, cross,
one stroke, a circle in or round the box are marks. What is filled, scribbled, faint, small or
comes from elsewhere is doubtful and goes to a person.
"""

from __future__ import annotations

from dataclasses import dataclass

from scanner.certificate import Certificates
from scanner.marknet import MarkClass
from scanner.marks import InkMeasure, MarkEvidence
from scanner.reading import MarkState, Reason
from scanner.settings import MarkSettings

DOUBT = 0.25
"""Confidence of what is not claimed."""


MOST_BELIEVED = 0.9999
"""A net's belief never counts for more; only a box without any ink is empty with certainty 1."""


@dataclass(frozen=True)
class Verdict:
    """What one box is taken for. ``confidence`` of a claim is the net's belief in it, of which
    `scanner.certificate` says what it is worth."""

    state: MarkState
    confidence: float
    reason: Reason | None = None


def classify(evidence: MarkEvidence, limits: MarkSettings, held: Certificates) -> Verdict:
    """Judge one box by its own evidence alone: nothing here depends on other boxes. ``held``
    are the certificates of this kind of capture."""
    claimed = claim(evidence, limits)
    if claimed.state is MarkState.DOUBTFUL:
        return claimed
    certificate = held.get(MarkClass(claimed.state.value))
    if certificate is None:
        return _doubtful(Reason.NOT_CERTIFIED)
    if claimed.confidence < certificate.least_belief:
        return _doubtful(_unbelieved(evidence, limits))
    return claimed


def claim(evidence: MarkEvidence, limits: MarkSettings) -> Verdict:
    """What net and ink say together, whatever that is worth."""
    if evidence.chances is None:
        return Verdict(MarkState.EMPTY, 1.0)
    seen = max(evidence.chances, key=evidence.chances.__getitem__)
    if seen is MarkClass.EMPTY:
        objection = _not_empty(evidence.ink, evidence.chances[seen], limits)
    elif seen is MarkClass.MARKED:
        objection = _not_a_mark(evidence.ink, limits)
    else:
        objection = _unbelieved(evidence, limits)
    if objection is not None:
        return _doubtful(objection)
    return Verdict(MarkState(seen.value), min(evidence.chances[seen], MOST_BELIEVED))


def _doubtful(reason: Reason) -> Verdict:
    return Verdict(MarkState.DOUBTFUL, DOUBT, reason)


def _unbelieved(evidence: MarkEvidence, limits: MarkSettings) -> Reason:
    """Why a person should look where the net is not sure, or sure that nobody can be: what is
    odd about the ink; else what else the net takes the box for."""
    chances = evidence.chances or {}
    if chances.get(MarkClass.CANCELLED, 0.0) > chances.get(MarkClass.UNCLEAR, 0.0):
        return Reason.HEAVY_OR_CANCELLED
    return _not_a_mark(evidence.ink, limits) or Reason.UNCLEAR_MARK


def _not_empty(ink: InkMeasure, belief: float, limits: MarkSettings) -> Reason | None:
    """What in the ink objects to an empty box, which the net believes in with ``belief``."""
    if ink.round_share >= limits.partly_circle_share:
        return Reason.INK_FROM_OUTSIDE
    if ink.length_mm > limits.stray_mm:
        return Reason.UNCLEAR_MARK
    pale = ink.pale_mm >= limits.pale_mm and ink.length_mm <= limits.speck_mm
    return Reason.FAINT_MARK if pale and belief < limits.pale_belief else None


def _not_a_mark(ink: InkMeasure, limits: MarkSettings) -> Reason | None:
    """What in the ink objects to a clear mark."""
    if ink.length_mm <= limits.speck_mm and ink.round_share >= limits.circle_share:
        return None
    if (
        ink.cover >= limits.heavy_cover
        or ink.crowded >= limits.crowded
        or ink.line_mm >= limits.heavy_line_mm
    ):
        return Reason.HEAVY_OR_CANCELLED
    if ink.through or (ink.stroke_mm > 0 and ink.own_share < limits.own_share):
        return Reason.INK_FROM_OUTSIDE
    if (
        ink.length_mm < limits.inside_mm
        or ink.stroke_mm < limits.stroke_mm
        or ink.darkness < limits.faint
    ):
        return Reason.FAINT_MARK
    return None
