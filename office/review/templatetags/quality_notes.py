"""What a page says of full reviews that are going on."""

from __future__ import annotations

from django import template

from office.review.quality.strata import stratum_words, under_full_review

register = template.Library()


@register.simple_tag
def full_reviews() -> list[str]:
    """Strata of which every mark is looked at now, in words."""
    return sorted(stratum_words(stratum) for stratum in under_full_review())
