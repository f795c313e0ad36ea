"""Addresses of the intake pages."""

from __future__ import annotations

from django.urls import path

from office.intake import views

urlpatterns = [
    path("pindai/", views.upload, name="upload"),
    path("halaman-lepas/", views.tray, name="tray"),
]
