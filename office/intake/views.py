"""Taking in scans through the browser, and the tray of pages that found no sheet."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from office.accounts.access import allow
from office.accounts.roles import Role
from office.errors import OfficeError
from office.intake.forms import UploadForm
from office.intake.models import ScanFile, ScanPage
from office.intake.uploads import take_uploads

LOOSE = (
    ScanPage.Status.ORPHAN,
    ScanPage.Status.REFUSED,
    ScanPage.Status.CONFLICT,
    ScanPage.Status.UNKNOWN_SHEET,
    ScanPage.Status.VOID_SHEET,
)
"""Statuses of a page that a person should look at."""

PAGES_A_SCREEN = 24


@allow(Role.PETUGAS, Role.PENYELIA)
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Send scans; the answer lists what became of every file and page."""
    form, result, trouble = UploadForm(), None, ""
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                result = take_uploads(form.cleaned_data["scans"])
            except OfficeError as error:
                trouble = str(error)
    return render(
        request, "intake/upload.html", {"form": form, "result": result, "trouble": trouble}
    )


@allow(Role.PETUGAS, Role.PENINJAU, Role.PENYELIA)
@require_safe
def tray(request: HttpRequest) -> HttpResponse:
    """Pages without a place, and files that could not be read, each with the reason in words."""
    loose = ScanPage.objects.filter(status__in=LOOSE).select_related("file", "sheet")
    pages = Paginator(loose.order_by("-id"), PAGES_A_SCREEN).get_page(request.GET.get("hal"))
    files = ScanFile.objects.filter(status=ScanFile.Status.REFUSED).order_by("-id")[:50]
    return render(request, "intake/tray.html", {"pages": pages, "files": files})
