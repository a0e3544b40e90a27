# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may do what, to which object: every such question of the repository is answered here and nowhere else.

``person`` may be None or Django's anonymous user. What a role may do in which state is the table of
`terracite.repository.states`; this module says which roles a person has, and who may look at what.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils import timezone

from terracite.record.model import AccessKind
from terracite.repository import states
from terracite.repository.models import DatasetVersion, Deposit, DeskRoleName, MemberRole, Person, StoredFile
from terracite.repository.states import FileState, ProposalState, Role, State


class LinkVisitor(AnonymousUser):
    """Whoever opened a reviewer link that is still good: sees that one unpublished version, and is nobody else.

    ``hides_people``: without what names people (`terracite.repository.blinding`).
    """

    def __init__(self, version_id: int, *, hides_people: bool = False) -> None:
        super().__init__()
        self.version_id = version_id
        self.hides_people = hides_people


Visitor = Person | AnonymousUser | None

_AT_DESK = {State.SUBMITTED, State.IN_REVIEW, State.CHANGES_REQUESTED, State.ACCEPTED, State.REJECTED}
_READABLE = {State.PUBLISHED, State.SUPERSEDED}


def hides_people(person: Visitor) -> bool:
    """Whether this visitor reviews without knowing whom."""
    return isinstance(person, LinkVisitor) and person.hides_people


def known(person: Visitor) -> Person | None:
    """The person behind a visitor, when logged in with an open account."""
    return person if isinstance(person, Person) and person.is_active else None


def desks_of(person: Visitor) -> frozenset[str]:
    """The disciplines that this person moderates."""
    return frozenset(discipline for role, discipline in _granted(person) if role == DeskRoleName.MODERATOR)


def is_curator(person: Visitor) -> bool:
    return any(role == DeskRoleName.CURATOR for role, _ in _granted(person))


def is_administrator(person: Visitor) -> bool:
    return any(role == DeskRoleName.ADMINISTRATOR for role, _ in _granted(person))


def is_deposit_owner(person: Visitor, deposit: Deposit) -> bool:
    """Whether the deposit is this person's own, to share and to give away."""
    somebody = known(person)
    return somebody is not None and deposit.owner_id == somebody.pk


def is_deposit_member(person: Visitor, deposit: Deposit) -> bool:
    """Whether this person works on the deposit: its owner, or an editor it is shared with."""
    return is_deposit_owner(person, deposit) or _has_part(person, deposit, MemberRole.EDITOR)


def is_deposit_reader(person: Visitor, deposit: Deposit) -> bool:
    """Whether this person may look at all of the deposit: who works on it, or a reader it is shared with."""
    return is_deposit_owner(person, deposit) or _has_part(person, deposit)


def is_author(person: Visitor, version: DatasetVersion) -> bool:
    """Whether this person owns, shares, made or signs the dataset: by account, ORCID, address or full name."""
    somebody = known(person)
    if somebody is None:
        return False
    if version.created_by_id == somebody.pk or is_deposit_reader(somebody, version.dataset.deposit):
        return True
    return signs(somebody, version.record)


def signs(person: Person, record: Mapping[str, Any]) -> bool:
    """Whether this person is among the authors that a record names: by ORCID, address or full name."""
    return any(_is_same(person, agent) for agent in _signatories(record))


def disciplines_of(version: DatasetVersion) -> tuple[str, ...]:
    """The desks this version goes to: its own disciplines, else its deposit's."""
    own = version.record.get("disciplines") or version.dataset.deposit.disciplines
    return tuple(sorted(set(own)))


def roles_of(person: Visitor, version: DatasetVersion) -> frozenset[Role]:
    """Every role of this person towards this version. Authors keep a desk's role: the table's guard stops them."""
    roles = set()
    if is_deposit_member(person, version.dataset.deposit):
        roles.add(Role.OWNER)
    granted, desks = _granted(person), disciplines_of(version)
    if any(role == DeskRoleName.MODERATOR and discipline in desks for role, discipline in granted):
        roles.add(Role.MODERATOR)
    if any(role == DeskRoleName.CURATOR for role, _ in granted):
        roles.add(Role.CURATOR)
    if any(role == DeskRoleName.ADMINISTRATOR for role, _ in granted):
        roles.add(Role.ADMINISTRATOR)
    return frozenset(roles)


def moves_of(person: Visitor, version: DatasetVersion) -> tuple[str, ...]:
    """The moves to offer to this person now (their guards may still refuse)."""
    roles = roles_of(person, version)
    if is_author(person, version):
        roles -= {Role.MODERATOR}
    return states.allowed(State(version.state), roles)


def can_view(person: Visitor, version: DatasetVersion) -> bool:
    """The page of a version: everybody once published; before, those of its deposit, its desk once submitted,
    curators, and whoever has a reviewer link to it."""
    if version.is_public or _has_link(person, version):
        return True
    roles = roles_of(person, version)
    if roles & {Role.OWNER, Role.CURATOR} or is_deposit_reader(person, version.dataset.deposit):
        return True
    return Role.MODERATOR in roles and State(version.state) in _AT_DESK


