"""All addresses. Everything but the log-in page asks for an account (LoginRequiredMiddleware)."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("office.reports.urls")),
    path("", include("office.accounts.urls")),
    path("", include("office.rounds.urls")),
    path("", include("office.intake.urls")),
    path("", include("office.review.urls")),
    path("", include("office.register.urls")),
]
