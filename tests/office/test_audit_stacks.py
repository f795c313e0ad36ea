"""What counts as a stack of the lot: a file of many sheets, or the small files of one device and
day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from office.intake.models import ScanFile
from office.review import items
from office.review.quality.models import Audit
from tests.office.conftest import SmallOffice

SURE = {"nama_kepala": "~ADUL", "lantai": "papan", "jenis_kelamin.1": "L", "ttd": True}


def _single(office: SmallOffice, device: str | None = None) -> None:
    """A sheet whose two pages came as a file each, as of many scanners and telephones."""
    sheet = office.sheet()
    for page in (1, 2):
        office.take(replace(office.reading(sheet, page, SURE), facts={"device": device}))


@pytest.mark.parametrize("at_once", [True, False])
def test_single_pictures_of_a_day_and_a_device_are_a_stack(
    office: SmallOffice, at_once: bool
) -> None:
    for n in range(5):
        _single(office, "Canon")
        if not at_once:
            items.refresh()
            assert Audit.objects.count() == (3 if n >= 2 else 0)
    for _ in range(2):
        _single(office, "Epson")
    items.refresh()
    assert set(Audit.objects.values_list("page__audit_draw__device")) == {("Canon",)}
    assert Audit.objects.count() == 3
    _single(office, "Epson")
    items.refresh()
    assert Audit.objects.filter(page__audit_draw__device="Epson").count() == 3


def test_pictures_of_another_day_are_another_stack(office: SmallOffice) -> None:
    for _ in range(2):
        _single(office)
    items.refresh()
    yesterday = timezone.now() - timedelta(days=1)
    ScanFile.objects.update(received_at=yesterday)
    for _ in range(2):
        _single(office)
        items.refresh()
    assert not Audit.objects.exists()
    _single(office)
    items.refresh()
    assert Audit.objects.filter(page__file__received_at__gt=yesterday).count() == 3


def test_pages_of_a_large_file_fill_no_other_stack(office: SmallOffice) -> None:
    office.take(*(office.reading(office.sheet(), 1, SURE) for _ in range(3)))
    _single(office)
    items.refresh()
    assert Audit.objects.count() == 3
    for _ in range(2):
        _single(office)
    items.refresh()
    assert Audit.objects.count() == 6, "three of the file, three of the single pictures"
