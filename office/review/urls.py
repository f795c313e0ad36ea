"""Addresses of the review pages. No name and no NIK ever stands in an address."""

from __future__ import annotations

from django.urls import path

from office.review import views
from office.review.desk import answers
from office.review.grid import views as grid_views
from office.review.picture import views as image_views
from office.review.quality import views as quality_views

GRID = "periksa/petak/<slug:form>/<slug:field>/<slug:tahap>"

urlpatterns = [
    path("periksa/", views.queue, name="queue"),
    path("periksa/lanjut/", views.go_on, name="go-on"),
    path("periksa/cari/", views.find, name="find"),
    path("periksa/petak/", grid_views.grids, name="grids"),
    path(f"{GRID}/", grid_views.grid, name="grid"),
    path(f"{GRID}/masuk/", grid_views.enter, name="grid-enter"),
    path(f"{GRID}/simpan/", grid_views.answer, name="grid-answer"),
    path(f"{GRID}/urungkan/", grid_views.undo, name="grid-undo"),
    path(f"{GRID}/lepas/", grid_views.leave, name="grid-leave"),
    path("periksa/<slug:code>/", views.desk, name="desk"),
    path("periksa/<slug:code>/simpan/", answers.save, name="save"),
    path("periksa/<slug:code>/urungkan/", answers.undo, name="undo"),
    path("periksa/<slug:code>/isian/<str:name>/", answers.field, name="field"),
    path("periksa/<slug:code>/berikut/", views.upcoming, name="upcoming"),
    path("periksa/<slug:code>/lepas/", views.leave_desk, name="leave-desk"),
    path("periksa/<slug:code>/terima/", views.accept, name="accept"),
    path("periksa/<slug:code>/buka-kembali/", views.reopen, name="reopen"),
    path("periksa/<slug:code>/batalkan/", views.void_sheet, name="void"),
    path("periksa/<slug:code>/gambar/", views.choose, name="choose"),
    path("mutu/", quality_views.quality, name="quality"),
    path("mutu/akhiri/<int:pk>/", quality_views.end_review, name="end-full-review"),
    path("gambar/<int:pk>/", image_views.page, name="page-image"),
    path("gambar/<int:pk>/kecil/", image_views.thumb, name="page-thumb"),
    path("gambar/<int:pk>/<str:name>/", image_views.field, name="field-image"),
]
