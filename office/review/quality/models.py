"""What measures the work: audits of marks that nobody looked at, known answers mixed among
doubtful fields, and the strata that are looked through mark by mark."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from office.appendonly import AppendOnly
from office.intake.models import ScanPage
from office.rounds.models import Sheet


class AuditDraw(AppendOnly):
    """The lot was drawn for this page (`audits`). ``claims``: how many fields of each kind the
    machine was sure of on it; ``capture``: how the page was captured, ``device``: with what, as
    far as its file says."""

    page = models.OneToOneField(ScanPage, on_delete=models.PROTECT, related_name="audit_draw")
    capture = models.CharField(max_length=20)
    device = models.CharField(max_length=60, default="")
    claims = models.JSONField()
    at = models.DateTimeField(auto_now_add=True)


class Audit(AppendOnly):
    """A mark that the machine was sure of, drawn by lot to be looked at by a person who is not
    told what the machine said (``machine``)."""

    page = models.ForeignKey(ScanPage, on_delete=models.PROTECT, related_name="audits")
    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="audits")
    field = models.CharField(max_length=60)
    stratum = models.CharField(max_length=40)
    machine = models.JSONField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["page", "field"], name="one_audit_a_field_of_a_page")
        ]


class AuditAnswer(AppendOnly):
    """What a person said of an audited mark. The last row of an audit counts; ``agrees`` is null
    where it takes the one before back. No decision and no register knows of it."""

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="answers")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answer = models.JSONField(null=True)
    agrees = models.BooleanField(null=True)
    at = models.DateTimeField(auto_now_add=True)
    ms = models.PositiveIntegerField(null=True)
    keystrokes = models.PositiveIntegerField(null=True)
    batch = models.UUIDField(null=True, db_index=True)

    class Meta:
        ordering = ["id"]


class Seed(AppendOnly):
    """A field whose answer is known (``truth``), shown to ``by`` among doubtful ones with the
    preset ``shown``, which is wrong every other time. ``screen`` tells the screen, so that it
    looks the same when it is loaded again."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="+")
    page = models.ForeignKey(ScanPage, on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=60)
    stack = models.CharField(max_length=100)
    kind = models.CharField(max_length=10)
    truth = models.JSONField(null=True)
    shown = models.JSONField(null=True)
    certainty = models.FloatField()
    screen = models.CharField(max_length=64, db_index=True, default="")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["by", "sheet", "field"], name="one_seed_a_person_and_field"
            )
        ]


class KnownAnswer(AppendOnly):
    """What was answered where the answer was known. The last row of a seed counts; ``is_right``
    is null where it takes the one before back. No decision and no register knows of it."""

    seed = models.ForeignKey(Seed, on_delete=models.PROTECT, related_name="answers")
    answer = models.JSONField(null=True)
    is_right = models.BooleanField(null=True)
    at = models.DateTimeField(auto_now_add=True)
    ms = models.PositiveIntegerField(null=True)
    keystrokes = models.PositiveIntegerField(null=True)
    batch = models.UUIDField(null=True, db_index=True)

    class Meta:
        ordering = ["id"]


class FullReview(models.Model):
    """Every mark of this stratum is looked at by a person, from ``since`` until a supervisor ends
    it with a note."""

    stratum = models.CharField(max_length=40)
    since = models.DateTimeField(auto_now_add=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["stratum"],
                condition=models.Q(ended_at=None),
                name="one_open_full_review_a_stratum",
            )
        ]
