# SPDX-License-Identifier: AGPL-3.0-or-later
"""What waits at the desks of a person: filtered, sorted, one page at a time, in a constant number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from terracite.repository.models import Collaborator, DeskRole, DeskRoleName, Person, Review
from terracite.repository.moderation_hours import ALARM_H, PROMISE_H, hours_ago, lateness, working_hours
from terracite.repository.permissions import Visitor, desks_of, is_author, known, signs
from terracite.repository.states import DeskDecision, State

PAGE = 25
WHOSE = ("", "mine", "free", "others")
STATES = ("", State.SUBMITTED.value, State.IN_REVIEW.value, State.CHANGES_REQUESTED.value)
AGES = {"": 0, "late": PROMISE_H, "alarm": ALARM_H}
#: what the queue can be sorted by; ``-`` before it turns it round
SORTS = {
    "age": ("asked_at", "pk"),
    "title": ("version__title_en", "version__title_fr", "pk"),
    "owner": ("version__dataset__deposit__owner__last_name", "asked_at", "pk"),
    "discipline": ("discipline", "asked_at", "pk"),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What to show of a queue; "" = all of it."""

    whose: str = ""  #: one of `WHOSE`
    discipline: str = ""
    age: str = ""  #: one of `AGES`: longer than the promise, than the alarm
    state: str = ""  #: one of `STATES`; "changes_requested": those that wait for their owner
    words: str = ""  #: all of them in title, deposit or owner's name
    sort: str = "age"
    page: int = 1

    def usable(self) -> Filters:
        """The same without what is none of the known values."""
        return replace(
            self,
            whose=self.whose if self.whose in WHOSE else "",
            age=self.age if self.age in AGES else "",
            state=self.state if self.state in STATES else "",
            sort=self.sort if self.sort.removeprefix("-") in SORTS else "age",
            page=max(1, self.page),
            words=self.words[:200],
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One review of the queue. ``hours``: of working days since it was asked; ``lateness``: "", "late" or "alarm"."""

    review: Review
    hours: int
    lateness: str
    is_free: bool
    others: tuple[Review, ...]  #: what the other desks of the same dataset say


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of a queue, and how many lines there are in all of it."""

    filters: Filters
    lines: tuple[Line, ...]
    count: int
    counts: dict[str, int]  #: mine, free, others, late, alarm: of everything that waits

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // PAGE))


def queue(person: Visitor) -> QuerySet[Review]:
    """What waits at this person's desks, oldest first, their own datasets not yet left out (see `waiting`)."""
    at_desk = (State.SUBMITTED.value, State.IN_REVIEW.value)
    return Review.objects.filter(
        discipline__in=desks_of(person), decision=DeskDecision.PENDING.value, version__state__in=at_desk
    ).select_related("version__dataset__deposit", "moderator")


def waiting(person: Visitor) -> list[Review]:
    """The queue without the datasets that this person signs."""
    return [review for review in queue(person) if not is_author(person, review.version)]


def queue_page(person: Person, filters: Filters, now: dt.datetime | None = None) -> QueuePage:
    """One page of what waits at this person's desks. A page past the end is the last one."""
    now, filters = now or timezone.now(), filters.usable()
    everything = _without_own(person, queue(person))
    found = _found(person, filters, everything, now)
    count = found.count()
    page = min(filters.page, max(1, -(-count // PAGE)))
    reviews = list(_sorted(found, filters.sort)[(page - 1) * PAGE : page * PAGE])
    lines = _lines(reviews, now)
    return QueuePage(replace(filters, page=page), lines, count, _counts(everything, person, now))


def found(person: Person, filters: Filters) -> QuerySet[Review]:
    """What waits at this person's desks and fits, in no order; they sign none of it."""
    return _found(person, filters.usable(), _without_own(person, queue(person)), timezone.now())


def _found(person: Person, filters: Filters, everything: QuerySet[Review], now: dt.datetime) -> QuerySet[Review]:
    is_away = filters.state == State.CHANGES_REQUESTED
    return _narrowed(_without_own(person, _with_owners(person)) if is_away else everything, person, filters, now)


def to_do(person: Visitor) -> int:
    """How many reviews this person could go on with now: theirs and the free ones. One query.

    Datasets that they sign without owning or sharing them are counted too: telling those apart takes their records.
    """
    somebody = known(person)
    if somebody is None:
        return 0
    mine = Q(moderator=somebody) | ~_is_held()
    return _without_shared(somebody, queue(somebody)).filter(mine).count()


def _with_owners(person: Person) -> QuerySet[Review]:
    return Review.objects.filter(
        discipline__in=desks_of(person),
        decision=DeskDecision.CHANGES.value,
        version__state=State.CHANGES_REQUESTED.value,
        version__snapshot_hash=F("snapshot_hash"),
    ).select_related("version__dataset__deposit", "moderator")


def _without_shared(person: Person, reviews: QuerySet[Review]) -> QuerySet[Review]:
    shared = Collaborator.objects.filter(person=person, deposit=OuterRef("version__dataset__deposit"))
    own = Q(version__created_by=person) | Q(version__dataset__deposit__owner=person) | Exists(shared)
    return reviews.exclude(own)


def _without_own(person: Person, reviews: QuerySet[Review]) -> QuerySet[Review]:
    """Without what this person owns, shares or signs: nobody sees their own datasets at the desk."""
    others = _without_shared(person, reviews)
    signed = [
        key
        for key, creators, contributors in others.values_list(
            "version", "version__record__creators", "version__record__contributors"
        )
        if signs(person, {"creators": creators or (), "contributors": contributors or ()})
    ]
    return others.exclude(version__in=signed) if signed else others


def _is_held() -> Exists:
    """Somebody who still is a moderator of that desk has it."""
    roles = DeskRole.objects.filter(
        person=OuterRef("moderator"),
        person__is_active=True,
        role=DeskRoleName.MODERATOR.value,
        discipline=OuterRef("discipline"),
    )
    return Exists(roles)


def _narrowed(reviews: QuerySet[Review], person: Person, filters: Filters, now: dt.datetime) -> QuerySet[Review]:
    chosen = {"mine": Q(moderator=person), "free": ~_is_held(), "others": _is_held() & ~Q(moderator=person)}
    if filters.whose:
        reviews = reviews.filter(chosen[filters.whose])
    if filters.discipline:
        reviews = reviews.filter(discipline=filters.discipline)
    if filters.age:
        reviews = reviews.filter(asked_at__lt=hours_ago(AGES[filters.age], now))
    if filters.state:
        reviews = reviews.filter(version__state=filters.state)
    for word in filters.words.split()[:10]:
        reviews = reviews.filter(_says(word))
    return reviews


def _says(word: str) -> Q:
    places = (
        "version__title_fr", "version__title_en", "version__dataset__deposit__title_fr",
        "version__dataset__deposit__title_en", "version__dataset__deposit__owner__last_name",
        "version__dataset__deposit__owner__first_name",
    )  # fmt: skip
    said = Q()
    for place in places:
        said |= Q(**{f"{place}__icontains": word})
    return said


def _sorted(reviews: QuerySet[Review], sort: str) -> QuerySet[Review]:
    names = SORTS[sort.removeprefix("-")]
    first = f"-{names[0]}" if sort.startswith("-") else names[0]
    return reviews.select_related("version__dataset__deposit__owner").order_by(first, *names[1:])


def _lines(reviews: list[Review], now: dt.datetime) -> tuple[Line, ...]:
    versions = {review.version_id: review.version.snapshot_hash for review in reviews}
    others: dict[int, list[Review]] = {}
    for other in Review.objects.filter(version__in=versions).select_related("moderator"):
        if other.snapshot_hash == versions[other.version_id]:
            others.setdefault(other.version_id, []).append(other)
    held = set(_held(reviews))
    return tuple(_line(review, others.get(review.version_id, ()), held, now) for review in reviews)


def _line(review: Review, beside: Iterable[Review], held: set[int], now: dt.datetime) -> Line:
    hours = working_hours(review.asked_at, now)
    others = tuple(other for other in beside if other.pk != review.pk)
    return Line(review, int(hours), lateness(hours), review.pk not in held, others)


def _held(reviews: list[Review]) -> list[int]:
    keys = [review.pk for review in reviews]
    return list(Review.objects.filter(_is_held(), pk__in=keys).values_list("pk", flat=True))


def _counts(reviews: QuerySet[Review], person: Person, now: dt.datetime) -> dict[str, int]:
    """Of everything that waits, whatever the filters: one query, counted here."""
    rows = list(reviews.annotate(held=_is_held()).values_list("moderator", "held", "asked_at"))
    late, alarm = hours_ago(PROMISE_H, now), hours_ago(ALARM_H, now)
    return {
        "all": len(rows),
        "mine": sum(moderator == person.pk and held for moderator, held, _ in rows),
        "free": sum(not held for _, held, _ in rows),
        "others": sum(held and moderator != person.pk for moderator, held, _ in rows),
        "late": sum(asked < late for _, _, asked in rows),
        "alarm": sum(asked < alarm for _, _, asked in rows),
    }
