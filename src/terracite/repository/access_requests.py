# SPDX-License-Identifier: AGPL-3.0-or-later
"""Restricted files: somebody asks for them, the owner answers, and a yes opens them to that person."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from terracite.errors import MoveError
from terracite.repository.events import add_event
from terracite.repository.models import AccessRequest, DatasetVersion, Person
from terracite.repository.notices import tell, tell_owners
from terracite.repository.permissions import can_answer_access, can_ask_for_access, can_be_opened
from terracite.repository.states import ProposalState

LONGEST_REASON = 5000


def ask(version: DatasetVersion, person: Person, reason: str) -> AccessRequest:
    """Ask the owner for the files. Raises `MoveError` when they are open, or were asked for already."""
    if not can_ask_for_access(person, version):
        raise MoveError("There is nothing to ask for here.", hint="Reload the page to see what is open.")
    text = reason.strip()
    if not text or len(text) > LONGEST_REASON:
        raise MoveError("Say in a few words what you need the files for.", hint=f"{LONGEST_REASON} characters at most.")
    with transaction.atomic():
        DatasetVersion.objects.select_for_update().get(pk=version.pk)  # two clicks make one request
        if waiting(version).filter(person=person).exists():
            raise MoveError("You have already asked; the owner has not answered yet.", hint="Wait for the answer.")
        request = AccessRequest.objects.create(version=version, person=person, reason=text)
        add_event("ask_for_access", version=version, actor=person)
        tell_owners(version, "ask_for_access", text)
    return request


def answer(
    request: AccessRequest, person: Person, *, grant: bool, text: str = "", until: dt.date | None = None
) -> AccessRequest:
    """Open the files to who asked, or say why not. ``until``: the last day they are open; None: always."""
    with transaction.atomic():
        own = AccessRequest.objects.select_for_update().select_related("version__dataset__deposit").get(pk=request.pk)
        if not can_answer_access(person, own.version):
            raise MoveError("This is for the owner of the dataset to answer.")
        if own.state == ProposalState.REFUSED:
            raise MoveError("This request was already answered.", hint="Reload the page.")
        if grant and not can_be_opened(own.version):
            raise MoveError("There is nothing to open here.", hint="Only restricted files of a public version are.")
        if not grant and not text.strip():
            raise MoveError("A reason is needed.", hint="Write the reason: who asked will read it.")
        if until is not None and until < timezone.now().date():
            raise MoveError("That day is over.", hint="Choose a day to come, or none.")
        own.state = (ProposalState.ACCEPTED if grant else ProposalState.REFUSED).value
        own.answer, own.decided_by, own.decided_at = text.strip(), person, timezone.now()
        own.expires_at = _end_of(until) if grant and until else None
        own.save()
        move = "grant_access" if grant else "refuse_access"
        add_event(move, version=own.version, actor=person, payload={"to": own.person_id, "until": str(until or "")})
        tell(own.person, own.version, move, own.answer)
    return own


def waiting(version: DatasetVersion) -> QuerySet[AccessRequest]:
    """Requests that nobody answered yet."""
    return version.access_requests.filter(state=ProposalState.PROPOSED.value).select_related("person")


def granted(version: DatasetVersion) -> QuerySet[AccessRequest]:
    """To whom the files are open now; `answer` with ``grant=False`` ends it."""
    still = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
    return version.access_requests.filter(still, state=ProposalState.ACCEPTED.value).select_related("person")


def request_of(person: Person, version: DatasetVersion) -> AccessRequest | None:
    """The last request of this person."""
    return version.access_requests.filter(person=person).order_by("-created", "-pk").first()


def _end_of(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=dt.UTC)
