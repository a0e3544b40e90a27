# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a desk suggests, beside what the record holds now."""

from __future__ import annotations

import datetime as dt

from django import template
from django.utils.formats import date_format

from terracite.errors import DepositError
from terracite.record.model import Origin, OriginKind, Record
from terracite.repository.conversation import has_changed, value_now
from terracite.repository.models import DatasetVersion, Suggestion
from terracite.repository.records import changed, record_of, value_at
from terracite.website.differences import Change, change
from terracite.website.pages.desks.fields import item

register = template.Library()
_ORIGIN = Origin(kind=OriginKind.SUGGESTED)


@register.filter
def month(code: str) -> str:
    """A month in words: "2026-11" is November 2026."""
    return date_format(dt.date.fromisoformat(f"{code}-01"), "F Y")


@register.filter
def suggested(version: DatasetVersion) -> list[tuple[Suggestion, Change, bool]]:
    """The suggestions that wait for an answer, each with its difference and whether its field changed since."""
    proposed = version.suggestions.filter(state="proposed").select_related("author")
    record = record_of(version)
    return [(one, _change(record, one), has_changed(record, one)) for one in proposed]


def _change(record: Record, one: Suggestion) -> Change:
    try:
        after = value_at(changed(record, {one.field: one.value}, _ORIGIN), one.field)
    except DepositError:  # the rest of the record has changed so that this no longer fits
        return change(one.field, value_now(record, one.field), one.value)
    return change(one.field, value_at(record, one.field), after, item)