def can_edit(person: Visitor, version: DatasetVersion) -> bool:
    return "edit" in moves_of(person, version)


def can_moderate(person: Visitor, version: DatasetVersion) -> bool:
    """Whether this person may decide about it at a desk: a moderator of its disciplines who is not an author."""
    return can_read_review(person, version) and not is_author(person, version) and _moderates(person, version)


def can_read_review(person: Visitor, version: DatasetVersion) -> bool:
    """The conversation between desk and owner: these two, the readers of the deposit and the curators."""
    if is_deposit_reader(person, version.dataset.deposit):
        return True
    roles = roles_of(person, version)
    if roles & {Role.OWNER, Role.CURATOR}:
        return True
    return Role.MODERATOR in roles and (State(version.state) in _AT_DESK or version.is_public)


def can_see_history(person: Visitor, version: DatasetVersion) -> bool:
    return can_read_review(person, version)


def can_download(person: Visitor, file: StoredFile) -> bool:
    """The bytes of a file: everybody when published, open and well; before or under embargo, only who works on it.

    An embargo ends when the timer says so (`access` becomes open), not when a clock differs. Restricted files
    stay with their owners and the curators.
    """
    version = file.version
    roles = roles_of(person, version)
    if roles & {Role.OWNER, Role.CURATOR} or is_deposit_reader(person, version.dataset.deposit):
        return True
    if file.state != FileState.OK:
        return False
    if _has_link(person, version):
        return True
    state = State(version.state)
    if state in _READABLE and (version.access == AccessKind.OPEN or has_been_granted(person, version)):
        return True
    return state in _AT_DESK and can_moderate(person, version)


def has_been_granted(person: Visitor, version: DatasetVersion) -> bool:
    """Whether the owner opened the files of a restricted version to this person, and still does."""
    somebody = known(person)
    if somebody is None or version.access != AccessKind.RESTRICTED:
        return False
    still = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
    return version.access_requests.filter(still, person=somebody, state=ProposalState.ACCEPTED.value).exists()


def can_be_opened(version: DatasetVersion) -> bool:
    """Whether there are files that an owner may open to somebody: restricted ones of a public version."""
    return State(version.state) in _READABLE and version.access == AccessKind.RESTRICTED


def can_ask_for_access(person: Visitor, version: DatasetVersion) -> bool:
    """Somebody with an account, for files that are restricted and not theirs to read."""
    if known(person) is None or not can_be_opened(version):
        return False
    return not roles_of(person, version) & {Role.OWNER, Role.CURATOR} and not has_been_granted(person, version)


def can_answer_access(person: Visitor, version: DatasetVersion) -> bool:
    return bool(roles_of(person, version) & {Role.OWNER, Role.CURATOR})


def can_view_deposit(person: Visitor, deposit: Deposit) -> bool:
    """The page of a deposit: everybody once one of its datasets is published; before, its members and curators."""
    if is_deposit_reader(person, deposit) or is_curator(person):
        return True
    return DatasetVersion.objects.filter(dataset__deposit=deposit, published_at__isnull=False).exists()


def can_edit_deposit(person: Visitor, deposit: Deposit) -> bool:
    return is_deposit_member(person, deposit)


def can_share_deposit(person: Visitor, deposit: Deposit) -> bool:
    """Whether this person may choose who else works on it: its owner alone."""
    return is_deposit_owner(person, deposit)


def can_manage_people(person: Visitor) -> bool:
    return is_administrator(person)


def _has_part(person: Visitor, deposit: Deposit, *roles: MemberRole) -> bool:
    somebody = known(person)
    if somebody is None:
        return False
    parts = deposit.memberships.filter(person=somebody)
    return (parts.filter(role__in=[role.value for role in roles]) if roles else parts).exists()


def _has_link(person: Visitor, version: DatasetVersion) -> bool:
    return isinstance(person, LinkVisitor) and person.version_id == version.pk and not version.is_public


def _moderates(person: Visitor, version: DatasetVersion) -> bool:
    return Role.MODERATOR in roles_of(person, version)


def _granted(person: Visitor) -> list[tuple[str, str]]:
    somebody = known(person)
    if somebody is None:
        return []
    return [(role.role, role.discipline) for role in somebody.desk_roles.all()]


def _signatories(record: Mapping[str, Any]) -> Iterable[dict[str, str]]:
    yield from record.get("creators", ())
    yield from (item["agent"] for item in record.get("contributors", ()))


def _is_same(person: Person, agent: dict[str, str]) -> bool:
    if person.orcid and person.orcid == agent.get("orcid"):
        return True
    if person.email and person.email.casefold() == agent.get("email", "").casefold():
        return True
    full_name = (person.last_name.casefold().strip(), person.first_name.casefold().strip())
    agent_name = (
        agent.get("family_name", "").casefold().strip(),
        agent.get("given_name", "").casefold().strip(),
    )
    return all(full_name) and full_name == agent_name
