"""Addresses of the reports; the start page is the first of them."""

from __future__ import annotations

from django.urls import path

from office.reports import start

urlpatterns = [
    path("", start.start, name="start"),
    path("lanjutkan/", start.resume, name="resume"),
]
