# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a desk suggests, beside what the record holds now."""

from __future__ import annotations

from django import template

from terracite.repository.conversation import has_changed, value_now
from terracite.repository.models import DatasetVersion, Suggestion
from terracite.repository.records import record_of
from terracite.website.differences import Change, as_text, change

register = template.Library()


@register.filter
def suggested(version: DatasetVersion) -> list[tuple[Suggestion, Change, bool]]:
    """The suggestions that wait for an answer, each with its difference and whether its field changed since."""
    proposed = version.suggestions.filter(state="proposed").select_related("author")
    record = record_of(version)
    return [
        (one, change(one.field, value_now(record, one.field), one.value, _line), has_changed(record, one))
        for one in proposed
    ]


def _line(value: object) -> str:
    return ", ".join(as_text(value).splitlines())
