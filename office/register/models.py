"""The register. Rows come from accepted sheets only, and each names the sheet it came from.

Keys are surrogates: a NIK may be missing or doubted, and a KK number changes in a family's
life. Rows are not removed: a reopened sheet makes its rows inactive, the history stays.
"""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import models
from simple_history.models import HistoricalRecords

from office.rounds.models import Desa, Sheet


class SheetRow(models.Model):
    """What every row of the register has: its source and whether it counts now."""

    _history_user: User
    """Set before saving: simple-history writes it down as the author."""

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="%(class)s_rows")
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


class Household(SheetRow):
    """A family as one ``registrasi`` sheet (and its continuations) describes it."""

    desa = models.ForeignKey(Desa, on_delete=models.PROTECT, related_name="households")
    head_name = models.CharField(max_length=80, blank=True)
    dusun = models.CharField(max_length=60, blank=True)
    rt_rw = models.CharField(max_length=12, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    n_members = models.PositiveSmallIntegerField(null=True)
    has_kk = models.BooleanField(null=True)
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet"], name="one_household_a_sheet"),
        ]


class NikState(models.TextChoices):
    """Whether a NIK (or a family-card number) may be relied on."""

    REAL = "real", "ada"
    NONE = "none", "belum punya"
    DOUBTED = "doubted", "diragukan"
    UNKNOWN = "unknown", "tidak ditulis"


class KKNumber(SheetRow):
    """A family-card number a household had; ``state`` is real or doubted.

    Not unique: two huts may share one card.
    """

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="kk_numbers")
    number = models.CharField(max_length=16, db_index=True)
    state = models.CharField(max_length=8, choices=NikState.choices)
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["household", "number"], name="one_row_a_kk_number"),
        ]


class BirthPrecision(models.TextChoices):
    """How much of ``Person.birth_date`` is known."""

    DAY = "day", "hari"
    MONTH = "month", "bulan"
    YEAR = "year", "tahun"
    ESTIMATE = "estimate", "perkiraan"
    UNKNOWN = "unknown", "tidak tahu"


class Person(SheetRow):
    """A member of a household; ``row`` is the block of the sheet the person stands in.

    ``nik`` holds real numbers only and is unique among them; what else stood in the cells is
    kept in ``nik_written`` (and in ``birth_written`` for dates that are none).
    """

    row = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80, blank=True)
    nik = models.CharField(max_length=16, null=True, blank=True)
    nik_state = models.CharField(max_length=8, choices=NikState.choices)
    nik_written = models.CharField(max_length=16, blank=True)
    sex = models.CharField(
        max_length=1, choices=[("L", "laki-laki"), ("P", "perempuan")], blank=True
    )
    birth_date = models.DateField(null=True)
    birth_precision = models.CharField(max_length=8, choices=BirthPrecision.choices)
    birth_written = models.CharField(max_length=8, blank=True)
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "row"], name="one_person_a_row"),
            models.UniqueConstraint(
                fields=["nik"],
                condition=models.Q(nik_state="real", active=True),
                name="one_person_a_real_nik",
            ),
            models.CheckConstraint(
                condition=models.Q(nik_state="real", nik__isnull=False)
                | (~models.Q(nik_state="real") & models.Q(nik__isnull=True)),
                name="nik_only_when_real",
            ),
        ]


class Membership(SheetRow):
    """A person lives in a household. One active household a person."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="memberships")
    relation = models.CharField(max_length=30, blank=True)
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(active=True),
                name="one_active_household_a_person",
            ),
            models.UniqueConstraint(fields=["person", "household"], name="one_membership_a_pair"),
        ]


class Answer(SheetRow):
    """An answer without a column of its own: one row a box that is marked, or a written text.

    ``item`` is the question's name in the register (``house.floor``), ``value`` the option or
    the text. Belongs to a person, a household, or to the sheet alone (meeting, feedback).
    ``row`` is 0 where the question does not repeat on the sheet.
    """

    item = models.CharField(max_length=60)
    row = models.PositiveSmallIntegerField(default=0)
    value = models.CharField(max_length=120)
    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, null=True, related_name="answers"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="answers")
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "item", "row", "value"], name="one_answer_a_box"
            ),
        ]
        indexes = [models.Index(fields=["item", "value"], name="answer_by_item")]


class Programme(models.Model):
    """A kind of help that can be asked for, e.g. ``asuransi.pbi_jk``."""

    code = models.CharField(max_length=60, primary_key=True)
    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name


class Enrolment(SheetRow):
    """A household asked for a programme. Later steps (proposed, granted ...) are later work."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="enrolments")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="enrolments")
    period = models.CharField(max_length=4)
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "household", "period"], name="one_enrolment_a_period"
            ),
        ]


class MeetingReport(SheetRow):
    """The report of an information meeting; its ticked topics are `Answer` rows."""

    n_male = models.PositiveIntegerField(null=True)
    n_female = models.PositiveIntegerField(null=True)
    history = HistoricalRecords()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet"], name="one_report_a_sheet")]


class AttendanceRow(SheetRow):
    """One line of an attendance list."""

    row = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80, blank=True)
    sex = models.CharField(
        max_length=1, choices=[("L", "laki-laki"), ("P", "perempuan")], blank=True
    )
    signed = models.BooleanField(default=False)
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "row"], name="one_attendance_a_row"),
        ]


class Feedback(SheetRow):
    """One feedback sheet; answers are `Answer` rows, a written suggestion stays on the image."""

    has_suggestion = models.BooleanField(default=False)
    history = HistoricalRecords()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet"], name="one_feedback_a_sheet")]
