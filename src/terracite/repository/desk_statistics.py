# SPDX-License-Identifier: AGPL-3.0-or-later
"""How the desks do: what waits, how long answers take, what is met most often. A constant number of queries.

Times are hours of working days, as the promise is counted. Of a moderator only counts are told, never times.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from django.utils import timezone

from terracite.repository.models import Collaborator, Event, Review, Thread
from terracite.repository.moderation_hours import working_hours
from terracite.repository.states import DeskDecision, State

PAST = dt.timedelta(days=365)
_ANSWERS = ("comment", "suggest", "request_changes", "accept", "reject")
_AT_DESK = {State.SUBMITTED.value, State.IN_REVIEW.value}
DECIDED = (DeskDecision.ACCEPTED.value, DeskDecision.CHANGES.value, DeskDecision.REJECTED.value)


@dataclass(frozen=True, slots=True)
class Month:
    """What was decided in one month ("2026-11"), by decision."""

    month: str
    accepted: int
    changes: int
    rejected: int


@dataclass(frozen=True, slots=True)
class DeskStatistics:
    """The figures of one desk, or of several together. Medians and shares are None when there is nothing to count."""

    waiting: int
    oldest_hours: float | None  #: of what waits now
    first_answer_hours: float | None  #: median, from submission to the desk's first words or decision
    decision_hours: float | None  #: median, from submission to the decision
    accepted_at_first: float | None  #: share of datasets accepted at their first submission, 0-1
    months: tuple[Month, ...]
    faults: tuple[tuple[str, int], ...]  #: rules that submissions met most often, with how many did
    fields: tuple[tuple[str, int], ...]  #: fields that conversations were opened about
    moderators: tuple[tuple[str, int], ...]  #: how many decisions each took


def desk_statistics(disciplines: Iterable[str], now: dt.datetime | None = None) -> DeskStatistics:
    """The figures of these desks over the last year."""
    now, names = now or timezone.now(), list(disciplines)
    since = now - PAST
    reviews = list(
        Review.objects.filter(discipline__in=names, asked_at__gte=since)
        .select_related("moderator", "version__dataset__deposit")
        .defer("version__record")
        .order_by("asked_at", "pk")
    )
    pending = Review.objects.filter(
        discipline__in=names, decision=DeskDecision.PENDING.value, version__state__in=_AT_DESK
    )
    asked = list(pending.values_list("asked_at", flat=True))
    decided = [one for one in reviews if one.decision in DECIDED and one.at is not None]
    versions = {one.version_id for one in reviews}
    return DeskStatistics(
        waiting=len(asked),
        oldest_hours=max((working_hours(one, now) for one in asked), default=None),
        first_answer_hours=_median(_first_answers(reviews, since)),
        decision_hours=_median(working_hours(one.asked_at, one.at) for one in decided if one.at),
        accepted_at_first=_accepted_at_first(decided),
        months=_months(decided),
        faults=_faults(versions, since),
        fields=_fields(versions, since),
        moderators=_moderators(decided),
    )


def _median(hours: Iterable[float]) -> float | None:
    values = list(hours)
    return median(values) if values else None


def _first_answers(reviews: list[Review], since: dt.datetime) -> Iterable[float]:
    """Hours to the first thing a desk said after each submission; what depositors say does not count."""
    members = _members(reviews)
    said: dict[int, list[dt.datetime]] = defaultdict(list)
    answers = Event.objects.filter(move__in=_ANSWERS, at__gte=since, actor__isnull=False)
    for version, actor, at in answers.order_by("number").values_list("version", "actor", "at"):
        if version in members and actor not in members[version]:
            said[version].append(at)
    for review in reviews:
        first = next((at for at in said[review.version_id] if at >= review.asked_at), None)
        if first is not None:
            yield working_hours(review.asked_at, first)


def _members(reviews: list[Review]) -> dict[int, set[int]]:
    """Who owns or shares the deposit of each version."""
    deposits = {one.version.dataset.deposit_id for one in reviews}
    shared: dict[int, set[int]] = defaultdict(set)
    for deposit, person in Collaborator.objects.filter(deposit__in=deposits).values_list("deposit", "person"):
        shared[deposit].add(person)
    return {
        one.version_id: {one.version.dataset.deposit.owner_id, *shared[one.version.dataset.deposit_id]}
        for one in reviews
    }


def _accepted_at_first(decided: list[Review]) -> float | None:
    first: dict[tuple[int, str], str] = {}
    for one in decided:
        first.setdefault((one.version_id, one.discipline), one.decision)
    return sum(value == DeskDecision.ACCEPTED for value in first.values()) / len(first) if first else None


def _months(decided: list[Review]) -> tuple[Month, ...]:
    counted = Counter((one.at.strftime("%Y-%m"), one.decision) for one in decided if one.at)
    months = sorted({month for month, _ in counted}, reverse=True)
    return tuple(Month(month, *(counted[month, decision] for decision in DECIDED)) for month in months)


def _faults(versions: set[int], since: dt.datetime) -> tuple[tuple[str, int], ...]:
    submitted = Event.objects.filter(move="submit", at__gte=since).values_list("version", "payload")
    found = Counter(rule for version, payload in submitted if version in versions for rule in payload.get("faults", ()))
    return tuple(found.most_common(10))


def _fields(versions: set[int], since: dt.datetime) -> tuple[tuple[str, int], ...]:
    opened = Thread.objects.filter(created__gte=since).values_list("version", "field")
    found = Counter(field.partition(".")[0] for version, field in opened if version in versions and field)
    return tuple(found.most_common(10))


def _moderators(decided: list[Review]) -> tuple[tuple[str, int], ...]:
    found = Counter(one.moderator.display_name for one in decided if one.moderator is not None)
    return tuple(sorted(found.items()))
