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
from office.intake.models import ScanFile
from office.intake.services import Intake
from office.intake.tray import LOOSE, counted, kind_of, pages_of
from office.intake.uploads import take_uploads

PAGES_A_SCREEN = 24


@allow(Role.PETUGAS, Role.PENYELIA)
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Send scans; the answer lists what became of every file and page."""
    form, result, trouble, became = UploadForm(), None, "", {}
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                result = take_uploads(form.cleaned_data["scans"])
                became = _became(result)
            except OfficeError as error:
                trouble = str(error)
    context = {"form": form, "result": result, "trouble": trouble, **became}
    return render(request, "intake/upload.html", context)


def _became(result: Intake) -> dict[str, int]:
    """How many pages found their sheet, and what a person has to look at."""
    files = [taken.file for taken in result.taken]
    pages = [page for file in files for page in file.pages.all()]
    refused = sum(file.status == ScanFile.Status.REFUSED for file in files)
    return {
        "n_filed": sum(page.active for page in pages),
        "n_loose": sum(page.status in LOOSE for page in pages) + refused,
    }


@allow(Role.PETUGAS, Role.PENINJAU, Role.PENYELIA)
@require_safe
def tray(request: HttpRequest) -> HttpResponse:
    """Pages without a place, and files that could not be read, each with the reason in words."""
    kind = kind_of(request.GET.get("jenis", ""))
    pages = Paginator(pages_of(kind), PAGES_A_SCREEN).get_page(request.GET.get("hal"))
    files = ScanFile.objects.filter(status=ScanFile.Status.REFUSED).order_by("-id")[:50]
    context = {
        "pages": pages,
        "files": files if kind.statuses == LOOSE else (),
        "kind": kind,
        "counts": counted(),
        "filter": f"jenis={kind.key}&" if kind.key else "",
    }
    return render(request, "intake/tray.html", context)
