"""Villages, rounds, visits and sheets. Every sheet ever printed keeps its row for good."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from forms.sheetcode import SHEET_CHARS
from office.appendonly import AppendOnly
from office.rounds.states import SheetState

PAPERS = [("a4", "A4"), ("f4", "F4 (215 x 330 mm)")]


class Desa(models.Model):
    """A village, keyed by its Kemendagri code such as ``63.11.02.2014`` (never the BPS code)."""

    code = models.CharField(max_length=13, primary_key=True)
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Round(models.Model):
    """A round (putaran) of visits."""

    name = models.CharField(max_length=60, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Visit(models.Model):
    """One visit to one village: the unit that is printed, carried and reconciled."""

    public_id = models.CharField(max_length=60, unique=True)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="visits")
    desa = models.ForeignKey(Desa, on_delete=models.PROTECT, related_name="visits")
    date = models.DateField()
    paper = models.CharField(max_length=2, choices=PAPERS, default="a4")
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-date", "-id"]

    def __str__(self) -> str:
        return self.public_id


class Sheet(models.Model):
    """One printed (or planned) sheet. ``code`` is the random id in its QR codes.

    ``layout_hash`` and ``n_pages`` are null until the first print freezes the form;
    ``seq`` numbers the sheets of one kind within the visit, for people. ``copied_from``: the
    paper is a photocopy of that sheet, so it bears the other's code, and this one's nowhere.
    """

    code = models.CharField(max_length=SHEET_CHARS, unique=True)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="sheets")
    form = models.CharField(max_length=40)
    seq = models.PositiveIntegerField()
    layout_hash = models.CharField(max_length=64, null=True, blank=True)
    n_pages = models.PositiveSmallIntegerField(null=True, blank=True)
    state = models.CharField(
        max_length=16, choices=SheetState.choices, default=SheetState.PLANNED, db_index=True
    )
    void_reason = models.CharField(max_length=200, blank=True)
    copied_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="copies"
    )

    class Meta:
        ordering = ["visit_id", "form", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "form", "seq"], name="one_sheet_a_seq"),
            models.CheckConstraint(
                condition=models.Q(state__in=["planned", "void"])
                | models.Q(layout_hash__isnull=False),
                name="printed_sheet_has_layout",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="void") | ~models.Q(void_reason=""),
                name="void_sheet_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class SheetEvent(AppendOnly):
    """A sheet changed its state, or something happened to it (``from_state == to_state``)."""

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="events")
    from_state = models.CharField(max_length=16, choices=SheetState.choices)
    to_state = models.CharField(max_length=16, choices=SheetState.choices)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]


class PrintRun(AppendOnly):
    """One pack that was made. A reprint is a second run with the same sheets."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="print_runs")
    at = models.DateTimeField(auto_now_add=True)
    is_reprint = models.BooleanField()
    one_sided = models.BooleanField()
    n_sheets = models.PositiveIntegerField()
    n_pdf_pages = models.PositiveIntegerField()
    pdf_sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]
