"""Intake from beginning to end: store, read, file, and say what became of everything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from office.intake.context import office_context
from office.intake.filing import file_readings, refuse
from office.intake.models import ScanFile
from office.intake.reading import Pages, ReadJob, read_all
from office.intake.reasons import IntakeReason
from office.intake.sources import Skipped, gather
from office.intake.store import Stored, store, stored_path, sweep

Progress = Callable[[int, int], None]
"""Told how many files of how many are read."""


@dataclass(frozen=True)
class Taken:
    """A file that lies in the store; ``known`` when the same content came before."""

    source: Path
    file: ScanFile
    known: bool


@dataclass(frozen=True)
class Intake:
    """What one intake did: files taken, things skipped, files left over from a broken run."""

    taken: tuple[Taken, ...]
    skipped: tuple[Skipped, ...]
    resumed: tuple[ScanFile, ...]

    def json(self) -> dict[str, Any]:
        """Files in the order they came, pages with where they were filed, and the skipped."""
        return {
            "files": [_taken_json(taken) for taken in self.taken],
            "skipped": [
                {"source": str(skipped.path), "reason": skipped.reason.value}
                for skipped in self.skipped
            ],
            "resumed": [_file_json(file) for file in self.resumed],
        }


def _file_json(file: ScanFile) -> dict[str, Any]:
    return {
        "sha256": file.sha256,
        "name": file.name,
        "received_at": file.received_at.isoformat(timespec="seconds"),
        "status": file.status,
        "reasons": file.reasons,
        "pages": [
            {
                "page_index": page.index,
                "status": page.status,
                "sheet": page.sheet.code if page.sheet else None,
                "form": page.sheet.form if page.sheet else None,
                "page": page.page_no,
                "reasons": page.reasons,
            }
            for page in file.pages.select_related("sheet")
        ],
    }


def _taken_json(taken: Taken) -> dict[str, Any]:
    return {
        "source": str(taken.source),
        "already_received": taken.known,
        **_file_json(taken.file),
    }


def _record(stored: Stored) -> Taken:
    """One row for one content. A file the reader itself failed on gets another chance."""
    name = stored.source.name.encode("utf-8", "replace").decode("utf-8")[:255]
    with transaction.atomic():
        file, made = ScanFile.objects.get_or_create(
            sha256=stored.sha256, defaults={"name": name, "size": stored.size}
        )
        if file.reasons == [IntakeReason.READER_FAILED]:
            file.status, file.reasons = ScanFile.Status.RECEIVED, []
            file.save()
    return Taken(stored.source, file, not made)


def _take(paths: Iterable[Path]) -> Iterator[Taken | Skipped]:
    for found in gather(paths):
        stored = store(found, settings.DATA.scans) if isinstance(found, Path) else found
        yield stored if isinstance(stored, Skipped) else _record(stored)


def _file(file: ScanFile, pages: Pages | None) -> None:
    if pages is None:
        refuse(file, IntakeReason.READER_FAILED)
    else:
        file_readings(file, pages)


def _read_waiting(progress: Progress | None) -> list[ScanFile]:
    """Read and file everything that waits, also what an interrupted run left behind."""
    waiting = {file.sha256: file for file in ScanFile.objects.filter(status="received")}
    if not waiting:
        return []
    jobs = [
        ReadJob(sha256, stored_path(settings.DATA.scans, sha256), file.name)
        for sha256, file in waiting.items()
    ]
    for done, (job, pages) in enumerate(read_all(jobs, office_context()), start=1):
        _file(waiting[job.key], pages)
        if progress is not None:
            progress(done, len(jobs))
    return list(waiting.values())


def take_in(paths: Sequence[Path], progress: Progress | None = None) -> Intake:
    """Store, read and file all files of ``paths``; repeating it changes nothing.

    Everything given is answered: taken (new or known before) or skipped with a reason. The
    user's own files are never changed. Raises only for trouble of the office itself, such as
    a missing key; what was stored until then is read by the next intake.
    """
    sweep(settings.DATA.scans)
    outcomes = list(_take(paths))
    taken = tuple(outcome for outcome in outcomes if isinstance(outcome, Taken))
    read = _read_waiting(progress)
    fresh = {file.pk for file in (t.file for t in taken)}
    for one in taken:
        one.file.refresh_from_db()
    return Intake(
        taken,
        tuple(outcome for outcome in outcomes if isinstance(outcome, Skipped)),
        tuple(file for file in read if file.pk not in fresh),
    )
