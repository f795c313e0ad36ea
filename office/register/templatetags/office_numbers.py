"""Filters for NIK and family-card numbers."""

from __future__ import annotations

from django import template

from office.register.masking import grouped, masked

register = template.Library()
register.filter("masked", masked)
register.filter("grouped", grouped)
