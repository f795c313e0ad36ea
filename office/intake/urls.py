"""Addresses of the intake pages."""

from __future__ import annotations

from django.urls import path

from office.intake import loose_views, views

urlpatterns = [
    path("pindai/", views.upload, name="upload"),
    path("halaman-lepas/", views.tray, name="tray"),
    path("halaman-lepas/<int:pk>/", loose_views.loose, name="loose"),
    path("halaman-lepas/<int:pk>/tebakan/", loose_views.choices, name="loose-choices"),
    path("halaman-lepas/<int:pk>/gambar/", loose_views.picture, name="loose-image"),
    path("halaman-lepas/<int:pk>/tempatkan/", loose_views.put, name="loose-put"),
    path("halaman-lepas/<int:pk>/lepaskan/", loose_views.take_off, name="loose-take-off"),
    path("halaman-lepas/<int:pk>/sisihkan/", loose_views.aside, name="loose-aside"),
    path("halaman-lepas/<int:pk>/salinan/", loose_views.copy, name="loose-copy"),
]
