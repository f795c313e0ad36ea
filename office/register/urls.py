"""Addresses of the register pages: row numbers only, never a name or a NIK."""

from __future__ import annotations

from django.urls import path

from office.register import views

urlpatterns = [
    path("buku-induk/", views.register, name="register"),
    path("buku-induk/unduh/", views.export, name="export"),
    path("buku-induk/<int:pk>/", views.household, name="household"),
    path("buku-induk/<int:pk>/nomor/", views.numbers, name="numbers"),
]
