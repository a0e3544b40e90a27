# SPDX-License-Identifier: AGPL-3.0-or-later
"""The queue of a person's desks; everything that narrows it stands in the address."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from terracite.repository.models import Correction, Person, Review
from terracite.repository.moderation_queue import SORTS, STATES, Filters, queue_page
from terracite.repository.permissions import can_moderate, desks_of, is_curator
from terracite.website.forms.posted import counted

_NAMES = ("whose", "discipline", "age", "state", "words", "sort")
_DECIDED_SHOWN = 10


def at_desk(request: HttpRequest) -> Person:
    """The person who asks, when they have a desk or look after all of them."""
    person = cast("Person", request.user)
    if not desks_of(person) and not is_curator(person):
        raise PermissionDenied(_("You have no desk: moderation is for the moderators of a discipline."))
    return person


@never_cache
@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits at one's desks, longest first; corrections; what one decided last."""
    person = at_desk(request)
    page = queue_page(person, _filters(request))
    found = page.filters
    values = {
        "desks": sorted(desks_of(person)),
        "page": page,
        "filters": found,
        "whose": [
            (one, page.counts[one or "all"], _address(found, whose=one)) for one in ("", "mine", "free", "others")
        ],
        "sorts": {name: _address(found, sort=_turned(found, name)) for name in SORTS},
        "sorted_by": {found.sort.removeprefix("-"): "descending" if found.sort.startswith("-") else "ascending"},
        "earlier": _address(found, page=found.page - 1) if found.page > 1 else "",
        "later": _address(found, page=found.page + 1) if found.page < page.pages else "",
        "states": [state for state in STATES if state],
        "is_narrowed": any((found.words, found.age, found.state, found.discipline)),
        "corrections": _corrections(person),
        "decided": _decided(person),
    }
    return render(request, "moderation/desk.html", values)


def _decided(person: Person) -> list[Review]:
    """The last decision about each of the versions that one decided about last."""
    found = Review.objects.filter(moderator=person, at__isnull=False).select_related("version__dataset")
    last: dict[int, Review] = {}
    for review in found.order_by("-at")[: 3 * _DECIDED_SHOWN]:
        last.setdefault(review.version_id, review)
    return list(last.values())[:_DECIDED_SHOWN]


def _filters(request: HttpRequest) -> Filters:
    asked = {name: request.GET.get(name, "").strip() for name in _NAMES}
    page = counted(request.GET.get("page", "")) or 1
    return Filters(**{name: text for name, text in asked.items() if text}, page=min(page, 1_000_000)).usable()


def _address(filters: Filters, **changes: object) -> str:
    """The address of the queue with some of its filters changed; another page only when it says so."""
    values = {name: getattr(filters, name) for name in _NAMES} | {"page": 1} | changes
    kept = {
        name: value for name, value in values.items() if value and (name, value) not in {("sort", "age"), ("page", 1)}
    }
    return f"?{urlencode(kept)}"


def _turned(filters: Filters, name: str) -> str:
    return f"-{name}" if filters.sort == name else name


def _corrections(person: Person) -> list[Correction]:
    proposed = Correction.objects.filter(state="proposed").select_related("version__dataset__deposit", "author")
    return [one for one in proposed if can_moderate(person, one.version)]
