"""Addresses of the visit pages."""

from __future__ import annotations

from django.urls import path

from office.rounds import views

urlpatterns = [
    path("kunjungan/", views.visits, name="visits"),
    path("kunjungan/baru/", views.plan, name="plan"),
    path("kunjungan/<slug:visit_id>/", views.visit, name="visit"),
    path("kunjungan/<slug:visit_id>/cetak/", views.pack, name="pack"),
    path("kunjungan/<slug:visit_id>/tutup/", views.close, name="close"),
]
