# SPDX-License-Identifier: AGPL-3.0-or-later
"""The figures of the desks, as a page and as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from terracite.record.model import Discipline
from terracite.repository.desk_statistics import DeskStatistics, desk_statistics
from terracite.repository.moderation_hours import ALARM_H, PROMISE_H
from terracite.repository.permissions import desks_of, is_curator
from terracite.website.pages.desks.queue import at_desk
from terracite.website.safe_cells import safe


@never_cache
@login_required
@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """One desk, or all those of the person together; a curator sees every desk."""
    desks, chosen = _desks(request)
    values = {
        "desks": desks,
        "chosen": chosen,
        "figures": desk_statistics([chosen] if chosen else desks),
        "promise": PROMISE_H,
        "alarm": ALARM_H,
    }
    return render(request, "moderation/statistics.html", values)


@never_cache
@login_required
@require_safe
def statistics_csv(request: HttpRequest) -> HttpResponse:
    """The same figures, one a line: what, of what, value."""
    desks, chosen = _desks(request)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="desk-statistics.csv"'
    writer = csv.writer(response)
    writer.writerow(["figure", "of", "value"])
    for row in _rows(desk_statistics([chosen] if chosen else desks)):
        writer.writerow([safe(cell) for cell in row])
    return response


def _desks(request: HttpRequest) -> tuple[list[str], str]:
    person = at_desk(request)
    every = [discipline.value for discipline in Discipline]
    desks = every if is_curator(person) else sorted(desks_of(person))
    chosen = request.GET.get("discipline", "")
    return desks, chosen if chosen in desks else ""


def _rows(figures: DeskStatistics) -> Iterator[tuple[object, ...]]:
    yield "waiting", "", figures.waiting
    yield "oldest_working_hours", "", _rounded(figures.oldest_hours)
    yield "median_first_answer_working_hours", "", _rounded(figures.first_answer_hours)
    yield "median_decision_working_hours", "", _rounded(figures.decision_hours)
    yield "accepted_at_first_submission", "", _rounded(figures.accepted_at_first, 3)
    for month in figures.months:
        for decision in ("accepted", "changes", "rejected"):
            yield decision, month.month, getattr(month, decision)
    for what, counts in (("fault", figures.faults), ("field", figures.fields), ("moderator", figures.moderators)):
        for name, count in counts:
            yield what, name, count


def _rounded(value: float | None, digits: int = 1) -> object:
    return "" if value is None else round(value, digits)
