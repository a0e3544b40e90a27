# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lines for people: what happened to their datasets and desks. Each is a letter too, for who wants letters."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from terracite.repository import conversation_links, mail
from terracite.repository.models import DatasetVersion, DeskRoleName, MemberRole, Notice, Person, Thread
from terracite.repository.notices_letters import body_of, subject_of
from terracite.repository.permissions import is_author


def tell_owners(
    version: DatasetVersion, move: str, note: str = "", *, but: Person | None = None, thread: Thread | None = None
) -> None:
    """A line for the owner of the deposit and those who edit it; ``thread``: their letters let them answer in it."""
    deposit = version.dataset.deposit
    editors = Person.objects.filter(memberships__deposit=deposit, memberships__role=MemberRole.EDITOR.value)
    _tell({deposit.owner, *editors}, version, move, note, but, thread)


def tell_desks(
    version: DatasetVersion,
    disciplines: Iterable[str],
    move: str,
    note: str = "",
    *,
    but: Person | None = None,
    thread: Thread | None = None,
) -> None:
    """A line for the moderators of these disciplines who may moderate this version."""
    moderators = Person.objects.filter(
        desk_roles__role=DeskRoleName.MODERATOR, desk_roles__discipline__in=list(disciplines), is_active=True
    ).distinct()
    _tell({person for person in moderators if not is_author(person, version)}, version, move, note, but, thread)


def tell(person: Person, version: DatasetVersion, move: str, note: str = "", *, thread: Thread | None = None) -> None:
    """A line for one person."""
    _tell({person}, version, move, note, None, thread)


def _tell(
    people: set[Person], version: DatasetVersion, move: str, note: str, but: Person | None, thread: Thread | None
) -> None:
    now = timezone.now()
    notices = Notice.objects.bulk_create(
        Notice(person=person, version=version, move=move, note=note, at=now)
        for person in sorted(people - {but}, key=lambda person: person.pk)
    )
    for notice in notices:
        _write(notice, thread)


def _write(notice: Notice, thread: Thread | None) -> None:
    person = notice.person
    if not mail.wants(person):
        return
    reply_url = conversation_links.new_link(thread, person) if thread is not None else ""
    # every letter about one dataset stands together in the reader's mailbox
    headers = {"References": f"<{notice.version.uuid}@terracite>"}
    mail.write(person, "notice", f"notice:{notice.pk}", subject_of(notice), body_of(notice, reply_url), headers)
