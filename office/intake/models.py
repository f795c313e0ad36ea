"""Scanned files, their pages, and what the reader said of each page."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from office.appendonly import AppendOnly
from office.rounds.models import Sheet


class ScanFile(models.Model):
    """One stored original, known by its content. ``name`` is a label, never a path."""

    class Status(models.TextChoices):
        RECEIVED = "received", "menunggu dibaca"
        READ = "read", "sudah dibaca"
        REFUSED = "refused", "tidak bisa dibaca"

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    received_at = models.DateTimeField(auto_now_add=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RECEIVED)
    reasons = models.JSONField(default=list)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.sha256[:12]


class ScanPage(models.Model):
    """One page of a file and where it was filed. No page is ever removed.

    ``index`` counts from 0 within the file, ``page_no`` from 1 on the sheet. At most one page
    is ``active`` for a sheet and page number: the image whose reading counts. ``named_by`` is
    the person who said where the page belongs (or that it belongs nowhere), where the reader
    could not tell.
    """

    class Status(models.TextChoices):
        FILED = "filed", "masuk lembar"
        EXTRA = "extra", "gambar tambahan"
        CONFLICT = "conflict", "berbeda, perlu dipilih"
        REPLACED = "replaced", "diganti gambar lain"
        REJECTED = "rejected", "tidak dipakai"
        VOID_SHEET = "void_sheet", "lembar sudah batal"
        UNKNOWN_SHEET = "unknown_sheet", "lembar tidak tercatat"
        ORPHAN = "orphan", "tanpa kode"
        BLANK = "blank", "halaman kosong"
        REFUSED = "refused", "ditolak"
        NOT_OURS = "not_ours", "bukan formulir"

    file = models.ForeignKey(ScanFile, on_delete=models.PROTECT, related_name="pages")
    index = models.PositiveIntegerField()
    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, null=True, related_name="scan_pages")
    page_no = models.PositiveSmallIntegerField(null=True)
    status = models.CharField(max_length=16, choices=Status.choices, db_index=True)
    reasons = models.JSONField(default=list)
    active = models.BooleanField(default=False)
    superseded_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="supersedes"
    )
    """The page whose reading counts instead of this one."""
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    named_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["file_id", "index"]
        constraints = [
            models.UniqueConstraint(fields=["file", "index"], name="one_row_a_scanned_page"),
            models.UniqueConstraint(
                fields=["sheet", "page_no"],
                condition=models.Q(active=True),
                name="one_active_image_a_page",
            ),
            models.CheckConstraint(
                condition=models.Q(active=False)
                | models.Q(status="filed", sheet__isnull=False, page_no__isnull=False),
                name="active_page_is_filed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file} hlm. {self.index + 1}"


class Reading(AppendOnly):
    """What one version of the reader said of a page: the published JSON object, unchanged.

    The reader says it once by itself, and once more each time a person (``named_by``) tells it
    which page of which sheet this is.
    """

    page = models.ForeignKey(ScanPage, on_delete=models.PROTECT, related_name="readings")
    reader_version = models.CharField(max_length=20)
    json = models.JSONField()
    made_at = models.DateTimeField(auto_now_add=True)
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["page", "reader_version"],
                condition=models.Q(named_by=None),
                name="one_own_reading_a_version",
            )
        ]
