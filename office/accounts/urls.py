"""Addresses of the account pages."""

from __future__ import annotations

from django.urls import path

from office.accounts import views

urlpatterns = [
    path("masuk/", views.login, name="login"),
    path("keluar/", views.logout, name="logout"),
    path("kata-sandi/", views.password, name="password"),
]
