"""Pictures of pages and of single fields. Never cached on disk: they show personal data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from office.accounts.access import allow
from office.accounts.log import looked
from office.accounts.models import AccessEvent
from office.accounts.roles import Role
from office.intake.models import Reading, ScanPage
from office.review.current import reading_of
from office.review.grid.crops import surroundings, tile_area
from office.review.picture.images import (
    Frame,
    NoImageError,
    frame_in,
    latest_reading,
    page_image,
    rotation_of,
)
from office.review.picture.pictures import (
    CROP_WIDTH_PX,
    PAGE_WIDTH_PX,
    THUMB_WIDTH_PX,
    CropArea,
    Grey,
    jpeg,
    turned,
)
from office.review.views import user_of


def _answer(grey: Grey, max_width_px: int) -> HttpResponse:
    response = HttpResponse(jpeg(grey, max_width_px), content_type="image/jpeg")
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _grey(page: ScanPage) -> Grey:
    try:
        return page_image(page)
    except NoImageError as error:
        raise Http404 from error


@allow(Role.PENINJAU, Role.PENYELIA, Role.PETUGAS)
@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One scanned page, upright."""
    scan = get_object_or_404(ScanPage.objects.select_related("file"), pk=pk)
    grey = turned(_grey(scan), rotation_of(latest_reading(scan)))
    looked(user_of(request), AccessEvent.Action.PAGE, pk)
    return _answer(grey, PAGE_WIDTH_PX)


@allow(Role.PENINJAU, Role.PENYELIA, Role.PETUGAS)
@require_safe
def thumb(request: HttpRequest, pk: int) -> HttpResponse:
    """A small picture of a page, too coarse to read a number in it."""
    scan = get_object_or_404(ScanPage.objects.select_related("file"), pk=pk)
    return _answer(turned(_grey(scan), rotation_of(latest_reading(scan))), THUMB_WIDTH_PX)


@allow(Role.PENINJAU, Role.PENYELIA)
@require_safe
def field(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One field of a scanned page with some paper round it, upright. ``petak``: as a tile of a
    grid shows it (``luas``: with a good part of its page), ``dekat`` the options in question."""
    scan = get_object_or_404(ScanPage.objects.select_related("file"), pk=pk)
    try:
        reading = reading_of(scan)
    except Reading.DoesNotExist as error:
        raise Http404 from error
    frame, read = frame_in(scan, reading), reading["fields"].get(name)
    if frame is None or read is None or read["box_px"] is None:
        raise Http404
    upright = turned(_grey(scan), frame.rotation)
    area = _area(request, name, read, frame)
    return _answer(area.cut(upright), CROP_WIDTH_PX)


def _area(request: HttpRequest, name: str, read: Mapping[str, Any], frame: Frame) -> CropArea:
    area, asked = None, request.GET.get("petak")
    if asked == "luas":
        area = surroundings(name, read, frame)
    elif asked:
        area = tile_area(name, read, frame, request.GET.get("dekat", "").split(","))
    x0, y0, x1, y1 = read["box_px"]
    return area or frame.crop_of(name, (x0, y0, x1, y1))
