# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses that show one unpublished version, files included, to whoever has them: for the readers of a journal."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from terracite.errors import DepositError, MoveError, Problem
from terracite.repository.addresses import landing_path
from terracite.repository.events import add_event
from terracite.repository.models import DatasetVersion, Person, ReviewLink
from terracite.repository.permissions import LinkVisitor, is_deposit_member
from terracite.repository.states import State
from terracite.repository.tokens import digest_of, new_token

LONGEST_DAYS = 365
_HIDDEN = (State.DISCARDED, State.REJECTED)


def make(
    version: DatasetVersion, person: Person, label: str, days: int, *, hides_people: bool = False
) -> tuple[ReviewLink, str]:
    """A link good for so many days, and what it carries: shown now, never again.

    ``hides_people``: for a double-blind review. `MoveError` where earlier versions tell who made the dataset.
    """
    if not 1 <= days <= LONGEST_DAYS:
        cure = f"Choose from 1 to {LONGEST_DAYS} days."
        raise DepositError("A link lasts from a day to a year.", [Problem("days", "it is out of range.", cure)])
    _check(version, person)
    if version.is_public:
        raise MoveError("This version is published: everybody sees it.", hint="Give its DOI.")
    if hides_people and version.dataset.versions.exclude(published_at=None).exists():
        raise MoveError(
            "An earlier version is published with its authors: they cannot be hidden.",
            hint="Make a link that shows them.",
        )
    token, digest = new_token()
    until = timezone.now() + dt.timedelta(days=days)
    with transaction.atomic():
        link = ReviewLink.objects.create(
            version=version, digest=digest, label=label.strip()[:200], created_by=person, expires_at=until,
            hides_people=hides_people,
        )  # fmt: skip
        payload = {"hides_people": True} if hides_people else None
        add_event("make_review_link", version=version, actor=person, note=link.label, payload=payload)
    return link, token


def revoke(version: DatasetVersion, person: Person, link: int) -> None:
    """Make a link worthless from now on."""
    _check(version, person)
    with transaction.atomic():
        found = version.review_links.select_for_update().filter(pk=link, revoked_at=None).first()
        if found is None:
            raise MoveError("There is no such link.", hint="Reload the page.")
        found.revoked_at = timezone.now()
        found.save()
        add_event("revoke_review_link", version=version, actor=person, note=found.label)


def version_behind(token: str) -> DatasetVersion | None:
    """The version that a link shows, while the link is good; published ones need none."""
    link = _good(token)
    return link.version if link else None


def visitor_with(token: str, path: str) -> LinkVisitor | None:
    """Who looks at an address below that of the version, with this link; None when it opens nothing there."""
    link = _good(token)
    if link is None or link.version.is_public or not path.startswith(landing_path(link.version)):
        return None
    return LinkVisitor(link.version_id, hides_people=link.hides_people)


def _good(token: str) -> ReviewLink | None:
    now = timezone.now()
    good = ReviewLink.objects.filter(digest=digest_of(token), revoked_at=None, expires_at__gt=now)
    found = good.select_related("version__dataset").first()
    return None if found is None or State(found.version.state) in _HIDDEN else found


def _check(version: DatasetVersion, person: Person) -> None:
    if not is_deposit_member(person, version.dataset.deposit):
        raise MoveError("This dataset is not yours.", hint="Ask the owner of its deposit.")
