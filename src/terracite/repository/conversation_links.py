# SPDX-License-Identifier: AGPL-3.0-or-later
"""Links that let one person answer in one conversation from a letter, without logging in.

What a link carries is random and only its SHA-256 is kept; it ends by itself, and opens nothing else.
"""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from terracite.repository.addresses import base_url
from terracite.repository.models import Person, ReplyLink, Thread
from terracite.repository.tokens import digest_of, new_token

LIFETIME = dt.timedelta(days=30)


def new_link(thread: Thread, person: Person) -> str:
    """The address where this person answers in this conversation, for `LIFETIME`; it cannot be read again later."""
    token, digest = new_token()
    expires_at = timezone.now() + LIFETIME
    ReplyLink.objects.create(thread=thread, person=person, digest=digest, expires_at=expires_at)
    return f"{base_url()}/reply/{token}/"


def found(token: str) -> ReplyLink | None:
    """The link that carries ``token`` while it is good and its person's account is open."""
    good = ReplyLink.objects.filter(digest=digest_of(token), expires_at__gt=timezone.now(), person__is_active=True)
    return good.select_related("person", "thread__version__dataset__deposit__owner").first()


def clear_expired() -> int:
    """Forget the links that are over; returns how many."""
    return ReplyLink.objects.filter(expires_at__lt=timezone.now()).delete()[0]
