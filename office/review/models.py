"""Decisions: what a person said of a field, beside the reading and never over it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from office.appendonly import AppendOnly
from office.intake.models import ScanPage
from office.rounds.models import Sheet, Visit


class Decision(AppendOnly):
    """One field of one sheet, decided by one person. The latest decision counts.

    ``field`` is ``FIELD`` or ``FIELD.ROW``; ``from_value`` is what stood there before (the
    reading's or an earlier decision's), both in the value shapes of the reading. ``page`` is
    the image the person looked at. ``ms`` and ``keystrokes`` measure the work, not the worker.
    ``pass_no`` 1 is the first look, 2 a blind second keying by somebody else, 3 the third look
    where the two differ. ``batch`` joins what one key press answered; ``undoes`` names the row
    that this one takes back.
    """

    class Mode(models.TextChoices):
        SHEET = "sheet", "per lembar"
        GRID = "grid", "per pertanyaan"
        KEY = "key", "ketik ulang"

    class Origin(models.TextChoices):
        REVIEWED = "reviewed", "diperiksa"
        KEYED = "keyed", "diketik"
        REGISTER = "register", "dari buku induk"

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="decisions")
    page = models.ForeignKey(ScanPage, on_delete=models.PROTECT, related_name="decisions")
    field = models.CharField(max_length=60)
    from_value = models.JSONField(null=True)
    to_value = models.JSONField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    ms = models.PositiveIntegerField(null=True)
    keystrokes = models.PositiveIntegerField(null=True)
    mode = models.CharField(max_length=8, choices=Mode.choices)
    pass_no = models.PositiveSmallIntegerField(default=1)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    batch = models.UUIDField(null=True, db_index=True)
    undoes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="undone")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["undoes"],
                condition=models.Q(undoes__isnull=False),
                name="decision_taken_back_once",
            )
        ]
        indexes = [models.Index(fields=["sheet", "field"], name="decision_by_field")]


class Sight(AppendOnly):
    """``by`` was shown the number that somebody else keyed in ``decision``, before it was keyed
    again: of it this person is no blind second any more."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="sights")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["decision", "by"], name="seen_once")]


class Claim(models.Model):
    """Who has a sheet on the screen. Polite, not binding: it only keeps two people from doing
    the same work; what is saved is guarded by the version of the sheet."""

    sheet = models.OneToOneField(Sheet, on_delete=models.CASCADE, related_name="claim")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()
    screen = models.CharField(max_length=40, default="", blank=True)
    """Which opening of the sheet has it: one that is left later than the next began, as when a
    page is loaded anew, gives nothing back."""

    @property
    def is_held(self) -> bool:
        """Whether the claim has not run out."""
        return self.until >= timezone.now()


class Item(models.Model):
    """One field that waits for a person. Made from readings and decisions (`items`), so that ten
    thousand of them are counted and leased by the database; what counts stands in those alone.

    ``stack`` is ``FORM.FIELD``: the same question on all sheets. ``guess`` is what the screen
    presets, ``certainty`` (0-1) how sure the machine is of it; 0: there is no guess.
    ``first_by`` keyed it first and is never asked to key it again.
    """

    class Kind(models.TextChoices):
        MARK = "mark", "tanda"
        DIGITS = "digits", "angka"
        CAPITALS = "capitals", "huruf"
        CODE = "code", "kode"
        INK = "ink", "tanda tangan"

    class Purpose(models.TextChoices):
        DOUBT = "doubt", "diperiksa"
        SECOND = "second", "diketik ulang"
        THIRD = "third", "dibandingkan"
        AUDIT = "audit", "diuji"

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="items")
    page = models.ForeignKey(ScanPage, on_delete=models.CASCADE, related_name="items")
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="items")
    field = models.CharField(max_length=60)
    stack = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    reason = models.CharField(max_length=40)
    reasons = models.JSONField(default=list)
    guess = models.JSONField(null=True)
    certainty = models.FloatField()
    first_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "field", "purpose"], name="one_item_a_field_and_purpose"
            )
        ]
        indexes = [
            models.Index(fields=["stack", "purpose", "-certainty"], name="item_by_stack"),
            models.Index(fields=["claimed_by", "claimed_until"], name="item_by_claim"),
            # All that the lists count by, in the order in which they group: ten thousand items
            # are counted in 2 ms instead of 14.
            models.Index(
                fields=[
                    "purpose",
                    "stack",
                    "kind",
                    "visit",
                    "reason",
                    "first_by",
                    "claimed_by",
                    "claimed_until",
                    "sheet",
                ],
                name="item_to_count",
            ),
        ]


class StaleSheet(models.Model):
    """The items of this sheet are to be made anew: its pages, readings or state changed."""

    sheet = models.OneToOneField(Sheet, on_delete=models.CASCADE, related_name="+")
