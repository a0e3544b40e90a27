# SPDX-License-Identifier: AGPL-3.0-or-later
"""How values of the record are written for a reader."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

from terracite.record.model import Text

register = template.Library()


@register.filter
def text(value: Text) -> str:
    """A bilingual text in the reader's language, or in the other one when that is missing."""
    return value.best(get_language() or "en")
